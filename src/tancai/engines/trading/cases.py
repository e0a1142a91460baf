"""Input files of allocation and compliance (TOML), read strictly; a bad field costs its unit, never the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.numbers import BadNumber, number
from tancai.engines.carbon.reading import Source, read_file
from tancai.engines.trading import ENGINE_VERSION, allocation, compliance
from tancai.engines.trading.errors import Problem, Refused, TradingError

ALLOCATION = "tancai-market-allocation/1"
COMPLIANCE = "tancai-market-compliance/1"
MOST = Decimal(10) ** 12


@dataclass(frozen=True)
class Line:
    """One figure of a result with where it comes from."""

    key: str
    label: str
    value: int | Decimal | str
    unit: str = ""
    formula: str = ""
    source: str = ""
    confidence: str = ""

    def shown(self, language: str = "zh") -> str:
        if isinstance(self.value, str):
            parts = self.value.split("|")
            return parts[0 if language == "zh" or len(parts) == 1 else 1]
        return f"{self.value:,}"


@dataclass
class Outcome:
    schema: str
    source: Source
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, *parts: Any) -> None:
        self.lines.append(Line(*parts))

    def __getitem__(self, key: str) -> int | Decimal | str:
        return next(line.value for line in self.lines if line.key == key)

    def record(self) -> dict[str, Any]:
        return {
            "schema": self.schema.replace("/", "-result/"),
            "engine": ENGINE_VERSION,
            "tables": {"power_benchmarks": allocation.TABLE_VERSION},
            "input": {"file": self.source.name, "sha256": self.source.digest},
            "complete": not self.problems,
            "lines": [
                vars(line) | {"value": str(line.value) if isinstance(line.value, Decimal) else line.value}
                for line in self.lines
            ],
            "notes": self.notes,
            "problems": [one.as_dict() for one in self.problems],
        }


class Fields:
    """One table of a file; every fault is kept with its line, and ``failed`` says whether there was one."""

    def __init__(
        self, source: Source, values: Any, steps: tuple[str | int, ...], kept: list[Problem]
    ) -> None:
        self.source, self.steps, self.kept = source, steps, kept
        self.values = values if isinstance(values, dict) else {}
        self.asked: set[str] = set()
        self.failed = False
        if not isinstance(values, dict):
            self.fault("missing", str(steps[-1]))

    def fault(self, code: str, name: str, **params: Any) -> None:
        self.failed = True
        line = self.source.line((*self.steps, name))
        where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in (*self.steps, name))
        self.kept.append(Problem(code, line, where, params, self.source.name))

    def _take(self, name: str, required: bool) -> Any:
        self.asked.add(name)
        value = self.values.get(name)
        if value is None and required:
            self.fault("missing", name)
        return value

    def text(self, name: str, choices: Sequence[str] = (), default: str = "", required: bool = True) -> str:
        value = self._take(name, required and not default)
        if value is None:
            return default
        if choices and value not in choices:
            self.fault("unknown_choice", name, value=value, choices=", ".join(choices))
        return str(value)

    def figure(self, name: str, *, required: bool = True, least: Decimal = Decimal(0)) -> Decimal:
        """A figure above 0, or ``least`` when it may be left out."""
        value = self._take(name, required)
        if value is None:
            return least
        try:
            found = _decimal(value, name)
        except Refused as refused:
            self.fault(refused.code, name, **refused.params)
            return least
        return found

    def fraction(self, name: str, *, required: bool = False, default: Decimal = Decimal(0)) -> Decimal:
        if name not in self.values and not required:
            self.asked.add(name)
            return default
        found = self.figure(name, required=required)
        if found > 1:
            self.fault("percent", name, value=self.values[name])
            return default
        return found

    def whole(self, name: str, *, required: bool = True) -> int:
        found = self.figure(name, required=required)
        if found % 1:
            self.fault("whole", name, value=self.values[name])
        return int(found)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._take(name, False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault("unknown_choice", name, value=value, choices="true, false")
            return default
        return value

    def day(self, name: str, default: date) -> date:
        value = self._take(name, False)
        if value is None:
            return default
        if type(value) is not date:
            self.fault("no_time", name, value=value)
            return default
        return value

    def tables(self, name: str, required: bool = True) -> list[Fields]:
        value = self._take(name, required)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault("missing", name)
            return []
        return [Fields(self.source, one, (*self.steps, name, k), self.kept) for k, one in enumerate(value)]

    def table(self, name: str, required: bool = True) -> Fields | None:
        value = self._take(name, required)
        return None if value is None else Fields(self.source, value, (*self.steps, name), self.kept)

    def leftovers(self) -> None:
        for name in self.values:
            if name not in self.asked:
                self.fault("unknown_field", name)


def _decimal(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refused("no_number", name, value=value)
    text = str(value).strip()
    try:
        number(text)
    except BadNumber as error:
        raise Refused(error.code, name, value=text, remedy=error.remedy) from None
    found = Decimal(text.replace(" ", ""))
    if found < 0:
        raise Refused("negative", name, value=text)
    if found > MOST:
        raise Refused("too_large", name, value=text, limit=MOST)
    return found


def _open(path: Path, schema: str) -> tuple[Outcome, Fields]:
    try:
        source = read_file(path)
    except CarbonError as error:
        raise TradingError(
            Problem(one.code, one.place.line, params=one.params, file=one.place.file)
            for one in error.problems
        ) from error
    found = Outcome(schema, source)
    top = Fields(source, source.values, (), found.problems)
    given = top.text("schema", required=False)
    if given != schema:
        place = source.line(("schema",))
        raise TradingError(
            Problem("schema", place, "schema", {"wanted": schema, "found": given}, source.name)
        )
    return found, top


def allocate(path: Path) -> Outcome:
    """The allowances of a case file; raises TradingError when nothing can be computed."""
    found, top = _open(path, ALLOCATION)
    sector = top.text("sector", ("power", *allocation.INDUSTRY))
    year = top.whole("year")
    top.text("name", required=False)
    allowed = allocation.years() if sector == "power" else [2024, 2025, 2026]
    if not top.failed and year not in allowed:
        top.fault("unknown_choice", "year", value=year, choices=", ".join(map(str, allowed)))
    if top.failed:
        raise TradingError(found.problems)
    (_power if sector == "power" else _industry)(found, top, year)
    top.leftovers()
    return found


def _power(found: Outcome, top: Fields, year: int) -> None:
    initial = verified = 0
    last_year = top.whole("last_year_verified", required=False)
    for table in top.tables("unit"):
        unit = _power_unit(table)
        if unit is None:
            continue
        made = allocation.power_unit(year, unit)
        mark, source = made.benchmark.confidence, made.benchmark.source
        words = f"{unit.electricity:,} MWh × {made.benchmark.electricity} × {made.correction}"
        found.add(
            f"{unit.id}.load_factor", f"{unit.id} 负荷修正系数|{unit.id} load factor Ff", made.load_factor
        )
        found.add(
            f"{unit.id}.electricity",
            f"{unit.id} 发电配额|{unit.id} electricity",
            made.electricity,
            "t",
            words,
            source,
            mark,
        )
        if unit.heat:
            words = f"{unit.heat:,} GJ × {made.benchmark.heat}"
            found.add(
                f"{unit.id}.heat", f"{unit.id} 供热配额|{unit.id} heat", made.heat, "t", words, source, mark
            )
        found.add(f"{unit.id}.initial", f"{unit.id} 初始配额|{unit.id} initial allowance", made.initial, "t")
        if made.final != made.initial:
            found.add(
                f"{unit.id}.topped_up",
                f"{unit.id} 燃气机组缺口豁免|{unit.id} gas shortfall forgiven",
                made.final - made.initial,
                "t",
                "",
                source,
                mark,
            )
        found.add(f"{unit.id}.allowance", f"{unit.id} 配额|{unit.id} allowance", made.final, "t")
        initial += made.final
        verified += unit.verified
        if mark == "draft":
            _once(
                found.notes,
                "2025、2026年度为征求意见稿参数，正式文本未见|2025 and 2026: draft parameters only",
            )
    if year <= 2022:
        _once(
            found.notes,
            "本期按供电量（净）计算，不得与发电量基准混用|this period counts supplied (net) electricity",
        )
    whole = allocation.entity(year, initial, verified)
    found.add("initial", "企业配额（缺口上限前）|entity, before the gap limit", whole.initial, "t")
    found.add("verified", "核查排放量|verified emissions", whole.verified, "t")
    if year >= 2023:
        found.add(
            "least", "核查排放量的80%|80 % of verified", whole.least, "t", "", "国环规气候〔2024〕1号", "V1"
        )
        found.add("topped_up", "缺口上限补足|topped up by the gap limit", whole.topped_up, "t")
    found.add("allowance", "企业配额|entity allowance", whole.final, "t")
    found.add("gap", "缺口（负为盈余）|gap (negative: surplus)", whole.gap, "t")
    if whole.verified:
        share = (Decimal(whole.gap) * 100 / whole.verified).quantize(Decimal("0.0001"))
        found.add("gap_share", "缺口率|gap share", share, "%")
    if year in (2021, 2022):
        most = allocation.borrowing(whole.gap, whole.verified)
        found.add(
            "borrowing",
            "可预支2023年度配额|borrowing from 2023",
            most,
            "t",
            "",
            "国环规气候〔2023〕1号",
            "V2",
        )
    if last_year:
        found.add(
            "pre_allocation",
            "预分配配额|pre-allocation",
            allocation.pre_allocation(year, last_year),
            "t",
        )


def _power_unit(table: Fields) -> allocation.PowerUnit | None:
    name = table.text("id")
    unit = allocation.PowerUnit(
        name,
        table.text("class", allocation.CLASSES),
        table.figure("electricity"),
        table.figure("heat", required=False),
        table.fraction("load", default=Decimal(1)),
        table.whole("verified"),
        table.text("cooling", tuple(allocation.COOLING), default="water"),
        table.fraction("heat_ratio"),
        table.flag("condensing", default=True),
    )
    table.leftovers()
    return None if table.failed else unit


def _industry(found: Outcome, top: Fields, year: int) -> None:
    rows = []
    for table in top.tables("unit"):
        name = table.text("id")
        emissions, output = table.figure("emissions"), table.figure("output")
        counted = table.figure("intensity_emissions", required=False) or emissions
        special = table.flag("special")
        table.leftovers()
        if not table.failed and not output:
            table.fault("negative", "output", value=0)
        if not table.failed:
            rows.append((name, emissions, counted / output, special))
    given = top.figure("balance", required=False)
    source = "国环规气候〔2025〕2号"
    shared = [row for row in rows if not row[3]]
    if year >= 2025 and shared:
        balance = given or allocation.balance_value([row[1] for row in shared], [row[2] for row in shared])
        how = (
            "给定|as given"
            if given
            else "由本案各单元求解，使配额合计等于排放合计|solved from the units of the case"
        )
        found.add("balance", "行业碳排放强度平衡值|balance value BP", _digits(balance, 9), "tCO2/t")
        found.notes.append(f"BP: {how.split('|')[0]}|BP: {how.split('|')[1]}")
    else:
        balance = Decimal(1)
    total = used = 0
    for name, emissions, intensity, special in rows:
        if year >= 2025 and not special:
            x, alpha = allocation.slope(intensity, balance)
            found.add(
                f"{name}.intensity", f"{name} 排放强度|{name} intensity", _digits(intensity, 9), "tCO2/t"
            )
            found.add(f"{name}.deviation", f"{name} 偏离率 X|{name} deviation X", _digits(100 * x, 6), "%")
            found.add(f"{name}.alpha", f"{name} 调整系数 α|{name} α", _digits(alpha, 9))
        allowed = allocation.industry(year, emissions, intensity, balance, special)
        words = "A = E" if special or year == 2024 else "A = E × (1 + α)"
        found.add(f"{name}.allowance", f"{name} 配额|{name} allowance", allowed, "t", words, source, "V1")
        total += allowed
        used += allocation.floor(emissions)
    found.add("allowance", "配额合计|allowances in all", total, "t")
    found.add("gap", "缺口（负为盈余）|gap (negative: surplus)", used - total, "t")
    if year == 2026:
        found.notes.append("2026年度为征求意见稿，方法同2025年度|2026: a draft, same method as 2025")


def _digits(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits))


def _once(notes: list[str], note: str) -> None:
    if note not in notes:
        notes.append(note)


def comply(path: Path) -> Outcome:
    """Surrender, offsets, carry-over and fine of a case file; raises TradingError when nothing can be computed."""
    found, top = _open(path, COMPLIANCE)
    top.text("name", required=False)
    parts: list[tuple[str, Callable[[Outcome, Fields], None]]] = [
        ("surrender", _surrender),
        ("carry_over", _carry_over),
        ("penalty", _penalty),
    ]
    for name, compute in parts:
        table = top.table(name, required=False)
        if table is not None:
            compute(found, table)
            table.leftovers()
    top.leftovers()
    if not found.lines and not found.problems:
        raise TradingError(Problem("missing", 0, "surrender, carry_over, penalty", file=found.source.name))
    return found


def _surrender(found: Outcome, table: Fields) -> None:
    year, due = table.whole("year"), table.whole("due")
    holdings = table.table("holdings")
    held = {} if holdings is None else {name: holdings.whole(name) for name in holdings.values}
    ccer = 0
    for one in table.tables("ccer", required=False):
        project, quantity = one.text("project"), one.whole("quantity")
        if one.flag("covered"):
            one.fault("ccer_covered", "covered", product=project)
        one.leftovers()
        ccer += 0 if one.failed else quantity
    if table.failed or (holdings is not None and holdings.failed):
        return
    found_at = compliance.standing(year, due, held, ccer)
    for name, verdict in found_at.refused.items():
        (holdings or table).fault(
            "vintage", name, product=name, year=year, remedy=verdict[0], remedy_en=verdict[1]
        )
    deadline = compliance.DEADLINES.get(year)
    if deadline:
        found.add("deadline", "清缴截止|deadline of surrender", deadline.isoformat())
    found.add("due", "应清缴量|due", due, "t")
    words, source = f"⌊5 % × {due:,}⌋", "碳排放权交易管理办法（试行）第29条"
    found.add("offset_cap", "CCER抵销上限|offset cap", found_at.offset_cap, "t", words, source, "V1")
    found.add("offset", "使用CCER|CCER used", found_at.offset, "t")
    found.add("needed", "须用配额|allowances needed", found_at.needed, "t")
    found.add("allowances", "可用配额|usable allowances", found_at.allowances, "t")
    found.add("surplus", "盈余（负为缺口）|surplus (negative: missing)", found_at.surplus, "t")
    if ccer > found_at.offset_cap:
        over = ccer - found_at.offset_cap
        found.notes.append(f"CCER超出上限{over}吨，未使用|{over} t of CCER above the cap unused")


def _carry_over(found: Outcome, table: Fields) -> None:
    sold, bought = table.whole("sold", required=False), table.whole("bought", required=False)
    holding = table.whole("holding")
    sector = table.text("sector", ("power", "industry"), default="power")
    multiplier = table.figure("multiplier", required=sector == "industry") or None
    if table.failed:
        return
    got = compliance.carry_over(sold, bought, holding, sector=sector, multiplier=multiplier)
    base = compliance.CARRY_BASE[sector]
    mark = "V1" if sector == "power" else "M"
    found.add("net_sales", "净卖出量|net sales", got.net_sales, "t")
    words = f"{base:,} + {got.net_sales:,} × {multiplier or Decimal('1.5')}"
    found.add(
        "most", "最大可结转量|most that carries over", got.most, "t", words, "结转规则|carry-over rules", mark
    )
    found.add("carried", "结转为2025年度配额|carried over to vintage 2025", got.carried, "t")
    found.add("lapsed", "不能结转|not carried over", got.lapsed, "t")


def _penalty(found: Outcome, table: Fields) -> None:
    year, missing = table.whole("year"), table.whole("missing")
    price = table.figure("average_price")
    judged = table.day(
        "judged", compliance.DEADLINES.get(year, date(year if 1 <= year < 9999 else 2025, 12, 31))
    )
    if table.failed:
        return
    got = compliance.penalty(year, missing, price, judged)
    words = f"{missing:,} t × {price} CNY/t"
    found.add(
        "base",
        "缺口市值|value of the gap",
        Decimal(got.base) / 100,
        "CNY",
        words,
        "截止前一个月成交均价",
        "V1",
    )
    found.add(
        "least", "罚款下限|lowest fine", Decimal(got.least) / 100, "CNY", got.code, got.source, got.confidence
    )
    found.add("most_fine", "罚款上限|highest fine", Decimal(got.most) / 100, "CNY")
    found.add("deducted", "等量核减|deduction", got.deducted, "t")
    if got.note:
        found.notes.append(got.note)


def about(path: Path, language: str) -> str:
    """The first comment lines of an example: Chinese, then English."""
    heads = [
        line.lstrip("# ") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ]
    return heads[0 if language == "zh" else 1]
