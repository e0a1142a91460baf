"""Every blueprint can be drawn from the shipped bank: enough items of each kind, and every topic to be covered."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

import tancai.items
from tancai.programmes import loader

BANK = Path(tancai.items.__file__).parent / "bank"
ITEMS = [
    item for path in sorted(BANK.glob("*/*.toml")) for item in tomllib.loads(path.read_text("utf-8"))["item"]
]
PAPERS = [
    (each.definition, level, speciality)
    for each in loader.read_all()
    for level in each.definition.level_codes
    for speciality in each.definition.speciality_codes
    if each.definition.code != "cmc" or (level in {"grade-1", "grade-9"})
]


@pytest.mark.parametrize(
    ("definition", "level", "speciality"), PAPERS, ids=[f"{d.code}-{level}-{s}" for d, level, s in PAPERS]
)
def test_the_bank_holds_enough_for_one_paper(definition, level: str, speciality: str) -> None:
    blueprint = definition.blueprint(level, speciality)
    wanted: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for section in blueprint.sections:
        wanted[section.kind, tuple(sorted(section.topics))] += section.count
    for (kind, topics), count in wanted.items():
        fit = [i for i in ITEMS if i["kind"] == kind and i["topic"] in topics and _fits(i, level)]
        assert len(fit) >= count, (kind, topics)
    assert set(blueprint.cover) <= {item["topic"] for item in ITEMS}
    assert blueprint.total == definition.exam.out_of


def _fits(item: dict[str, object], level: str) -> bool:
    levels = item.get("levels") or []
    return not level or not levels or level in levels  # type: ignore[operator]


def test_cem_holds_three_papers_without_a_common_item() -> None:
    cem = Counter(item["kind"] for item in ITEMS if str(item["topic"]).startswith("cem-"))
    assert cem["single"] >= 90
    assert cem["multiple"] >= 30
    assert cem["short"] >= 15


def test_every_item_stands_under_a_topic_of_a_definition() -> None:
    topics = {topic.code for each in loader.read_all() for topic in each.definition.topics}
    assert {item["topic"] for item in ITEMS} <= topics
