"""What holds for every bank and blueprint: requirements, best values, order of items, seeds, explanations."""

from __future__ import annotations

import os
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tancai.engines.assembly.assembling import Assembly, assemble
from tancai.engines.assembly.bank import Bank
from tancai.engines.assembly.blueprint import (
    Aim,
    Blueprint,
    Enemies,
    Exposure,
    Fixed,
    Forbidden,
    Limit,
    Measure,
    Objective,
    Overlap,
    Requirement,
    Rested,
    Stimuli,
    Unseen,
    Uses,
)
from tancai.engines.assembly.conditions import Condition, Test, equals
from tests.engines.assembly.counting import faults, table, value
from tests.engines.assembly.pools import blueprint, made_up, most_information, near

pytestmark = pytest.mark.anydatabase

LONG = bool(os.environ.get("TANCAI_SWEEP"))
SLOW = settings(max_examples=60 if LONG else 4, deadline=None, suppress_health_check=list(HealthCheck))
EXAMPLES = settings(
    max_examples=200 if LONG else 15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TOPICS = ("market", "accounting", "sink", "policy")
SESSIONS = ("s8", "s9", "s10", "s11")


@st.composite
def requirements(draw: st.DrawFn, length: int) -> tuple[Requirement, ...]:
    """Some of every kind of requirement, seldom all of them possible."""
    found: list[Requirement] = [Limit(measure=Measure(), low=length, high=length)]
    for topic in draw(st.sets(st.sampled_from(TOPICS), max_size=3)):
        low = draw(st.integers(0, length // 4))
        found.append(Limit(measure=Measure(where=equals(topic=topic)), low=low, high=low + 4))
    ideas: list[Requirement] = [
        Limit(measure=Measure("share", where=equals(kind="single")), low=0.4, high=0.8),
        Limit(measure=Measure("sum", "words"), low=60 * length, high=80 * length),
        Limit(measure=Measure("sum", "points", where=equals(topic="market")), high=length / 2),
        Limit(measure=Measure("mean", "difficulty"), low=-0.2, high=0.2),
        Limit(measure=Measure(where=Condition((Test("difficulty", low=1.0),))), high=3),
        Limit(measure=Measure("information", theta=0.0), low=0.19 * length),
        Enemies(listed="enemies"),
        Enemies(items=("q001", "q002", "q003", "q010"), most=1),
        Stimuli(low=2, high=3, most=2),
        Stimuli(whole=True),
        Fixed(items=("q050", "q077")),
        Forbidden(items=("q051", "q078", "q100")),
        Unseen(groups=("red",)),
        Rested(last=2, sessions=SESSIONS),
        Exposure(most=90, per_form=20),
        Overlap(most=draw(st.integers(0, 3))),
        Uses(most=2),
    ]
    chosen = draw(st.sets(st.integers(0, len(ideas) - 1), max_size=7))
    return (*found, *(ideas[k] for k in sorted(chosen)))


@EXAMPLES
@given(st.data())
def test_every_form_meets_every_requirement(data: st.DataObject) -> None:
    bank = made_up(120, data.draw(st.integers(0, 5)))
    goal = data.draw(st.sampled_from([Objective(), near([-1, 0, 1], [2, 2.4, 2]), near([0], [2.3], 0.2)]))
    wanted = Blueprint(data.draw(requirements(12)), goal)
    found = assemble(
        bank, wanted, data.draw(st.integers(1, 4)), seed=data.draw(st.integers(0, 99)), seconds=20
    )
    assert faults(bank, wanted, found.forms) == []
    assert found.forms or found.status in ("infeasible", "unknown")
    if found.status == "optimal" and found.value is not None:
        assert found.gap is not None and found.gap <= found.gap_allowed + 1e-6
    if found.conflict:
        assert set(map(id, found.conflict.requirements)) <= set(map(id, wanted.requirements))


@example(312, "closest")  # a cut of the solver had taken the best form away
@EXAMPLES
@given(st.integers(0, 10_000), st.sampled_from(["closest", "most", "least"]))
def test_the_best_form_of_a_tiny_bank_is_the_best_of_all(seed: int, goal: str) -> None:
    bank = made_up(13, seed)
    limits = (
        Limit(measure=Measure(), low=4, high=4),
        Limit(measure=Measure(where=equals(topic="market")), high=2),
        Enemies(items=bank.ids[:4]),
    )
    aims = tuple(
        Aim(Measure("information", theta=t), 1.0 if goal == "closest" else 0.0, 1 + (t > 0))
        for t in (-1.0, 1.0)
    )
    wanted = Blueprint(limits, Objective(goal, aims, gap=0.0))
    rows = table(bank)

    def worth(form: tuple[str, ...]) -> float:
        got = [value([rows[id] for id in form], aim.measure) for aim in aims]
        if goal == "closest":
            return max(abs(x - aim.target) / aim.unit for x, aim in zip(got, aims, strict=True))
        scaled = [x / aim.unit for x, aim in zip(got, aims, strict=True)]
        return -min(scaled) if goal == "most" else max(scaled)

    possible = [form for form in combinations(bank.ids, 4) if not faults(bank, wanted, (form,))]
    found = assemble(bank, wanted)
    if not possible:
        assert found.status == "infeasible"
        return
    best = min(map(worth, possible))
    assert found.status == "optimal" and found.value is not None
    assert worth(found.forms[0]) == pytest.approx(best, abs=1e-6)
    assert found.value == pytest.approx(-best if goal == "most" else best, abs=1e-6)


@EXAMPLES
@given(st.integers(0, 10_000))
def test_the_best_pair_of_forms_of_a_tiny_bank_is_the_best_of_all(seed: int) -> None:
    """Two forms that may share one item, against every pair of forms there is: value and bound hold."""
    bank = made_up(9, seed)
    limits = (Limit(measure=Measure(), low=4, high=4), Enemies(items=bank.ids[:3]), Overlap(most=1))
    wanted = blueprint(*limits, objective=most_information([0.0], 0.01))
    rows = table(bank)
    forms = [form for form in combinations(bank.ids, 4) if len(set(form) & set(bank.ids[:3])) <= 1]
    told = {form: value([rows[id] for id in form], Measure("information")) for form in forms}
    pairs = [(a, b) for a, b in product(forms, forms) if len(set(a) & set(b)) <= 1]
    found = assemble(bank, wanted, 2)
    assert pairs, "nine items always hold two such forms"
    best = max(min(told[a], told[b]) for a, b in pairs)
    assert found.status == "optimal" and found.value is not None and found.bound is not None
    assert best - 0.01 - 1e-6 <= found.value <= best + 1e-6
    assert found.bound >= best - 1e-6


@SLOW
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_items_in_the_file_changes_nothing(seed: int, random: object) -> None:
    bank = made_up(60, 3)
    order = np.random.default_rng(seed).permutation(60)
    wanted = blueprint(
        Limit(measure=Measure(), low=10, high=10),
        Limit(measure=Measure(where=equals(topic="sink")), low=2, high=3),
        Enemies(listed="enemies"),
        Overlap(most=2),
        objective=most_information([-0.5, 0.5]),
    )
    a = assemble(bank, wanted, 2, seed=5)
    b = assemble(bank.take([int(i) for i in order]), wanted, 2, seed=5)
    assert a.value == b.value and a.bound == b.bound
    assert [set(form) for form in a.forms] == [set(form) for form in b.forms]


def test_the_seed_alone_decides() -> None:
    bank = made_up(200)
    wanted = blueprint(
        Limit(measure=Measure(), low=15, high=15), Overlap(most=3), objective=near([-1, 0, 1], [2.4, 3, 2.5])
    )
    first, again, other = (assemble(bank, wanted, 4, seed=seed) for seed in (7, 7, 8))
    assert first.forms == again.forms and first.status == "optimal"
    assert first.forms != other.forms and other.status == "optimal"


def people(rounds: int) -> None:
    """A candidate sits, fails and sits again, until the bank has nothing new: no item comes twice."""
    bank = made_up(150, 2)
    base = [
        Limit(measure=Measure(), low=12, high=12),
        Limit(measure=Measure(where=equals(topic="market")), low=2),
        Enemies(listed="enemies"),
    ]
    goal = near([0.0], [2.2], 0.3)
    for person in range(rounds):
        seen: list[str] = []
        while True:
            own = Forbidden("seen before", items=tuple(seen))
            found = assemble(bank, blueprint(*base, own, objective=goal), seed=person * 100 + len(seen))
            if not found.forms:
                assert own in (found.conflict.requirements if found.conflict else (own,))
                break
            assert not set(seen) & set(found.forms[0])
            seen += found.forms[0]
            if len(seen) >= 48:
                break
        assert len(set(seen)) == len(seen) >= 36


def test_a_resit_candidate_never_gets_a_seen_item() -> None:
    people(8)


@pytest.mark.sweep
@pytest.mark.skipif(not LONG, reason="long run: make sweep")
def test_resit_candidates_by_the_thousand() -> None:
    people(2500)


def dropped(bank: Bank, wanted: Blueprint, found: Assembly, forms: int) -> None:
    """Each requirement named is needed for the conflict: without it the other members can hold together."""
    assert found.conflict is not None
    members = found.conflict.requirements
    alone = Blueprint(members, Objective())
    assert assemble(bank, alone, forms).status == "infeasible"
    for member in members:
        rest = assemble(bank, alone.without(member), forms)
        assert rest.status == "optimal", str(member)
        assert faults(bank, alone.without(member), rest.forms) == []


@SLOW
@given(st.data())
def test_conflicts_are_real_and_have_no_superfluous_member(data: st.DataObject) -> None:
    bank = made_up(40, data.draw(st.integers(0, 5)))
    ideas = [
        Limit("ten items", measure=Measure(), low=10, high=10),
        *(
            Limit(f"four of {t}", measure=Measure(where=equals(topic=t)), low=data.draw(st.integers(2, 4)))
            for t in TOPICS
        ),
        Limit("few words", measure=Measure("sum", "words"), high=data.draw(st.integers(350, 800))),
        Limit("all single", measure=Measure("share", where=equals(kind="single")), low=0.9),
        Limit(
            "easy", measure=Measure("mean", "difficulty"), high=data.draw(st.sampled_from([-1.2, -0.8, -0.4]))
        ),
        Enemies("one of the first ten", items=bank.ids[:10]),
        Forbidden("without the last ten", items=bank.ids[-10:]),
    ]
    found = assemble(bank, blueprint(*ideas))
    assume(found.status == "infeasible")
    dropped(bank, blueprint(*ideas), found, 1)
    assert found.conflict is not None and found.conflict.smallest
    if not 2 < len(found.conflict.requirements) <= (11 if LONG else 3):
        return
    for fewer in combinations(ideas, len(found.conflict.requirements) - 1):
        assert assemble(bank, blueprint(*fewer)).status == "optimal", "a smaller conflict was there"


def test_too_many_disjoint_forms_are_a_conflict_of_length_and_overlap() -> None:
    bank = made_up(40)
    wanted = blueprint(
        Limit("ten items", measure=Measure(), low=10, high=10),
        Limit("some words", measure=Measure("sum", "words"), low=100),
        Overlap("no item twice", most=0),
    )
    assert assemble(bank, wanted, 4).status == "optimal"
    found = assemble(bank, wanted, 5)
    assert found.conflict is not None
    assert {str(one) for one in found.conflict.requirements} == {"ten items", "no item twice"}
    dropped(bank, wanted, found, 5)
    relaxed = {str(one.requirement): one for one in found.conflict.relaxations}
    assert relaxed["ten items"].needed == 8
    needed = relaxed["no item twice"].needed
    assert needed is not None
    kept = wanted.without(wanted.requirements[2])
    enough = blueprint(*kept.requirements, Overlap(most=int(needed)))
    assert assemble(bank, enough, 5).status == "optimal"


def test_a_relaxation_says_how_far() -> None:
    bank = made_up(80)
    holds = int(sum(topic == "sink" for topic in bank.texts("topic", "")))
    wanted = blueprint(
        Limit("forty items", measure=Measure(), low=40, high=40),
        Limit("all of sink and five more", measure=Measure(where=equals(topic="sink")), low=holds + 5),
    )
    found = assemble(bank, wanted)
    assert found.conflict is not None and len(found.conflict.requirements) == 1
    (relaxation,) = found.conflict.relaxations
    assert relaxation.enough and relaxation.needed == holds
    assert f"the bank holds {holds}" in relaxation.words


def test_no_relaxation_alone_is_enough_when_there_are_two_conflicts() -> None:
    bank = made_up(80)
    wanted = blueprint(
        Limit("many of sink", measure=Measure(where=equals(topic="sink")), low=79),
        Limit("many of policy", measure=Measure(where=equals(topic="policy")), low=78),
    )
    found = assemble(bank, wanted)
    assert found.conflict is not None
    assert not any(one.enough for one in found.conflict.relaxations)
    assert set(map(str, found.conflict.repair)) == {"many of sink", "many of policy"}
    assert assemble(bank, wanted.without(*found.conflict.repair)).status == "optimal"
