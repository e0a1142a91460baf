"""Parallel papers from a programme's blueprint by the assembly engine. Pure.

What ``draw`` does for one paper, here for several at once and within bounds: each section has its count, each topic its
share of the bank give or take one, every topic to cover is there, and difficulties come as near to the wished mix as
they can in all papers alike.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import maximum_bipartite_matching

from tancai.engines.assembly.assembling import Assembly, assemble
from tancai.engines.assembly.bank import Bank, bank
from tancai.engines.assembly.blueprint import (
    Aim,
    Blueprint,
    Forbidden,
    Limit,
    Measure,
    Objective,
    Overlap,
    Requirement,
)
from tancai.engines.assembly.conditions import Condition, Test, equals
from tancai.engines.assembly.several import Progress
from tancai.engines.psychometrics.curves import Item as Curve
from tancai.engines.psychometrics.curves import paper_information
from tancai.items.rules import DIFFICULTIES, Candidate, Pick, Want, apportion

MIX_GAP = 1.0
INFORMATION_GAP = 0.2
ABILITIES = (-1.0, 0.0, 1.0)


@dataclass(frozen=True)
class Demand:
    """One thing that papers must be. ``code`` is stable; ``params`` say the rest.

    ``section`` (parts, kind, count), ``own_topics`` (part, kind, topics, least), ``topic`` (kind, topic, low, high),
    ``cover`` (topic), ``overlap`` (most), ``excluded`` (count).
    """

    code: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Hindrance:
    """A demand that others stand against; ``needed`` is the bound it would have to give to, where that alone helps."""

    demand: Demand
    enough: bool
    needed: float | None


@dataclass(frozen=True)
class Papers:
    """The picks of each paper, none when there are no such papers; ``found`` is what the engine proved."""

    picks: tuple[tuple[Pick, ...], ...]
    found: Assembly
    hindrances: tuple[Hindrance, ...]


def papers(
    pool: Sequence[Candidate],
    wants: Sequence[Want],
    count: int,
    *,
    seed: str,
    cover: Collection[str] = (),
    mix: Mapping[str, float] | None = None,
    overlap: int = 0,
    excluded: Collection[int] = frozenset(),
    curves: Mapping[int, Curve] | None = None,
    objective: Objective | None = None,
    seconds: float = 300.0,
    progress: Progress | None = None,
) -> Papers:
    """``count`` papers that share at most ``overlap`` items two by two and hold none of ``excluded`` (item ids).

    ``objective`` replaces the mix of difficulties as the aim; ``curves`` (by version id) serve aims at information.
    """
    mine = [candidate for candidate in pool if _usable(candidate, wants)]
    demands = tuple(_demands(mine, wants, count, cover, overlap, excluded))
    if not mine:
        first = Hindrance(demands[0][0], True, 0.0)
        return Papers((), _none(seed), (first,))
    items = _bank(mine, curves or {})
    aim = objective or _mix(wants, mix)
    plan = Blueprint(tuple(requirement for _, requirement in demands), aim)
    found = assemble(items, plan, count, seed=_number(seed), seconds=seconds, progress=progress)
    by_id = {str(candidate.item_id): candidate for candidate in mine}
    picks = tuple(
        _arranged([by_id[id] for id in form], wants, f"{seed}:{k}") for k, form in enumerate(found.forms, 1)
    )
    return Papers(picks, found, tuple(_hindrances(found, demands)))


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6])


def _none(seed: str) -> Assembly:
    return Assembly("infeasible", (), (), (), None, None, None, 0.0, "", False, _number(seed), 0.0)


def _usable(candidate: Candidate, wants: Sequence[Want]) -> bool:
    """Asked for by a section, and worth enough marks in every section that may take it."""
    fitting = [want.marks for want in wants if _fits(candidate, want)]
    return bool(fitting) and candidate.least <= min(fitting)


def _fits(candidate: Candidate, want: Want) -> bool:
    return candidate.kind == want.kind and any(candidate.topic in tier for tier in want.tiers)


def _bank(pool: Sequence[Candidate], curves: Mapping[int, Curve]) -> Bank:
    return bank(
        [str(candidate.item_id) for candidate in pool],
        {
            "kind": [candidate.kind for candidate in pool],
            "topic": [candidate.topic for candidate in pool],
            "difficulty": [candidate.difficulty for candidate in pool],
        },
        [curves.get(candidate.version_id) for candidate in pool],
    )


def _mix(wants: Sequence[Want], mix: Mapping[str, float] | None) -> Objective:
    if not mix:
        return Objective()
    total = sum(want.count for want in wants)
    aims = tuple(
        Aim(Measure(where=equals(difficulty=name)), mix.get(name, 0.0) * total) for name in DIFFICULTIES
    )
    return Objective("closest", aims, MIX_GAP)


def information_aim(
    pool: Sequence[Candidate], wants: Sequence[Want], curves: Mapping[int, Curve], excluded: Collection[int]
) -> Objective:
    """Papers that measure as well as an average paper of this bank would at low, middle and high ability."""
    targets = dict.fromkeys(ABILITIES, 0.0)
    for want in wants:
        fitting = [
            curves[candidate.version_id]
            for candidate in pool
            if candidate.item_id not in excluded and candidate.version_id in curves and _fits(candidate, want)
        ]
        if fitting:
            told = paper_information(fitting, ABILITIES) / len(fitting)
            for theta, value in zip(ABILITIES, told, strict=True):
                targets[theta] += want.count * float(value)
    aims = tuple(Aim(Measure("information", theta=theta), target) for theta, target in targets.items())
    return Objective("closest", aims, INFORMATION_GAP)


def _demands(
    pool: Sequence[Candidate],
    wants: Sequence[Want],
    count: int,
    cover: Collection[str],
    overlap: int,
    excluded: Collection[int],
) -> Iterator[tuple[Demand, Requirement]]:
    out = sorted(str(candidate.item_id) for candidate in pool if candidate.item_id in excluded)
    free = [candidate for candidate in pool if candidate.item_id not in excluded]
    for kind in dict.fromkeys(want.kind for want in wants):
        mine = [want for want in wants if want.kind == kind]
        yield from _sections(kind, mine)
        yield from _shares(kind, mine, free, count if overlap == 0 else 1)
    for topic in sorted(cover):
        yield _demand("cover", Limit(measure=Measure(where=equals(topic=topic)), low=1), topic=topic)
    if count > 1:
        yield _demand("overlap", Overlap(most=overlap), most=overlap)
    if out:
        yield _demand("excluded", Forbidden(items=tuple(out)), count=len(out))


def _demand(code: str, requirement: Requirement, **params: object) -> tuple[Demand, Requirement]:
    return Demand(code, tuple(params.items())), requirement


def _sections(kind: str, wants: Sequence[Want]) -> Iterator[tuple[Demand, Requirement]]:
    """Enough items for all sections of a kind and, when they share topics, enough that fit each (Hall's condition)."""
    topics = [frozenset(topic for tier in want.tiers for topic in tier) for want in wants]
    everywhere = frozenset().union(*topics)
    total = sum(want.count for want in wants)
    parts = tuple(want.part for want in wants)
    whole = Limit(measure=Measure(where=_on(kind, everywhere)), low=total, high=total)
    yield _demand("section", whole, parts=parts, kind=kind, count=total)
    for size in range(1, len(wants)):
        for chosen in combinations(range(len(wants)), size):
            fitting = frozenset().union(*(topics[k] for k in chosen))
            if size > 1 and len(fitting) == sum(len(topics[k]) for k in chosen):
                continue  # no topic in common: each alone says it
            least = sum(wants[k].count for k in chosen)
            limit = Limit(measure=Measure(where=_on(kind, fitting)), low=least)
            named = tuple(wants[k].part for k in chosen)
            yield _demand("section", limit, parts=named, kind=kind, count=least)


def _shares(
    kind: str, wants: Sequence[Want], free: Sequence[Candidate], papers: int
) -> Iterator[tuple[Demand, Requirement]]:
    """First topics first, and each topic near its share of the bank, for sections that share no topic with another."""
    counted = Counter(topic for want in wants for tier in want.tiers for topic in tier)
    for want in wants:
        if any(counted[topic] > 1 for tier in want.tiers for topic in tier):
            continue
        supply = Counter(candidate.topic for candidate in free if candidate.kind == kind)
        left = want.count
        for k, tier in enumerate(want.tiers):
            held = {topic: supply[topic] for topic in tier if supply[topic]}
            if len(want.tiers) == 1 and len(held) > 1 and sum(held.values()) >= want.count:
                for topic, share in apportion(want.count, held).items():
                    low, high = max(0, share - 1), share + 1
                    limit = Limit(measure=Measure(where=equals(kind=kind, topic=topic)), low=low, high=high)
                    yield _demand("topic", limit, kind=kind, topic=topic, low=low, high=high)
            wanted = min(left, sum(held.values()) // papers)
            left -= wanted
            if k + 1 < len(want.tiers) and wanted:
                limit = Limit(measure=Measure(where=_on(kind, frozenset(tier))), low=wanted)
                yield _demand("own_topics", limit, part=want.part, kind=kind, topics=tier, least=wanted)


def _on(kind: str, topics: Collection[str]) -> Condition:
    return Condition((Test("kind", any_of=(kind,)), Test("topic", any_of=tuple(sorted(topics)))))


def _arranged(chosen: Sequence[Candidate], wants: Sequence[Want], seed: str) -> tuple[Pick, ...]:
    """Each item in a section that it fits, in order of printing; the order within a section is the seed's."""
    slots = [k for k, want in enumerate(wants) for _ in range(want.count)]
    fits = np.array([[_fits(candidate, wants[k]) for k in slots] for candidate in chosen], dtype=np.int8)
    place = maximum_bipartite_matching(sp.csr_array(fits), perm_type="column")
    by_section: dict[int, list[Candidate]] = {k: [] for k in range(len(wants))}
    for candidate, slot in zip(chosen, place, strict=True):
        by_section[slots[slot]].append(candidate)
    generator = random.Random(seed)
    picks: list[Pick] = []
    for k, want in enumerate(wants):
        mine = sorted(by_section[k], key=lambda candidate: candidate.item_id)
        generator.shuffle(mine)
        picks += [
            Pick(len(picks) + j, candidate, want.marks, want.part) for j, candidate in enumerate(mine, 1)
        ]
    return tuple(picks)


def _hindrances(found: Assembly, demands: Sequence[tuple[Demand, Requirement]]) -> Iterator[Hindrance]:
    if found.conflict is None:
        return
    for one in found.conflict.relaxations:
        demand = next(demand for demand, requirement in demands if requirement is one.requirement)
        yield Hindrance(demand, one.enough, one.needed)
