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
