"""The invigilator's actions through the door: late entry, change of machine, notes, the journal and its report."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.utils.translation import override

from tancai.audit import api as audit
from tancai.exams import api as exams
from tancai.exams import rules
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.exams import world
from tests.exams.log.world import LogProcess
from tests.exams.test_sittings import ms

pytestmark = pytest.mark.usefixtures("programmes_there")
MINUTE = timedelta(minutes=1)


def invigilator(name: str = "watch") -> Any:
    return people.register(email=f"{name}@example.test", password="tancai-demo-2026", at=world.AT)


@pytest.fixture
def session() -> exams.Session:
    return world.prepared(world.candidate(1))


def only(session: exams.Session) -> exams.Admission:
    found = exams.admission(exams.admissions(session).get().pk)
    assert found is not None
    return found


def codes(refused: Any) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_late_candidate_knocks_is_let_in_and_enters_for_a_quarter_of_an_hour(
    session: exams.Session,
) -> None:
    admission, at = only(session), session.entry_until + MINUTE
    assert not exams.may_enter(admission, at).ok
    assert exams.knock(admission, at=at)
    assert not exams.knock(admission, at=at + MINUTE)
    line = exams.live_of(admission, at)
    assert line is not None
    assert (line.state, line.needs) == ("absent", ("late",))
    exams.let_in(admission, reason="traffic", seen=True, text="地铁停运", by=invigilator(), at=at)
    line = exams.live_of(admission, at)
    assert line is not None
    assert (line.state, line.let_in, line.needs) == ("ready", True, ())
    assert exams.may_enter(admission, at + rules.LET_IN).ok
    assert not exams.may_enter(admission, at + rules.LET_IN + MINUTE).ok
    entry = exams.enter(admission, at=at + MINUTE, by=None)
    assert entry.ends == session.starts_at + timedelta(minutes=session.minutes)
    assert audit.entries(action="exams.admission_let_in").count() == 1


def test_letting_in_has_its_limits(session: exams.Session, settings: Any) -> None:
    admission, who = only(session), invigilator()

    def refusal(at: Any, **more: Any) -> Any:
        given = {"reason": "traffic", "seen": True, **more}
        with pytest.raises(exams.ExamError) as refused:
            exams.let_in(admission, by=who, at=at, **given)
        return refused

    late = session.entry_until + MINUTE
    assert codes(refusal(session.entry_until)) == ["not_late"]
    assert codes(refusal(session.entry_until + timedelta(minutes=31))) == ["too_late_for_all"]
    assert refusal(late, seen=False).value.code == "not_seen"
    assert refusal(late, reason="boredom").value.code == "no_reason"
    assert refusal(late, reason="other").value.code == "no_text"
    settings.TANCAI_LATE_MINUTES = 0
    assert codes(refusal(late)) == ["too_late_for_all"]
    assert not exams.knock(admission, at=late)
    assert not admission.events.filter(kind="let_in").exists()


@pytest.mark.parametrize(
    ("kind", "seconds", "before", "changes"),
    [
        ("pause", 0, [], True),
        ("pause", 0, ["pause"], False),
        ("resume", 0, ["pause"], True),
        ("resume", 0, [], False),
        ("resume", 0, ["pause", "resume"], False),
        ("pause", 0, ["end"], False),
        ("end", 0, ["end"], False),
        ("message", 0, ["end"], True),
        ("extra", 600, [], True),
        ("extra", -600, [], False),
        ("extra", -600, ["extra"], True),
        ("extra", -601, ["extra"], False),
    ],
)
def test_an_order_that_changes_nothing_is_told_apart(
    kind: str, seconds: int, before: list[str], changes: bool
) -> None:
    orders = [rules.Order(one, world.AT, 600 if one == "extra" else 0) for one in before]
    assert rules.applies(kind, orders, seconds) is changes


def test_a_candidate_moves_to_another_machine(exam_log: LogProcess, session: exams.Session) -> None:
    admission, at = only(session), session.starts_at + MINUTE
    exam_log.control.move_clock(ms(session.starts_at))
    entry = exams.enter(admission, at=session.starts_at, by=None)
    old = exams.SittingClient(entry.log_url, entry.token)
    old.claim()
    old.answer(1, "A")
    left = old.state["remaining"]
    code, _event = exams.transfer(entry.sitting, reason="device", seconds=300, by=invigilator(), at=at)
    old.read()
    assert "设备故障" in old.state["orders"][0]["text"]
    assert old.state["remaining"] == pytest.approx(left + 300_000, abs=3000)
    opened = exams.use_entry_code(admission.ticket_number, code, at=at)
    again = exams.enter(opened, at=at, by=None)
    new = exams.SittingClient(again.log_url, again.token)
    assert new.claim()["values"] == {"1": "A"}
    assert old.answer(2, "B") == "superseded"
    line = exams.live_of(admission, at)
    assert line is not None
    assert (line.switches, line.incidents, line.needs) == (1, {"take_over": 1, "old_page": 1}, ("old_page",))
    exams.look_into(admission, text="旧电脑已关机", by=invigilator("second"), at=at + timedelta(minutes=5))
    line = exams.live_of(admission, at + timedelta(minutes=5))
    assert line is not None
    assert line.needs == ()


def test_a_forced_end_is_annulled_by_somebody_else_and_stays(
    exam_log: LogProcess, session: exams.Session
) -> None:
    exam_log.control.move_clock(ms(session.starts_at))
    entry = exams.enter(only(session), at=session.starts_at, by=None)
    first, second, at = invigilator("first"), invigilator("second"), session.starts_at + MINUTE
    given = {"reason": "mistake", "text": "同名误点", "at": at}
    with pytest.raises(exams.ExamError, match="not_ended"):
        exams.annul_end(entry.sitting, by=second, **given)
    exams.order(entry.sitting, "end", reason="misconduct", by=first, at=at)
    with pytest.raises(exams.ExamError, match="same_person"):
        exams.annul_end(entry.sitting, by=first, **given)
    exams.annul_end(entry.sitting, by=second, **given)
    with pytest.raises(exams.ExamError, match="annulled"):
        exams.annul_end(entry.sitting, by=second, **given)
    assert [event.kind for event in entry.sitting.events.order_by("id")] == ["started", "end", "annulled"]


def test_who_was_ended_by_mistake_sits_again_without_a_fee(
    exam_log: LogProcess, session: exams.Session
) -> None:
    exam_log.control.move_clock(ms(session.starts_at))
    admission, at = only(session), session.starts_at + MINUTE
    entry = exams.enter(admission, at=session.starts_at, by=None)
    exams.SittingClient(entry.log_url, entry.token).claim()
    exams.order(entry.sitting, "end", reason="misconduct", by=invigilator("first"), at=at)
    after = at + exams.GRACE + 5 * MINUTE
    exam_log.control.move_clock(ms(after))
    exams.sweep(after)
    following = programmes.upcoming_days("dcne", at=after)[0].key
    with pytest.raises(exams.ExamError, match="not_annulled"):
        exams.grant_attempt(admission, following, by=None, at=after)
    exams.annul_end(entry.sitting, reason="mistake", text="同名误点", by=invigilator("second"), at=after)
    assert exams.grant_attempt(admission, following, by=None, at=after).settled
    with pytest.raises(exams.ExamError, match="granted_already"):
        exams.grant_attempt(admission, following, by=None, at=after)
    (again,) = exams.admit(exams.open_session(following, by=None, at=after), by=None, at=after).admitted
    assert (again.person_id, again.kind) == (admission.person_id, "resit")


def test_an_annulled_attempt_does_not_count_against_the_limit() -> None:
    over = world.AT - timedelta(days=1)
    attempts = (rules.Attempt(over, True, True, annulled=True), rules.Attempt(over, True, True))
    facts = rules.ResitFacts(True, True, attempts, world.AT + timedelta(days=9), limit=1)
    assert rules.may_book_resit(facts, world.AT).ok
    again = (*attempts, rules.Attempt(over, True, True))
    facts = rules.ResitFacts(True, True, again, world.AT + timedelta(days=9), limit=1)
    assert [reason.code for reason in rules.may_book_resit(facts, world.AT).reasons] == ["limit"]


def test_a_watch_asks_only_for_what_is_new(exam_log: LogProcess, django_assert_max_num_queries: Any) -> None:
    session = world.prepared(
        *[world.candidate(n, name=f"考生{letter}") for n, letter in enumerate("甲乙丙丁戊己庚辛", 1)]
    )
    exam_log.control.move_clock(ms(session.starts_at))
    pages = []
    for admission in exams.admissions(session):
        entry = exams.enter(admission, at=session.starts_at, by=None)
        page = exams.SittingClient(entry.log_url, entry.token)
        page.claim()
        pages.append(page)
    watch, at = exams.Watch(session), session.starts_at + MINUTE
    assert watch.refresh(at).counts == {"running": 8}
    pages[0].answer(1, "A")
    pages[1].put("", {"code": "pasted"}, kind="note")
    pages[1].flush()
    with django_assert_max_num_queries(8):
        lines = watch.refresh(at + timedelta(seconds=2)).lines
    assert [line.answered for line in lines] == [1] + [0] * 7
    assert lines[1].needs == ("note",)
    pages[0].hand_in()
    exams.sweep(at)
    room = watch.refresh(at + timedelta(seconds=4))
    assert room.counts == {"finished": 1, "running": 7}
    assert room.lines[0].answered == 1
    with_fresh_eyes = exams.live(session, at + timedelta(seconds=4))
    assert with_fresh_eyes.lines == room.lines


def test_duty_notes_and_the_report(exam_log: LogProcess, session: exams.Session) -> None:
    admission, who = only(session), invigilator()
    people.grant_role(who, "invigilator", organisation=people.organisation("ccia"), by=None, at=world.AT)
    exam_log.control.move_clock(ms(session.starts_at))
    exams.report_for_duty(session, by=who, at=session.starts_at - MINUTE)
    exams.report_for_duty(session, by=who, at=session.starts_at)
    entry = exams.enter(admission, at=session.starts_at, by=None)
    page = exams.SittingClient(entry.log_url, entry.token)
    page.claim()
    at = session.starts_at + 10 * MINUTE
    exams.note(session, "火警铃响，未疏散", by=who, at=at, happened_at=at - 3 * MINUTE)
    with pytest.raises(exams.ExamError, match="bad_moment"):
        exams.note(session, "以后的事", by=who, at=at, happened_at=at + MINUTE)
    exams.order(entry.sitting, "extra", reason="disturbance", seconds=300, by=who, at=at)
    exams.order(entry.sitting, "extra", reason="mistake", seconds=-120, by=who, at=at)
    told = [exams.say_entry(entry) for entry in exams.journal(session)]
    assert told == ["监考人员到岗", "首次入场", "火警铃响，未疏散", "延长 5 分钟", "收回补时 2 分钟"]
    text = _text_of(exams.session_report_pdf(session, printed_by="王监考", at=at))
    for expected in ("火警铃响", "考场干扰", "收回补时 2 分钟", "阶段情况", admission.ticket_number, "3 分"):
        assert expected in text
    assert world.resident_number(1) not in text
    with override("en"):
        english = _text_of(exams.session_report_pdf(session, printed_by="Wang", at=at))
    assert "Session report" in english
    assert "Took back 2 minutes" in english
    page.hand_in()
    exams.sweep(at)
    over = session.starts_at + timedelta(minutes=session.minutes + 30)
    final = _text_of(exams.session_report_pdf(session, printed_by="王监考", at=over))
    assert "阶段情况" not in final
    sheet = exams.answer_sheet(entry.sitting.pk)
    assert sheet is not None
    assert sheet.receipt[:12] in final


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)
