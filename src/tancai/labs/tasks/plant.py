"""What accounting and verification tasks share: the engine asked for one stream or a whole plant, papers of factors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import case_from
from tancai.engines.carbon.accounting.inventory import Inventory, account
from tancai.engines.carbon.tree import Node
from tancai.labs.tasks.keeping import kept
from tancai.labs.tasks.protocol import Document, table

SCHEMA = "tancai-carbon-account/1"
PROVINCES = ("江苏", "浙江", "山东", "河北", "广东", "湖北", "四川", "辽宁", "福建", "安徽")


def q(value: float, unit: str) -> str:
    """A quantity as the engines read it."""
    return f"{value:.15g} {unit}"


@kept
def plant(
    guide: str,
    streams: Sequence[Mapping[str, Any]],
    *,
    year: int = 2024,
    method: Mapping[str, Any] | None = None,
    **more: Any,
) -> Inventory:
    """The inventory of these streams. Raises CarbonError, or ValueError when a stream could not be computed."""
    found = account(
        case_from(
            {
                "schema": SCHEMA,
                "enterprise": {"name": "case"},
                "period": {"year": year},
                "method": {"guide": guide, **(method or {})},
                "stream": [dict(one) for one in streams],
                **more,
            }
        )
    )
    if not found.complete:
        raise ValueError("; ".join(problem.message("en") for problem in found.problems))
    return found


def emission(
    guide: str, kind: str, *, year: int = 2024, method: Mapping[str, Any] | None = None, **stream: Any
) -> Node:
    """The tree of one stream, tCO2 or tCO2e, positive."""
    found = plant(guide, [{"id": "one", "name": "one", "kind": kind, **stream}], year=year, method=method)
    line = found.line("one")
    if line is None:
        raise ValueError("the stream could not be computed")
    return line.node


def fuel(guide: str, name: str, amount: float, unit: str, **more: Any) -> Node:
    return emission(guide, "fuel", fuel=name, amount=q(amount, unit), **more)


def electricity_row(area: str, year: int = 2023, series: str = "average") -> tables.Row:
    row = tables.find("electricity", series=series, zh=area, year=str(year))
    if row is None:
        raise LookupError(f"no electricity factor of {area} {year}")
    return row


def areas() -> tuple[str, ...]:
    """Provinces whose average factor of 2023 is known."""
    return tuple(
        name for name in PROVINCES if tables.find("electricity", series="average", zh=name, year="2023")
    )


def fuels_paper(guide_set: str, names: Iterable[str], title: str = "附表 化石燃料缺省值") -> Document:
    """Default heating values, carbon contents and oxidation rates, as the guide prints them."""
    rows = []
    for name in names:
        row = tables.named("fuels", name, "fuel", set=guide_set)
        assert row is not None
        rows.append(
            (
                row["zh"],
                row["ncv"],
                row["ncv_unit"],
                row["carbon"],
                row["carbon_unit"],
                row["oxidation_percent"],
            )
        )
    return table(title, ("燃料", "低位发热量", "单位", "单位热值含碳量", "单位", "碳氧化率（%）"), rows)


def electricity_paper(area: str, *others: str) -> Document:
    """Factors to choose from: the right one among other years, areas and uses."""
    rows = []
    for zh, year, series in (
        (area, 2023, "average"),
        (area, 2022, "average"),
        *((other, 2023, "average") for other in others),
        ("全国", 2023, "average"),
        ("全国", 2023, "fossil"),
        ("全国", 2024, "footprint"),
    ):
        row = tables.find("electricity", series=series, zh=zh, year=str(year))
        if row is not None:
            name = row["table"].partition("|")[0]
            rows.append((zh, row["year"], name, row["value"], row["unit"]))
    return table("附表 电力因子（节选）", ("地区", "数据年份", "口径", "数值", "单位"), rows)


def total(values: Iterable[float]) -> float:
    return math.fsum(values)
