"""A work computed: the project as far as it can be, and every fault with the name of its value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.reading import Source
from tancai.engines.forest import checks, forecast, neutrality, project, sampling, signatures, sink
from tancai.labs.benches.faults import Fault
from tancai.labs.benches.sink import ground
from tancai.labs.benches.sink.names import Values, rows_of
from tancai.labs.benches.sink.reading import Read, read, read_check, read_event


@dataclass
class Computed:
    """``project`` is None while its rules are not complete, ``found`` while no plot is measured."""

    read: Read
    project: project.Project | None = None
    found: sink.Sink | None = None
    size: sampling.Size | None = None
    forecast: list[forecast.Year] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> list[Fault]:
        return [one for one in self.faults if one.level == "refused"]

    @property
    def yearly(self) -> list[int]:
        """Whole tonnes of each year of the period."""
        if self.found is None or self.project is None:
            return []
        return forecast.shares(self.found.credit.value, self.project.years)


def compute(values: Values, years: int = 20) -> Computed:
    """Compute the project in a work, with a forecast of ``years``; never raises for what a person entered."""
    plan = read(values)
    done = Computed(plan)
    source = plan.source()
    problems: list[Problem] = []
    try:
        done.project = project.project_of(source)
        done.size = sink.planned(done.project)
        done.forecast = forecast.yearly(done.project, years)
        if done.project.now is not None:
            done.found = sink.sink(done.project)
    except CarbonError as error:
        problems = [one for one in error.problems if one not in source.problems]
    problems = [*source.problems, *problems]
    done.faults = [Fault(name, problem) for name, problem in (*plan.problems, *ground.faults(values))]
    done.faults += [Fault(plan.name_of(one), one) for one in problems]
    return done


def diagnosed(done: Computed, claimed: float) -> list[str]:
    """Which slips explain a claim a person worked out; [] when it is right or nothing known explains it."""
    return signatures.diagnosed(done.found, claimed) if done.found is not None else []


@dataclass
class Checked:
    found: checks.Check
    faults: list[Fault]


def check(values: Values, kind: str) -> Checked:
    """The validation or verification in a work."""
    model, problems = read_check(values, kind)
    found = checks.check_from(model)
    faults = [Fault(name, one) for name, one in problems] + [Fault("", one) for one in found.problems]
    return Checked(found, faults)


@dataclass
class Neutral:
    """``found`` is None without a source that can be computed."""

    found: neutrality.Neutrality | None
    faults: list[Fault]


def neutral(values: Values) -> Neutral | None:
    """The event in a work; None when nothing of it is given."""
    if not (rows_of(values, "e") or values.get("event.name")):
        return None
    model, problems, names = read_event(values)
    marks = [""]
    lines: dict[Any, int] = {}
    for steps, name in names.items():
        marks.append(name)
        lines[steps] = len(marks) - 1
    source = Source("", model, lines, "")
    found, more = None, list[Problem]()
    try:
        found = neutrality.neutrality_of(source)
    except CarbonError as error:
        more = [one for one in error.problems if one not in source.problems]
    faults = [Fault(name, one) for name, one in problems]
    faults += [Fault(marks[one.place.line], one) for one in (*source.problems, *more)]
    return Neutral(found, faults)
