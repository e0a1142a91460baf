"""What land would supply at which carbon price: optimal rotation and land value with carbon, supply and break-even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Source, Table, from_values, read_file
from tancai.engines.forest import VERSION, biomass, growth, tables
from tancai.engines.forest.reading import Facts, ForestError, figure, opened

SCHEMA = "tancai-forest-supply/1"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Economics:
    """CNY, hectares, years. ``lasting`` is the share of harvested carbon that stays stored; ``k_risk`` is taken off."""

    planting: float
    tending: tuple[float, ...]
    yearly: float
    interest: float
    recovery: float
    stumpage: float
    k_risk: float
    lasting: float
    ages: tuple[int, int]


@dataclass(frozen=True)
class Land:
    """A site class under trees. ``factor`` is tCO2 per m³."""

    id: str
    species: str
    curve: growth.Curve
    factor: float
    area: float
    value: float


@dataclass(frozen=True)
class Bamboo:
    """Moso cut selectively for ever: full (``stock`` tCO2/ha) after ``maturity`` years, then ``net`` CNY/ha a year."""

    id: str
    stock: float
    maturity: int
    net: float
    area: float
    value: float


@dataclass(frozen=True)
class Outcome:
    """``rotation`` is 0 for bamboo, which is never clear-cut. ``stock``: long-run average, tCO2/ha."""

    id: str
    price: float
    rotation: int
    land_value: float
    volume: float
    carbon: float
    stock: float
    plants: bool
    area: float


def flows(land: Land, economy: Economics) -> dict[str, Floats]:
    """For every rotation T: volume, present values, land value at price nought and per CNY of price.

    LEV(T) = PV / (1 − v^T), v = 1/(1+r); PV = −C0 − Σ c v^t − Σ a v^t + P ρ V v^T + p (1−K)
    [Σ (C_t − C_{t−1}) v^t − (1−β) C_T v^T] (Faustmann, with carbon after Hartman
    and van Kooten). LEV is linear in p for a fixed T.
    """
    first, last = economy.ages
    t = np.arange(1, last + 1)
    v = (1 + economy.interest) ** -t.astype(float)
    volume = land.curve.at(t)
    carbon = volume * land.factor
    tending = np.zeros(last)
    tending[: len(economy.tending)] = economy.tending[:last]
    cost = economy.planting + np.cumsum((tending + economy.yearly) * v)
    timber = economy.stumpage * economy.recovery * volume * v
    credits = (1 - economy.k_risk) * np.cumsum(np.diff(carbon, prepend=0.0) * v)
    repaid = (1 - economy.k_risk) * (1 - economy.lasting) * carbon * v
    denominator = 1 - v
    keep = slice(first - 1, last)
    found = {
        "T": t.astype(float),
        "volume": volume,
        "carbon": carbon,
        "cost": cost,
        "timber": timber,
        "credits": credits,
        "repaid": repaid,
        "denominator": denominator,
        "base": (timber - cost) / denominator,
        "slope": (credits - repaid) / denominator,
        "stock": np.cumsum(carbon) / t,
    }
    return {name: values[keep] for name, values in found.items()}


def best(land: Land | Bamboo, economy: Economics, price: float) -> Outcome:
    """The rotation of the highest land value at ``price`` CNY/tCO2 (of equals the shorter); whether it is planted."""
    if isinstance(land, Bamboo):
        base, slope = bamboo_value(land, economy)
        value = base + slope * price
        return Outcome(land.id, price, 0, value, 0.0, land.stock, land.stock, value >= land.value, land.area)
    found = flows(land, economy)
    values = found["base"] + price * found["slope"]
    k = int(np.argmax(values))
    return Outcome(
        land.id,
        price,
        int(found["T"][k]),
        float(values[k]),
        float(found["volume"][k]),
        float(found["carbon"][k]),
        float(found["stock"][k]),
        bool(values[k] >= land.value),
        land.area,
    )


def bamboo_value(land: Bamboo, economy: Economics) -> tuple[float, float]:
    """Land value of bamboo at price nought, and per CNY of price: no repayment under selective cutting.

    −C0 − Σ (c + a) v^t to maturity + (net/r) v^tm + p (1−K) Σ (C_max/t_m) v^t.
    """
    t = np.arange(1, land.maturity + 1)
    v = (1 + economy.interest) ** -t.astype(float)
    tending = np.zeros(land.maturity)
    tending[: len(economy.tending)] = economy.tending[: land.maturity]
    base = (
        -economy.planting
        - float(((tending + economy.yearly) * v).sum())
        + land.net / economy.interest * float(v[-1])
    )
    return base, (1 - economy.k_risk) * land.stock / land.maturity * float(v.sum())


def break_even(land: Land | Bamboo, economy: Economics) -> tuple[float, int]:
    """The lowest price at which the land is planted, and its rotation; negative when it is planted anyway.

    The rotation is chosen anew at every price: ``min over T of (L − LEV0(T)) / slope(T)``.
    """
    if isinstance(land, Bamboo):
        base, slope = bamboo_value(land, economy)
        return (land.value - base) / slope, 0
    found = flows(land, economy)
    with np.errstate(divide="ignore"):
        prices = np.where(found["slope"] > 0, (land.value - found["base"]) / found["slope"], np.inf)
    k = int(np.argmin(prices))
    return float(prices[k]), int(found["T"][k])


def supplied(lands: Sequence[Land | Bamboo], economy: Economics, price: float) -> float:
    """Long-run average stock (tCO2) on all land that is planted at ``price``."""
    return sum(one.area * one.stock for one in (best(land, economy, price) for land in lands) if one.plants)


@dataclass
class Case:
    name: str
    economy: Economics
    prices: tuple[float, ...]
    lands: list[Land | Bamboo]
    source: Source

    @property
    def problems(self) -> list[Problem]:
        return self.source.problems

    @property
    def complete(self) -> bool:
        return not any(problem.level == "refused" for problem in self.problems)


def read_case(path: Path) -> Case:
    """A case from a TOML file; raises ForestError when nothing can be computed from it."""
    return case_of(read_file(path))


def case_from(values: dict[str, Any]) -> Case:
    return case_of(from_values(values))


def case_of(source: Source) -> Case:
    top = opened(source, SCHEMA)
    facts = Facts(top.texts("accept_uncertain"))
    table = top.table("economics")
    economy, prices = _economy(table), _figures(table, "prices")
    table.leftovers()
    lands: list[Land | Bamboo] = []
    for k, one in enumerate(top.tables("class", lambda k, one: f"class {one.get('id', k + 1)}"), 1):
        if (land := _land(one, facts, f"{k}")) is not None:
            lands.append(land)
    for k, one in enumerate(top.tables("bamboo", lambda k, one: f"bamboo {one.get('id', k + 1)}"), 1):
        if (stand := _bamboo(one, f"{k}")) is not None:
            lands.append(stand)
    name = top.text("name")
    top.leftovers()
    if economy is None or not prices or not lands:
        if not lands:
            top.problem("no_strata", "class")
        raise ForestError([one for one in source.problems if one.level == "refused"])
    return Case(name, economy, prices, lands, source)


def _economy(table: Table) -> Economics | None:
    rate = {"1": (0.0, 0.5)}
    money = {
        key: figure(table, key, at, required=True)
        for key, at in (("planting", "CNY/ha"), ("yearly", "CNY/(ha·a)"), ("stumpage", "CNY/m3"))
    }
    interest = figure(table, "interest", "1", required=True, positive=True, bounds=rate)
    recovery = figure(table, "recovery", "1", required=True)
    risk, lasting = figure(table, "k_risk", "1", required=True), figure(table, "lasting", "1", required=True)
    tending, ages = _figures(table, "tending"), table.raw("rotations")
    if not (
        isinstance(ages, list)
        and len(ages) == 2
        and all(type(one) is int for one in ages)
        and 1 <= ages[0] <= ages[1] <= 300
    ):
        table.problem("no_whole", "rotations", value=str(ages))
        return None
    if table.failed or None in (*money.values(), interest, recovery, risk, lasting):
        return None
    assert interest is not None and recovery is not None and risk is not None and lasting is not None
    return Economics(
        money["planting"] or 0.0,
        tending,
        money["yearly"] or 0.0,
        interest,
        recovery,
        money["stumpage"] or 0.0,
        risk,
        lasting,
        (ages[0], ages[1]),
    )


def _figures(table: Table, key: str) -> tuple[float, ...]:
    value = table.raw(key)
    if not isinstance(value, list) or any(type(one) not in (int, float) for one in value):
        table.problem("no_number", key, value=str(value))
        return ()
    if any(one < 0 for one in value):
        table.problem("negative", key, value=str(min(value)))
        return ()
    return tuple(float(one) for one in value)


def _land(table: Table, facts: Facts, number: str) -> Land | None:
    name, species = table.text("id") or number, table.text("species", required=True)
    area = figure(table, "area", "ha", required=True)
    value = figure(table, "land_value", "CNY/ha", required=True)
    curve = None
    if table.has("site"):
        row = facts.row(table, "site", "growth", "growth", species=species, site=table.text("site"))
        if row is not None:
            curve = growth.Curve(row["form"], row.number("A"), row.number("k"), row.number("c"))
    else:
        form = table.text("form", "richards", choices=growth.FORMS)
        limit = {"1": (0.0, 100.0)}
        most = figure(table, "A", "m3/ha", required=True, positive=True)
        k = figure(table, "k", "1", required=True, positive=True, bounds=limit)
        c = figure(table, "c", "1", required=True, positive=True, bounds=limit)
        if most is not None and k is not None and c is not None:
            curve = growth.Curve(form, most, k, c)
    known = facts.row(table, "species", species, "species", species=species) if species else None
    table.leftovers()
    if table.failed or curve is None or known is None or area is None or value is None:
        return None
    return Land(name, species, curve, biomass.volume_factor(species), area, value)


def _bamboo(table: Table, number: str) -> Bamboo | None:
    name = table.text("id") or number
    stock = figure(table, "stock", "tCO2/ha", required=True, positive=True)
    maturity = table.whole("maturity", required=True)
    net = figure(table, "net", "CNY/(ha·a)", required=True)
    area, value = (
        figure(table, "area", "ha", required=True),
        figure(table, "land_value", "CNY/ha", required=True),
    )
    table.leftovers()
    if maturity is not None and maturity < 1:
        table.problem("not_positive", "maturity", value=str(maturity))
    if table.failed or stock is None or maturity is None or net is None or area is None or value is None:
        return None
    return Bamboo(name, stock, maturity, net, area, value)


def record_of(case: Case) -> dict[str, Any]:
    """Supply by price, every class at every price, break-even prices; versions and hash."""
    none = supplied(case.lands, case.economy, 0.0)
    rows = []
    for price in case.prices:
        outcomes = [best(land, case.economy, price) for land in case.lands]
        total = sum(one.area * one.stock for one in outcomes if one.plants)
        rows.append(
            {
                "price": price,
                "supply_tCO2": total,
                "additional_tCO2": total - none,
                "classes": [
                    {
                        "id": one.id,
                        "rotation": one.rotation or None,
                        "land_value": one.land_value,
                        "volume_m3_per_ha": one.volume or None,
                        "tCO2_per_ha": one.carbon,
                        "average_stock_tCO2_per_ha": one.stock,
                        "planted": one.plants,
                    }
                    for one in outcomes
                ],
            }
        )
    even = {land.id: break_even(land, case.economy) for land in case.lands}
    return {
        "schema": "tancai-forest-supply-result/1",
        "engine": VERSION,
        "tables": tables.versions(),
        "input": {"file": case.source.name, "sha256": case.source.digest},
        "complete": case.complete,
        "supply": rows,
        "break_even": {
            name: {"price": price if np.isfinite(price) else None, "rotation": rotation or None}
            for name, (price, rotation) in even.items()
        },
        "problems": [problem.as_dict() for problem in case.problems],
    }
