"""A workbook computed: the inventory as far as it can be, uncertainty, months, and every fault by its value."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field

from tancai.engines.carbon.accounting.case import case_of
from tancai.engines.carbon.accounting.inventory import Inventory, account, monthly
from tancai.engines.carbon.accounting.plan import check as check_plan
from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.reading import Source
from tancai.engines.carbon.tree import uncertain
from tancai.engines.carbon.uncertainty import Propagated, Simulated, propagate, simulate
from tancai.labs.benches.accounting.names import Values, product_id, rows_of, stream_id
from tancai.labs.benches.accounting.reading import Read, read
from tancai.labs.benches.faults import Fault
from tancai.labs.benches.toml import as_toml

DRAWS = 10_000


@dataclass
class Computed:
    """``found`` is None while nothing can be computed. ``text`` is the case file these figures come from;
    ``emissions`` tCO2e by row number, ``months`` tCO2e by row number for rows given by month."""

    read: Read
    text: str
    found: Inventory | None = None
    sure: Propagated | None = None
    drawn: Simulated | None = None
    emissions: dict[int, float] = field(default_factory=dict)
    months: dict[int, tuple[float, ...]] = field(default_factory=dict)
    series: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """``months`` by the id of the stream, as the engine gives them."""
    faults: list[Fault] = field(default_factory=list)
    plan: list[Fault] = field(default_factory=list)
    """What the data-quality plan lacks, once there is one."""

    @property
    def complete(self) -> bool:
        return self.found is not None and self.found.complete

    @property
    def month_totals(self) -> tuple[float, ...]:
        """The sum over the rows given by month; () when there is none."""
        rows = [row for row in self.months.values() if all(math.isfinite(one) for one in row)]
        return tuple(math.fsum(row[k] for row in rows) for k in range(12)) if rows else ()


def compute(values: Values, *, draws: int = 0, seed: int = 1) -> Computed:
    """Compute a workbook; never raises for what a person entered. With ``draws`` also Monte Carlo."""
    plan = read(values)
    text = as_toml(plan.case)
    done = Computed(plan, text)
    source = Source("", plan.case, plan.lines, hashlib.sha256(text.encode()).hexdigest())
    try:
        done.found = account(case_of(source))
        problems = list(done.found.problems)
    except CarbonError as error:
        problems = [*source.problems, *(one for one in error.problems if one not in source.problems)]
    done.faults = [Fault(_name(plan, one), one) for one in problems]
    if done.found is not None:
        _figures(done, values)
        done.plan = [Fault(_planned(done, values, one), one) for one in check_plan(done.found)]
        if uncertain(done.found.total):
            done.sure = propagate(done.found.total)
            done.drawn = simulate(done.found.total, draws=draws, seed=seed) if draws else None
    return done


def _name(plan: Read, problem: Problem) -> str:
    """The value behind a problem; of a month, that month's figure."""
    name = plan.name_at(problem.place.line)
    detail = problem.place.field.rpartition(", ")[2]
    return f"{name}.m.{detail}" if detail.isdecimal() and name.startswith("s.") else name


def _planned(done: Computed, values: Values, problem: Problem) -> str:
    """The figure a problem of the data-quality plan is about, ``s.3.amount.plan``."""
    stream, _, parameter = str(problem.params.get("parameter", "")).partition(", ")
    for letter, id_of in (("s", stream_id), ("p", product_id)):
        for row in rows_of(values, letter):
            if parameter and id_of(row) == stream:
                return f"{letter}.{row.number}.{'amount' if letter == 'p' else parameter}.plan"
    return done.read.name_at(problem.place.line)


def _figures(done: Computed, values: Values) -> None:
    assert done.found is not None
    numbers = {stream_id(row): row.number for row in rows_of(values, "s")}
    for line in done.found.lines:
        if line.stream.id in numbers:
            done.emissions[numbers[line.stream.id]] = line.emission
    done.series = monthly(done.found)
    for name, series in done.series.items():
        if name in numbers:
            done.months[numbers[name]] = series
