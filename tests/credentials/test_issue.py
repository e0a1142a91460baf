"""What is due, issue, numbers under use, what is stored and what is told."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection

from tancai.audit import api as audit
from tancai.credentials import api as credentials
from tancai.lib import clock
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.credentials import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    w.ready()


@pytest.mark.parametrize(("programme", "days"), [("dcne", 50), ("cem", 45), ("crp", 45), ("csa", 45)])
def test_a_pass_is_due_with_its_promise_until_issued(programme: str, days: int) -> None:
    result = w.passing(programme)
    w.passing(programme, passed=False)
    (due,) = credentials.due(None, at=w.AT)
    assert due.result.id == result.id and not due.overdue
    deadline = programmes.working_deadline(clock.local_date(w.RELEASED), days)
    assert (due.promised_by, due.provisional) == (deadline.date, deadline.provisional)
    assert (due.query_by is None) == (programme == "dcne")
    late = w.AT + timedelta(days=(deadline.date - w.AT.date()).days + 1)
    assert credentials.due(None, at=late)[0].overdue
    assert not credentials.due(None, at=late - timedelta(days=1))[0].overdue
    assert credentials.promised(result, at=w.AT) == due

    credentials.issue(result, by=None, at=w.AT)
    assert credentials.due(None, at=w.AT) == [] and credentials.promised(result, at=w.AT) is None


def test_due_is_told_by_organisation_and_programme() -> None:
    cem, csa = w.passing("cem"), w.passing("csa")
    body = people.organisation(programmes.definition("cem").body)
    assert [each.result.id for each in credentials.due({body.pk}, at=w.AT)] == [cem.id]
    assert [each.result.id for each in credentials.due(None, at=w.AT, programme="csa")] == [csa.id]
    assert credentials.due(set(), at=w.AT) == []


def test_issue_prints_the_facts_of_the_pass() -> None:
    clerk = w.account("office", "csa")
    result = w.passing("csa", "张晓岚")
    row = credentials.issue(result.id, by=clerk, at=w.AT)
    seen = credentials.certificate(row.number, on=w.AT.date())
    assert re.fullmatch(r"CSA202600000\d[0-9A-Z]", seen.number) and seen.state == "valid"
    assert seen.facts.name == "张晓岚" and seen.facts.post == "碳汇计量评估师（中级）"
    assert seen.facts.course == "碳汇计量评估师" and seen.facts.exam_month == "2026-10"
    assert (seen.valid_from, seen.valid_until) == (date(2026, 11, 20), date(2028, 11, 19))
    assert credentials.certificate(row.number, on=date(2028, 11, 20)).state == "expired"
    assert credentials.certificates_of(row.person)[0].id == row.pk
    (entry,) = audit.entries(target=("certificate", row.pk))
    assert entry.action == "credentials.issue" and entry.actor_id == clerk.pk
    (told,) = messages.messages_of(row.person)
    words = messages.show(told, "zh-hans")
    assert told.kind == "certificate_issued" and row.number in words.body


def test_issue_is_repeatable_and_gives_one_certificate() -> None:
    result = w.passing()
    first = credentials.issue(result, by=None, at=w.AT)
    again = credentials.issue(result, by=None, at=w.AT + timedelta(days=1))
    assert again.pk == first.pk and credentials.Certificate.objects.count() == 1
    assert len(messages.messages_of(first.person)) == 1


def test_what_is_not_passed_or_no_longer_counts_is_not_issued() -> None:
    with pytest.raises(credentials.CannotIssue, match="not_passed"):
        credentials.issue(w.passing(passed=False), by=None, at=w.AT)
    with pytest.raises(credentials.CannotIssue, match="not_passed"):
        credentials.issue(10**9, by=None, at=w.AT)
    result = w.passing()
    w.corrected_to_fail(result)
    assert credentials.due(None, at=w.AT) == []
    with pytest.raises(credentials.CannotIssue, match="result_changed"):
        credentials.issue(result, by=None, at=w.AT)
    assert not credentials.Certificate.objects.exists()


def test_a_later_fail_is_shown_to_the_office() -> None:
    good, bad = w.issued(), w.passing()
    row = credentials.issue(bad, by=None, at=w.AT)
    w.corrected_to_fail(bad)
    assert [each.number for each in credentials.unfounded(None, on=w.AT.date())] == [row.number]
    w.changed(row, "revoke")
    assert credentials.unfounded(None, on=w.AT.date()) == [] and good.number


def test_numbers_run_by_prefix_and_year_without_repeats() -> None:
    numbers = [w.issued("cem").number for _ in range(40)]
    assert len(set(numbers)) == 40 and numbers == sorted(numbers)
    assert w.issued("dcne").number.startswith("DCNE202600000")
    following = credentials.issue(w.passing("cem"), by=None, at=w.AT + timedelta(days=60))
    assert following.number.startswith("CEM202700000")


def test_nothing_personal_is_stored_in_clear() -> None:
    row = w.issued("cem", "欧阳若水")
    document = row.person.document
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM credentials_printing")
        stored = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM credentials_certificate")
        stored += repr(cursor.fetchall())
    assert "欧阳若水" not in stored and document not in stored
    sealed = _raw_facts()
    assert "欧阳若水".encode() not in sealed and document.encode() not in sealed


def _raw_facts() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM credentials_printing")
        return bytes(cursor.fetchone()[0])
