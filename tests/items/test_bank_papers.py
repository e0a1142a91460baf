"""Three papers one after another without a common item, drawn from the shipped bank: a resit meets nothing again."""

from __future__ import annotations

import random

import pytest

from tancai.items.rules import Candidate, Want, draw
from tancai.programmes import loader
from tests.items.shipped import ITEMS as SHIPPED

pytestmark = pytest.mark.anydatabase

DEFINITIONS = {each.definition.code: each.definition for each in loader.read_all()}
POOL = [
    (Candidate(number, number, item.kind, item.topic, item.difficulty), set(item.levels))
    for number, item in enumerate(SHIPPED)
]
PAPERS = 3


@pytest.mark.parametrize(
    ("code", "level", "speciality"),
    [
        *(("cem", level, "") for level in DEFINITIONS["cem"].level_codes),
        *(("crp", "", each) for each in DEFINITIONS["crp"].speciality_codes if each),
    ],
)
def test_three_papers_share_no_item_and_cover_their_topics(code: str, level: str, speciality: str) -> None:
    blueprint = DEFINITIONS[code].blueprint(level, speciality)
    wants = [Want(s.part, s.kind, s.count, s.marks, s.tiers) for s in blueprint.sections]
    mix = blueprint.mix.model_dump() if blueprint.mix else None
    left = {c.item_id: c for c, levels in POOL if not level or not levels or level in levels}
    for paper in range(PAPERS):
        generator = random.Random(f"{code} {level} {speciality} {paper}")
        found = draw(left.values(), wants, generator, cover=blueprint.cover, mix=mix)
        assert found.shortages == (), paper
        for pick in found.picks:
            del left[pick.candidate.item_id]


@pytest.mark.parametrize("speciality", [each for each in DEFINITIONS["crp"].speciality_codes if each])
def test_two_papers_of_a_post_are_of_its_own_single_choices(speciality: str) -> None:
    blueprint = DEFINITIONS["crp"].blueprint("", speciality)
    (own,) = (s.tiers[0] for s in blueprint.sections if s.part == "speciality" and s.kind == "single")
    (count,) = (s.count for s in blueprint.sections if s.part == "speciality" and s.kind == "single")
    held = [c for c, _levels in POOL if c.kind == "single" and c.topic in own]
    assert len(held) > 2 * count


@pytest.mark.parametrize("code", ["cem", "csa"])
def test_a_body_may_ask_for_a_case_on_papers_of_the_last_level(code: str) -> None:
    """No document prints one for these papers; a body that takes a case in the place of two answers finds it."""
    definition = DEFINITIONS[code]
    blueprint = definition.blueprint(definition.level_codes[-1], definition.speciality_codes[0])
    last = blueprint.sections[-1]
    assert last.kind == "short" and last.count > 2
    wants = [Want(s.part, s.kind, s.count, s.marks, s.tiers) for s in blueprint.sections[:-1]]
    wants += [
        Want(last.part, "short", last.count - 2, last.marks, last.tiers),
        Want(last.part, "case", 1, 2 * last.marks, last.tiers),
    ]
    left = {c.item_id: c for c, levels in POOL if not levels or definition.level_codes[-1] in levels}
    seen = set()
    for paper in range(2):
        found = draw(left.values(), wants, random.Random(f"{code} {paper}"), cover=blueprint.cover)
        assert found.shortages == ()
        (case,) = (pick.candidate.item_id for pick in found.picks if pick.candidate.kind == "case")
        seen.add(case)
        for pick in found.picks:
            del left[pick.candidate.item_id]
    assert len(seen) == 2
