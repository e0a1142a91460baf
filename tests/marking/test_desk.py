"""The marking desk: claims, anonymity, second and third markers, undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tancai.marking import api as marking
from tancai.marking.models import Claim, HumanMark, OpenAnswer
from tests.marking import world as w

pytestmark = pytest.mark.django_db


def give(world: w.World, marker: Any, answer: OpenAnswer, share: float, at: Any = None) -> Any:
    """Mark an answer with about this share of each point."""
    view = marking.desk(answer.pk, marker, at=at or world.over)
    points = tuple((p.most * 2 * Decimal(str(share))).to_integral_value() / 2 for p in view.points)
    (mark,) = marking.give_marks(
        [marking.Given(answer.pk, points, view.role, "看法")], by=marker, at=at or world.over
    )
    answer.refresh_from_db()
    return mark


@pytest.fixture
def world(settings: Any) -> Iterator[w.World]:
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    found = w.build(2)
    w.sit(found, 0, right=40)
    w.sit(found, 1, right=40)
    marking.score_session(found.session, by=None, at=found.over)
    yield found


def test_a_marker_sees_a_code_and_nothing_of_the_person(world: w.World) -> None:
    answer = marking.claim_next(world.markers[0], world.session.pk, at=world.over)
    view = marking.desk(answer.pk, world.markers[0], at=world.over)
    shown = " ".join(str(getattr(view, field.name)) for field in fields(view))
    for person in world.candidates:
        assert person.name not in shown
        assert person.document_masked not in shown
    assert world.admission(0).ticket_number not in shown
    assert view.response.startswith("我的答案")
    assert sum(point.most for point in view.points) == view.out_of


def test_two_markers_never_hold_the_same_answer(world: w.World) -> None:
    one, two, _three = world.markers
    seen = {}
    for marker in (one, two):
        answer = marking.claim_next(marker, world.session.pk, at=world.over)
        seen[marker.pk] = answer.pk
    assert len(set(seen.values())) == 2
    again = marking.claim_next(one, world.session.pk, at=world.over)
    assert again.pk == seen[one.pk]
    with pytest.raises(marking.NotThere):
        marking.desk(seen[one.pk], two, at=world.over)
    with pytest.raises(marking.MayNot) as refused:
        marking.give_marks([marking.Given(seen[one.pk], (Decimal(0),))], by=two, at=world.over)
    assert refused.value.code == "claimed"


def test_a_claim_runs_out(world: w.World) -> None:
    one, two, _three = world.markers
    answer = marking.claim_next(one, world.session.pk, at=world.over)
    later = world.over + timedelta(minutes=21)
    assert marking.claim_next(two, world.session.pk, at=later).pk == answer.pk


def test_what_is_given_back_is_free_at_once(world: w.World) -> None:
    one, two, _three = world.markers
    answer = marking.claim_next(one, world.session.pk, at=world.over)
    marking.give_back(answer.pk, by=two, at=world.over)  # not hers: nothing happens
    assert marking.claim_next(two, world.session.pk, at=world.over).pk != answer.pk
    marking.give_back(answer.pk, by=one, at=world.over)
    third = marking.claim_next(world.markers[2], world.session.pk, at=world.over)
    assert third.pk == answer.pk


def test_setting_aside_goes_on_to_the_next_and_comes_round(world: w.World) -> None:
    marker = world.markers[0]
    order = []
    after = None
    for _ in range(10):
        answer = marking.claim_next(marker, world.session.pk, at=world.over, after=after)
        marking.give_back(answer.pk, by=marker, at=world.over)
        order.append(answer.pk)
        after = answer.pk
    assert len(set(order)) == 10
    assert marking.claim_next(marker, world.session.pk, at=world.over, after=after).pk == order[0]


def test_answers_come_question_by_question(world: w.World) -> None:
    marker = world.markers[0]
    versions = []
    while (answer := marking.claim_next(marker, world.session.pk, at=world.over)) is not None:
        versions.append(answer.version_id)
        give(world, marker, answer, 1)
    assert len(versions) == 10
    assert versions == sorted(versions)


def test_marking_everything_makes_the_session_ready(world: w.World) -> None:
    marker = world.markers[0]
    while (answer := marking.claim_next(marker, world.session.pk, at=world.over)) is not None:
        mark = give(world, marker, answer, 0.5)
        assert answer.needs == ""
        assert answer.marks == mark.total
    assert marking.progress(world.session, at=world.over).state == "ready"
    assert marking.marking_queue(marker, at=world.over)[0].left == 0


def test_nobody_marks_his_or_her_own_script(world: w.World) -> None:
    marker = world.markers[0]
    person = world.candidates[0]
    person.user = marker
    person.save()
    own = set(
        OpenAnswer.objects.filter(script__sitting__admission__person=person).values_list("pk", flat=True)
    )
    seen = set()
    while (answer := marking.claim_next(marker, world.session.pk, at=world.over)) is not None:
        seen.add(answer.pk)
        give(world, marker, answer, 1)
    assert len(seen) == 5 and not seen & own
    with pytest.raises(marking.NotThere):
        marking.desk(min(own), marker, at=world.over)
    with pytest.raises(marking.MayNot) as refused:
        marking.give_marks([marking.Given(min(own), (Decimal(0),))], by=marker, at=world.over)
    assert refused.value.code == "own"
    row = marking.marking_queue(marker, at=world.over)[0]
    assert (row.left, row.mine) == (5, 0)


def test_a_marker_of_another_body_sees_nothing(world: w.World) -> None:
    from tancai.people import api as people
    from tancai.programmes import api as programmes

    other = people.organisation(programmes.definition("dcne").body)
    stranger = w.account("marker", other)
    answer = OpenAnswer.objects.first()
    assert marking.marking_queue(stranger, at=world.over) == []
    with pytest.raises(marking.NotThere):
        marking.desk(answer.pk, stranger, at=world.over)
    with pytest.raises(marking.NotThere):
        marking.give_marks([marking.Given(answer.pk, (Decimal(0),))], by=stranger, at=world.over)
    assert not HumanMark.objects.exists()


@pytest.mark.parametrize("points", [(), ("0.3",), ("99",), ("-1",)])
def test_bad_marks_write_nothing(world: w.World, points: tuple[str, ...]) -> None:
    marker = world.markers[0]
    answer = marking.claim_next(marker, world.session.pk, at=world.over)
    view = marking.desk(answer.pk, marker, at=world.over)
    padded = tuple(Decimal(p) for p in points)
    padded += (Decimal(0),) * (len(view.points) - len(padded) if points else 0)
    with pytest.raises(marking.BadMarks):
        marking.give_marks([marking.Given(answer.pk, padded)], by=marker, at=world.over)
    assert not HumanMark.objects.exists()


def test_one_bad_mark_of_several_writes_none(world: w.World) -> None:
    marker = world.markers[0]
    answers = list(OpenAnswer.objects.order_by("id")[:2])
    good = marking.desk(answers[0].pk, marker, at=world.over)
    given = [
        marking.Given(answers[0].pk, tuple(p.most for p in good.points)),
        marking.Given(answers[1].pk, (Decimal(99),)),
    ]
    with pytest.raises(marking.BadMarks):
        marking.give_marks(given, by=marker, at=world.over)
    assert not HumanMark.objects.exists()


def test_a_page_left_open_cannot_mark_twice(world: w.World) -> None:
    marker = world.markers[0]
    answer = marking.claim_next(marker, world.session.pk, at=world.over)
    mark = give(world, marker, answer, 1)
    points = tuple(Decimal(str(p)) for p in mark.points)
    with pytest.raises(marking.MayNot) as refused:
        marking.give_marks([marking.Given(answer.pk, points)], by=marker, at=world.over)
    assert refused.value.code == "already_yours"
    with pytest.raises(marking.MayNot) as moved:
        marking.give_marks([marking.Given(answer.pk, points)], by=world.markers[1], at=world.over)
    assert moved.value.code == "moved_on"


def test_the_last_own_mark_can_be_taken_back_and_given_again(world: w.World) -> None:
    marker = world.markers[0]
    answer = marking.claim_next(marker, world.session.pk, at=world.over)
    first = give(world, marker, answer, 1)
    other = marking.claim_next(marker, world.session.pk, at=world.over)
    last = give(world, marker, other, 1)
    with pytest.raises(marking.MayNot) as refused:
        marking.undo(first.pk, by=marker, at=world.over)
    assert refused.value.code == "not_last"
    with pytest.raises(marking.NotThere):
        marking.undo(last.pk, by=world.markers[1], at=world.over)
    marking.undo(last.pk, by=marker, at=world.over)
    other.refresh_from_db()
    assert (other.needs, other.marks) == ("first", None)
    assert marking.claim_next(marker, world.session.pk, at=world.over).pk == other.pk
    give(world, marker, other, 0)
    assert (other.needs, other.marks) == ("", 0)
    assert HumanMark.objects.count() == 3
    marking.undo(HumanMark.objects.last().pk, by=marker, at=world.over)
    marking.undo(first.pk, by=marker, at=world.over)  # now the last that stands


def test_near_the_line_a_second_marker_then_a_third(world: w.World, settings: Any) -> None:
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "near_pass"}
    one, two, three = world.markers
    answers = list(OpenAnswer.objects.filter(script__sitting__admission__person=world.candidates[0]))
    # 50 marks for choices and 5 × 10 for answers: the first marker gives 10, 0, 0, 0, 0 = exactly 60
    for index, answer in enumerate(answers):
        give(world, one, answer, 1 if index < 1 else 0)
        if index < 4:
            assert answer.needs == ""
    for answer in answers:
        answer.refresh_from_db()
        assert (answer.needs, answer.marks) == ("second", None)
    # the first marker gets none of them again
    mine = set()
    while (found := marking.claim_next(one, world.session.pk, at=world.over)) is not None:
        mine.add(found.pk)
        give(world, one, found, 1)
    assert not mine & {answer.pk for answer in answers}
    give(world, two, answers[0], 1)
    assert (answers[0].needs, answers[0].marks) == ("", 10)
    give(world, two, answers[1], 1)
    assert answers[1].needs == "third"
    assert [m.total for m in marking.desk(answers[1].pk, three, at=world.over).earlier] == [0, 10]
    with pytest.raises(marking.NotThere):
        marking.desk(answers[1].pk, two, at=world.over)
    give(world, three, answers[1], 0.5)
    assert answers[1].needs == ""
    assert answers[1].marks == HumanMark.objects.last().total


def test_a_second_marker_does_not_see_the_first_mark(world: w.World, settings: Any) -> None:
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "always"}
    answer = marking.claim_next(world.markers[0], world.session.pk, at=world.over)
    give(world, world.markers[0], answer, 1)
    assert answer.needs == "second"
    view = marking.desk(answer.pk, world.markers[1], at=world.over)
    assert view.role == "second"
    assert view.earlier == ()


def test_a_mark_others_have_built_on_cannot_be_taken_back(world: w.World, settings: Any) -> None:
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "always"}
    answer = OpenAnswer.objects.first()
    first = give(world, world.markers[0], answer, 1)
    give(world, world.markers[1], answer, 1)
    with pytest.raises(marking.MayNot) as refused:
        marking.undo(first.pk, by=world.markers[0], at=world.over)
    assert refused.value.code == "marked_since"


def test_own_statistics(world: w.World, settings: Any) -> None:
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "always"}
    one, two, _three = world.markers
    answer = marking.claim_next(one, world.session.pk, at=world.over)
    give(world, one, answer, 1, at=world.over + timedelta(seconds=90))
    give(world, two, answer, 0, at=world.over + timedelta(seconds=99))
    (row,) = marking.own_statistics(one)
    assert (row.count, row.mean_share, row.seconds, row.compared, row.difference) == (1, 1.0, 90, 1, 10.0)
    assert marking.own_statistics(world.markers[2]) == []


def test_claims_and_marks_are_only_added(world: w.World) -> None:
    marker = world.markers[0]
    answer = marking.claim_next(marker, world.session.pk, at=world.over)
    give(world, marker, answer, 1)
    marking.undo(HumanMark.objects.get().pk, by=marker, at=world.over)
    give(world, marker, answer, 0)
    assert HumanMark.objects.filter(answer=answer).count() == 2
    assert Claim.objects.filter(answer=answer).count() >= 2


def test_the_list_of_everything_to_mark_keeps_the_same_rules(world: w.World) -> None:
    marker = world.markers[0]
    assert len(marking.answers_to_mark(marker, world.session.pk, at=world.over)) == 10
    taken = marking.claim_next(world.markers[1], world.session.pk, at=world.over)
    left = marking.answers_to_mark(marker, world.session.pk, at=world.over)
    assert len(left) == 9 and taken.pk not in {answer.pk for answer in left}
    assert marking.answers_to_mark(w.account("marker"), world.session.pk, at=world.over) == left
    assert marking.answers_to_mark(w.account("office"), world.session.pk, at=world.over) == []
