"""Sessions, admissions, tickets and papers."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.utils.translation import override

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.exams import standing
from tancai.exams.models import EntryCode
from tancai.exams.queries import live_code
from tancai.fees import api as fees
from tancai.items import api as items
from tancai.programmes import api as programmes
from tests.exams import world

pytestmark = pytest.mark.usefixtures("programmes_there")


def test_opening_the_same_day_twice_is_one_session() -> None:
    first = exams.open_session(world.DAY, by=None, at=world.AT)
    assert exams.open_session(world.DAY, by=None, at=world.AT).pk == first.pk
    day = programmes.exam_day(world.DAY)
    definition = programmes.definition("dcne", on=day.date)
    assert (first.starts_at, first.minutes) == (day.starts_at, definition.exam.minutes)
    assert first.entry_until == day.starts_at + timedelta(minutes=definition.exam.late_minutes)


def test_admitting_numbers_everybody_once() -> None:
    people = [world.candidate(n, name=world.NAMES[n], account=False) for n in (1, 2, 3)]
    session = world.prepared(*people[:2])
    world.approved(people[2])
    report = exams.admit(session, by=None, at=world.AT)
    assert [one.person_id for one in report.admitted] == [people[2].pk]
    numbers = [one.ticket_number for one in exams.admissions(session)]
    assert numbers == ["DCNE-20261128-0001", "DCNE-20261128-0002", "DCNE-20261128-0003"]
    assert exams.admit(session, by=None, at=world.AT).admitted == ()


def test_two_sessions_of_one_day_share_the_numbers() -> None:
    first, second = world.candidate(1, account=False), world.candidate(2, name="周明", account=False)
    regular = world.prepared(first)
    day = programmes.add_special_day(
        "dcne",
        starts_at=regular.starts_at + timedelta(hours=5),
        note="下午场",
        closes_at=None,
        by=None,
        at=world.AT,
    )
    special = world.prepared(second, exam_day=day.key)
    assert exams.admissions(special).get().ticket_number == "DCNE-20261128-0002"


def test_who_owes_a_fee_waits() -> None:
    person = world.candidate(1)
    application = world.approved(person)
    order = fees.open_order(
        purpose="enrolment",
        reference=application.pk,
        person=person,
        amount=10000,
        programme="dcne",
        by=None,
        at=world.AT,
    )
    session = exams.open_session(world.DAY, by=None, at=world.AT)
    report = exams.admit(session, by=None, at=world.AT)
    assert report.admitted == ()
    assert [(one.application_id, one.reason) for one in report.waiting] == [(application.pk, "fee")]
    fees.waive(order, reason="演示", by=None, at=world.AT)
    assert len(exams.admit(session, by=None, at=world.AT).admitted) == 1


def test_entry_codes_are_sealed_unique_and_used_once() -> None:
    person = world.candidate(1, account=False)
    admission = world.admission_of(world.prepared(person), person)
    code = live_code(admission).code
    stored = EntryCode.objects.filter(admission=admission).values_list("code", "index").get()
    assert len(code) == 10
    assert code not in str(stored[1])
    with pytest.raises(exams.ExamError):
        exams.use_entry_code("DCNE-20261128-9999", code, at=world.AT)
    spoken = f" {code[:5].lower()} {code[5:].lower()} "
    assert exams.use_entry_code(admission.ticket_number.lower(), spoken, at=world.AT) == admission
    with pytest.raises(exams.ExamError):
        exams.use_entry_code(admission.ticket_number, code, at=world.AT)
    fresh = exams.issue_entry_code(admission, by=None, at=world.AT)
    again = exams.issue_entry_code(admission, by=None, at=world.AT)
    with pytest.raises(exams.ExamError):
        exams.use_entry_code(admission.ticket_number, fresh, at=world.AT)
    assert exams.use_entry_code(admission.ticket_number, again, at=world.AT) == admission


def test_papers_are_drawn_per_level_and_ordered_per_candidate() -> None:
    people = [world.candidate(n, name=world.NAMES[n], account=False) for n in (1, 2, 3)]
    for person, level in zip(people, ("beginner", "beginner", "advanced"), strict=True):
        world.approved(person, level=level)
    session = exams.open_session(world.DAY, by=None, at=world.AT)
    exams.admit(session, by=None, at=world.AT)
    report = exams.prepare_papers(session, by=None, at=world.AT)
    assert (len(report.forms), report.sittings) == (2, 3)
    first, second, third = exams.sittings(session)
    assert first.form_id == second.form_id != third.form_id
    assert exams.shown_order(first) != exams.shown_order(second)
    assert sorted(exams.shown_order(first)) == list(range(1, 46))
    assert exams.prepare_papers(session, by=None, at=world.AT).sittings == 0


def test_a_paper_carries_no_key() -> None:
    person = world.candidate(1, account=False)
    sitting = exams.sittings(world.prepared(person)).get()
    text = exams.paper(sitting).decode()
    for keyed in items.keys(sitting.form.form_id).values():
        assert keyed.explanation[:12] not in text
    assert '"key"' not in text
    assert '"explanation"' not in text
    assert '"letters"' not in text


def fail_first(log: Any, person: Any, day: str) -> Any:
    """Sit a first time; the admission."""
    from tests.exams.test_sittings import sit

    session = world.prepared(person, exam_day=day)
    sit(log, session, person, {1: "A"})
    return world.admission_of(session, person)


def test_a_resit_gets_items_never_seen(exam_log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    studied = SimpleNamespace(share=1.0, required_share=0.9)
    monkeypatch.setattr(standing.learning, "progress", lambda *args, **more: studied)
    person, other = world.candidate(1, account=False), world.candidate(2, name="周明", account=False)
    before = fail_first(exam_log, person, "cem-2026-12-26")
    day, after = "cem-2027-02-27", before.session.starts_at + timedelta(days=1)
    order = exams.book_resit(before.application_id, day, by=None, at=after)
    assert order.amount == 10000
    assert exams.book_resit(before.application_id, day, by=None, at=after).id == order.id
    assert [booking.exam_day for booking in exams.resit_bookings([before.application_id])] == [day]
    session = exams.open_session(day, by=None, at=after)
    assert [one.reason for one in exams.admit(session, by=None, at=after).waiting] == ["fee"]
    fees.waive(order, reason="演示", by=None, at=after)
    world.approved(other, day)
    exams.admit(session, by=None, at=after)
    report = exams.prepare_papers(session, by=None, at=after)
    assert report.repeats == ()
    again = world.admission_of(session, person)
    assert again.kind == "resit"
    assert exams.resit_bookings([before.application_id]) == []
    seen = items.seen_items([before.sitting.form.form_id])
    assert len(seen) == 45
    assert not seen & items.seen_items([again.sitting.form.form_id])


def test_a_small_bank_repeats_only_what_it_must(exam_log: Any) -> None:
    person = world.candidate(1, account=False)
    before = fail_first(exam_log, person, world.DAY)
    day, after = "dcne-2026-12-26", before.session.starts_at + timedelta(days=1)
    order = exams.book_resit(before.application_id, day, by=None, at=after)
    fees.waive(order, reason="演示", by=None, at=after)
    session = exams.open_session(day, by=None, at=after)
    exams.admit(session, by=None, at=after)
    report = exams.prepare_papers(session, by=None, at=after)
    seen = items.seen_items([before.sitting.form.form_id])
    again = items.seen_items([world.admission_of(session, person).sitting.form.form_id])
    assert len(seen & again) < 45
    assert bool(seen & again) == bool(report.repeats)


def test_the_ticket_is_printed_from_three_days_before_with_masked_number() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    with pytest.raises(exams.MayNot) as refused:
        exams.ticket_pdf(admission, at=session.starts_at - timedelta(days=4))
    assert refused.value.reasons[0].code == "too_early"
    pdf = exams.ticket_pdf(admission, at=session.starts_at - timedelta(days=2))
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = document[0].get_textpage().get_text_range()
    assert len(document) == 1
    assert admission.ticket_number in text
    assert person.document_masked in text
    assert world.resident_number(1) not in text
    assert person.name in text
    assert exams.exam_address() in text
    assert live_code(admission).code in "".join(text.split())
    with override("en"):
        english = exams.ticket_pdf(admission, at=session.starts_at - timedelta(days=2))
    page = pypdfium2.PdfDocument(io.BytesIO(english))[0].get_textpage().get_text_range()
    assert "Admission ticket" in page
    assert "Notes for candidates" in page
    assert set(re.findall(r"[\u3400-\u9fff]+", page)) == {"准考证", person.name}


def test_withdrawing_and_accommodating_need_a_reason_and_leave_a_trace() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    with pytest.raises(exams.ExamError):
        exams.accommodate(admission, 30, reason=" ", by=None, at=world.AT)
    exams.accommodate(admission, 30, reason="视力障碍", by=None, at=world.AT)
    entry = exams.enter(admission, at=session.starts_at, by=None)
    assert entry.ends - entry.begins == timedelta(minutes=session.minutes + 30)
    with pytest.raises(exams.ExamError) as refused:
        exams.withdraw_admission(admission, reason="误操作", by=None, at=session.starts_at)
    assert refused.value.code == "has_begun"
    assert audit.entries(target=("admission", admission.pk)).count() >= 1


def test_nobody_enters_a_cancelled_session() -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    exams.cancel_session(session, reason="停电", by=None, at=world.AT)
    verdict = exams.may_enter(world.admission_of(session, person), session.starts_at)
    assert "cancelled" in [reason.code for reason in verdict.reasons]
    with pytest.raises(exams.ExamError):
        exams.admit(session, by=None, at=world.AT)


def test_sessions_of_the_calendar_open_themselves_and_tickets_are_announced_once() -> None:
    person = world.candidate(1)
    world.approved(person)
    at = programmes.exam_day(world.DAY).ticket_from + timedelta(minutes=1)
    exams.keep_sessions(at)
    exams.keep_sessions(at + timedelta(minutes=10))
    session = exams.session_of_day(world.DAY)
    assert session is not None
    assert exams.sittings(session).count() == 1
    from tancai.messages import api as messages

    told = [message for message in messages.inbox(person.user) if message.kind == "ticket_ready"]
    assert len(told) == 1
