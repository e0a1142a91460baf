"""The review queue and the review page over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tancai.audit import api as audit
from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.people import api as people
from tests.enrolment.conftest import AT, resident_number
from tests.enrolment.test_road import draft, submitted

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(reviewer: Any) -> Client:
    return client_of(reviewer)


def test_the_queue_is_ordered_by_the_promised_day(desk: Client, alice: Any, charlie: Any) -> None:
    late, early = submitted(charlie), submitted(alice)
    enrolment.Application.objects.filter(pk=early.pk).update(promised_by=AT.date() - timedelta(days=1))
    page = desk.get("/office/review/").content.decode()
    assert page.index(early.number) < page.index(late.number)
    assert "其中 1 份已超过承诺日期" in page
    assert "已超过 1 天" in page


@pytest.mark.parametrize("query", ["林清源", "number", resident_number(1)])
def test_search_by_name_number_and_document(desk: Client, alice: Any, charlie: Any, query: str) -> None:
    mine, other = submitted(alice), submitted(charlie)
    query = mine.number if query == "number" else query
    page = desk.get("/office/review/", {"q": query}).content.decode()
    assert f"/office/review/{mine.number}/" in page
    assert f'href="/office/review/{other.number}/">' not in page.split('id="table-review"')[1]


def test_filters_tabs_and_export(desk: Client, alice: Any) -> None:
    application = submitted(alice)
    assert (
        application.number
        not in desk.get("/office/review/", {"channel": "institution"})
        .content.decode()
        .split('id="table-review"')[1]
    )
    answer = desk.get("/office/review/", {"export": "csv"})
    assert application.number in answer.content.decode() and resident_number(1) not in answer.content.decode()
    assert "没有" in desk.get("/office/review/?view=approved").content.decode()


def test_everything_needed_to_decide_is_on_the_page(desk: Client, alice: Any) -> None:
    application = submitted(alice)
    page = desk.get(f"/office/review/{application.number}/").content.decode()
    for wanted in ("林清源", "按填写内容符合第 3 条", "双耳可见且对称", "汉语言文学", "工作证明", "2024.01"):
        assert wanted in page
    assert resident_number(1) not in page and alice.document_masked in page


def test_the_number_is_shown_on_request_and_recorded(desk: Client, reviewer: Any, alice: Any) -> None:
    application = submitted(alice)
    url = f"/office/review/{application.number}/document/"
    assert desk.get(url).status_code == 405
    assert resident_number(1) in desk.post(url).content.decode()
    entry = audit.entries(action="people.reveal_document").first()
    assert entry is not None and entry.actor_id == reviewer.pk


def test_a_material_is_returned_with_a_reason_and_the_application_with_it(desk: Client, alice: Any) -> None:
    application = submitted(alice)
    portrait = enrolment.newest_materials(application)["portrait"][0]
    base = f"/office/review/{application.number}/"
    card = desk.post(
        f"{base}materials/{portrait.pk}/",
        {"verdict": "return", "code": "background", "text": "有阴影"},
        HTTP_HX_REQUEST="true",
    ).content.decode()
    assert "背景不符合要求；有阴影" in card and 'hx-swap-oob="true"' in card
    refused = desk.post(f"{base}decide/", {"step": "approve", "line": "3"}, follow=True).content.decode()
    assert "有材料标记为退回" in refused
    desk.post(f"{base}decide/", {"step": "return", "remark": "请尽快更换"})
    view = enrolment.application(application.number)
    assert view.state == "returned"
    assert enrolment.last_reasons(application) == [
        {"material": "portrait", "code": "background", "text": "有阴影"}
    ]


def test_approval_goes_on_to_the_next(desk: Client, alice: Any, charlie: Any) -> None:
    first, second = submitted(alice), submitted(charlie)
    answer = desk.post(f"/office/review/{first.number}/decide/", {"step": "approve", "line": "3"})
    assert answer.url == f"/office/review/{second.number}/"
    assert enrolment.application(first.number).state == "approved"
    answer = desk.post(f"/office/review/{second.number}/decide/", {"step": "approve", "line": "3"})
    assert answer.url == "/office/review/"


def test_a_decision_needs_a_reason_where_the_candidate_loses(desk: Client, alice: Any) -> None:
    application = submitted(alice)
    for step, asks in (("refuse", "请写明原因"), ("return", "请先把要退回的材料标记为退回")):
        page = desk.post(f"/office/review/{application.number}/decide/", {"step": step}, follow=True)
        assert asks in page.content.decode()
    assert enrolment.application(application.number).state == "submitted"
    desk.post(f"/office/review/{application.number}/decide/", {"step": "refuse", "remark": "工作年限不足"})
    assert enrolment.application(application.number).state == "refused"


def test_two_reviewers_at_once_the_second_is_told(desk: Client, alice: Any) -> None:
    application = submitted(alice)
    url = f"/office/review/{application.number}/decide/"
    desk.post(url, {"step": "approve", "line": "3"})
    page = desk.post(url, {"step": "refuse", "remark": "x"}, follow=True).content.decode()
    assert "申请的状态已经改变" in page
    assert enrolment.application(application.number).state == "approved"


def test_a_reviewer_accepts_a_major(desk: Client, alice: Any) -> None:
    application = submitted(alice)
    row = enrolment.record_of(application.number)
    assert enrolment.verdict_of(row, at=AT).met_lines == (3,)
    desk.post(f"/office/review/{application.number}/major/", {"reason": "主修课程为能源管理"})
    assert enrolment.verdict_of(row, at=AT).met_lines == (3, 5)


def _every_address(application: enrolment.Application) -> list[tuple[str, str]]:
    material = enrolment.newest_materials(application)["portrait"][0]
    base = f"/office/review/{application.number}/"
    return [
        ("get", base),
        ("get", f"{base}form.pdf"),
        ("get", f"{base}files/{material.file.token}/"),
        ("post", f"{base}materials/{material.pk}/"),
        ("post", f"{base}decide/"),
        ("post", f"{base}major/"),
        ("post", f"{base}document/"),
    ]


def test_who_has_no_business_here_finds_nothing(alice: Any, outsider: Any) -> None:
    application = submitted(alice)
    stranger, candidate, visitor = client_of(outsider), client_of(alice.user), Client()
    for method, address in _every_address(application):
        assert getattr(stranger, method)(address).status_code == 404, address
        assert getattr(candidate, method)(address).status_code == 404, address
        assert getattr(visitor, method)(address).status_code == 302, address
    assert candidate.get("/office/review/").status_code == 404
    assert candidate.get("/office/").status_code == 404
    assert application.number not in stranger.get("/office/review/").content.decode()


def test_a_supervisor_reads_and_decides_nothing(alice: Any, supervisor: Any) -> None:
    application = submitted(alice)
    watch = client_of(supervisor)
    page = watch.get(f"/office/review/{application.number}/").content.decode()
    assert "林清源" in page and "/decide/" not in page
    for method, address in _every_address(application):
        if method == "post":
            assert watch.post(address).status_code == 404, address


def test_nobody_reviews_their_own(alice: Any) -> None:
    people.grant_role(alice.user, "reviewer", organisation=people.organisation("icdc"), by=None, at=AT)
    application = submitted(alice)
    desk = client_of(alice.user)
    page = desk.get(f"/office/review/{application.number}/").content.decode()
    assert "这是您本人的申请" in page and "/decide/" not in page
    assert desk.post(f"/office/review/{application.number}/decide/", {"step": "approve"}).status_code == 404


def test_drafts_are_not_shown_to_reviewers(desk: Client, alice: Any) -> None:
    application = draft(alice)
    assert desk.get(f"/office/review/{application.number}/").status_code == 404
    assert application.number not in desk.get("/office/review/?view=all").content.decode()


def test_overdue_promises_stand_first_at_home_and_in_the_navigation(desk: Client, alice: Any) -> None:
    application = submitted(alice)
    enrolment.Application.objects.filter(pk=application.pk).update(promised_by=AT.date() - timedelta(days=2))
    with clock.moved(AT):
        page = desk.get("/office/").content.decode()
    assert "1 份申请已超过承诺的审核日期" in page and "due-overdue" in page


def test_the_queue_asks_the_same_number_of_questions_for_more_rows(
    desk: Client, alice: Any, charlie: Any, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    submitted(alice)
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get("/office/review/")
    submitted(charlie)
    with django_assert_max_num_queries(len(one) + 4):
        desk.get("/office/review/")


def test_the_rail_counts_again_after_an_action_and_in_each_language(
    desk: Client, alice: Any, charlie: Any
) -> None:
    def waiting() -> str:
        page = desk.get("/office/review/").content.decode()
        entry = page.split('href="/office/review/"', 1)[1].split("</a>", 1)[0]
        return re.sub(r"<[^>]*>|\s", "", entry.partition(">")[2])

    assert waiting() == "审核"
    submitted(alice)
    assert waiting() == "审核1"
    submitted(charlie)
    assert waiting() == "审核2"
    desk.cookies["django_language"] = "en"
    assert waiting() != "审核2" and waiting().endswith("2")
