"""Questions corrected after an exam: announced score by score, decided by a second person, done exactly so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tancai.items import api as items
from tancai.marking import api as marking
from tancai.marking import rules
from tancai.marking.actions.calibrating import calibrate_session, sheets_of, start_calibrations
from tancai.marking.models import AutoScore, Result
from tancai.messages import api as messages
from tests.marking import world as w
from tests.marking.test_release import mark_all

QUESTION = 5


@pytest.mark.anydatabase
def test_a_dropped_question_lowers_the_pass_mark_in_proportion() -> None:
    assert rules.pass_mark_of(Decimal(60), Decimal(98), Decimal(100)) == Decimal("58.80")
    assert rules.pass_mark_of(Decimal(60), Decimal(100), Decimal(100)) == Decimal(60)
    assert rules.ruled("credit", (Decimal(0), Decimal(2)), None) == (2, 2)
    assert rules.ruled("drop", (Decimal(2), Decimal(2)), None) == (0, 0)
    assert rules.ruled("rekey", (Decimal(2), Decimal(2)), Decimal(0)) == (0, 2)


@pytest.mark.anydatabase
def test_an_effect_comes_back_from_json_as_it_was() -> None:
    effect = rules.Effect(
        7, 9, Decimal("58.5"), Decimal("60.5"), Decimal(100), Decimal(100), Decimal(60), False, True
    )
    assert rules.effect_of(effect.plain()) == effect
    assert effect.crossing == "up"


@pytest.fixture
def world(settings: Any) -> w.World:
    """Three who sat: all right, 29 right, none right; one absent. Everything marked, released by the first office."""
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    found = w.build(4)
    for number, right in enumerate((45, 29, 0)):
        w.sit(found, number, right=right)
    marking.score_session(found.session, by=None, at=found.over)
    mark_all(found)
    marking.release(found.session, by=found.office[0], at=found.over)
    return found


def question(world: w.World, position: int = QUESTION) -> Any:
    return next(entry for entry in world.form.entries if entry.position == position)


def wrong_letter(world: w.World, position: int = QUESTION) -> str:
    """The letter that ``world.sit`` gives where the answer is wrong."""
    right = world.keys[position].solution["letters"]
    return next(o["letter"] for o in question(world, position).public["options"] if o["letter"] not in right)


def totals(world: w.World) -> list[Decimal | None]:
    found = [marking.result_of(world.admission(number).pk) for number in range(4)]
    return [view.total if view else None for view in found]


def propose(world: w.World, kind: str, **more: Any) -> Any:
    facts = {"reason": "条款已修订", "by": world.office[0], "at": world.over, **more}
    return marking.propose_ruling(world.session, question(world).version_id, kind, **facts)


@pytest.mark.django_db
def test_scores_change_exactly_as_announced_and_the_old_rows_stay(world: w.World) -> None:
    before, worth = totals(world), question(world).marks
    assert question(world).kind == "single"
    row = propose(world, "rekey", letters=[wrong_letter(world)])
    announced = {effect.admission_id: effect for effect in marking.effects_of(row)}
    assert totals(world) == before, "a proposal changes nothing"
    assert set(announced) == {world.admission(number).pk for number in (0, 1, 2)}
    marking.decide_ruling(row.pk, "approved", by=world.office[1], at=world.over)
    for number, change in ((0, -worth), (1, -worth), (2, worth)):
        view = marking.result_of(world.admission(number).pk)
        effect = announced[world.admission(number).pk]
        assert view is not None and before[number] is not None
        assert view.total == effect.after == before[number] + change
        assert view.passed == effect.passed_after and view.corrected
        assert sum(part["marks"] for part in view.breakdown) == float(view.total)
        assert Result.objects.filter(admission=view.admission_id).count() == 2
        tally = next(
            t
            for t in marking.score_table(world.session, at=world.over)
            if t.admission.pk == view.admission_id
        )
        assert tally.total == view.total
    absent = marking.result_of(world.admission(3).pk)
    assert absent is not None and absent.outcome == "absent" and not absent.corrected
    kinds = [m.kind for m in messages.messages_of(world.candidates[0])]
    assert kinds.count("result_corrected") == 1
    correction = marking.correction_of(marking.result_of(world.admission(0).pk).id)  # type: ignore[union-attr]
    assert correction is not None and correction.decision.ruling_id == row.pk
    assert (
        AutoScore.objects.get(script__sitting__admission=world.admission(0), position=QUESTION).marks == worth
    )


@pytest.mark.django_db
def test_credit_only_lifts_and_a_dropped_question_moves_the_line_for_everybody(world: w.World) -> None:
    worth = question(world).marks
    version = question(world).version_id
    credit = marking.plan_ruling(world.session, version, "credit", at=world.over)
    assert [effect.after - effect.before for effect in credit.effects] == [worth]
    drop = marking.plan_ruling(world.session, version, "drop", at=world.over)
    assert len(drop.effects) == drop.scripts == 3
    for effect in drop.effects:
        assert effect.out_of_after == effect.out_of_before - worth
        assert effect.pass_mark_after == Decimal(60) * effect.out_of_after / effect.out_of_before
        assert effect.passed_after == (effect.after >= effect.pass_mark_after)


@pytest.mark.django_db
def test_who_crosses_the_line_is_named_before_anybody_decides(world: w.World) -> None:
    middle = marking.result_of(world.admission(1).pk)
    assert middle is not None and middle.total is not None
    needed = [position for position in range(30, 46) if question(world, position).kind != "short"]
    missing = Decimal(60) - middle.total
    for position in needed:
        marks = question(world, position).marks
        if missing <= 0:
            break
        plan = marking.plan_ruling(
            world.session, question(world, position).version_id, "credit", at=world.over
        )
        assert plan.up == sum(e.after >= 60 > e.before for e in plan.effects)
        row = marking.propose_ruling(
            world.session,
            question(world, position).version_id,
            "credit",
            reason="题目有误",
            by=world.office[0],
            at=world.over,
        )
        marking.decide_ruling(row.pk, "approved", by=world.office[1], at=world.over)
        missing -= marks
    after = marking.result_of(world.admission(1).pk)
    assert after is not None and after.passed and not middle.passed


@pytest.mark.django_db
def test_a_second_person_decides_and_only_what_was_announced(world: w.World) -> None:
    row = propose(world, "credit")
    with pytest.raises(marking.MayNot, match="proposer"):
        marking.decide_ruling(row.pk, "approved", by=world.office[0], at=world.over)
    with pytest.raises(marking.MayNot, match="waiting"):
        propose(world, "drop")
    with pytest.raises(marking.MayNot, match="no_reason"):
        marking.decide_ruling(row.pk, "refused", by=world.office[1], at=world.over)
    request = marking.request_recheck(
        world.admission(2).pk, text="请核对", by=world.candidates[2].user, at=world.over
    )
    marking.decide_recheck(
        request.pk, changes={QUESTION: Decimal("0.5")}, reason="部分正确", by=world.office[1], at=world.over
    )
    with pytest.raises(marking.MayNot, match="changed_since"):
        marking.decide_ruling(row.pk, "approved", by=world.office[1], at=world.over)
    marking.decide_ruling(row.pk, "refused", reason="成绩已变", by=world.office[1], at=world.over)
    again = propose(world, "credit")
    (effect,) = marking.effects_of(again)
    assert effect.after - effect.before == question(world).marks - Decimal("0.5"), "the re-check counts"
    with pytest.raises(marking.MayNot, match="decided"):
        marking.decide_ruling(row.pk, "approved", by=world.office[1], at=world.over)


@pytest.mark.django_db
def test_bad_keys_and_foreign_questions_are_refused(world: w.World) -> None:
    right = world.keys[QUESTION].solution["letters"]
    every = [option["letter"] for option in question(world).public["options"]]
    for letters, code in (([], "bad_key"), (["Z"], "bad_key"), (right, "same_key"), (every, "bad_key")):
        with pytest.raises(marking.MayNot, match=code):
            marking.plan_ruling(
                world.session, question(world).version_id, "rekey", letters=letters, at=world.over
            )
    outside = items.ItemVersion.objects.exclude(
        pk__in=[entry.version_id for entry in world.form.entries]
    ).first()
    assert outside is not None
    with pytest.raises(marking.NotThere):
        marking.plan_ruling(world.session, outside.pk, "drop", at=world.over)
    with pytest.raises(marking.MayNot, match="no_reason"):
        propose(world, "drop", reason="  ")
    both = marking.plan_ruling(
        world.session,
        question(world).version_id,
        "rekey",
        letters=[*right, wrong_letter(world)],
        at=world.over,
    )
    assert [effect.after > effect.before for effect in both.effects] == [True], "either letter is right now"


@pytest.mark.django_db
def test_a_corrected_result_may_be_rechecked_once_more(world: w.World) -> None:
    row = propose(world, "credit")
    marking.decide_ruling(row.pk, "approved", by=world.office[1], at=world.over)
    view = marking.result_of(world.admission(2).pk)
    assert view is not None and view.corrected
    assert marking.may_request_recheck(view, at=world.over).ok


@pytest.mark.django_db
def test_released_answers_become_figures_of_the_bank_once(world: w.World) -> None:
    (sheet,) = sheets_of(world.session)
    assert sheet.marks.shape == (3, 48) == sheet.chosen.shape or sheet.marks.shape[0] == 3
    assert start_calibrations(world.over) == 1
    assert start_calibrations(world.over) == 0, "it is queued"
    row = calibrate_session(world.session, by=None, at=world.over)
    assert row.n == 3 and row.source == f"session:{world.session.pk}"
    assert marking.session_of_source(row.source).pk == world.session.pk
    figures = {one.version_id: one for one in items.figures_of(row)}
    first = question(world, 1)
    assert figures[first.version_id].difficulty == pytest.approx(2 / 3)
    assert "few_people" in figures[first.version_id].flags
    assert sum(option["count"] for option in figures[first.version_id].options) == 3
    newer = calibrate_session(world.session, by=None, at=world.over)
    newest = items.newest_figures([first.version_id])
    assert newest[first.version_id].calibration_id == newer.pk
