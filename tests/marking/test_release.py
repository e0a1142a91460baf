"""Release: nothing before, everything at once, absent is not nought; the statement on paper."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tancai.marking import api as marking
from tancai.messages import api as messages
from tests.marking import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any) -> w.World:
    """Three admitted: one with 40 + 30 marks, one with 20 + 0 (no short answers), one absent; all marked."""
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    found = w.build(3)
    w.sit(found, 0, right=35)
    w.sit(found, 1, right=20, short="")
    marking.score_session(found.session, by=None, at=found.over)
    return found


def mark_all(world: w.World, share: str = "0.5") -> None:
    marker = world.markers[0]
    answers = list(marking.available(marker, at=world.over).select_related("version__item"))
    maxima = marking.maxima_of(answers)
    given = [
        marking.Given(a.pk, tuple((m * 2 * Decimal(share)).to_integral_value() / 2 for m in maxima[a.pk]))
        for a in answers
    ]
    marking.give_marks(given, by=marker, at=world.over)


def test_nothing_is_known_before_release(world: w.World) -> None:
    mark_all(world)
    person = world.candidates[0]
    assert marking.results_of(person) == []
    assert marking.result_of(world.admission(0).pk) is None
    assert marking.passed(world.admission(0).application_id) is None
    assert list(marking.released_passes()) == []
    with pytest.raises(marking.NotThere):
        marking.score_statement_pdf(world.admission(0).pk, check_address="https://x/", at=world.over)
    assert not messages.messages_of(person).filter(kind="result_released").exists()


def test_release_waits_until_everything_is_marked(world: w.World) -> None:
    with pytest.raises(marking.NotReady) as refused:
        marking.release(world.session, by=world.office[0], at=world.over)
    assert [reason.code for reason in refused.value.reasons] == ["open"]
    assert refused.value.reasons[0].params["count"] == 5
    assert marking.results_of(world.candidates[0]) == []


def test_release_waits_for_who_is_still_writing(world: w.World) -> None:
    mark_all(world)
    w.start(world, 2)
    with pytest.raises(marking.NotReady) as refused:
        marking.release(world.session, by=world.office[0], at=world.over)
    assert [reason.code for reason in refused.value.reasons] == ["running"]


def test_release_waits_until_nobody_can_come_any_more(world: w.World) -> None:
    mark_all(world)
    with pytest.raises(marking.NotReady) as refused:
        marking.release(world.session, by=world.office[0], at=world.session.starts_at)
    assert [reason.code for reason in refused.value.reasons] == ["not_over"]


def test_release_tells_everybody_what_they_got(world: w.World) -> None:
    mark_all(world)
    marking.release(world.session, by=world.office[0], at=world.over)
    first, second, third = (marking.results_of(person)[0] for person in world.candidates)
    script_total = 30 + 5 * 2
    human = sum(r["marks"] for r in first.breakdown if r["kind"] == "short")
    assert first.total == Decimal(script_total) + Decimal(str(human))
    assert (first.outcome, first.passed) == ("scored", first.total >= 60)
    assert (second.total, second.passed) == (Decimal(20), False)
    assert (third.outcome, third.total, third.passed) == ("absent", None, False)
    assert [row["kind"] for row in first.breakdown] == ["single", "multiple", "short"]
    assert sum(row["out_of"] for row in first.breakdown) == 100
    for person in world.candidates:
        assert messages.messages_of(person).filter(kind="result_released").count() == 1
    with pytest.raises(marking.NotReady) as refused:
        marking.release(world.session, by=world.office[0], at=world.over)
    assert refused.value.code == "already_released"


def test_released_passes_are_what_credentials_wait_for(world: w.World) -> None:
    mark_all(world, "1")
    marking.release(world.session, by=world.office[0], at=world.over)
    (only,) = marking.released_passes(organisation_ids=[world.body])
    assert only.person_id == world.candidates[0].pk
    assert only.total == 90
    assert marking.passed(only.application_id) == only
    assert marking.passed(world.admission(1).application_id) is None
    assert list(marking.released_passes(organisation_ids=[])) == []
    assert list(marking.released_passes(programme="csa")) == []


def test_after_release_marks_stand(world: w.World) -> None:
    mark_all(world)
    mark = marking.own_marks(world.markers[0]).first()
    marking.release(world.session, by=world.office[0], at=world.over)
    with pytest.raises(marking.MayNot) as refused:
        marking.undo(mark.pk, by=world.markers[0], at=world.over)
    assert refused.value.code == "released"
    assert marking.last_mark(world.markers[0]) is None


def test_a_withdrawn_candidate_gets_no_result(world: w.World) -> None:
    from tancai.exams import api as exams

    mark_all(world)
    exams.withdraw_admission(world.admission(2), reason="病假", by=None, at=w.AT)
    marking.release(world.session, by=world.office[0], at=world.over)
    assert marking.results_of(world.candidates[2]) == []


def test_the_table_of_the_office(world: w.World) -> None:
    rows = {row.admission.person_id: row for row in marking.score_table(world.session, at=world.over)}
    states = [rows[person.pk].state for person in world.candidates]
    assert states == ["open", "scored", "absent"]
    assert rows[world.candidates[0].pk].total is None
    assert rows[world.candidates[0].pk].auto == 40
    mark_all(world)
    figures = marking.statistics(marking.score_table(world.session, at=world.over))
    assert (figures.sat, figures.absent) == (2, 1)


def test_a_promise_that_is_broken_is_seen(world: w.World) -> None:
    from datetime import timedelta

    late = world.over + timedelta(days=60)
    assert marking.overdue([world.body], at=world.over) == []
    assert [row.session_id for row in marking.overdue([world.body], at=late)] == [world.session.pk]
    mark_all(world)
    marking.release(world.session, by=world.office[0], at=world.over)
    assert marking.overdue([world.body], at=late) == []


def test_the_statement_can_be_checked(world: w.World) -> None:
    mark_all(world, "1")
    marking.release(world.session, by=world.office[0], at=world.over)
    found = marking.results_of(world.candidates[0])[0]
    pdf = marking.score_statement_pdf(
        found.admission_id, check_address="https://example.test/me/results/check/", at=world.over
    )
    assert pdf.startswith(b"%PDF")
    token = marking.statement_token(found.id)
    check = marking.check_statement(token.lower())
    assert check is not None
    assert (check.name, check.current, check.result.total) == (world.candidates[0].name, True, 90)
    for wrong in ("", "1", token[:-1] + ("A" if token[-1] != "A" else "B"), f"9{token}", "１-AAAAA-BBBBB"):
        assert marking.check_statement(wrong) is None
