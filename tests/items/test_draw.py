"""Drawing a paper: exact counts, every topic, no repeats, alike papers, honest shortages."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.items.rules import Candidate, Want, apportion, draw


def _pool(supply: dict[tuple[str, str], int]) -> list[Candidate]:
    pool = []
    for (topic, kind), count in supply.items():
        for number in range(count):
            difficulty = ("easy", "easy", "medium", "medium", "hard")[number % 5]
            pool.append(Candidate(len(pool) + 1, 1000 + len(pool), kind, topic, difficulty))
    return pool


CEM = {
    ("cem-1", "single"): 15, ("cem-2", "single"): 15, ("cem-3", "single"): 15, ("cem-4", "single"): 15,
    ("cem-5", "single"): 12, ("cem-6", "single"): 9, ("cem-7", "single"): 9,
    ("cem-1", "multiple"): 3, ("cem-2", "multiple"): 6, ("cem-3", "multiple"): 6, ("cem-4", "multiple"): 6,
    ("cem-5", "multiple"): 3, ("cem-6", "multiple"): 3, ("cem-7", "multiple"): 3,
    ("cem-2", "short"): 3, ("cem-3", "short"): 3, ("cem-4", "short"): 3, ("cem-5", "short"): 3, ("cem-7", "short"): 3,
}  # fmt: skip
TOPICS = tuple(f"cem-{n}" for n in range(1, 8))
WANTS = [
    Want("paper", "single", 30, 1, (TOPICS,)),
    Want("paper", "multiple", 10, 2, (TOPICS,)),
    Want("paper", "short", 5, 10, (TOPICS,)),
]
MIX = {"easy": 0.4, "medium": 0.4, "hard": 0.2}


@pytest.mark.parametrize("seed", range(20))
def test_three_disjoint_papers_cover_every_topic(seed: int) -> None:
    pool = _pool(CEM)
    generator = random.Random(seed)
    for _ in range(3):
        drawn = draw(pool, WANTS, generator, cover=TOPICS, mix=MIX)
        assert not drawn.shortages
        assert Counter(p.candidate.kind for p in drawn.picks) == {"single": 30, "multiple": 10, "short": 5}
        assert sum(p.marks for p in drawn.picks) == 100
        assert {p.candidate.topic for p in drawn.picks} == set(TOPICS)
        assert [p.position for p in drawn.picks] == list(range(1, 46))
        used = {p.candidate.item_id for p in drawn.picks}
        assert len(used) == 45
        pool = [c for c in pool if c.item_id not in used]
    assert pool == []
    assert draw(pool, WANTS, generator).shortages


def test_the_same_seed_gives_the_same_paper_and_another_seed_another() -> None:
    pool = _pool(CEM)
    first, again, other = (draw(pool, WANTS, random.Random(seed), mix=MIX) for seed in ("a", "a", "b"))
    assert first == again
    assert first != other


def test_difficulties_come_near_the_wished_mix() -> None:
    drawn = draw(_pool(CEM), WANTS[:1], random.Random(1), mix=MIX)
    counts = Counter(p.candidate.difficulty for p in drawn.picks)
    assert abs(counts["easy"] - 12) <= 2
    assert abs(counts["medium"] - 12) <= 2
    assert abs(counts["hard"] - 6) <= 2


def test_the_first_tier_is_emptied_before_the_second_is_touched() -> None:
    pool = _pool({("own", "single"): 4, ("other", "single"): 20})
    drawn = draw(pool, [Want("p", "single", 10, 1, (("own",), ("other",)))], random.Random(3))
    assert Counter(p.candidate.topic for p in drawn.picks) == {"own": 4, "other": 6}


def test_a_shortage_names_section_kind_topics_and_both_numbers() -> None:
    drawn = draw(_pool({("a", "single"): 3}), [Want("p", "single", 5, 1, (("a", "b"),))], random.Random(0))
    (shortage,) = drawn.shortages
    assert (shortage.part, shortage.kind, shortage.topics) == ("p", "single", ("a", "b"))
    assert (shortage.wanted, shortage.found) == (5, 3)
    assert drawn.picks == ()


def test_a_topic_that_must_appear_and_cannot_is_a_shortage() -> None:
    drawn = draw(
        _pool({("a", "single"): 5}), [Want("p", "single", 2, 1, (("a", "b"),))], random.Random(0), cover=["b"]
    )
    assert [s.topics for s in drawn.shortages] == [("b",)]


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=1),
    st.integers(0, 60),
)
def test_apportioning_is_exact_and_within_supply(supply: dict[str, int], count: int) -> None:
    if sum(supply.values()) < count:
        with pytest.raises(ValueError, match="supply"):
            apportion(count, supply)
        return
    shares = apportion(count, supply) if count else {}
    assert sum(shares.values()) == count
    assert all(0 <= share <= supply[topic] for topic, share in shares.items())
    held = [topic for topic, number in supply.items() if number]
    if count >= len(held):
        assert all(shares.get(topic, 0) >= 1 for topic in held)
