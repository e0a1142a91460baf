"""The cross-checks of a verifier, each a function from the report to findings.

Every activity datum against a second source (V1); thresholds are ``Limits`` of the report. Robust outliers: deviation
from the median over 1.4826 × median absolute deviation (Iglewicz & Hoaglin 1993).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.inventory import Line, monthly
from tancai.engines.carbon.accounting.plan import check as check_plan
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.reading import Given
from tancai.engines.carbon.tree import Node, walk
from tancai.engines.carbon.units import UnitError, ratio, unit
from tancai.engines.carbon.verification import slips
from tancai.engines.carbon.verification.findings import Finding
from tancai.engines.carbon.verification.reading import Balance, Evidence, Report

Check = Callable[[Report], Iterator[Finding]]
_PLAN = ("plan_missing", "plan_field", "plan_calibration", "plan_downgrade")
_BY_CODE = {"guide_year": "method", "guide_uncertain": "method", "kind_outside": "boundary"}
_BY_PREFIX = {"factor": "factors", "electricity": "factors", "ncv": "factors", "oxidation": "factors"}


def percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def tonnes(value: float) -> str:
    return f"{shown(value, 2)} t"


def inputs(report: Report) -> Iterator[Finding]:
    """What the engine itself refused or doubted when it recomputed the case."""
    for problem in [*report.inventory.problems, *report.problems]:
        if problem.level == "noted" or problem.code == "incomplete":
            continue
        review = _BY_CODE.get(problem.code, _BY_PREFIX.get(problem.code.partition("_")[0], "activity"))
        code = "cannot_recompute" if problem.level == "refused" else "doubtful_input"
        severity = "nonconformity" if problem.level == "refused" else "clarification"
        why = f"{problem.message('zh').replace('|', '/')}|{problem.message('en').replace('|', '/')}"
        subject = f"{problem.place.field.partition(',')[0].removeprefix('stream ')}/{problem.code}"
        yield Finding(code, severity, review, subject, {"why": why}, None, problem.place)


def arithmetic(report: Report) -> Iterator[Finding]:
    """Printed emissions against recomputed ones; a usual slip is named when it explains the difference."""
    astray: list[float] = []
    for one in sorted(report.reported, key=lambda one: one.item == "total"):
        value = one.value.values[0] * float(one.value.unit.factor)
        found = _computed(report, one.item)
        if found is None:
            continue
        computed, slack = found
        gap = computed - value
        if abs(gap) <= slack:
            continue
        line = report.inventory.line(one.item)
        if line is not None:
            slip = slips.of_stream(line, value)
            astray.append(_signed(line) * gap)
        elif astray and abs(math.fsum(astray) - gap) <= slack:
            slip = "上述源流差异所致|the differences of the streams above"
        else:
            slip = slips.of_total(report.inventory, value)
        zh, _, en = slip.partition("|")
        words = f"，疑为{zh}|; probably {en}" if slip else "|"
        params = {"reported": tonnes(value), "computed": tonnes(computed), "gap": tonnes(gap), "slip": words}
        code = "reported_emission" if line else "reported_sum"
        yield Finding(code, "nonconformity", "emissions", one.item, params, gap, one.value.place)


def _signed(line: Line) -> int:
    """How a stream counts in the total: 1, −1, or 0 when it stands apart."""
    out = line.category in ("recovered", "exported_electricity", "exported_heat")
    return (-1 if out else 1) * line.stream.kind.sign if line.counted else 0


def _computed(report: Report, item: str) -> tuple[float, float] | None:
    """The recomputed figure and what rounding on the form may explain (steel guide: 2 decimals, total whole tonnes)."""
    inventory = report.inventory
    if item == "total":
        return inventory.total.value, 0.5 + 0.005 * len(inventory.lines)
    if item in inventory.categories:
        return inventory.categories[item].value, 0.005 * (1 + len(inventory.lines))
    if item in inventory.beside:
        return inventory.beside[item].value, 0.005 * (1 + len(inventory.lines))
    line = inventory.line(item)
    return (line.node.value, max(0.01, 1e-6 * abs(line.node.value))) if line else None


def month_against_year(report: Report) -> Iterator[Finding]:
    for stream, parameter, value, place in report.yearly:
        line = report.inventory.line(stream)
        own = line.stream.values.get(parameter) if line else None
        if line is None or not isinstance(own, Given) or not own.monthly:
            continue
        months = math.fsum(own.values)
        year = value.values[0] * float(ratio(value.unit, own.unit))
        if abs(months - year) > max(0.06, 1e-6 * abs(months)):
            at = own.unit.text
            params = {"year": f"{shown(year)} {at}", "months": f"{shown(months)} {at}"}
            effect = _effect(line, year, months, +1)
            yield Finding("month_against_year", "nonconformity", "activity", stream, params, effect, place)


def _effect(line: Line, used: float, other: float, way: int) -> float | None:
    """What taking ``other`` for ``used`` adds to the emissions of a stream that goes in step with its amount."""
    if not used:
        return None
    return way * _signed(line) * line.node.value * (other - used) / used


def second_source(report: Report) -> Iterator[Finding]:
    """Meter against invoice, for the year and by month; streams with one source only are said to be so."""
    covered = {one.stream for one in report.evidence}
    for one in report.evidence:
        yield from _compare(report, one)
    for line in report.inventory.lines:
        metered = any(
            isinstance(line.stream.values.get(name), Given) for name in ("amount", "bought", "steam")
        )
        if metered and line.stream.id not in covered:
            yield Finding(
                "single_source", "observation", "activity", line.stream.id, {}, None, line.stream.place
            )


def _compare(report: Report, one: Evidence) -> Iterator[Finding]:
    line = report.inventory.line(one.stream)
    own: Given | None = None
    if line is not None:
        value = line.stream.values.get(one.field)
        own = value if isinstance(value, Given) else None
    else:
        own = next((p.amount for p in report.inventory.case.products if p.id == one.stream), None)
    if own is None:
        return
    scale = float(ratio(one.value.unit, own.unit))
    meter, other = math.fsum(own.values), math.fsum(one.value.values) * scale
    gap = (other - meter) / meter if meter else math.inf
    review = "activity" if line is not None else "production"
    at = own.unit.text
    if abs(gap) > report.limits.year:
        params = {
            "meter": f"{shown(meter)} {at}",
            "other": f"{shown(other)} {at}",
            "evidence": one.name,
            "gap": percent(gap),
            "limit": percent(report.limits.year),
        }
        effect = _effect(line, meter, other, 1) if line else None
        yield Finding("meter_against_invoice", "nonconformity", review, one.stream, params, effect, one.place)
    if own.monthly and one.value.monthly:
        gaps = [
            abs(b * scale - a) / a if a else (math.inf if b else 0.0)
            for a, b in zip(own.values, one.value.values, strict=True)
        ]
        far = [month for month, value in enumerate(gaps, 1) if value > report.limits.month]
        if far:
            months = ", ".join(map(str, far))
            params = {
                "months": months,
                "evidence": one.name,
                "limit": percent(report.limits.month),
                "gap": percent(max(gaps)),
            }
            yield Finding(
                "month_against_invoice", "clarification", review, one.stream, params, None, one.place
            )


def outliers(report: Report) -> Iterator[Finding]:
    """Months that stand out, slips of a power of ten among them, and months that are copies."""
    for line in report.inventory.lines:
        for name, value in line.stream.values.items():
            if isinstance(value, Given) and value.monthly:
                yield from _outliers(report, line, name, np.asarray(value.values), value)


def _outliers(report: Report, line: Line, name: str, values: np.ndarray, given: Given) -> Iterator[Finding]:
    review = "activity" if name in ("amount", "bought", "steam", "sold") else "factors"
    subject = line.stream.id if name == "amount" else f"{line.stream.id}.{name}"
    middle = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - middle)))
    for month, value in enumerate(values, 1):
        ratio_found = float(value) / middle if middle else math.nan
        if not middle or value <= 0:
            continue
        power = round(math.log10(ratio_found))
        if power and abs(math.log10(ratio_found) - power) < 0.12:
            params = {"months": str(month), "ratio": f"{10.0**power:g}"}
            right = float(values.sum() - value + value / 10.0**power)
            effect = _effect(line, float(values.sum()), right, 1) if name == "amount" else None
            yield Finding("unit_slip", "nonconformity", review, subject, params, effect, given.place)
            continue
        far = abs(value - middle) > report.limits.outlier * max(spread, 1e-9 * abs(middle))
        if far and max(ratio_found, 1 / ratio_found) > report.limits.outlier_ratio:
            params = {"months": str(month), "ratio": f"{ratio_found:.2f}"}
            yield Finding("month_outlier", "clarification", review, subject, params, None, given.place)
    same = [month for month, value in enumerate(values, 1) if value and int((values == value).sum()) >= 3]
    if same and len(same) < 12:
        months = ", ".join(map(str, same))
        yield Finding(
            "repeated_months", "clarification", review, subject, {"months": months}, None, given.place
        )


def year_on_year(report: Report) -> Iterator[Finding]:
    """Intensity, and each stream beside output, against the year before."""
    inventory = report.inventory
    outputs = {
        one.id: math.fsum(one.amount.values) * float(one.amount.unit.factor)
        for one in inventory.case.products
    }
    before_total = report.previous.get("total")
    grown = math.nan
    for name, now in outputs.items():
        before = report.previous_output.get(name)
        if not before or not now:
            continue
        grown = now / before - 1
        if before_total:
            first, second = before_total / before, inventory.total.value / now
            gap = second / first - 1
            if abs(gap) > report.limits.year_on_year:
                params = {
                    "gap": percent(gap),
                    "before": f"{first:.4g}",
                    "now": f"{second:.4g}",
                    "limit": percent(report.limits.year_on_year),
                }
                yield Finding("year_on_year", "clarification", "emissions", name, params)
    for line in inventory.lines:
        earlier = report.previous.get(line.stream.id)
        if not earlier or math.isnan(grown):
            continue
        gap = line.node.value / earlier - 1
        if abs(gap - grown) > 2 * report.limits.year_on_year:
            params = {
                "gap": percent(gap),
                "before": tonnes(earlier),
                "now": tonnes(line.node.value),
                "output": percent(grown),
            }
            yield Finding("stream_year_on_year", "clarification", "activity", line.stream.id, params)


def benchmarks(report: Report) -> Iterator[Finding]:
    for name, low, high, _ in report.benchmarks:
        for node in report.inventory.intensities:
            if node.key != f"intensity.{name}":
                continue
            now = node.value * float(node.unit.factor)
            if not low <= now <= high:
                scale = float(node.unit.factor)
                params = {
                    "now": f"{node.value:.4g}",
                    "low": f"{low / scale:.4g}",
                    "high": f"{high / scale:.4g}",
                }
                yield Finding("benchmark", "clarification", "emissions", name, params)


def balances(report: Report) -> Iterator[Finding]:
    """Fuel heat in against power and heat out; electricity supplied against submeters."""
    for one in report.balances:
        inside = math.fsum(_energy(report, name) for name in one.streams)
        outside = math.fsum(math.fsum(v.values) * float(ratio(v.unit, unit("GJ"))) for v in one.outputs)
        if not inside or not one.outputs:
            continue
        yield from _balance(one, inside, outside, report)


def _balance(one: Balance, inside: float, outside: float, report: Report) -> Iterator[Finding]:
    if one.kind == "thermal":
        efficiency = outside / inside
        if not one.low <= efficiency <= one.high:
            params = {
                "inside": f"{shown(inside, 0)} GJ",
                "outside": f"{shown(outside, 0)} GJ",
                "ratio": percent(efficiency),
                "low": percent(one.low),
                "high": percent(one.high),
            }
            yield Finding("energy_balance", "nonconformity", "activity", one.name, params, None, one.place)
        return
    limit = one.high if one.high < 1 else report.limits.submeters
    gap = abs(inside - outside) / inside
    if gap > limit:
        params = {
            "inside": f"{shown(inside / 3.6, 0)} MWh",
            "outside": f"{shown(outside / 3.6, 0)} MWh",
            "ratio": percent(gap),
            "high": percent(limit),
        }
        yield Finding("electricity_balance", "clarification", "activity", one.name, params, None, one.place)


def _energy(report: Report, name: str) -> float:
    """GJ of a stream: amount × heating value, or electricity or heat as such."""
    line = report.inventory.line(name)
    if line is None:
        return 0.0
    amount, heat = (
        _node(line, "消耗量|consumption", "净消耗量|net use"),
        _node(line, "低位发热量|net calorific value"),
    )
    if amount is not None and heat is not None:
        return amount.value * heat.value
    if amount is not None:
        row = tables.named(
            "fuels", str(line.stream.values.get("fuel", "")), "fuel", set=report.inventory.case.method.fuels
        )
        return amount.value * row.number("ncv") if row and amount.unit.fits(unit(row["unit"])) else 0.0
    value = line.stream.values.get("amount")
    if isinstance(value, Given):
        try:
            return math.fsum(value.values) * float(ratio(value.unit, unit("GJ")))
        except UnitError:
            return 0.0
    return 0.0


def _node(line: Line, *labels: str) -> Node | None:
    return next((node for node in walk(line.node) if node.label in labels), None)


def stocks(report: Report) -> Iterator[Finding]:
    """When a stream gives both its use and its stock movements, the two must agree."""
    for line in report.inventory.lines:
        values = line.stream.values
        used, bought = values.get("amount"), values.get("bought")
        if not isinstance(used, Given) or not isinstance(bought, Given):
            continue
        net = 0.0
        for name, sign in (("opening", 1), ("bought", 1), ("closing", -1), ("sold", -1)):
            one = values.get(name)
            if isinstance(one, Given):
                net += sign * math.fsum(one.values) * float(ratio(one.unit, used.unit))
        reported = math.fsum(used.values)
        gap = (net - reported) / reported if reported else math.inf
        if abs(gap) > report.limits.year:
            at = used.unit.text
            params = {
                "computed": f"{shown(net)} {at}",
                "reported": f"{shown(reported)} {at}",
                "gap": percent(gap),
            }
            effect = _effect(line, reported, net, 1)
            yield Finding(
                "stock_balance", "nonconformity", "activity", line.stream.id, params, effect, used.place
            )


def coal(report: Report) -> Iterator[Finding]:
    """Dry-ash-free carbon within the range of its rank (CETS-VG-01.01; V1)."""
    for stream, fuel, value, place in report.coal_tests:
        row = tables.find("coal_ranges", fuel=fuel)
        if row is None or row.number("low") <= 100 * value <= row.number("high"):
            continue
        params = {
            "value": percent(value),
            "fuel": row.name,
            "low": f"{row['low']} %",
            "high": f"{row['high']} %",
        }
        yield Finding("coal_range", "nonconformity", "factors", stream, params, None, place)


def factors(report: Report) -> Iterator[Finding]:
    """A measured heating value or carbon content far from the default asks for its test report."""
    fuels = report.inventory.case.method.fuels
    for line in report.inventory.lines:
        row = tables.named("fuels", str(line.stream.values.get("fuel", "")), "fuel", set=fuels)
        if row is None:
            continue
        for name, column, label in (
            ("ncv", "ncv", "低位发热量|net calorific value"),
            ("carbon", "carbon", "单位热值含碳量|carbon content"),
        ):
            given = line.stream.values.get(name)
            if not isinstance(given, Given):
                continue
            at = unit(row[f"{column}_unit"])
            if not given.unit.fits(at):
                continue
            value = math.fsum(given.values) / len(given.values) * float(ratio(given.unit, at))
            gap = value / row.number(column) - 1
            if abs(gap) > report.limits.factor:
                params = {
                    "parameter": label,
                    "value": f"{shown(value)} {at}",
                    "default": f"{row[column]} {at}",
                    "gap": percent(gap),
                }
                subject = f"{line.stream.id}.{name}"
                yield Finding("factor_far", "clarification", "factors", subject, params, None, given.place)


def calibrations(report: Report) -> Iterator[Finding]:
    """Months without valid calibration must be read conservatively (CETS-VG-01.01; V1)."""
    year = report.inventory.case.year
    series = monthly(report.inventory) if report.calibrations else {}
    for one in report.calibrations:
        uncovered = [m for m in range(1, 13) if not _valid(one.on, one.months, year, m)]
        line = report.inventory.line(one.stream)
        treated = line.stream.meter.uncovered if line else ()
        open_months = [m for m in uncovered if m not in treated]
        if not open_months:
            continue
        effect = None
        if line is not None:
            values = series.get(one.stream)
            share = (
                sum(values[m - 1] for m in open_months) if values else line.emission * len(open_months) / 12
            )
            effect = one.accuracy * abs(share) if line.counted else 0.0
            effect = effect if math.isfinite(effect) else None
        months = ", ".join(map(str, open_months))
        params = {"meter": one.meter, "months": months}
        yield Finding("calibration", "nonconformity", "quality", one.stream, params, effect, one.place)


def _valid(on: date | None, months: int, year: int, month: int) -> bool:
    """Was the whole month within ``months`` of a calibration made before it began?"""
    if on is None or not year or on > date(year, month, 1):
        return False
    left = (on.year * 12 + on.month + months) - (year * 12 + month)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return left > 0 or (left == 0 and last <= on.day)


def deadlines(report: Report) -> Iterator[Finding]:
    """Monthly evidence within 40 calendar days of the end of the month (V1)."""
    year = report.inventory.case.year
    for month, on, place in report.submitted:
        ended = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        days = (on - ended).days
        if days > report.limits.late_days:
            params = {"month": month, "days": days, "limit": report.limits.late_days}
            yield Finding("evidence_late", "observation", "quality", f"month {month}", params, None, place)


def completeness(report: Report) -> Iterator[Finding]:
    """Equipment seen on site without a stream, and not listed as left out."""
    excluded = report.inventory.case.boundary.get("excluded", ())
    for name, stream, place in report.equipment:
        if stream and report.inventory.line(stream) is not None:
            continue
        if any(name in text for text in excluded):
            continue
        yield Finding("source_missing", "nonconformity", "boundary", name, {"name": name}, None, place)


def plan(report: Report) -> Iterator[Finding]:
    for problem in check_plan(report.inventory):
        why = f"{problem.words('zh').replace('|', '/')}|{problem.words('en').replace('|', '/')}"
        severity = (
            "nonconformity" if problem.code in ("plan_downgrade", "plan_calibration") else "clarification"
        )
        subject = str(problem.params.get("parameter") or f"{problem.place.field} {problem.code}").replace(
            ", ", "."
        )
        yield Finding("plan", severity, "plan", subject, {"why": why}, None, problem.place)


def independence(report: Report) -> Iterator[Finding]:
    """A body may not prepare and verify in one province (Order 775 art. 13; V1); two on site at least (M)."""
    verifier = str(report.team.get("verifier", ""))
    if verifier and verifier == report.team.get("prepared_by"):
        yield Finding("independence", "nonconformity", "other", verifier, {"body": verifier})
    members = report.team.get("members") or ()
    if members and len(members) < 2:
        yield Finding("team", "observation", "other", "team", {"count": len(members), "needed": 2})


CHECKS: tuple[Check, ...] = (
    inputs,
    completeness,
    arithmetic,
    month_against_year,
    second_source,
    stocks,
    outliers,
    balances,
    factors,
    coal,
    year_on_year,
    benchmarks,
    calibrations,
    deadlines,
    plan,
    independence,
)
