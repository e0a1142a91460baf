"""Marking points and the marks a paper gives: markers give half marks, so a point needs at least one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tancai.items.errors import Fault
from tancai.items.kinds import kinds, printed_marks
from tancai.programmes import api as programmes


def pointed_kinds() -> list[str]:
    """Codes of the kinds whose answers people mark by points."""
    return [code for code, kind in kinds().items() if hasattr(kind, "points_and_room")]


def least_marks(kind: str, content: dict[str, Any], key: dict[str, Any]) -> int:
    """The fewest marks a paper may give an item: from there on every point gets half a mark."""
    found: Any = kinds()[kind]
    marks = printed_marks(content, key)
    while marks > 1:
        points, room = found.points_and_room(content, key, marks - 1)
        if points > room:
            break
        marks -= 1
    return marks


def room_fault(
    kind: str, content: dict[str, Any], key: dict[str, Any], *, topic: str, levels: list[str]
) -> list[Fault]:
    """An item with more points than half marks on every paper that would print it; nothing where no paper would."""
    if kind not in pointed_kinds():
        return []
    most = max(_marks_on_papers(kind, topic, levels), default=0)
    if not most or least_marks(kind, content, key) <= most:
        return []
    found: Any = kinds()[kind]
    points, room = found.points_and_room(content, key, most)
    return [Fault("points", "more_points_than_marks", (("marks", most), ("points", points), ("room", room)))]


def _marks_on_papers(kind: str, topic: str, levels: list[str]) -> Iterator[int]:
    for code in programmes.programme_codes():
        definition = programmes.definition(code)
        for level in definition.level_codes:
            if levels and level and level not in levels:
                continue
            for speciality in definition.speciality_codes:
                for section in definition.blueprint(level, speciality).sections:
                    if section.kind == kind and topic in section.topics:
                        yield section.marks
