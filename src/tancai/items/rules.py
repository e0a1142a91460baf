"""How a paper is drawn from a pool by a blueprint, and which steps an item's life may take. Pure."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tancai.items.errors import Shortage

DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True)
class Candidate:
    """An item that could be drawn."""

    item_id: int
    version_id: int
    kind: str
    topic: str
    difficulty: str
    least: int = 1
    """The fewest marks a paper may give it."""


@dataclass(frozen=True)
class Want:
    """One section of a blueprint: ``count`` questions of ``kind``, ``marks`` each, tiers of topics in order."""

    part: str
    kind: str
    count: int
    marks: int
    tiers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Pick:
    position: int
    candidate: Candidate
    marks: int
    part: str


@dataclass(frozen=True)
class Draw:
    """Either picks in order of printing, or the shortages that make the paper impossible."""

    picks: tuple[Pick, ...]
    shortages: tuple[Shortage, ...]


def apportion(count: int, supply: Mapping[str, int]) -> dict[str, int]:
    """``count`` shared over topics in proportion to their supply by largest remainders.

    No topic gets more than it holds, and none that holds anything gets nothing while another gets two, so that
    papers drawn one after the other without repeats stay alike. Raises ValueError when the supply is too small.
    """
    total = sum(supply.values())
    if total < count:
        raise ValueError("supply too small")
    exact = {topic: count * held / total for topic, held in supply.items() if held}
    shares = {topic: min(math.floor(value), supply[topic]) for topic, value in exact.items()}
    order = sorted(exact, key=lambda topic: (shares[topic] - exact[topic], topic))
    while sum(shares.values()) < count:
        for topic in order:
            if sum(shares.values()) < count and shares[topic] < supply[topic]:
                shares[topic] += 1
    for topic in sorted(shares):
        richest = max(shares, key=lambda name: (shares[name], name))
        if shares[topic] == 0 and shares[richest] >= 2:
            shares[topic], shares[richest] = 1, shares[richest] - 1
    return shares


def draw(
    pool: Iterable[Candidate],
    wants: Sequence[Want],
    generator: random.Random,
    *,
    cover: Iterable[str] = (),
    mix: Mapping[str, float] | None = None,
) -> Draw:
    """Draw a paper: topics in proportion to supply, difficulties near ``mix``, every ``cover`` topic present."""
    by_kind: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in sorted(pool, key=lambda c: c.item_id):
        by_kind[candidate.kind, candidate.topic].append(candidate)
    used: set[int] = set()
    picks: list[Pick] = []
    shortages: list[Shortage] = []
    for want in wants:
        chosen, shortage = _section(want, by_kind, used, generator, mix)
        if shortage:
            shortages.append(shortage)
        for candidate in chosen:
            used.add(candidate.item_id)
            picks.append(Pick(len(picks) + 1, candidate, want.marks, want.part))
    if shortages:
        return Draw((), tuple(shortages))
    missing = set(cover) - {pick.candidate.topic for pick in picks}
    if missing:
        return Draw((), tuple(Shortage("", "any", (topic,), 1, 0) for topic in sorted(missing)))
    return Draw(tuple(picks), ())


def _section(
    want: Want,
    by_kind: Mapping[tuple[str, str], list[Candidate]],
    used: set[int],
    generator: random.Random,
    mix: Mapping[str, float] | None,
) -> tuple[list[Candidate], Shortage | None]:
    chosen: list[Candidate] = []
    for tier in want.tiers:
        free = {
            topic: [
                c
                for c in by_kind.get((want.kind, topic), [])
                if c.item_id not in used and c.least <= want.marks
            ]
            for topic in tier
        }
        supply = {topic: len(items) for topic, items in free.items() if items}
        wanted = min(want.count - len(chosen), sum(supply.values()))
        if not wanted:
            continue
        taken: Counter[str] = Counter(c.difficulty for c in chosen)
        for topic, share in apportion(wanted, supply).items():
            chosen += _take(free[topic], share, generator, mix, taken)
    generator.shuffle(chosen)
    if len(chosen) < want.count:
        topics = tuple(topic for tier in want.tiers for topic in tier)
        return chosen, Shortage(want.part, want.kind, topics, want.count, len(chosen))
    return chosen, None


def _take(
    items: list[Candidate],
    count: int,
    generator: random.Random,
    mix: Mapping[str, float] | None,
    taken: Counter[str],
) -> list[Candidate]:
    """``count`` of ``items`` at random, each time of the difficulty that lags most behind the wished mix."""
    rest = list(items)
    generator.shuffle(rest)
    chosen = []
    for _ in range(count):
        held = {candidate.difficulty for candidate in rest}
        if mix:
            total = sum(taken.values()) + 1
            lag = {name: mix.get(name, 0.0) * total - taken[name] for name in held}
            wished = max(sorted(held), key=lambda name: lag[name])
        else:
            wished = rest[0].difficulty
        pick = next(candidate for candidate in rest if candidate.difficulty == wished)
        rest.remove(pick)
        taken[wished] += 1
        chosen.append(pick)
    return chosen


_STEPS = {
    "": {"draft"},
    "draft": {"review", "retired"},
    "review": {"draft", "pilot", "active"},
    "pilot": {"draft", "active", "retired"},
    "active": {"retired"},
    "retired": {"draft"},
}
APPROVALS = frozenset({("review", "pilot"), ("review", "active"), ("pilot", "active")})
"""Steps by which a version comes nearer to papers: by a second person only."""


def step_refused(
    before: str,
    after: str,
    *,
    author_id: int | None,
    actor_id: int | None,
    open_threads: int = 0,
    superseded: bool = False,
) -> str:
    """Why a step is refused, ``""`` when it may be taken.

    ``no_such_step``, ``second_person_needed``, ``superseded`` when the document that the key stands on is no longer in
    force, or ``threads_open`` while a remark on the version is not settled.
    """
    if after not in _STEPS.get(before, set()):
        return "no_such_step"
    if (before, after) not in APPROVALS:
        return ""
    if author_id is not None and author_id == actor_id:
        return "second_person_needed"
    if superseded:
        return "superseded"
    return "threads_open" if open_threads else ""
