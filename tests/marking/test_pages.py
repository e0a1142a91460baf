"""Results in the browser: the candidate before and after release, the office, re-checks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.marking import world as w
from tests.marking.test_release import mark_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any) -> Any:
    """Everything marked: one with 30 + 20 + 50 = 100 marks, one with 20, one absent; nothing released."""
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    found = w.build(3)
    w.sit(found, 0)
    w.sit(found, 1, right=20, short="")
    marking.score_session(found.session, by=None, at=found.over)
    mark_all(found, "1")
    with clock.moved(found.over):
        yield found


def client(user: Any) -> Client:
    found = Client()
    found.force_login(user)
    return found


def release(world: w.World) -> None:
    marking.release(world.session, by=world.office[0], at=world.over)


def address(name: str, world: w.World, number: int = 0) -> str:
    return reverse(f"candidate:{name}", args=[world.admission(number).pk])


def test_before_release_no_page_of_the_candidate_holds_a_score_or_a_key(world: w.World) -> None:
    browser = client(world.candidates[0].user)
    pages = [browser.get(reverse("candidate:results")), browser.get(address("result", world))]
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert "100" not in strip_tags(text) and "恭喜" not in text
        assert "statement.pdf" not in text and "chip-good" not in text and "chip-bad" not in text
        for keyed in world.keys.values():
            assert str(keyed.solution.get("reference") or "无此文字") not in text
    assert browser.get(address("statement", world)).status_code == 404
    assert browser.post(address("recheck", world), {"text": "x"}).status_code == 404


def test_after_release_the_candidate_sees_marks_but_never_the_keys(world: w.World) -> None:
    release(world)
    browser = client(world.candidates[0].user)
    assert "100" in browser.get(reverse("candidate:results")).content.decode()
    text = browser.get(address("result", world)).content.decode()
    assert "恭喜" in text and "单项选择题" in text
    for keyed in world.keys.values():
        assert str(keyed.solution.get("reference") or "无此文字") not in text
    pdf = browser.get(address("statement", world))
    assert pdf["Content-Type"] == "application/pdf"
    assert b"".join(pdf) if pdf.streaming else pdf.content.startswith(b"%PDF")


def test_absent_is_said_as_absent(world: w.World) -> None:
    release(world)
    text = client(world.candidates[2].user).get(address("result", world, 2)).content.decode()
    assert "缺考" in text
    assert "0</b>" not in text


def test_other_peoples_results_are_not_there(world: w.World) -> None:
    release(world)
    for user in (world.candidates[1].user, world.office[0], world.markers[0]):
        browser = client(user)
        assert browser.get(address("result", world)).status_code == 404
        assert browser.get(address("statement", world)).status_code == 404
        assert browser.post(address("recheck", world), {}).status_code == 404
    assert Client().get(address("result", world)).status_code == 302


def test_a_statement_is_checked_by_anybody(world: w.World) -> None:
    release(world)
    found = marking.results_of(world.candidates[0])[0]
    token = marking.statement_token(found.id)
    page = Client().get(reverse("candidate:statement_checked", args=[token])).content.decode()
    assert world.candidates[0].name in page and "真实有效" in page
    assert world.candidates[0].document_masked not in page
    wrong = Client().get(reverse("candidate:statement_check"), {"code": "1-AAAAA-BBBBB"}).content.decode()
    assert "没有这样的成绩单" in wrong


def test_checking_statements_is_limited(world: w.World) -> None:
    answers = [
        Client().get(reverse("candidate:statement_check"), {"code": "1-A-B"}).status_code for _ in range(61)
    ]
    assert answers[0] == 200 and answers[-1] == 429


def test_a_recheck_from_request_to_correction(world: w.World) -> None:
    release(world)
    person = world.candidates[1]
    browser = client(person.user)
    answer = browser.post(address("recheck", world, 1), {"text": "第3题应为对"}, follow=True)
    assert "复核申请已提交" in answer.content.decode()
    again = browser.post(address("recheck", world, 1), {"text": "再来"}, follow=True)
    assert "已经申请过" in again.content.decode()
    case = marking.recheck_queue([world.body]).get()
    second = client(world.office[1])
    assert "第3题应为对" in second.get(reverse("office:result_recheck", args=[case.pk])).content.decode()
    first = client(world.office[0])
    page = first.get(reverse("office:result_recheck", args=[case.pk]))
    assert "由您公布" in page.content.decode() and 'name="m1"' not in page.content.decode()
    typed = {f"m{line.position}": str(line.marks) for line in marking.recheck_case(case)}
    bad = second.post(
        reverse("office:result_recheck", args=[case.pk]), {**typed, "m21": "7", "m22": "x", "reason": "核对"}
    )
    assert "第 22 题：请填数字" in bad.content.decode()
    bad = second.post(
        reverse("office:result_recheck", args=[case.pk]), {**typed, "m21": "7", "reason": "核对"}
    )
    assert "分数须在 0 到 1 之间" in bad.content.decode()
    nothing = second.post(reverse("office:result_recheck", args=[case.pk]), {**typed, "reason": " "})
    assert nothing.status_code == 200
    done = second.post(
        reverse("office:result_recheck", args=[case.pk]),
        {**typed, "m21": "1", "reason": "第21题计分有误"},
        follow=True,
    )
    assert "成绩已更正" in done.content.decode()
    assert marking.results_of(person)[0].total == 21
    text = browser.get(address("result", world, 1)).content.decode()
    assert "第21题计分有误" in text and "已更正" in text


def test_the_office_releases_after_a_look(world: w.World) -> None:
    browser = client(world.office[0])
    assert "可以公布" in browser.get(reverse("office:results")).content.decode()
    page = browser.get(reverse("office:result_session", args=[world.session.pk])).content.decode()
    assert world.candidates[0].name in page and "确认公布" in page
    done = browser.post(reverse("office:release_session", args=[world.session.pk]), follow=True)
    assert "成绩已公布" in done.content.decode()
    again = browser.post(reverse("office:release_session", args=[world.session.pk]), follow=True)
    assert "已经公布" in again.content.decode()
    assert "确认公布" not in again.content.decode()


def test_the_table_is_exported(world: w.World) -> None:
    browser = client(world.office[0])
    place = reverse("office:result_session", args=[world.session.pk])
    csv = browser.get(place, {"export": "csv"}).content.decode("utf-8-sig")
    assert world.admission(0).ticket_number in csv and "缺考" in csv
    assert browser.get(place, {"export": "xlsx"}).content.startswith(b"PK")
    only = browser.get(place, {"state": "absent"}).content.decode()
    assert world.candidates[2].name in only and world.candidates[0].name not in only
    for sort in ("total", "-total", "name", "ticket"):
        assert browser.get(place, {"sort": sort}).status_code == 200


def test_what_is_left_is_said_before_release(world: w.World) -> None:
    w.sit(world, 2)
    browser = client(world.office[0])
    place = reverse("office:result_session", args=[world.session.pk])
    page = browser.get(place).content.decode()
    assert "1 份答卷的选择题待计分" in page and "确认公布" not in page
    refused = browser.post(reverse("office:release_session", args=[world.session.pk]), follow=True)
    assert "还不能公布" in refused.content.decode()
    scored = browser.post(reverse("office:score_session", args=[world.session.pk]), follow=True)
    assert "初评 5" in scored.content.decode()


def test_only_the_body_of_the_programme_sees_its_results(world: w.World) -> None:
    other = people.organisation(programmes.definition("dcne").body)
    strangers = [w.account("office", other), world.candidates[0].user, world.markers[0]]
    for user in strangers:
        browser = client(user)
        assert browser.get(reverse("office:result_session", args=[world.session.pk])).status_code == 404
        for name in ("release_session", "score_session"):
            assert browser.post(reverse(f"office:{name}", args=[world.session.pk])).status_code == 404
    assert client(world.markers[0]).get(reverse("office:results")).status_code == 404
    body = people.organisation_by_id(world.body)
    watcher = client(w.account("supervisor", body))
    assert watcher.get(reverse("office:result_session", args=[world.session.pk])).status_code == 200
    assert watcher.post(reverse("office:release_session", args=[world.session.pk])).status_code == 404
    assert marking.release_of(world.session) is None


def test_today_at_the_office(world: w.World, rf: Any) -> None:
    from tancai.web.office import results

    request = rf.get("/")
    request.user = world.office[0]
    (item,) = results.result_due(request)
    assert "公布" in item.title
    assert [entry.badge for entry in results.result_entries(request)] == ["", 0]
    request.user = world.markers[0]
    assert results.result_due(request) == [] and results.result_entries(request) == []
