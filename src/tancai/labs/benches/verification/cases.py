"""Reports with planted faults, drawn from a number: a plant, its report and the evidence a verifier may ask for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from tancai.engines.carbon.accounting.case import case_from
from tancai.engines.carbon.accounting.inventory import Inventory, account
from tancai.engines.carbon.numbers import half_up
from tancai.engines.carbon.verification.reading import SCHEMA as REPORT
from tancai.labs.tasks.chance import Chance
from tancai.labs.tasks.plant import SCHEMA as ACCOUNT
from tancai.labs.tasks.plant import areas, q

VERSION = 1
LEVELS = {"beginner": 3, "intermediate": 5, "advanced": 7}
"""How many faults are planted."""
YEAR = 2024


@dataclass
class Draft:
    """A report in the making; ``taken`` are streams whose activity data already carry a fault."""

    chance: Chance
    account: dict[str, Any]
    report: dict[str, Any]
    computed: Inventory
    planted: list[tuple[str, str]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def stream(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.account["stream"] if one["id"] == name)
        return found

    def monthly(self) -> list[str]:
        """Streams by month that carry no fault yet, in a drawn sequence."""
        free = [
            one["id"]
            for one in self.account["stream"]
            if isinstance(one.get("amount"), dict) and one["id"] not in self.taken
        ]
        return self.chance.mixed(free)


@dataclass(frozen=True)
class Drawn:
    """``values`` is a report after ``tancai-carbon-report/1``; ``planted`` are (code, subject) of the engine."""

    number: int
    level: str
    values: dict[str, Any]
    planted: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def draw(number: int, level: str) -> Drawn:
    """The same number, level and version is the same report. Raises KeyError for another level."""
    wanted = LEVELS[level]
    chance = Chance(f"verification/{VERSION}/{level}/{number}")
    account_values = chance.choice((_maker, _glass))(chance)
    computed = account(case_from(account_values))
    draft = Draft(chance, account_values, _evidence(chance, account_values, computed), computed)
    menu = chance.mixed(MENU[level])
    for fault in menu:
        if len(draft.planted) < wanted:
            fault(draft)
    draft.report["reported"] = _reported(draft)
    draft.report["account"] = draft.account
    return Drawn(number, level, draft.report, tuple(draft.planted))


def _maker(chance: Chance) -> dict[str, Any]:
    area = chance.choice(areas())
    coal = chance.months(chance.figure(2400, 7200, 2))
    opening, closing = chance.figure(150, 400, 2), chance.figure(150, 400, 2)
    return {
        **_head(chance.name("装备制造"), area, "gbt-32150", ["机加工车间", "热处理车间", "装配车间"]),
        "stream": [
            _fuel(
                "gas", "天然气", "natural_gas", "10^4Nm3", chance.months(chance.figure(120, 420, 2), 0.1, 4)
            ),
            _fuel("coal", "烟煤", "bituminous_coal", "t", coal)
            | {
                "opening": q(opening, "t"),
                "bought": q(half_up(sum(coal) + closing - opening, 2), "t"),
                "closing": q(closing, "t"),
                "sold": "0 t",
            },
            {
                "id": "diesel",
                "name": "柴油",
                "kind": "fuel",
                "fuel": "diesel",
                "amount": q(chance.figure(40, 160, 2), "t"),
            },
            _power(chance, chance.figure(9000, 30000, 3)),
        ],
        "production": [{"id": "output", "name": "产品", "amount": q(chance.figure(9000, 26000, 1), "t")}],
    }


def _glass(chance: Chance) -> dict[str, Any]:
    area = chance.choice(areas())
    output = chance.figure(150000, 320000, 1)
    return {
        **_head(chance.name("平板玻璃"), area, "gbt-32151-7-glass", ["1号浮法线", "余热锅炉"]),
        "stream": [
            _fuel("gas", "天然气", "natural_gas", "10^4Nm3", chance.months(output * 0.0165, 0.06, 4)),
            {
                "id": "soda",
                "name": "纯碱",
                "kind": "carbonate",
                "carbonate": "Na2CO3",
                "amount": {"unit": "t", "monthly": chance.months(output * 0.2, 0.08)},
                "purity": q(chance.figure(98.6, 99.4, 1), "%"),
            },
            {
                "id": "dolomite",
                "name": "白云石",
                "kind": "carbonate",
                "carbonate": "CaMg(CO3)2",
                "amount": q(half_up(output * 0.15, 2), "t"),
                "purity": "97 %",
            },
            _power(chance, half_up(output * 0.11, 3)),
        ],
        "production": [{"id": "output", "name": "平板玻璃", "amount": q(output, "t")}],
    }


def _head(name: str, area: str, guide: str, main: list[str]) -> dict[str, Any]:
    return {
        "schema": ACCOUNT,
        "enterprise": {"name": name, "province": area},
        "period": {"year": YEAR},
        "method": {"guide": guide, "electricity": {"series": "average", "year": 2023, "area": area}},
        "boundary": {
            "entity": f"{name}（独立法人）",
            "main": main,
            "auxiliary": ["空压站", "厂内运输"],
            "subsidiary": ["办公楼"],
            "excluded": ["职工宿舍热水锅炉（外包经营）"],
        },
    }


def _fuel(code: str, name: str, fuel: str, unit: str, months: list[float]) -> dict[str, Any]:
    return {
        "id": code,
        "name": name,
        "kind": "fuel",
        "fuel": fuel,
        "amount": {"unit": unit, "monthly": months},
    }


def _power(chance: Chance, year: float) -> dict[str, Any]:
    months = chance.months(year, 0.08, 3)
    return {
        "id": "power",
        "name": "外购电力",
        "kind": "electricity",
        "amount": {"unit": "MWh", "monthly": months},
    }


EQUIPMENT = {
    "gas": ("燃气热处理炉", "燃气涂装烘房"),
    "coal": ("链条锅炉",),
    "diesel": ("叉车（柴油）",),
    "power": ("空压机组", "车间配电"),
    "soda": ("配料线",),
    "dolomite": ("配料线白云石仓",),
}
LEFT_OUT = ("备用柴油发电机", "食堂液化石油气灶", "乙炔切割机", "二氧化碳灭火系统充装站", "燃气热风机")


def _evidence(chance: Chance, values: dict[str, Any], computed: Inventory) -> dict[str, Any]:
    """The rest of the report, with everything in order."""
    streams = values["stream"]
    found: dict[str, Any] = {
        "schema": REPORT,
        "evidence": [],
        "yearly": [],
        "equipment": [],
        "calibration": [],
    }
    for one in streams:
        amount = one["amount"]
        if isinstance(amount, dict):
            decimals = 3 if one["id"] == "power" else 4 if one["id"] == "gas" else 2
            near = [chance.near(value, 0.006, decimals) for value in amount["monthly"]]
            name = {"power": "供电公司结算单", "gas": "燃气公司结算单"}.get(one["id"], "采购入库单")
            found["evidence"].append(
                {"stream": one["id"], "name": name, "value": {"unit": amount["unit"], "monthly": near}}
            )
            year = half_up(sum(amount["monthly"]), decimals)
            found["yearly"].append({"stream": one["id"], "value": q(year, amount["unit"])})
        else:
            figure, _, unit = amount.partition(" ")
            found["evidence"].append(
                {"stream": one["id"], "name": "采购发票", "value": q(chance.near(float(figure), 0.002), unit)}
            )
        glass = any(other["id"] == "soda" for other in streams)
        name = "浮法熔窑" if glass and one["id"] == "gas" else chance.choice(EQUIPMENT[one["id"]])
        found["equipment"].append({"name": name, "stream": one["id"]})
    found["equipment"].append({"name": "职工宿舍热水锅炉（外包经营）"})
    for code, meter, accuracy in (("gas", "超声波流量计", "1.0 %"), ("power", "关口电能表", "0.2 %")):
        day = date(YEAR - 1, chance.randrange(9, 13), chance.randrange(2, 26))
        found["calibration"].append(
            {"stream": code, "meter": meter, "on": day.isoformat(), "months": 24, "accuracy": accuracy}
        )
    found["submitted"] = [
        {"month": month, "on": (_month_end(month) + timedelta(days=chance.randrange(9, 39))).isoformat()}
        for month in range(1, 13)
    ]
    return found | _past(chance, values, computed, chance.uniform(-0.06, 0.06)) | _team(chance)


def _past(chance: Chance, values: dict[str, Any], computed: Inventory, change: float) -> dict[str, Any]:
    """Last year's figures so that the intensity has changed by this share since."""
    output = float(values["production"][0]["amount"].partition(" ")[0])
    before = half_up(output * chance.uniform(0.93, 1.07), 1)
    total = computed.total.value / output / (1 + change) * before
    return {
        "previous": {
            "emission": [{"id": "total", "value": q(half_up(total, 0), "tCO2e")}],
            "production": [{"id": "output", "value": q(before, "t")}],
        }
    }


def _team(chance: Chance) -> dict[str, Any]:
    return {
        "team": {
            "members": ["核查员甲", "核查员乙", "核查员丙"][: chance.choice((2, 3))],
            "verifier": "绿衡核查机构（虚构）",
            "prepared_by": "清和咨询公司（虚构）",
        }
    }


def _month_end(month: int) -> date:
    return date(YEAR + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _reported(draft: Draft) -> list[dict[str, str]]:
    """Printed emissions from the printed activity data; what was planted stands in ``printed``."""
    printed = dict(draft.report.pop("printed", {}))
    now = account(case_from(draft.account))
    for line in now.lines:
        printed.setdefault(line.stream.id, 1.0)
    figures = {line.stream.id: half_up(line.node.value * printed[line.stream.id], 2) for line in now.lines}
    rows = [{"item": name, "value": q(value, "tCO2")} for name, value in figures.items()]
    return [*rows, {"item": "total", "value": q(half_up(sum(figures.values()), 0), "tCO2e")}]


def _plant(draft: Draft, code: str, subject: str) -> None:
    draft.planted.append((code, subject))


def wrong_emission(draft: Draft) -> None:
    """A usual slip in one printed emission: 44/12 or the oxidation rate left out, the factor of another use."""
    fuels = [one["id"] for one in draft.account["stream"] if one["kind"] == "fuel"]
    name = draft.chance.choice(fuels)
    oxidation = {"coal": 0.93, "gas": 0.99, "diesel": 0.98}[name]
    draft.report["printed"] = {name: draft.chance.choice((12 / 44, 1 / oxidation))}
    _plant(draft, "reported_emission", name)


def invoice_gap(draft: Draft) -> None:
    """Some months of the meter read too little: the year differs from the invoices."""
    for name in draft.monthly()[:1]:
        evidence = next(one for one in draft.report["evidence"] if one["stream"] == name)
        months = evidence["value"]["monthly"]
        for k in draft.chance.sample(range(12), 3):
            months[k] = half_up(months[k] * draft.chance.uniform(1.06, 1.12), 3)
        draft.taken.add(name)
        _plant(draft, "meter_against_invoice", name)


def repeated(draft: Draft) -> None:
    """Months that were copied instead of read."""
    for name in draft.monthly()[:1]:
        months = draft.stream(name)["amount"]["monthly"]
        first, *rest = sorted(draft.chance.sample(range(12), 3))
        for k in rest:
            months[k] = months[first]
        _retotal(draft, name)
        draft.taken.add(name)
        _plant(draft, "repeated_months", name)


def slipped(draft: Draft) -> None:
    """A month with the decimal point in the wrong place."""
    for name in draft.monthly()[:1]:
        months = draft.stream(name)["amount"]["monthly"]
        k = draft.chance.randrange(12)
        months[k] = half_up(months[k] / 10, 4)
        _retotal(draft, name)
        draft.taken.add(name)
        _plant(draft, "unit_slip", name)


def wrong_year(draft: Draft) -> None:
    """The yearly summary does not add up."""
    for name in draft.monthly()[:1]:
        row = next(one for one in draft.report["yearly"] if one["stream"] == name)
        figure, _, unit = row["value"].partition(" ")
        row["value"] = q(half_up(float(figure) * draft.chance.uniform(0.962, 0.985), 2), unit)
        draft.taken.add(name)
        _plant(draft, "month_against_year", name)


def stock_gap(draft: Draft) -> None:
    """Purchases that did not reach the report."""
    if "coal" not in draft.monthly():
        return
    coal = draft.stream("coal")
    figure = float(coal["bought"].partition(" ")[0])
    coal["bought"] = q(half_up(figure * draft.chance.uniform(1.02, 1.05), 2), "t")
    draft.taken.add("coal")
    _plant(draft, "stock_balance", "coal")


def source_left_out(draft: Draft) -> None:
    name = draft.chance.choice(LEFT_OUT)
    draft.report["equipment"].insert(draft.chance.randrange(len(draft.report["equipment"])), {"name": name})
    _plant(draft, "source_missing", name)


def expired(draft: Draft) -> None:
    """A calibration that ran out within the year."""
    row = draft.chance.choice(draft.report["calibration"])
    row["months"] = 12
    row["on"] = date(YEAR - 1, draft.chance.randrange(3, 9), draft.chance.randrange(2, 26)).isoformat()
    _plant(draft, "calibration", row["stream"])


def late(draft: Draft) -> None:
    row = draft.chance.choice(draft.report["submitted"][:11])
    row["on"] = (_month_end(row["month"]) + timedelta(days=draft.chance.randrange(45, 70))).isoformat()
    _plant(draft, "evidence_late", f"month {row['month']}")


def unlike_last_year(draft: Draft) -> None:
    now = account(case_from(draft.account))
    change = draft.chance.choice((-1, 1)) * draft.chance.uniform(0.16, 0.24)
    draft.report |= _past(draft.chance, draft.account, now, change)
    _plant(draft, "year_on_year", "output")


def partial(draft: Draft) -> None:
    draft.report["team"]["prepared_by"] = draft.report["team"]["verifier"]
    _plant(draft, "independence", draft.report["team"]["verifier"])


def _retotal(draft: Draft, name: str) -> None:
    """The yearly summary follows months that were changed."""
    row = next(one for one in draft.report["yearly"] if one["stream"] == name)
    unit = row["value"].partition(" ")[2]
    row["value"] = q(half_up(sum(draft.stream(name)["amount"]["monthly"]), 4), unit)


Fault = Callable[[Draft], None]
FIRST: tuple[Fault, ...] = (wrong_emission, invoice_gap, source_left_out, expired, wrong_year)
MENU: dict[str, tuple[Fault, ...]] = {
    "beginner": FIRST,
    "intermediate": (*FIRST, repeated, slipped, stock_gap),
    "advanced": (*FIRST, repeated, slipped, stock_gap, late, unlike_last_year, partial),
}


def values_of(drawn: Drawn) -> dict[str, Any]:
    """The report as plain values that may be changed."""
    return copy.deepcopy(drawn.values)
