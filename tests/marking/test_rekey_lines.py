"""Another key for numbers, blanks, pairs and orders: tried out, proposed on the page, done as announced."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.items import api as items
from tancai.items.models import FormEntry
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.marking.actions.calibrating import calibrate_session
from tancai.marking.models import Ruling
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.items import each_kind
from tests.marking import world as w
from tests.marking.test_case import VARIANT, _Letters
from tests.marking.test_release import mark_all

pytestmark = pytest.mark.django_db
KINDS = ("numeric", "fill", "matching", "ordering", "case")
ORDER = [each_kind.STEPS[1], each_kind.STEPS[0], *each_kind.STEPS[2:]]
CENT = Decimal("0.01")
CASE = {"1": "B", "2": ["A", "B"], "3": "2520", "4": "以法人为边界。"}


@pytest.fixture
def world(settings: Any) -> w.World:
    """Two who sat a paper with one question of each of these kinds: the first by the key, the other not."""
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    world = w.build(candidates=2)
    taken = [entry.position for entry in world.form.entries if entry.kind == "single"][: len(KINDS) - 1]
    taken.append(next(entry.position for entry in world.form.entries if entry.kind == "short"))
    for kind, position in zip(KINDS, taken, strict=True):
        version = each_kind.add(kind, collection="cem", topic="cem-1", at=w.AT)
        FormEntry.objects.filter(form=world.form.id, position=position).update(version=version)
    world.form = items.form(world.form.id)
    world.keys = {**items.keys(world.form.id), **{position: _Letters() for position in taken}}
    right = {kind: _answer(kind, each_kind.TEXTS[kind][1]) for kind in KINDS[:-1]}
    other = {"numeric": "1200", "fill": ["范围一", "高", "GWP"], "matching": [], "ordering": _order(ORDER)}
    for number, given in enumerate(({**right, "case": CASE}, {**other, "case": {**CASE, "3": "5040"}})):
        sitting = w.sit(world, number)
        places = {str(place): given[kind] for kind, place in zip(KINDS, taken, strict=True)}
        answers = {**sitting.sheet.answers, **places}
        type(sitting.sheet).objects.filter(pk=sitting.sheet.pk).update(answers=answers)
        sitting.variants = {str(taken[-1]): VARIANT}
        sitting.save(update_fields=["variants"])
    marking.score_session(world.session, by=None, at=world.over)
    mark_all(world)
    return world


def _answer(kind: str, key: dict[str, Any]) -> Any:
    found = items.kinds()[kind]
    return found.answer(each_kind.TEXTS[kind][0], key, right=True, chance=random.Random(1))


def _order(texts: list[str]) -> list[str]:
    letters = {one["text"]: one["letter"] for one in each_kind.TEXTS["ordering"][0]["options"]}
    return sorted(f"{letters[text]}{place}" for place, text in enumerate(texts, start=1))


def _changes(world: w.World, kind: str, *told: str) -> dict[int, Decimal]:
    version = next(entry.version_id for entry in world.form.entries if entry.kind == kind)
    plan = marking.plan_ruling(world.session, version, "rekey", letters=told, at=world.over)
    places = {world.admission(number).pk: number for number in (0, 1)}
    return {places[effect.admission_id]: effect.after - effect.before for effect in plan.effects}


def test_every_kind_is_scored_again_by_the_lines_of_another_key(world: w.World) -> None:
    worth = {entry.kind: Decimal(entry.marks) for entry in world.form.entries}
    assert _changes(world, "numeric", "value=1200") == {0: -worth["numeric"], 1: worth["numeric"]}
    assert _changes(world, "numeric", "tolerance=200") == {1: worth["numeric"]}
    more = "blanks=直接 | 范围一\n高 << 高 | 低 | 相同\n全球变暖潜势 | GWP"
    assert _changes(world, "fill", more) == {1: (worth["fill"] / 3).quantize(CENT)}
    lines = items.key_lines(items.kinds()["matching"], *each_kind.TEXTS["matching"])["pairs"]
    assert _changes(world, "matching", "pairs=" + lines.replace("褐煤", "焦炭")) == {
        0: -(worth["matching"] / 3).quantize(CENT)
    }
    changed = _changes(world, "ordering", "order=" + "\n".join(ORDER))
    assert changed[0] < 0 < changed[1]
    twice = _changes(world, "case", "3.expression=AD * EF * 2")
    assert twice[0] == -twice[1] < 0, "each with the numbers of the own paper"
    for kind, told, code in (
        ("numeric", ("value=一千",), "bad_key"),
        ("numeric", ("value=1000", "3.value=2"), "bad_key"),
        ("numeric", ("stem=别的",), "bad_key"),
        ("numeric", ("tolerance=-1",), "bad_key"),
        ("numeric", ("value=1000", "tolerance=1"), "same_key"),
        ("fill", ("blanks=",), "bad_key"),
        ("ordering", ("order=甲\n乙",), "bad_key"),
        ("case", ("3.expression=__import__('os')",), "bad_key"),
        ("case", ("3.expression=AD", "1A"), "bad_key"),
        ("case", ("expression=AD",), "bad_key"),
        ("case", ("9.expression=AD",), "bad_key"),
        ("case", ("3.round=0.5",), "bad_key"),
    ):
        with pytest.raises(marking.MayNot, match=code):
            _changes(world, kind, *told)


def test_the_page_tries_a_number_out_and_the_office_reads_both_keys(world: w.World) -> None:
    marking.release(world.session, by=world.office[0], at=world.over)
    calibration = calibrate_session(world.session, by=None, at=world.over)
    version = next(entry.version_id for entry in world.form.entries if entry.kind == "numeric")
    page = reverse("author:ruling", args=[calibration.pk, version])
    author, office = Client(), Client()
    body = people.organisation(programmes.definition("cem").body)
    author.force_login(w.account("author", body))
    office.force_login(world.office[1])
    with clock.moved(world.over):
        empty = author.get(page).content.decode()
        assert 'name="line-value" value="1000"' in empty and 'name="line-unit"' in empty
        same = author.post(page, {"kind": "rekey", "line-value": "1000"}).content.decode()
        bad = author.post(page, {"kind": "rekey", "line-value": "<b>"}).content.decode()
        assert "与原来的相同" in same and "新的答案不成立" in bad and 'value="&lt;b&gt;"' in bad
        asked = {"kind": "rekey", "line-value": "1200", "line-tolerance": "1", "line-unit": "tCO$_2$"}
        assert "试算结果" in author.post(page, asked).content.decode()
        assert not Ruling.objects.exists()
        author.post(page, {**asked, "reason": "因子已修订", "propose": "1"})
        row = Ruling.objects.get()
        told = office.get(reverse("office:ruling", args=[row.pk])).content.decode()
    assert "1000、± 1" in told and "1200、± 1" in told
    marking.decide_ruling(row.pk, "approved", by=world.office[1], at=world.over)
    won = [marking.result_of(world.admission(number).pk) for number in (0, 1)]
    assert [one.total for one in won if one] == [effect.after for effect in _by_admission(world, row)]


def _by_admission(world: w.World, row: Ruling) -> list[Any]:
    told = {effect.admission_id: effect for effect in marking.effects_of(row)}
    return [told[world.admission(number).pk] for number in (0, 1)]
