"""A re-check: asked for in time, decided by a second person, corrected by a new row."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tancai.marking import api as marking
from tancai.marking.models import Result
from tancai.messages import api as messages
from tests.marking import world as w
from tests.marking.test_release import mark_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any) -> w.World:
    """One with 55 marks and one absent, released by the first of the office."""
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    found = w.build(2)
    w.sit(found, 0, right=40)
    marking.score_session(found.session, by=None, at=found.over)
    mark_all(found, "0")
    marking.release(found.session, by=found.office[0], at=found.over)
    return found


def ask(world: w.World, **more: Any) -> Any:
    person = world.candidates[0]
    facts = {"text": "第41题我答了要点。", "by": person.user, "at": world.over, **more}
    return marking.request_recheck(world.admission(0).pk, **facts)


def test_only_the_candidate_asks(world: w.World) -> None:
    for stranger in (world.office[0], world.candidates[1].user):
        with pytest.raises(marking.NotThere):
            ask(world, by=stranger)
    assert ask(world).text == "第41题我答了要点。"


def test_once_and_in_time(world: w.World) -> None:
    found = marking.results_of(world.candidates[0])[0]
    verdict = marking.may_request_recheck(found, at=world.over)
    assert verdict.ok
    # five working days after the release, counted by the official calendar
    with pytest.raises(marking.MayNot) as late:
        ask(world, at=world.over + timedelta(days=20))
    assert late.value.code == "over"
    ask(world)
    with pytest.raises(marking.MayNot) as again:
        ask(world)
    assert again.value.code == "asked"


def test_the_absent_have_nothing_to_recheck(world: w.World) -> None:
    with pytest.raises(marking.MayNot) as refused:
        marking.request_recheck(world.admission(1).pk, text="", by=world.candidates[1].user, at=world.over)
    assert refused.value.code == "absent"


def test_who_marked_or_released_does_not_decide(world: w.World) -> None:
    request = ask(world)
    for who, code in ((world.markers[0], "marked_it"), (world.office[0], "released_it")):
        with pytest.raises(marking.MayNot) as refused:
            marking.decide_recheck(request.pk, changes={}, reason="复核", by=who, at=world.over)
        assert refused.value.code == code
    with pytest.raises(marking.MayNot) as own:
        marking.decide_recheck(
            request.pk, changes={}, reason="复核", by=world.candidates[0].user, at=world.over
        )
    assert own.value.code == "own"
    with pytest.raises(marking.MayNot) as silent:
        marking.decide_recheck(request.pk, changes={}, reason=" ", by=world.office[1], at=world.over)
    assert silent.value.code == "no_reason"


def test_a_result_is_upheld(world: w.World) -> None:
    request = ask(world)
    decision = marking.decide_recheck(
        request.pk, changes={1: Decimal(1)}, reason="无误", by=world.office[1], at=world.over
    )
    assert (decision.outcome, decision.changes, decision.corrected) == ("upheld", {}, None)
    assert marking.results_of(world.candidates[0])[0].total == 50
    with pytest.raises(marking.MayNot) as twice:
        marking.decide_recheck(request.pk, changes={}, reason="x", by=world.office[1], at=world.over)
    assert twice.value.code == "decided"


def test_a_correction_is_a_new_row(world: w.World) -> None:
    before = marking.results_of(world.candidates[0])[0]
    request = ask(world)
    decision = marking.decide_recheck(
        request.pk,
        changes={41: Decimal("9.5"), 42: Decimal("0.5")},
        reason="要点漏评",
        by=world.office[1],
        at=world.over + timedelta(days=2),
    )
    assert decision.outcome == "changed"
    assert decision.changes["41"] == {"before": 0.0, "after": 9.5}
    after = marking.results_of(world.candidates[0])[0]
    assert (after.total, after.passed, after.corrected) == (Decimal(60), True, True)
    assert after.released_at == before.released_at
    assert Result.objects.filter(admission=after.admission_id).count() == 2
    assert marking.result(before.id).total == 50
    assert [view.id for view in marking.released_passes()] == [after.id]
    assert messages.messages_of(world.candidates[0]).filter(kind="recheck_decided").count() == 1
    old = marking.check_statement(marking.statement_token(before.id))
    assert old is not None and not old.current
    assert marking.may_request_recheck(after, at=world.over).code == "corrected"


@pytest.mark.parametrize(("position", "marks"), [(41, "10.5"), (1, "2"), (99, "1"), (41, "0.2")])
def test_bad_corrections_write_nothing(world: w.World, position: int, marks: str) -> None:
    request = ask(world)
    with pytest.raises(marking.BadMarks):
        marking.decide_recheck(
            request.pk, changes={position: Decimal(marks)}, reason="x", by=world.office[1], at=world.over
        )
    assert Result.objects.count() == 2
    assert marking.recheck_queue([world.body]).filter(decision=None).count() == 1


def test_the_case_shows_everything_that_was_given(world: w.World) -> None:
    request = ask(world)
    lines = marking.recheck_case(marking.recheck(request.pk))
    assert len(lines) == 45
    short = [line for line in lines if line.kind == "short"]
    assert all(len(line.given) == 1 and line.response for line in short)
    assert sum(line.marks for line in lines) == 50


def test_requests_are_seen_by_the_right_office(world: w.World) -> None:
    ask(world)
    assert marking.recheck_queue([world.body]).count() == 1
    assert marking.open_rechecks([world.body]) == 1
    assert marking.recheck_queue([]).count() == 0
