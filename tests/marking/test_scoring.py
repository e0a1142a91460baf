"""Automatic scores: from the frozen sheet, once, in bulk."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tancai.marking import api as marking
from tancai.marking.models import AutoScore, OpenAnswer, Script
from tests.marking import world as w

pytestmark = pytest.mark.django_db


def test_choices_are_scored_and_short_answers_wait_for_people() -> None:
    world = w.build(1)
    sitting = w.sit(world, 0, right=30)
    report = marking.score_session(world.session, by=None, at=world.over)
    assert (report.scripts, report.scores, report.open_answers) == (1, 40, 5)
    script = Script.objects.get(sitting=sitting)
    assert script.auto_marks == 30
    assert sum(AutoScore.objects.values_list("marks", flat=True)) == 30
    assert set(OpenAnswer.objects.values_list("needs", flat=True)) == {"first"}


def test_scoring_again_adds_nothing() -> None:
    world = w.build(2)
    w.sit(world, 0)
    marking.score_session(world.session, by=None, at=world.over)
    before = list(AutoScore.objects.order_by("id").values_list("id", "marks"))
    assert marking.score_session(world.session, by=None, at=world.over).scripts == 0
    assert list(AutoScore.objects.order_by("id").values_list("id", "marks")) == before
    w.sit(world, 1)
    assert marking.score_session(world.session, by=None, at=world.over).scripts == 1
    assert AutoScore.objects.count() == 80


def test_an_empty_answer_is_nought_without_a_person() -> None:
    world = w.build(1)
    w.sit(world, 0, right=0, short="")
    report = marking.score_session(world.session, by=None, at=world.over)
    assert report.open_answers == 0
    assert Script.objects.get().auto_marks == 0
    assert marking.progress(world.session, at=world.over).state == "ready"


@pytest.mark.parametrize(("policy", "wanted"), [("all_or_nothing", 0), ("half_for_subset", 1)])
def test_the_edition_says_what_part_of_a_multiple_choice_is_worth(policy: str, wanted: int) -> None:
    from datetime import date

    from tancai.programmes import api as programmes

    world = w.build(1)
    plain = programmes.edition_plain(programmes.definition("cem").edition_id)
    exam = plain["exam"]
    edition = programmes.revise(
        "cem",
        changes={"exam": {**exam, "multiple_policy": policy, "late_minutes": 29}},
        note="policy",
        effective_from=date(2026, 11, 11),
        by=None,
        at=w.AT,
    )
    admission = world.admission(0)
    admission.application.edition_id = edition.pk
    admission.application.save()
    sitting = w.sit(world, 0, right=0, short="")
    entry = next(e for e in world.form.entries if e.kind == "multiple")
    sitting.sheet.answers[str(entry.position)] = world.keys[entry.position].solution["letters"][:1]
    sitting.sheet.save()
    marking.score_session(world.session, by=None, at=world.over)
    assert AutoScore.objects.get(position=entry.position).marks == Decimal(wanted)
    assert Script.objects.get().policy == policy


def test_broken_answers_score_as_none_given() -> None:
    world = w.build(1)
    sitting = w.sit(world, 0)
    sitting.sheet.answers = {"1": {"odd": 1}, "2": ["A", "B", "C"], "31": "ZZ", "41": 7}
    sitting.sheet.save()
    report = marking.score_session(world.session, by=None, at=world.over)
    assert report.open_answers == 0
    assert Script.objects.get().auto_marks == 0


def test_the_number_of_queries_does_not_grow_with_the_candidates() -> None:
    world = w.build(8)
    for number in range(2):
        w.sit(world, number)
    with CaptureQueriesContext(
        connection,
    ) as two:
        marking.score_session(world.session, by=None, at=world.over)
    for number in range(2, 8):
        w.sit(world, number)
    with CaptureQueriesContext(connection) as six:
        marking.score_session(world.session, by=None, at=world.over)
    reads = [[q for q in each if not q["sql"].startswith("INSERT")] for each in (two, six)]
    assert len(reads[0]) == len(reads[1])


def test_a_rehearsal_is_not_marked() -> None:
    world = w.build(1)
    w.sit(world, 0)
    world.session.kind = "rehearsal"
    world.session.save()
    assert marking.score_session(world.session, by=None, at=world.over).scripts == 0
    assert not Script.objects.exists()


def test_the_worker_scores_what_finished() -> None:
    world = w.build(1)
    w.sit(world, 0)
    assert marking.score_finished(world.over).scripts == 1
    assert marking.score_finished(world.over).scripts == 0


def test_codes_are_stable_and_say_nothing() -> None:
    from tancai.marking.codes import script_code

    assert script_code(7) == script_code(7)
    assert len({script_code(n) for n in range(2000)}) == 2000
    assert len(script_code(7)) == 14
