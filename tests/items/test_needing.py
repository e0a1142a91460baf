"""What a bank should hold, topic by topic and difficulty by difficulty: everything adds up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.items.needing import ANY, needs, shared_out

pytestmark = pytest.mark.anydatabase

MIX = {"easy": 0.3, "medium": 0.5, "hard": 0.2}


def test_by_hand() -> None:
    assert shared_out(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert shared_out(0, {"a": 0.0}) == {"a": 0}
    with pytest.raises(ValueError):
        shared_out(1, {})
    found = needs(10, ("t1", "t2"), MIX, 1)
    assert sum(found.values()) == 10
    assert found["t1", "medium"] in (2, 3) and found["t1", "easy"] + found["t2", "easy"] == 3
    assert needs(30, ("t1", "t2", "t3"), None, 3) == {("t1", ANY): 30, ("t2", ANY): 30, ("t3", ANY): 30}


@given(
    st.integers(1, 60),
    st.integers(1, 12),
    st.integers(1, 10),
    st.tuples(st.integers(0, 10), st.integers(0, 10), st.integers(1, 10)),
)
def test_topics_are_even_and_difficulties_as_wished(
    count: int, topics: int, papers: int, parts: tuple[int, int, int]
) -> None:
    names = tuple(f"t{i}" for i in range(topics))
    mix = {name: part / sum(parts) for name, part in zip(MIX, parts, strict=True)}
    found = needs(count, names, mix, papers)
    total = count * papers
    assert all(n >= 0 for n in found.values()) and sum(found.values()) == total
    rows = [sum(n for (topic, _d), n in found.items() if topic == name) for name in names]
    assert max(rows) - min(rows) <= 1
    for name, share in mix.items():
        held = sum(n for (_t, difficulty), n in found.items() if difficulty == name)
        assert abs(held - total * share) < 1 + 1e-6
