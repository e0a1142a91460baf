"""Certificates at the office and with their holders: who may do what, and that it is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from tancai.credentials import api as credentials
from tancai.jobs import api as jobs
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.office.certificates import certificate_due
from tests.credentials import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> Any:
    w.ready()
    with clock.moved(w.AT):
        yield


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"office:{name}", args=args)


def test_the_office_issues_one_and_all() -> None:
    clerk = w.account("office", "cem")
    browser = signed_in(clerk)
    result, _second, foreign = w.passing("cem", "张晓岚"), w.passing("cem", "李明"), w.passing("csa", "王五")
    page = browser.get(address("certificates_due")).content.decode()
    assert "张晓岚" in page and "李明" in page and "王五" not in page and "承诺签发日期" in page
    one = address("certificate_issue", result.id)
    assert "碳排放管理师（中级）" in browser.get(one).content.decode()
    answer = browser.post(one, follow=True)
    assert "张晓岚" in answer.content.decode() and credentials.Certificate.objects.count() == 1
    assert browser.get(one).status_code == 404
    assert browser.post(address("certificate_issue", foreign.id)).status_code == 404
    w.passing("cem", "赵青")
    watched = browser.post(address("certificates_issue_all"))["Location"]
    assert browser.post(address("certificates_issue_all"))["Location"] == watched, "it goes on, not twice"
    assert watched in browser.get(address("certificates_due")).content.decode()
    assert "正在排队" in browser.get(watched).content.decode()
    jobs.run(jobs.Job.objects.get(kind=credentials.ISSUE_MANY).pk)
    assert "已签发 2 份证书" in browser.get(f"{watched}progress/").content.decode()
    assert credentials.Certificate.objects.count() == 3
    assert "没有待签发的证书" in browser.get(address("certificates_due")).content.decode()
    other = signed_in(w.account("office", "csa"))
    assert other.get(watched).status_code == other.post(f"{watched}stop/").status_code == 404


def test_an_issue_of_many_tells_what_it_refused_and_stops_when_asked() -> None:
    clerk = w.account("office", "cem")
    browser = signed_in(clerk)
    good, failed = w.passing("cem", "张晓岚"), w.passing("cem", "李明", passed=False)
    stopped = browser.post(address("certificates_issue_all"))["Location"]
    browser.post(f"{stopped}stop/")
    jobs.run(jobs.Job.objects.get().pk)
    assert "签发已停止" in browser.get(stopped).content.decode()
    assert not credentials.Certificate.objects.exists()

    job = credentials.issue_many([failed.id, good.id], by=clerk, at=w.AT)
    jobs.run(job.pk)
    page = browser.get(address("certificates_issuing", job.pk)).content.decode()
    assert "已签发 1 份证书" in page and "有 1 份没有签发" in page and "李明 · 成绩不合格，不能签发。" in page


def test_an_issue_that_breaks_off_says_so_and_a_repeat_issues_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clerk = w.account("office", "cem")
    browser = signed_in(clerk)
    first, second = w.passing("cem", "张晓岚"), w.passing("cem", "李明")
    job, issue = credentials.issue_many([first.id, second.id], by=clerk, at=w.AT), credentials.issue

    def breaking(result: int, **given: Any) -> Any:
        if result == second.id:
            raise RuntimeError("no room on the disk")
        return issue(result, **given)

    monkeypatch.setattr("tancai.credentials.actions.issue", breaking)
    jobs.run(job.pk)
    page = browser.get(address("certificates_issuing", job.pk)).content.decode()
    assert "签发没有完成" in page and "no room" not in page
    (stands,) = credentials.Certificate.objects.all()
    monkeypatch.undo()
    jobs.run(credentials.issue_many([first.id, second.id], by=clerk, at=w.AT).pk)
    assert credentials.Certificate.objects.count() == 2
    assert credentials.certificate_of_application(first.application_id).id == stands.pk

    for grant in people.grants().filter(user=clerk):
        people.revoke_role(grant, reason="moved", by=None, at=w.AT)
    assert browser.get(address("certificates_issuing", job.pk)).status_code == 404


def test_overdue_promises_are_seen() -> None:
    clerk = w.account("office", "cem")
    w.passing("cem", "张晓岚")
    request = RequestFactory().get("/")
    request.user = clerk
    assert [item.level for item in certificate_due(request)] == ["info"]
    with clock.moved(w.AT + timedelta(days=90)):
        (item,) = certificate_due(request)
        assert item.level == "overdue" and item.url == address("certificates_due")
        assert "已超过承诺日期" in signed_in(clerk).get(address("certificates_due")).content.decode()
    request.user = w.account("office", "csa")
    assert certificate_due(request) == []


PAGES = ("certificate", "certificate_pdf", "certificate_portrait")


@pytest.mark.parametrize("who", ["nobody", "candidate", "reviewer", "other_body"])
def test_not_yours_is_not_there(who: str) -> None:
    row = w.issued("cem", portrait=True)
    proposal = credentials.propose(row, "revoke", reason="x", by=w.account(), at=w.AT)
    users = {
        "nobody": None,
        "candidate": row.person.user,
        "reviewer": w.account("reviewer", "cem"),
        "other_body": w.account("office", "csa"),
    }
    browser = Client() if who == "nobody" else signed_in(users[who])
    wanted = 302 if who == "nobody" else 404
    pages = [address(name, row.number) for name in PAGES]
    pages += [
        address("certificate_propose", row.number, "revoke"),
        address("certificate_proposal", proposal.pk),
    ]
    assert {page: browser.get(page).status_code for page in pages} == dict.fromkeys(pages, wanted)
    if who != "other_body":
        assert browser.get(address("certificates")).status_code == wanted
        assert browser.get(address("certificate_changes")).status_code == wanted
    assert (
        browser.post(address("certificate_proposal", proposal.pk), {"step": "confirm"}).status_code == wanted
    )
    assert credentials.certificate(row.pk).state == "valid"


def test_the_supervisor_reads_and_changes_nothing() -> None:
    row = w.issued("cem", portrait=True)
    supervisor = w.account("supervisor", "cem")
    browser = signed_in(supervisor)
    page = browser.get(address("certificate", row.number))
    assert page.status_code == 200 and "/propose/" not in page.content.decode()
    assert browser.get(address("certificate_propose", row.number, "revoke")).status_code == 404
    assert browser.post(address("certificates_issue_all")).status_code == 404
    pdf = browser.get(address("certificate_pdf", row.number)).content
    assert row.person.document not in text_of(pdf) and "查询副本" in text_of(pdf)


def text_of(pdf: bytes) -> str:
    import pypdfium2

    pages = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_a_correction_by_two_clerks() -> None:
    row = w.issued("cem", "张晓岚")
    first, second = w.account("office", "cem"), w.account("office", "cem")
    form = address("certificate_propose", row.number, "correct")
    same = {"name": "张晓岚", "sex": credentials.view(row).facts.sex, "document": "", "reason": "x"}
    refused = signed_in(first).post(form, same)
    assert refused.status_code == 422 and "没有要更正的内容" in refused.content.decode()
    signed_in(first).post(form, {**same, "name": "张小兰", "reason": "身份证原件为张小兰"})
    (proposal,) = credentials.proposals(None)
    page = address("certificate_proposal", proposal.pk)
    own = signed_in(first).get(page).content.decode()
    assert 'value="confirm"' not in own and "须由另一位同事复核" in own
    refused = signed_in(first).post(page, {"step": "confirm"})
    assert refused.status_code == 422 and credentials.certificate(row.pk).facts.name == "张晓岚"

    request = RequestFactory().get("/")
    request.user = first
    assert certificate_due(request) == []
    request.user = second
    assert [item.url for item in certificate_due(request)] == [page]
    shown = signed_in(second).get(page).content.decode()
    assert "张晓岚" in shown and "张小兰" in shown and "身份证原件为张小兰" in shown
    signed_in(second).post(page, {"step": "confirm"})
    assert credentials.certificate(row.pk).facts.name == "张小兰"
    assert signed_in(second).post(page, {"step": "confirm"}).status_code == 422


def test_a_proposal_is_turned_down_with_a_reason() -> None:
    row = w.issued("cem")
    proposal = credentials.propose(row, "revoke", reason="x", by=w.account(), at=w.AT)
    browser, page = signed_in(w.account("office", "cem")), address("certificate_proposal", proposal.pk)
    assert browser.post(page, {"step": "decline"}).status_code == 422
    browser.post(page, {"step": "decline", "reason": "查无实据"})
    assert credentials.proposals_of(row)[0].outcome == "declined"
    assert "查无实据" in browser.get(page).content.decode()


def test_nobody_deals_with_ones_own_certificate() -> None:
    result = w.passing("cem")
    clerk = people.person(result.person_id).user
    body = people.organisation(programmes.definition("cem").body)
    people.grant_role(clerk, "office", organisation=body, by=None, at=w.AT)
    browser = signed_in(clerk)
    assert browser.post(address("certificate_issue", result.id)).status_code == 404
    browser.post(address("certificates_issue_all"))
    assert not credentials.Certificate.objects.exists()
    row = credentials.issue(result, by=None, at=w.AT)
    assert browser.get(address("certificate_propose", row.number, "replace")).status_code == 404


def test_searching_by_name_and_document() -> None:
    one, other = w.issued("cem", "张晓岚"), w.issued("cem", "李明")
    browser = signed_in(w.account("office", "cem"))
    for text in ("张晓岚", one.person.document):
        page = browser.post(address("certificates"), {"find": text}).content.decode()
        assert one.number in page and other.number not in page and one.person.document not in page
    both = browser.get(address("certificates")).content.decode()
    assert one.number in both and other.number in both
    csv = browser.get(address("certificates"), {"export": "csv"}).content.decode()
    assert one.number in csv and one.person.document not in csv


def test_the_clerk_prints_the_number_in_full_and_it_is_noted() -> None:
    from tancai.audit import api as audit

    row, clerk = w.issued("cem"), w.account("office", "cem")
    pdf = signed_in(clerk).get(address("certificate_pdf", row.number)).content
    assert row.person.document in text_of(pdf)
    assert audit.entries(target=("certificate", row.pk), action="credentials.print", by=clerk).count() == 1


def holder(name: str, *args: Any) -> str:
    return reverse(f"candidate:{name}", args=args)


def test_holders_see_download_and_share_their_certificate(settings: Any) -> None:
    row = w.issued("cem", "张晓岚", portrait=True)
    browser = signed_in(row.person.user)
    assert row.number in browser.get(holder("certificates")).content.decode()
    page = browser.get(holder("certificate", row.number)).content.decode()
    assert f"{settings.PUBLIC_ADDRESS}/verify/c/{row.number}?k={row.code}" in page
    assert row.person.document not in page and "2028年11月19日" in page
    assert row.person.document in text_of(browser.get(holder("certificate_pdf", row.number)).content)
    assert browser.get(holder("certificate_portrait", row.number)).content[:2] == b"\xff\xd8"
    other = signed_in(w.account())
    for name in ("certificate", "certificate_pdf", "certificate_portrait"):
        assert other.get(holder(name, row.number)).status_code == 404
    assert Client().get(holder("certificate", row.number)).status_code == 302


def test_a_pass_waits_with_its_promised_day() -> None:
    result = w.passing("cem")
    browser = signed_in(people.person(result.person_id).user)
    page = browser.get(holder("certificates")).content.decode()
    due = credentials.promised(result, at=w.AT)
    assert f'datetime="{due.promised_by.isoformat()}"' in page and "等待签发" in page
    assert "还没有证书" in signed_in(w.account()).get(holder("certificates")).content.decode()


def test_a_request_goes_to_the_office_and_is_followed() -> None:
    row = w.issued("cem", "张晓岚")
    browser = signed_in(row.person.user)
    ask = holder("certificate_request", row.number)
    assert browser.post(ask, {"change": "replace", "text": ""}).status_code == 422
    browser.post(ask, {"change": "replace", "text": "搬家时遗失"})
    (asked,) = credentials.requests(None)
    assert signed_in(w.account()).post(ask, {"change": "replace", "text": "x"}).status_code == 404
    first, second = w.account("office", "cem"), w.account("office", "cem")
    assert "搬家时遗失" in signed_in(first).get(address("certificate_changes")).content.decode()
    form = address("certificate_propose", row.number, "replace") + f"?request={asked.pk}"
    assert "搬家时遗失" in signed_in(first).get(form).content.decode()
    signed_in(first).post(form, {"reason": "按申请"})
    (proposal,) = credentials.proposals(None)
    signed_in(second).post(address("certificate_proposal", proposal.pk), {"step": "confirm"})
    assert credentials.request_view(asked).state == "done"
    page = browser.get(holder("certificate", row.number)).content.decode()
    new = credentials.certificate(row.pk).replaced_by
    assert "已办结" in page and new in page and "换发新证书" in page


def test_a_request_is_refused_with_a_reason_the_holder_reads() -> None:
    row = w.issued("cem")
    asked = credentials.request_change(row, "correct", text="姓名", by=row.person.user, at=w.AT)
    clerk = signed_in(w.account("office", "cem"))
    refuse = address("certificate_refuse", asked.pk)
    assert signed_in(w.account("office", "csa")).post(refuse, {"reason": "x"}).status_code == 404
    clerk.post(refuse, {"reason": "与身份证一致"})
    page = signed_in(row.person.user).get(holder("certificate", row.number)).content.decode()
    assert "与身份证一致" in page and "未同意" in page
