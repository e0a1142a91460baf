"""Trend and forecast of the months of a workbook, with the months before it when they were entered. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tancai.engines.carbon.accounting.inventory import Inventory
from tancai.engines.carbon.accounting.kinds import CATEGORIES
from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.forecast import Forecast, History, predict
from tancai.engines.carbon.numbers import BadNumber, number
from tancai.labs.benches.accounting.computing import Computed
from tancai.labs.benches.accounting.names import Values, figures_of
from tancai.labs.benches.faults import Fault

MONTHS_AHEAD = 12
HISTORY = "history"


@dataclass(frozen=True)
class Ahead:
    """``share`` of the total that the rows given by month make; months of ``past`` and ``forecast`` in tCO2e."""

    past: History
    forecast: Forecast
    share: float


def months_counted(inventory: Inventory, series: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    """tCO2e of every month, the sum of the counted streams given by month with their sign; () when there is none."""
    found = []
    for line in inventory.lines:
        values = series.get(line.stream.id)
        sign = CATEGORIES[line.category][0] if line.counted else 0
        if values and sign and all(map(math.isfinite, values)):
            found.append([sign * one for one in values])
    return tuple(math.fsum(row[k] for row in found) for k in range(12)) if found else ()


def ahead(values: Values, done: Computed) -> tuple[Ahead | None, list[Fault]]:
    """The next twelve months; None without months or without a year. A month of the past that is none is a fault."""
    before, faults = _before(values)
    inventory = done.found
    months = months_counted(inventory, done.series) if inventory is not None else ()
    if inventory is None or not months or not inventory.case.year:
        return None, faults
    first = inventory.case.year * 12 - len(before)
    past = History(first // 12, first % 12 + 1, (*before, *months))
    whole = inventory.total.value
    share = math.fsum(months) / whole if whole else 0.0
    return Ahead(past, predict(past, MONTHS_AHEAD), share), faults


def _before(values: Values) -> tuple[list[float], list[Fault]]:
    """Months before the year of the workbook, the oldest first; none of them when one cannot be read."""
    found, faults = [], []
    for text in figures_of(values.get(HISTORY)):
        try:
            found.append(number(text))
        except BadNumber as bad:
            faults.append(Fault(HISTORY, Problem(bad.code, params={"value": text, "remedy": bad.remedy})))
    return ([] if faults else found), faults
