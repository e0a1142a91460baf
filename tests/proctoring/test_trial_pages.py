"""The test run through HTTP: its days, device checks as facts, the practice paper on the real log, reminders."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from django.urls import reverse

from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.messages import api as messages
from tancai.proctoring import api as proctoring
from tancai.proctoring.models import DeviceCheck
from tests.exams import world
from tests.exams.log.world import LogProcess
from tests.invigilator.test_desk import body_of, staff

pytestmark = pytest.mark.usefixtures("programmes_there")

DAY = "cem-2026-12-26"
"""The fourth Saturday of December; its test run is on the 23rd and 24th."""

FINE = {
    "durable": True,
    "quota": 500,
    "reached": True,
    "delay": 20,
    "clock": 0.1,
    "upload": 5000,
    "missing": [],
}
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


class Run:
    def __init__(self, *, account: bool = True, day: str = DAY) -> None:
        self.person = world.candidate(1, account=account)
        world.approved(self.person, day)
        self.session = world.prepared(self.person, exam_day=day)
        self.admission = world.admission_of(self.session, self.person)
        self.window = exams.rehearsal_window(self.session)
        self.client = Client(headers={"User-Agent": CHROME})
        if account:
            self.client.force_login(self.person.user)

    def address(self, name: str = "trial") -> str:
        return reverse(f"exam_room:{name}", args=[self.admission.pk])

    def check(self, **changes: Any) -> Any:
        body = json.dumps({**FINE, **changes})
        return self.client.post(self.address("trial_result"), body, "application/json")

    @property
    def state(self) -> str:
        return proctoring.trial_of(self.admission).state


def excepted(run: Run) -> None:
    """cem asks for the lock-down client; these tests are about the rest of the device."""
    proctoring.grant_exceptions([run.admission], reason="device", by=None, at=world.AT)


def test_the_window_is_the_programmes_two_days_and_open_until_the_exam() -> None:
    run = Run()
    assert f"{run.window.opens.astimezone(clock.SHANGHAI):%m-%d %H:%M}" == "12-23 00:00"
    assert run.window.planned
    assert run.window.due - run.window.opens == timedelta(days=2)
    assert run.window.closes == run.session.starts_at
    for at, says in (
        (run.window.opens - timedelta(minutes=1), "开放"),
        (run.window.opens, "开始检查"),
        (run.window.due, "仍可补做"),
        (run.window.closes, "已经结束"),
    ):
        with clock.moved(at):
            assert says in run.client.get(run.address()).content.decode()
    with clock.moved(run.window.closes):
        assert run.check().status_code == 409
        assert run.client.post(run.address("trial_begin")).status_code == 409
        assert run.client.post(run.address("trial_practice"))["Location"] == run.address()
    assert exams.rehearsal_of(run.admission) is None


def test_a_programme_without_test_run_days_offers_it_from_the_day_of_the_tickets() -> None:
    run = Run(day=world.DAY)
    assert not run.window.planned
    assert run.window.opens < run.window.due == run.session.starts_at
    with clock.moved(run.window.opens):
        assert proctoring.remind_due(run.window.opens) == 0
        assert "开始检查" in run.client.get(run.address()).content.decode()


def test_checks_are_facts_and_say_what_to_mend() -> None:
    run = Run()
    with clock.moved(run.window.opens):
        page = run.check(durable=False, upload=10).content.decode()
        assert "无痕浏览" in page and "太慢" in page and "普通浏览器" in page
        assert run.state == "problems"
        assert "无痕浏览" in run.client.get(run.address()).content.decode()
        excepted(run)
        page = run.check().content.decode()
        assert "设备可以参加考试" in page
    assert run.state == "checked"
    assert [row.state for row in DeviceCheck.objects.all()] == ["bad", "good"]


def test_a_programme_with_a_camera_asks_for_it() -> None:
    run = Run(day="csa-2027-01-16")
    with clock.moved(run.window.opens):
        assert "data-camera" in run.client.get(run.address()).content.decode()
        assert "没有得到使用摄像头的同意" in run.check(camera="denied").content.decode()
        assert run.state == "problems"
        run.check(camera="ok")
    assert run.state == "checked"


def test_garbage_and_too_many_checks_are_refused() -> None:
    run = Run()
    with clock.moved(run.window.opens):
        for body in ("", "[]", "{", '"x"'):
            answer = run.client.post(run.address("trial_result"), body, "application/json")
            assert answer.status_code == 400
        assert not DeviceCheck.objects.exists()
        answers = [run.check().status_code for _ in range(38)]
    assert answers[:36] == [200] * 36 and set(answers[36:]) == {429}


def room_config(page: Any) -> dict[str, Any]:
    found = re.search(
        r'<script id="exam-config" type="application/json">(.*?)</script>', page.content.decode()
    )
    assert found
    return json.loads(found[1])


def test_the_practice_paper_runs_on_the_real_page_and_log(exam_log: LogProcess) -> None:
    run = Run()
    excepted(run)
    exam_log.control.move_clock(int(run.window.opens.timestamp() * 1000))
    with clock.moved(run.window.opens):
        run.check()
        token = run.client.post(run.address("trial_begin")).json()["token"]
        body = f"{token}\n{json.dumps({'pad': 'x' * 96_000})}".encode()
        with urlopen(Request(f"{exam_log.url}/state", data=body), timeout=10) as timed:
            assert json.load(timed)["state"] == "waiting"
        answer = run.client.post(run.address("trial_practice"))
        page = run.client.get(answer["Location"])
        assert "考前测试练习卷" in page.content.decode()
        config = room_config(page)
        paper = run.client.get(config["paper"]).content.decode()
        assert paper.count("data-item=") == 4 and "【练习】" in paper
        sitter = exams.SittingClient(config["log"], config["token"])
        sitter.claim()
        sitter.answer(1, "B")
        sitter.hand_in()
        receipt = run.client.post(config["finish"]).json()["receipt"]
        page = run.client.get(receipt).content.decode()
        assert "练习卷，不评分" in page and run.address() in page
        assert run.state == "done"
        assert "已交卷" in run.client.get(run.address()).content.decode()
        again = run.client.get(reverse("exam_room:check", args=[exams.rehearsal_of(run.admission).pk]))
        assert again["Location"] == run.address()


def test_the_practice_paper_costs_no_item_of_the_bank_and_is_made_once() -> None:
    active = items.bank(["cem", "shared"]).count()
    first = items.practice_form(by=None, at=world.AT)
    assert items.practice_form(by=None, at=world.AT) == first
    view = items.form(first.pk)
    assert {entry.kind for entry in view.entries} == {"single", "multiple", "short"}
    assert items.bank(["cem", "shared"]).count() == active


def test_a_test_run_is_no_exam() -> None:
    """Neither lists, road, resits nor the next ticket number take the test run for an attempt."""
    run = Run()
    with clock.moved(run.window.opens):
        rehearsal = exams.rehearse(run.admission, by=None, at=clock.now())
        assert exams.rehearse(run.admission, by=None, at=clock.now()) == rehearsal
    assert exams.exam_of_rehearsal(rehearsal) == run.admission
    assert exams.admissions_of(run.person) == [run.admission]
    assert exams.admissions_of_application(run.admission.application_id) == [run.admission]
    second = world.candidate(2, name="周明")
    assert world.prepared(second, exam_day=DAY) == run.session
    assert world.admission_of(run.session, second).ticket_number.endswith("-0002")
    with pytest.raises(exams.ExamError):
        exams.admit(rehearsal.session, by=None, at=world.AT)
    assert exams.prepare_papers(rehearsal.session, by=None, at=world.AT).sittings == 0
    exams.keep_sessions(run.window.opens)
    assert exams.admissions(rehearsal.session).count() == 1
    assert rehearsal.session.kind == exams.Session.REHEARSAL
    view = enrolment.application(run.admission.application_id)
    from tancai.web.roads.steps import steps_of

    with_run = steps_of([view], at=run.window.opens)[view.id]
    exams.SittingEvent.objects.create(sitting=rehearsal.sitting, kind="started", at=world.AT)
    assert steps_of([view], at=run.window.opens)[view.id] == with_run


def test_hours_are_not_asked_for() -> None:
    run = Run()
    with clock.moved(run.window.opens):
        rehearsal = exams.rehearse(run.admission, by=None, at=clock.now())
        assert exams.may_enter(rehearsal, clock.now()).ok
        assert [reason.code for reason in exams.may_enter(run.admission, run.session.starts_at).reasons] == [
            "hours"
        ]


def test_a_code_opens_the_test_run_without_being_used_up() -> None:
    run = Run(account=False)
    code = exams.live_code(run.admission).code
    data = {"ticket": run.admission.ticket_number.lower(), "code": code}
    with clock.moved(run.window.opens):
        assert run.client.get(run.address()).status_code == 404
        refused = run.client.post(reverse("exam_room:trial_door"), {**data, "code": "AAAAAAAAAA"})
        assert "不对" in refused.content.decode()
        answer = run.client.post(reverse("exam_room:trial_door"), data)
        assert answer["Location"] == run.address()
        assert run.client.get(run.address()).status_code == 200
        assert run.client.get(run.address("check")).status_code == 404, "the exam itself stays closed"
        room = run.client.post(run.address("trial_practice"))["Location"]
        assert run.client.get(room).status_code == 200
    assert exams.use_entry_code(run.admission.ticket_number, code, at=run.session.starts_at) == run.admission


def test_others_find_nothing() -> None:
    run = Run()
    stranger = Client()
    stranger.force_login(world.candidate(2, name="周明").user)
    with clock.moved(run.window.opens):
        rehearsal = exams.rehearse(run.admission, by=None, at=clock.now())
        for client in (Client(), stranger):
            assert client.get(run.address()).status_code == 404
            for name in ("trial_begin", "trial_result", "trial_practice"):
                assert client.post(run.address(name)).status_code == 404
        own = reverse("exam_room:trial", args=[rehearsal.pk])
        assert run.client.get(own).status_code == 404, "a test run has none of its own"


def test_reminders_at_the_opening_and_on_the_last_day_to_those_who_have_not_done_it() -> None:
    run = Run()
    opens, due = run.window.opens, run.window.due
    assert proctoring.remind_due(opens - timedelta(hours=1)) == 0
    assert proctoring.remind_due(opens) == 1
    assert proctoring.remind_due(opens + timedelta(hours=5)) == 0
    assert proctoring.remind_due(due - timedelta(hours=23)) == 1
    assert proctoring.remind_due(due - timedelta(hours=22)) == 0
    assert proctoring.remind_due(due) == 0
    said = [messages.show(one) for one in messages.messages_of(run.person) if one.kind == "trial_run"]
    assert len(said) == 2 and all("考前测试" in one.subject for one in said)


def test_the_desk_sees_states_and_reminds() -> None:
    run = Run()
    desk = staff("invigilator", body_of("cem"))
    page = reverse("invigilator:trial", args=[run.session.pk])
    remind = reverse("invigilator:trial_remind", args=[run.session.pk])
    with clock.moved(run.window.opens):
        assert "未测试" in desk.get(page).content.decode()
        assert "已提醒 1 名考生" in desk.post(remind, follow=True).content.decode()
        assert "一天只提醒一次" in desk.post(remind, follow=True).content.decode()
        run.check(durable=False)
        html = desk.get(page, {"state": "problems"}).content.decode()
        assert run.admission.ticket_number in html and "本机保存" in html
        assert run.admission.ticket_number not in desk.get(page, {"state": "done"}).content.decode()
        detail = desk.get(reverse("invigilator:trial_candidate", args=[run.admission.pk])).content.decode()
        assert "无痕浏览" in detail and CHROME in detail
    with clock.moved(run.window.opens - timedelta(days=1)):
        assert "没有开放" in desk.post(remind, follow=True).content.decode()
    other = staff("invigilator", body_of("dcne"), email="other@example.test")
    assert other.get(page).status_code == 404
    assert other.post(remind).status_code == 404


def test_the_list_of_exams_leads_to_the_test_run_while_it_is_open() -> None:
    run = Run()
    exams_page = reverse("candidate:exams")
    with clock.moved(run.window.opens - timedelta(hours=1)):
        assert run.address() not in run.client.get(exams_page).content.decode()
    with clock.moved(run.window.opens):
        html = run.client.get(exams_page).content.decode()
        assert run.address() in html and "未测试" in html
        assert run.address() in run.client.get("/today/").content.decode()


def test_ones_own_checks_are_exported_and_lose_their_browser_when_erased() -> None:
    from tancai.proctoring.trial import holdings

    run = Run()
    excepted(run)
    with clock.moved(run.window.opens):
        run.check(durable=False)
    found = holdings.exported(run.person)
    assert found["device_checks"][0]["results"]["storage"]["state"] == "bad"
    assert found["device_checks"][0]["user_agent"] == CHROME
    assert found["client_exceptions"][0]["reason"] == "device"
    assert holdings.exported(world.candidate(2, name="周明"))["device_checks"] == []
    holdings.erase(run.person, run.window.opens)
    assert holdings.exported(run.person)["device_checks"][0]["user_agent"] == ""
