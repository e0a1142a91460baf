"""What a bank should hold for so many papers without a common item, topic by topic and difficulty by difficulty. Pure.

A section of a blueprint says how many questions of a kind it takes from which topics; topics share them evenly, and the
wished mix of difficulty holds in each. What comes out is a guide for authors, not a condition of drawing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

Place = TypeVar("Place")
ANY = ""
"""The difficulty where no mix is wished for."""


def shared_out(total: int, weights: Mapping[Place, float]) -> dict[Place, int]:
    """``total`` in whole numbers in proportion to ``weights`` by largest remainders; ties go to the earlier place.

    Raises ValueError when there is something to share and no weight to share it by.
    """
    whole = sum(weights.values())
    if total and whole <= 0:
        raise ValueError("no weight")
    exact = {place: total * weight / whole if whole else 0.0 for place, weight in weights.items()}
    found = {place: math.floor(value + 1e-9) for place, value in exact.items()}
    order = sorted(exact, key=lambda place: found[place] - exact[place])
    for place in order[: total - sum(found.values())]:
        found[place] += 1
    return found


def needs(
    count: int, topics: Sequence[str], mix: Mapping[str, float] | None, papers: int
) -> dict[tuple[str, str], int]:
    """How many items (topic, difficulty) ``papers`` papers take that want ``count`` each from these topics."""
    shares = {name: share for name, share in (mix or {ANY: 1.0}).items() if share > 0}
    rows = shared_out(count * papers, dict.fromkeys(topics, 1.0))
    left = shared_out(count * papers, shares)
    found: dict[tuple[str, str], int] = {}
    for topic in topics:
        # a topic takes its part of what is left of each difficulty, never more than that: rows and columns add up
        taken = shared_out(rows[topic], left)
        for name, n in taken.items():
            found[topic, name] = n
            left[name] -= n
    return found
