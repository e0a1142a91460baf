"""What the server draws from the saved workbook: the table of rows, totals, charts, doubts, the calculation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.tree import Node, lines
from tancai.labs import api as labs
from tancai.web.workshop import charts
from tancai.web.workshop.accounting import words
from tancai.web.workshop.speaking import language, spoken, unit_said

bench = labs.accounting_bench
DRAWS = 2_000
MOST_BARS = 12


@dataclass(frozen=True)
class RowLine:
    """A row in the table: what it is, how much, and what is wrong with it."""

    number: int
    name: str
    kind: str
    given: str
    emission: str
    share: str
    counted: bool
    faults: list[Any]
    checks: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """A fault in words: ``name`` of the field for a link, ``place`` for reading."""

    name: str
    row: str
    place: str
    text: str
    level: str
    accept: str = ""
    """The factor that may be taken knowingly though nobody has verified it."""


@dataclass(frozen=True)
class CheckLine:
    """A finding of the cross-checks in words: what does not agree, and what to look at."""

    name: str
    row: str
    place: str
    text: str
    evidence: str
    severity: str
    word: str
    effect: str


def context(values: Mapping[str, Any], draws: int = DRAWS) -> dict[str, Any]:
    """What templates and papers show of a workbook, computed once."""
    done = bench.compute(values, draws=draws)
    found = done.found
    checked = bench.check(values, done)
    ahead, astray = bench.ahead(values, done)
    told = [_told(fault, values) for fault in [*done.faults, *checked.faults, *astray]]
    checks = [_checked(one, values) for one in checked.checks]
    shown_now = {
        "computed": done,
        "rows": [_row(row, done, told, checks) for row in bench.rows_of(values, "s")],
        "checks": [one for one in checks if one.severity != "observation"],
        "observed": [one for one in checks if one.severity == "observation"],
        "ahead": _ahead(ahead) if ahead else None,
        "refused": [one for one in told if one.level == "refused"],
        "doubtful": [one for one in told if one.level == "doubtful"],
        "noted": [one for one in told if one.level == "noted"],
        "digest": done.found.case.digest if done.found else "",
    }
    return shown_now | (_figures(done, values) if found else {})


def _told(fault: Any, values: Mapping[str, Any]) -> Told:
    row = fault.row_of(("s", "p"))
    accept = str(fault.problem.params["name"]) if fault.problem.code == "factor_uncertain" else ""
    where = place(row, values) if row else ""
    return Told(fault.name, row, where, fault.words(language()), fault.level, accept)


def _checked(one: Any, values: Mapping[str, Any]) -> CheckLine:
    finding = one.finding
    effect = "" if not finding.effect else f"{finding.effect:+,.2f}".replace("-", "−")
    return CheckLine(
        one.name,
        one.row,
        place(one.row, values) if one.row else finding.subject,
        finding.text(language()),
        finding.evidence(language()),
        finding.severity,
        words.severity(finding.severity),
        effect,
    )


def place(row: str, values: Mapping[str, Any]) -> str:
    """The name of a row (``s.3``), or what it is and its number."""
    letter, _dot, number = row.partition(".")
    return str(values.get(f"{row}.name") or f"{_('排放源') if letter == 's' else _('产品')} {number}")


def _ahead(found: Any) -> dict[str, Any]:
    """Trend and forecast in words, and drawn with its interval."""
    past, coming = found.past, found.forecast
    known = [past.name(k) for k in range(len(past.values))]
    marks = [*known, *(one.month for one in coming.months)]
    none, ahead = [None] * len(known), [None] * len(coming.months)
    return {
        "chart": charts.lines(
            _("月排放量和未来十二个月的预测"),
            marks,
            [
                charts.Series(_("已有"), [*past.values, *ahead]),
                charts.Series(_("预测"), [*none, *(one.value for one in coming.months)]),
            ],
            unit="tCO₂e",
            band=charts.Band(_("95 % 区间"), [*none, *((one.low, one.high) for one in coming.months)]),
        ),
        "trend": words.direction(coming.trend.direction),
        "slope": f"{coming.trend.slope:+,.1f}".replace("-", "−"),
        "p": f"{coming.trend.p:.3f}",
        "seasonal": coming.seasonal,
        "sum": shown(coming.year_total(), 0),
        "share": f"{100 * found.share:.1f}",
        "whole": abs(found.share - 1) < 0.0005,
        "months": len(past.values),
    }


def _row(row: Any, done: Any, told: list[Told], checks: list[CheckLine]) -> RowLine:
    emission = done.emissions.get(row.number)
    total = done.found.total.value if done.found else 0
    line = done.found.line(row.text("id") or f"s{row.number}") if done.found else None
    counted = line is None or line.counted
    share = f"{100 * emission / total:.1f} %" if emission is not None and total and counted else ""
    return RowLine(
        row.number,
        row.text("name") or words.kind(row.text("kind")),
        words.kind(row.text("kind")),
        _given(row),
        "" if emission is None else shown(emission, 2),
        share,
        counted,
        [one for one in told if one.row == f"s.{row.number}" and one.level != "noted"],
        [one for one in checks if one.row == f"s.{row.number}" and one.severity != "observation"],
    )


def _given(row: Any) -> str:
    for name in ("amount", "bought", "steam", "fillings", "capacity", "cod_removed"):
        if row.given(name):
            unit = row.text(f"{name}.unit")
            if row.monthly(name):
                return f"{_('按月')} {unit_said(unit)}".strip()
            return f"{row.fields[name]} {'' if unit == '1' else unit_said(unit)}".strip()
    return ""


def _figures(done: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    found = done.found
    about = found.case
    return {
        "total": shown(found.total.value, 0),
        "exact": shown(found.total.value, 2),
        "guide": spoken(about.method.title),
        "gwp": about.method.gwp,
        "categories": [_line(node) for node in found.categories.values()],
        "beside": [_line(node) for node in found.beside.values()],
        "more": [_line(node) for node in [*found.intensities, *found.indicators, *found.allowance]],
        "sure": _sure(done),
        "by_source": _by_source(done, values),
        "by_month": _by_month(done, values),
        "tree": list(lines(found.total, language())),
        "plan": controls(values, done),
        "plan_heads": [words.plan(name) for name in bench.PLAN],
    }


@dataclass(frozen=True)
class ControlLine:
    """A line of the data-quality control plan: the source, the figure, its fields in words, and what is wrong."""

    at: str
    place: str
    label: str
    used: str
    cells: list[str]
    control: Any
    faults: list[str]

    @property
    def headed(self) -> list[tuple[str, str]]:
        return [(words.plan(name), cell) for name, cell in zip(bench.PLAN, self.cells, strict=True)]


def controls(values: Mapping[str, Any], done: Any) -> list[ControlLine]:
    """The plan line by line; () for a workbook that cannot be computed."""
    told: dict[str, list[str]] = {}
    for fault in done.plan:
        told.setdefault(fault.name, []).append(words.planned(fault.problem))
    return [
        ControlLine(
            one.at,
            place(one.row, values),
            spoken(one.label),
            words.how(one.used),
            [words.how(one.written[name]) if name == "how" else one.written[name] for name in bench.PLAN],
            one,
            told.get(one.at, []),
        )
        for one in (bench.controls(values, done.found) if done.found else ())
    ]


def _line(node: Node) -> tuple[str, str, str]:
    digits = 2 if node.digits is None or node.unit.text == "tCO2e" else node.digits
    return spoken(node.label), shown(node.value, digits), unit_said(node.unit.text)


def _sure(done: Any) -> dict[str, Any] | None:
    if done.sure is None:
        return None
    drawn = done.drawn
    return {
        "half": shown(done.sure.half, 2),
        "relative": f"{100 * done.sure.relative:.2f}",
        "low": shown(drawn.low, 2) if drawn else "",
        "high": shown(drawn.high, 2) if drawn else "",
        "draws": drawn.draws if drawn else 0,
        "parts": [(spoken(one.label), f"{100 * one.share:.1f} %") for one in done.sure.contributions[:6]],
    }


def _names(values: Mapping[str, Any]) -> dict[int, str]:
    return {
        row.number: row.text("name") or words.kind(row.text("kind")) for row in bench.rows_of(values, "s")
    }


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _by_source(done: Any, values: Mapping[str, Any]) -> charts.Chart | None:
    names = _names(values)
    pairs = sorted(done.emissions.items(), key=lambda pair: -abs(pair[1]))[:MOST_BARS]
    if not pairs:
        return None
    marks = [_short(names[number], 8) for number, _value in pairs]
    return charts.columns(
        _("各排放源的排放量"), marks, [charts.Series(_("排放量"), [v for _k, v in pairs])], unit="tCO₂e"
    )


def _by_month(done: Any, values: Mapping[str, Any]) -> charts.Chart | None:
    names = _names(values)
    rows = {k: v for k, v in done.months.items() if all(math.isfinite(one) for one in v)}
    if not rows:
        return None
    first = sorted(rows, key=lambda k: -abs(sum(rows[k])))[:4]
    series = [charts.Series(_short(names[k], 10), list(rows[k])) for k in first]
    others = [k for k in rows if k not in first]
    if others:
        series.append(charts.Series(_("其他"), [math.fsum(rows[k][m] for k in others) for m in range(12)]))
    marks = [str(month) for month in bench.MONTHS]
    return charts.stacked(_("按月排放量（有月度数据的排放源）"), marks, series, unit="tCO₂e")
