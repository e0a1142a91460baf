"""What a project is expected to remove year by year (ex ante), from growth curves. It creates no credits."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tancai.engines.forest import biomass, pools
from tancai.engines.forest.project import Project


@dataclass(frozen=True)
class Year:
    """tCO2e of one year; ``stock`` at its end, ``reduction`` after the non-permanence deduction, ``so_far`` its sum."""

    year: int
    stock: float
    trees: float
    dead: float
    soil: float
    baseline: float
    leakage: float
    net: float
    reduction: float
    so_far: float


def yearly(project: Project, years: int) -> list[Year]:
    """Years 1 … ``years`` from the start of the period: ``net = trees + dead + soil − baseline − leakage``.

    Stock of trees by the curve of each stratum and the factors of its species (E2); strata without a curve count as
    nothing. Soil grows twenty years, its loss and the leakage fall into the first year. [] without any curve.
    """
    if not project.curves:
        return []
    found: list[Year] = []
    before, so_far = stock(project, 0), 0.0
    for year in range(1, years + 1):
        now = stock(project, year)
        trees = now - before
        dead = trees * _dead(project)
        soil = _soil(project, year) - _soil(project, year - 1)
        baseline = project.baseline.value if project.baseline is not None else 0.0
        leakage = math.fsum(one.value for one in project.leaks) if year == 1 else 0.0
        net = math.fsum((trees, dead, soil, -baseline, -leakage))
        reduction = net * (1 - project.rules.k_risk.value)
        so_far += reduction
        found.append(Year(year, now, trees, dead, soil, baseline, leakage, net, reduction, so_far))
        before = now
    return found


def stock(project: Project, year: float) -> float:
    """tCO2 in the trees of all strata with a curve, ``year`` years after the start."""
    return math.fsum(
        project.areas[name] * float(curve.at(age + year)) * biomass.volume_factor(species)
        for name, (curve, species, age) in project.curves.items()
    )


def _dead(project: Project) -> float:
    if project.dead is None:
        return 0.0
    return math.fsum(
        node.value
        for name, node in zip(("dead_wood", "litter"), project.dead, strict=True)
        if name in project.rules.pools
    )


def _soil(project: Project, year: int) -> float:
    if year < 1 or project.soil is None or "soil" not in project.rules.pools:
        return 0.0
    ref, state, disturbed = project.soil
    area = math.fsum(project.areas.values())
    return pools.soil("soil", area, ref, state, disturbed=disturbed, years=year).value


def shares(total: float, years: float) -> list[int]:
    """Whole tonnes of each year of a period, an equal part a year: their sum is ``total`` floored."""
    count = max(1, math.ceil(years - 1e-9))
    ends = [math.floor(total * min(k, years) / years + 1e-9) for k in range(1, count + 1)]
    return [end - start for end, start in zip(ends, [0, *ends], strict=False)]
