"""Published pools with their constraint tables: everything holds, and how near to the best is proven.

The pools lie in a folder of samples (see ``pools``); without it these tests are left out, and the made-up bank of the
other files stands in.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from tancai.engines.assembly.assembling import Assembly, assemble
from tancai.engines.assembly.bank import Bank
from tancai.engines.assembly.blueprint import (
    Aim,
    Enemies,
    Limit,
    Measure,
    Objective,
    Overlap,
    Requirement,
    Uses,
)
from tancai.engines.assembly.conditions import Condition, equals
from tests.engines.assembly import pools
from tests.engines.assembly.pools import blueprint, most_information, near

pytestmark = [
    pytest.mark.anydatabase,
    pytest.mark.skipif(not pools.FOLDER.is_dir(), reason=f"no folder of sample pools: {pools.FOLDER.name}"),
]

THETA = [-1.0, 0.0, 1.0]


def met(bank: Bank, requirements: tuple[Requirement, ...], form: tuple[str, ...]) -> None:
    """Counts and enemies of a published table, from the columns themselves."""
    rows = [{name: bank.texts(name, "")[bank.place[id]] for name in bank.columns} for id in form]
    for wanted in requirements:
        if isinstance(wanted, Enemies):
            assert len(set(wanted.items) & set(form)) <= 1, wanted.name
        elif isinstance(wanted, Limit):
            tests = wanted.measure.where.tests
            hits = sum(
                all(
                    (row[test.column] != "")
                    if test.given
                    else row[test.column] in [str(one) for one in test.any_of]
                    for test in tests
                )
                for row in rows
            )
            assert (wanted.low or 0) <= hits <= (wanted.high or 0), wanted.name


def proven(found: Assembly) -> None:
    assert found.status == "optimal" and not found.late
    if found.value is not None:
        assert found.gap is not None and 0 <= found.gap <= found.gap_allowed + 1e-6
    assert all(check.holds for check in found.checks)


@pytest.mark.parametrize(
    ("pool", "items", "target"), [("bayes_320", 30, [6.0, 7.0, 6.0]), ("fatigue_95", 12, [18.0, 22.0, 20.0])]
)
def test_a_form_of_test_design(pool: str, items: int, target: list[float]) -> None:
    bank, requirements = pools.test_design(pool)
    for objective in (most_information(THETA), near(THETA, target)):
        found = assemble(bank, blueprint(*requirements, objective=objective), seed=3)
        proven(found)
        assert len(found.forms[0]) == items
        met(bank, requirements, found.forms[0])


@pytest.mark.parametrize(("pool", "forms", "shared"), [("bayes_320", 3, 0), ("fatigue_95", 2, 3)])
def test_parallel_forms_of_test_design(pool: str, forms: int, shared: int) -> None:
    bank, requirements = pools.test_design(pool)
    wanted = blueprint(*requirements, Overlap(most=shared), objective=most_information(THETA, 0.2))
    found = assemble(bank, wanted, forms, seed=1)
    proven(found)
    for form in found.forms:
        met(bank, requirements, form)
    assert all(len(set(a) & set(b)) <= shared for a, b in combinations(found.forms, 2))


def test_more_forms_than_test_design_holds_is_explained() -> None:
    bank, requirements = pools.test_design("fatigue_95")
    disjoint = Overlap("no item twice", most=0)
    found = assemble(bank, blueprint(*requirements, disjoint), 12)
    assert found.status == "infeasible" and found.conflict is not None
    named = {str(one) for one in found.conflict.requirements}
    assert "no item twice" in named and len(named) == 2
    (relaxation,) = [one for one in found.conflict.relaxations if one.requirement is disjoint]
    assert relaxation.enough and relaxation.needed is not None and relaxation.needed >= 1


def test_a_constraint_the_table_of_test_design_cannot_meet() -> None:
    """Two of three strata with five items each leave no room for the four that C8 to C10 want."""
    bank, requirements = pools.test_design("fatigue_95")
    more = Limit("five of stratum 2", measure=Measure(where=equals(STRATA=2)), low=5)
    found = assemble(bank, blueprint(*requirements, more))
    assert found.conflict is not None and found.conflict.smallest
    assert {str(one) for one in found.conflict.requirements} == {"five of stratum 2", "C9 STRATA == 2"}


def test_the_mini_pool_of_eat_ata_in_three_forms() -> None:
    """Items of each format alike in every form, time least; the pool of 30 is used up."""
    bank = pools.eat_ata("mini")
    limits = [Limit(measure=Measure(), low=10, high=10), Uses(most=1)]
    limits += [Limit(measure=Measure(where=equals(format=f)), low=3, high=4) for f in ("mc", "open", "order")]
    time = Objective("least", (Aim(Measure("sum", "time")),), gap=1.0)
    found = assemble(bank, blueprint(*limits, objective=time), 3)
    proven(found)
    assert Counter(id for form in found.forms for id in form) == Counter(bank.ids)
    worst = max(sum(bank.columns["time"][bank.place[id]] for id in form) for form in found.forms)
    assert worst == pytest.approx(found.value)
    assert worst >= sum(bank.columns["time"]) / 3


def test_the_pilot_pool_of_eat_ata_keeps_exclusions() -> None:
    """Blocks for a trial: every category, domain and format, none that exclude each other, each item once."""
    bank = pools.eat_ata("pilot")
    wanted = [Limit(measure=Measure(), low=10, high=10), Uses(most=1), Enemies(listed="exclusions")]
    wanted += [
        Limit(measure=Measure(where=equals(domain=d)), low=3) for d in ("listening", "reading", "writing")
    ]
    wanted += [Limit(measure=Measure(where=equals(diffCategory=k)), low=1, high=3) for k in range(1, 6)]
    wanted += [Limit(measure=Measure("sum", "time"), high=500)]
    found = assemble(bank, blueprint(*wanted), 8, seed=2)
    proven(found)
    excluded = {
        frozenset((id, other))
        for id, cell in zip(bank.ids, bank.texts("exclusions", ""), strict=True)
        for other in cell.replace(",", " ").split()
    }
    for form in found.forms:
        assert not any(pair <= set(form) for pair in excluded if len(pair) == 2)
    assert len({id for form in found.forms for id in form}) == 80


def test_the_calibrated_pool_of_eat_ata_in_six_parallel_forms() -> None:
    """Six forms of 20 near one information curve, each category as the pool has it."""
    bank = pools.eat_ata("diao")
    wanted = [Limit(measure=Measure(where=Condition()), low=20, high=20), Uses(most=1)]
    wanted += [Limit(measure=Measure(where=equals(Category=k)), low=2, high=6) for k in range(1, 7)]
    found = assemble(bank, blueprint(*wanted, objective=near(THETA, [3.0, 4.5, 3.5], 0.05)), 6, seed=4)
    proven(found)
    assert len({id for form in found.forms for id in form}) == 120
