"""The lock-down client at the exam pages: headers and script interface behind a proxy, exceptions, files, leaving."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_script_prefix, reverse, set_script_prefix

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.proctoring.models import LockdownConfig, LockdownFailure
from tancai.programmes import api as programmes
from tests.exams import world

pytestmark = pytest.mark.usefixtures("programmes_there")

SEB = "Mozilla/5.0 (Windows NT 10.0) Chrome/130 SEB/3.7.0"
BUILD = "5" * 64


KNOWN, UNKNOWN = "the site knows its prefix", "the proxy alone knows it"
both_ways = pytest.mark.parametrize("behind_a_proxy", [KNOWN, UNKNOWN], indirect=True)


@pytest.fixture
def behind_a_proxy(request: Any, settings: Any) -> Any:
    """https and a prefix outside, plain http inside: what the client saw is not what the server hears.

    Gives what stands before our own addresses in the candidate's browser.
    """
    settings.PUBLIC_ADDRESS = "https://exam.example.test/tancai"
    if getattr(request, "param", KNOWN) == UNKNOWN:
        yield "https://exam.example.test/tancai"
        return
    settings.FORCE_SCRIPT_NAME = "/tancai"
    set_script_prefix("/tancai/")
    yield "https://exam.example.test"
    clear_script_prefix()


class Proxied(Client):
    """The proxy takes the prefix away before the server sees the path."""

    def generic(self, method: str, path: Any, *args: Any, **more: Any) -> Any:
        return super().generic(method, str(path).removeprefix("/tancai"), *args, **more)


def client_required(code: str = "dcne") -> None:
    definition = programmes.definition(code, on=world.AT.date())
    rule = definition.exam.model_dump(mode="json")
    programmes.revise(
        code,
        changes={"exam": {**rule, "client_required": True}},
        note="须使用考试客户端",
        effective_from=world.AT.date(),
        by=None,
        at=world.AT,
    )


class Exam:
    """A candidate before an exam that asks for the client."""

    def __init__(self, serial: int = 1) -> None:
        self.person = world.candidate(serial, name=world.NAMES[serial - 1])
        self.session = world.prepared(self.person)
        self.admission = world.admission_of(self.session, self.person)
        self.client = Proxied()
        self.client.force_login(self.person.user)
        self.at = self.session.starts_at
        self.config = proctoring.configuration_of(self.session, by=None, at=world.AT)

    @property
    def sitting(self) -> Any:
        return exams.sittings(self.session).get(admission=self.admission)

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"exam_room:{name}", args=args or [self.admission.pk])


def headers(site: str, path: str, key: str, build: str = "") -> dict[str, str]:
    """What the client puts on a request: hashes over the address it sees."""
    found = {"X-SafeExamBrowser-ConfigKeyHash": proctoring.request_hash(site + path, key), "User-Agent": SEB}
    if build:
        found["X-SafeExamBrowser-RequestHash"] = proctoring.request_hash(site + path, build)
    return found


@pytest.fixture
def exam(behind_a_proxy: str) -> Exam:
    client_required()
    return Exam()


@both_ways
def test_the_whole_way_with_headers_behind_a_proxy_prefix(exam: Exam, behind_a_proxy: str) -> None:
    key, site = exam.config.config_key, behind_a_proxy
    check, enter = exam.address("check"), exam.address("enter")
    assert site + check == f"https://exam.example.test/tancai/exam/{exam.admission.pk}/"
    with clock.moved(exam.at):
        page = exam.client.get(check, headers=headers(site, check, key))
        assert enter in page.content.decode()
        answer = exam.client.post(enter, headers=headers(site, enter, key))
        room = exam.address("room", exam.sitting.pk)
        assert answer["Location"] == room
        assert exam.client.get(room, headers=headers(site, room, key)).status_code == 200
        paper = exam.address("paper", exam.sitting.pk)
        assert exam.client.get(paper, headers=headers(site, paper, key)).status_code == 200
    assert not LockdownFailure.objects.exists()


def test_a_hash_over_what_the_server_hears_does_not_pass(exam: Exam) -> None:
    enter = exam.address("enter")
    with clock.moved(exam.at):
        for site in ("http://exam.example.test", "https://testserver", "https://exam.example.test:443"):
            answer = exam.client.post(enter, headers=headers(site, enter, exam.config.config_key))
            assert answer["Location"] == exam.address("check")
    failure = LockdownFailure.objects.get()
    assert failure.code == "client_other_config", "the same failure within a minute is one row"


def test_a_host_header_is_not_believed(exam: Exam, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    enter = exam.address("enter")
    sent = headers("https://evil.example", enter, exam.config.config_key)
    with clock.moved(exam.at):
        answer = exam.client.post(enter, headers=sent, HTTP_HOST="evil.example", secure=True)
    assert answer["Location"] == exam.address("check")


def test_an_ordinary_browser_gets_no_further_than_the_check(exam: Exam, behind_a_proxy: str) -> None:
    with clock.moved(exam.at):
        page = exam.client.get(exam.address("check")).content.decode()
        assert "普通浏览器" in page and exam.address("enter") not in page
        assert exam.address("client") in page
        assert exam.client.post(exam.address("enter"))["Location"] == exam.address("check")
        assert exams.entry_of(exam.sitting) is None
    assert [row.code for row in LockdownFailure.objects.all()] == ["client_missing", "client_missing"]
    waiting = proctoring.refused(exam.session.pk)
    assert [(row.admission, row.code, row.times) for row in waiting] == [
        (exam.admission, "client_missing", 2)
    ]


def prove(exam: Exam, page: str, *, key: str, site: str, build: str = "", agent: str = SEB) -> dict[str, Any]:
    """Post what the client's script interface gives for the page."""
    address = site + page
    body = {
        "address": address + "#top",
        "config": proctoring.request_hash(address, key),
        "exam": proctoring.request_hash(address, build) if build else "",
    }
    answer = exam.client.post(
        exam.address("client_prove"), json.dumps(body), "application/json", headers={"User-Agent": agent}
    )
    assert answer.status_code == 200
    return answer.json()


@both_ways
def test_the_script_interface_proves_clients_that_send_no_headers(exam: Exam, behind_a_proxy: str) -> None:
    check, enter, key = exam.address("check"), exam.address("enter"), exam.config.config_key
    agent = {"User-Agent": "Mozilla/5.0 (iPad) Version/18 SEB/3.5"}
    with clock.moved(exam.at):
        page = exam.client.get(check, headers=agent).content.decode()
        assert "exam_room/client" in page and enter not in page
        assert prove(exam, check, key=key, site=behind_a_proxy) == {"ok": True, "code": "", "text": ""}
        assert enter in exam.client.get(check, headers=agent).content.decode()
        answer = exam.client.post(enter, headers=agent)
        assert answer["Location"] == exam.address("room", exam.sitting.pk)
        assert exam.client.get(answer["Location"], headers=agent).status_code == 200
    with clock.moved(exam.at + timedelta(minutes=11)):
        room = exam.address("room", exam.sitting.pk)
        assert exam.client.get(room, headers=agent)["Location"] == check
        assert prove(exam, room, key=key, site=behind_a_proxy)["ok"]
        assert exam.client.get(room, headers=agent).status_code == 200
    assert Proxied().get(room).status_code == 404


def test_a_posted_proof_must_be_for_one_of_this_exams_pages(exam: Exam, behind_a_proxy: str) -> None:
    check, key = exam.address("check"), exam.config.config_key
    other = exam.address("check", exam.admission.pk + 1)
    with clock.moved(exam.at):
        answers = [
            prove(exam, check, key="0" * 64, site=behind_a_proxy),
            prove(exam, check, key=key, site="https://elsewhere.example"),
            prove(exam, other, key=key, site=behind_a_proxy),
            *(
                exam.client.post(exam.address("client_prove"), body, "application/json").json()
                for body in ("", "[1", "[]", "null")
            ),
        ]
        assert all(not said["ok"] and said["text"] for said in answers)
        assert exam.address("enter") not in exam.client.get(check).content.decode()


def test_builds_on_the_list_only(exam: Exam, behind_a_proxy: str) -> None:
    site, key, enter = behind_a_proxy, exam.config.config_key, exam.address("enter")
    details = {"label": "3.7.0 Windows", "by": None, "at": world.AT}
    proctoring.add_browser_key(exam.session, BUILD.upper(), reason="学校机房统一版本", **details)
    with clock.moved(exam.at):
        for build in ("", "6" * 64):
            answer = exam.client.post(enter, headers=headers(site, enter, key, build))
            assert answer["Location"] == exam.address("check")
        assert LockdownFailure.objects.last().code == "client_unknown_build"
        said = prove(exam, exam.address("check"), key=key, site=site, build="6" * 64)
        assert said["code"] == "client_unknown_build"
        answer = exam.client.post(enter, headers=headers(site, enter, key, BUILD))
        assert answer["Location"] == exam.address("room", exam.sitting.pk)
    with pytest.raises(proctoring.LockdownError) as refused:
        proctoring.add_browser_key(exam.session, BUILD, reason="again", **details)
    assert refused.value.code == "known_key"
    proctoring.remove_browser_key(exam.session, BUILD, reason="换版本", by=None, at=world.AT)
    assert proctoring.browser_keys(exam.session.pk) == []
    assert len(proctoring.browser_key_story(exam.session.pk)) == 2


def test_a_failure_during_the_exam_keeps_what_is_saved_and_the_invigilator_lets_go_on(
    exam: Exam, behind_a_proxy: str
) -> None:
    site, key, enter = behind_a_proxy, exam.config.config_key, exam.address("enter")
    with clock.moved(exam.at):
        exam.client.post(enter, headers=headers(site, enter, key))
        entry = exams.entry_of(exam.sitting)
    with clock.moved(exam.at + timedelta(minutes=30)):
        said = exam.client.post(exam.address("client_prove"), "{}", "application/json").json()
        assert said["code"] == "client_missing"
        again = exams.entry_of(exam.sitting)
        assert entry and again and again.ends == entry.ends, "the sitting goes on untouched"
        assert [row.place for row in proctoring.refused(exam.session.pk)] == ["during"]
        granted = proctoring.grant_exceptions([exam.admission], reason="device", by=None, at=clock.now())
        assert len(granted) == 1
        assert exam.client.post(exam.address("client_prove"), "{}", "application/json").json()["ok"]
        assert exam.client.get(exam.address("room", exam.sitting.pk)).status_code == 200
        assert proctoring.refused(exam.session.pk) == []
        proctoring.revoke_exception(exam.admission, text="已换电脑", by=None, at=clock.now())
        assert exam.client.get(exam.address("room", exam.sitting.pk)).status_code == 302


def test_exceptions_need_a_reason_and_are_said_on_the_check_page(exam: Exam) -> None:
    for reason, text, code in (("because", "", "bad_reason"), ("other", " ", "no_reason")):
        with pytest.raises(proctoring.LockdownError) as refused:
            proctoring.grant_exceptions([exam.admission], reason=reason, text=text, by=None, at=world.AT)
        assert refused.value.code == code
    proctoring.grant_exceptions([exam.admission], reason="demonstration", by=None, at=world.AT)
    assert proctoring.grant_exceptions([exam.admission], reason="device", by=None, at=world.AT) == []
    with clock.moved(exam.at):
        page = exam.client.get(exam.address("check")).content.decode()
    assert "演示场次" in page and exam.address("enter") in page


def test_hand_in_and_receipt_need_no_client(exam: Exam, behind_a_proxy: str, exam_log: Any) -> None:
    site, key, enter = behind_a_proxy, exam.config.config_key, exam.address("enter")
    exam_log.control.move_clock(int(exam.at.timestamp() * 1000))
    with clock.moved(exam.at):
        exam.client.post(enter, headers=headers(site, enter, key))
        entry = exams.entry_of(exam.sitting)
        page = exams.SittingClient(entry.log_url, entry.token)
        page.claim()
        page.answer(1, "A")
        page.hand_in()
        answer = exam.client.post(exam.address("finish", exam.sitting.pk))
        assert answer.json()["done"]
        receipt = exam.client.get(answer.json()["receipt"], headers={"User-Agent": SEB}).content.decode()
        leave = proctoring.leave_address(exam.config.leave_token)
        assert f'href="{leave}"' in receipt
        assert leave not in exam.client.get(answer.json()["receipt"]).content.decode()
    assert Proxied().get(leave.removeprefix("https://exam.example.test")).status_code == 200


def test_the_file_is_fetched_without_a_session_and_carries_the_key(exam: Exam) -> None:
    page = exam.client.get(exam.address("client")).content.decode()
    assert f"sebs://exam.example.test/tancai/exam/client/{exam.config.token}/exam.seb" in page
    answer = Proxied().get(exam.address("client_file", exam.config.token))
    assert answer["Content-Type"] == "application/seb"
    found = proctoring.read_seb(answer.content)
    assert found.config_key == exam.config.config_key
    assert found.settings["startURL"] == "https://exam.example.test/tancai/exam/"
    assert found.settings["quitURL"] == proctoring.leave_address(exam.config.leave_token)
    assert Proxied().get(exam.address("client_file", "x" * 24)).status_code == 404
    assert Proxied().get(exam.address("client")).status_code == 404


def test_every_form_of_the_file_has_the_stored_key(exam: Exam) -> None:
    for form in ("xml", "gzip", "locked"):
        data = proctoring.file_of(exam.config, form, password="exam-2026")
        assert proctoring.read_seb(data, password="exam-2026").config_key == exam.config.config_key


def test_the_configuration_stays_until_it_is_replaced(exam: Exam, behind_a_proxy: str) -> None:
    assert proctoring.configuration_of(exam.session, by=None, at=exam.at) == exam.config
    for reason, password, code in (("", "", "no_reason"), ("x", "12345", "short_password")):
        with pytest.raises(proctoring.LockdownError) as refused:
            proctoring.replace_configuration(
                exam.session, quit_password=password, reason=reason, by=None, at=exam.at
            )
        assert refused.value.code == code
    new = proctoring.replace_configuration(
        exam.session, quit_password="leave-2026", reason="加退出密码", by=None, at=exam.at
    )
    assert new.config_key != exam.config.config_key
    assert LockdownConfig.objects.filter(session=exam.session).count() == 2
    enter = exam.address("enter")
    with clock.moved(exam.at):
        old = headers(behind_a_proxy, enter, exam.config.config_key)
        assert exam.client.post(enter, headers=old)["Location"] == exam.address("check")
        fresh = headers(behind_a_proxy, enter, new.config_key)
        assert exam.client.post(enter, headers=fresh)["Location"] != exam.address("check")


def test_other_exams_ask_for_nothing() -> None:
    exam = Exam()
    with clock.moved(exam.at):
        assert "考试客户端" not in exam.client.get(exam.address("check")).content.decode()
        assert exam.client.post(exam.address("enter"))["Location"] == exam.address("room", exam.sitting.pk)
        assert exam.client.get(exam.address("client"))["Location"] == exam.address("check")
    assert not LockdownFailure.objects.exists()


def test_the_guide_is_there_for_everybody() -> None:
    page = Client().get(
        reverse("exam_room:client_guide"), headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    )
    assert "您的系统" in page.content.decode()
