"""The yearly duty: which vintages count, how much CCER, what carries over, what a shortfall costs. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal

# Obligation year → last day of surrender (plans and notices of the ministry: V2 to 2022, V1 from 2023).
DEADLINES = {
    2019: date(2021, 12, 31),
    2020: date(2021, 12, 31),
    2021: date(2023, 12, 31),
    2022: date(2023, 12, 31),
    2023: date(2024, 12, 31),
    2024: date(2025, 12, 31),
    2025: date(2026, 12, 31),
}
LAST_OLD_VINTAGE = 2024
_VINTAGE = re.compile(r"CEA(?:(\d\d)-)?(\d\d)")


@dataclass(frozen=True)
class Step:
    day: date
    text: str
    source: str = "环办气候函〔2026〕32号"
    confidence: str = "V1"


# The compliance year 2026 (for obligations of 2025).
CALENDAR_2026 = (
    Step(date(2026, 3, 31), "提交2025年度排放报告|emission report of 2025"),
    Step(date(2026, 4, 10), "预分配：钢铁、水泥、铝冶炼|pre-allocation: steel, cement, aluminium"),
    Step(date(2026, 6, 30), "预分配：发电；核查完成：发电|pre-allocation and verification: power"),
    Step(date(2026, 7, 31), "核查完成：钢铁、水泥、铝冶炼|verification: steel, cement, aluminium"),
    Step(date(2026, 9, 20), "省级主管部门报送最终配额|the province submits the final allocation"),
    Step(date(2026, 9, 30), "最终配额发放|final allocation in the registry"),
    Step(date(2026, 10, 31), "公布次年重点排放单位名录|list of key emitters for the next year"),
    Step(date(2026, 11, 30), "核查机构评估|evaluation of verification bodies"),
    Step(date(2026, 12, 31), "2025年度清缴截止；次年数据质量控制方案|surrender for 2025; data-quality plan"),
)


def is_ccer(product: str) -> bool:
    return product == "CCER" or product.startswith("CCER/")


def vintage_years(product: str) -> tuple[int, int] | None:
    """First and last year of a vintage such as ``CEA24`` or ``CEA19-20``; None when it is no vintage."""
    found = _VINTAGE.fullmatch(product)
    if found is None:
        return None
    last = 2000 + int(found[2])
    return (2000 + int(found[1]) if found[1] else last), last


def vintage(product: str, year: int) -> tuple[str, str] | None:
    """None when the vintage may be surrendered for ``year``, else the remedy in Chinese and English.

    To 2024: the same year or earlier, no borrowing (2023–2024 plan, V1). From 2025: vintages to 2024 only after they
    were carried over, which makes them vintage 2025 (carry-over rules, V1).
    """
    years = vintage_years(product)
    if years is None:
        return "请使用配额（如CEA25）或CCER", "use allowances such as CEA25, or CCER"
    if years[1] > year:
        return (
            "不得预支以后年度配额，请使用本年度或更早的配额",
            "no borrowing: use this year's or earlier",
        )
    if year > LAST_OLD_VINTAGE >= years[1]:
        return (
            "2024及以前年度配额须先结转为2025年度配额",
            "vintages to 2024 must be carried over to 2025 first",
        )
    return None


def offset_cap(due: int, percent: int = 5) -> int:
    """Most CCER for ``due`` tonnes, cut to whole tonnes (MEE Order 19 art. 29; the cutting is our choice)."""
    return due * percent // 100


@dataclass(frozen=True)
class Standing:
    """``surplus`` below 0 is the quantity missing."""

    due: int
    offset_cap: int
    offset: int
    needed: int
    allowances: int
    surplus: int
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def standing(year: int, due: int, allowances: Mapping[str, int], ccer: int = 0, percent: int = 5) -> Standing:
    """What a holding makes of the duty of a year: usable vintages, CCER up to the cap, surplus or gap in tonnes."""
    refused = {name: verdict for name in allowances if (verdict := vintage(name, year)) is not None}
    usable = sum(quantity for name, quantity in allowances.items() if name not in refused)
    cap = offset_cap(due, percent)
    offset = min(cap, ccer)
    needed = due - offset
    return Standing(due, cap, offset, needed, usable, usable - needed, refused)


@dataclass(frozen=True)
class CarryOver:
    net_sales: int
    most: int
    carried: int
    lapsed: int


CARRY_DEADLINE = date(2026, 6, 10)
"""Last day to apply for carrying over (V1)."""

NET_SALES = (date(2024, 1, 1), date(2025, 12, 31))
"""Between these days sales and purchases of the vintages to 2024 count (V1)."""

CARRY_BASE = {"power": 10_000, "industry": 100_000}


def carry_over(
    sold: int,
    bought: int,
    holding: int,
    *,
    sector: str = "power",
    multiplier: Decimal | None = None,
) -> CarryOver:
    """Vintages to 2024 that become vintage 2025: T = B + NS × R, within the holding, cut to whole tonnes.

    Power: B 10,000 t, R 1.5 (V1). Industry: B 100,000 t (V2); its multiplier was not found and must be given.
    """
    if multiplier is None:
        if sector != "power":
            raise ValueError("the multiplier of steel, cement and aluminium is not known: give one")
        multiplier = Decimal("1.5")
    net = max(0, sold - bought)
    most = CARRY_BASE[sector] + int((net * multiplier).to_integral_value(ROUND_DOWN))
    carried = min(most, holding)
    return CarryOver(net, most, carried, holding - carried)


@dataclass(frozen=True)
class Penalty:
    """Fines in cents; ``code`` names the law that was used, ``deducted`` tonnes from the next allocation."""

    code: str
    base: int
    least: int
    most: int
    deducted: int
    source: str
    confidence: str
    note: str = ""


CODE_IN_FORCE = date(2026, 8, 15)


def penalty(year: int, missing: int, average_price: Decimal, judged: date) -> Penalty:
    """What under-surrender of ``missing`` tonnes costs; ``average_price`` CNY/t of the month before the deadline.

    2019–2022: CNY 20,000–30,000 and an equal deduction (MEE Order 19 art. 40). After: five to ten times price ×
    quantity (Order 775 art. 24), and the deduction when paying up is refused, until the Code of 2026-08-15 ends new
    deductions.
    """
    base = int((average_price * missing * 100).to_integral_value())
    if missing <= 0:
        return Penalty("none", 0, 0, 0, 0, "", "V1")
    if year <= 2022:
        return Penalty("order_19", base, 2_000_000, 3_000_000, missing, "MEE Order 19 art. 40", "V1")
    if judged < CODE_IN_FORCE:
        note = "拒不补缴的等量核减下一年度配额|deducted from next year's allowance when paying up is refused"
        return Penalty("order_775", base, 5 * base, 10 * base, missing, "Order 775 art. 24", "V1", note)
    note = (
        "2026-08-15起不再作出核减决定；生态环境法典的罚则须另行核对"
        "|no new deductions from 2026-08-15; the Code's own clause must be checked"
    )
    return Penalty("code", base, 5 * base, 10 * base, 0, "Order 775 art. 24", "M", note)
