"""A case on a paper: the machine scores its questions, people mark the rest, and the total has both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.items import api as items
from tancai.items.kinds.case import shares
from tancai.items.models import FormEntry
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.marking.actions.calibrating import sheets_of
from tancai.marking.later import standing_marks
from tancai.marking.models import AutoScore, HumanMark, OpenAnswer, Script
from tests.items import each_kind
from tests.marking import world as w
from tests.marking.test_release import mark_all

pytestmark = pytest.mark.django_db
VARIANT = {"AD": "1200", "EF": "2.1"}


@pytest.fixture
def world() -> w.World:
    """Two candidates; the first short answer of the paper is replaced by a case."""
    world = w.build(candidates=2)
    version = each_kind.add("case", collection="cem", topic="cem-1", at=w.AT)
    place = next(e.position for e in world.form.entries if e.kind == "short")
    FormEntry.objects.filter(form=world.form.id, position=place).update(version=version)
    world.form, world.keys = items.form(world.form.id), items.keys(world.form.id)
    return world


def _place(world: w.World) -> Any:
    return next(e for e in world.form.entries if e.kind == "case")


def _sat(world: w.World, number: int, response: dict[str, Any] | None) -> Any:
    """Every other question right or written to, this to the case."""
    place = _place(world)
    case, world.keys[place.position] = world.keys[place.position], _Letters()
    sitting = w.sit(world, number)
    world.keys[place.position] = case
    sitting.variants = {str(place.position): VARIANT}
    sitting.save(update_fields=["variants"])
    answers = {**sitting.sheet.answers, str(place.position): response}
    type(sitting.sheet).objects.filter(pk=sitting.sheet.pk).update(answers=answers)
    return sitting


class _Letters:
    solution = {"letters": ["A"]}


def test_people_mark_their_part_and_the_total_has_both(world: w.World) -> None:
    place = _place(world)
    _sat(world, 0, {"1": "B", "2": ["A", "B"], "3": "2520", "4": "以法人为边界。"})
    _sat(world, 1, {"1": "B"})
    marking.score_session(world.session, by=None, at=world.over)
    answer = OpenAnswer.objects.get(position=place.position)  # the second wrote nothing for people
    scored = AutoScore.objects.get(script=answer.script, position=place.position)
    assert scored.marks == scored.out_of
    assert scored.out_of + answer.out_of == place.marks

    marker = world.markers[0]
    view = marking.desk(answer.pk, marker, at=world.over)
    assert "1200" in view.public["stem"], "the candidate's own numbers"
    assert [(part.number, part.response) for part in view.parts] == [(4, "以法人为边界。")]
    assert sum(point.most for point in view.points) == answer.out_of
    _the_page_shows_what_people_mark(marker, answer, world.over)

    points = (view.points[0].most, Decimal(0))
    marking.give_marks([marking.Given(answer.pk, points)], by=marker, at=world.over)
    marks = standing_marks([answer.script_id])[answer.script_id]
    assert marks[place.position] == (scored.marks + points[0], place.marks)
    rows = marking.score_table(world.session, at=world.over)
    row = next(row for row in rows if row.admission == world.admission(0))
    assert row.auto + row.human == sum(won for won, _of in marks.values())
    assert row.human == sum(HumanMark.objects.values_list("total", flat=True))
    assert row.out_of == world.form.total
    _what_people_mark_stays_out_of_the_model(world, place)


def _the_page_shows_what_people_mark(marker: Any, answer: Any, at: Any) -> None:
    client = Client()
    client.force_login(marker)
    with clock.moved(at):
        page = client.get(reverse("marker:answer", args=[answer.pk])).content.decode()
    assert "第（4）小题" in page and "以法人为边界。" in page
    assert "核算锅炉排放需要哪些数据" not in page


def _what_people_mark_stays_out_of_the_model(world: w.World, place: Any) -> None:
    sheet = sheets_of(world.session)[0]
    column = [e.position for e in world.form.entries].index(place.position)
    assert not sheet.machine[column] and sheet.machine[0]
    first_question = shares(each_kind.CASE[0], Decimal(place.marks))[0]
    assert min(sheet.marks[:, column]) == float(first_question)


def test_another_key_for_a_question_of_a_case_leaves_the_rest_of_it_alone(world: w.World) -> None:
    """Scored anew with the candidate's own numbers; what people gave stays."""
    place = _place(world)
    _sat(world, 0, {"1": "A", "2": ["A", "B"], "3": "2520", "4": "以法人为边界。"})
    _sat(world, 1, {"1": "B", "3": "2520"})
    marking.score_session(world.session, by=None, at=world.over)
    mark_all(world)
    worth = shares(each_kind.CASE[0], Decimal(place.marks))[0]
    scripts = {script.sitting.admission_id: script.pk for script in Script.objects.all()}
    before = {pk: marks[place.position][0] for pk, marks in standing_marks(scripts.values()).items()}
    for letters in (["A"], ["1A", "2A"], ["9A"], ["3A"], ["1Z"], [], ["1A", "1B", "1C"]):
        with pytest.raises(marking.MayNot, match="bad_key"):
            _plan(world, "rekey", letters)
    with pytest.raises(marking.MayNot, match="same_key"):
        _plan(world, "rekey", ["1B"])
    plan = _plan(world, "rekey", ["1A"])
    changes = {effect.admission_id: effect.after - effect.before for effect in plan.effects}
    assert changes == {world.admission(0).pk: worth, world.admission(1).pk: -worth}
    assert [effect.after - effect.before for effect in _plan(world, "rekey", ["1A", "1B"]).effects] == [worth]

    row = marking.propose_ruling(
        world.session,
        place.version_id,
        "rekey",
        letters=["1A"],
        reason="材料有误",
        by=world.office[0],
        at=world.over,
    )
    _the_office_reads_which_question(world, row)
    marking.decide_ruling(row.pk, "approved", by=world.office[1], at=world.over)
    after = {pk: marks[place.position][0] for pk, marks in standing_marks(scripts.values()).items()}
    for admission, change in changes.items():
        assert after[scripts[admission]] == before[scripts[admission]] + change


def test_a_case_is_dropped_or_given_to_everybody_as_a_whole(world: w.World) -> None:
    place = _place(world)
    _sat(world, 0, {"1": "B", "2": ["A", "B"], "3": "2520", "4": "以法人为边界。"})
    _sat(world, 1, {"1": "A"})
    marking.score_session(world.session, by=None, at=world.over)
    mark_all(world)
    scripts = [script.pk for script in Script.objects.order_by("pk")]
    won = [marks[place.position][0] for _pk, marks in sorted(standing_marks(scripts).items())]
    drop = {effect.script_id: effect for effect in _plan(world, "drop").effects}
    assert [drop[pk].before - drop[pk].after for pk in scripts] == won
    assert all(effect.out_of_before - effect.out_of_after == place.marks for effect in drop.values())
    credit = {effect.script_id: effect for effect in _plan(world, "credit").effects}
    assert all(
        credit[pk].after - credit[pk].before == place.marks - had
        for pk, had in zip(scripts, won, strict=True)
        if had < place.marks
    )


def _plan(world: w.World, kind: str, letters: Any = ()) -> Any:
    return marking.plan_ruling(
        world.session, _place(world).version_id, kind, letters=list(letters), at=world.over
    )


def _the_office_reads_which_question(world: w.World, row: Any) -> None:
    client = Client()
    client.force_login(world.office[1])
    with clock.moved(world.over):
        page = client.get(reverse("office:ruling", args=[row.pk])).content.decode()
    assert "第 1 小题 B" in page and "第 1 小题 A" in page
