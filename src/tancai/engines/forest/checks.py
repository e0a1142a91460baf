"""Validation (审定) and verification (核证) of a sink project: a checklist, what facts alone decide, a conclusion.

Finding classes: ``car`` (不符合) and ``cl`` (澄清) block a positive conclusion until closed;
``far`` (待后续跟踪) does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Source, Table, from_values, read_file
from tancai.engines.forest import VERSION, tables
from tancai.engines.forest.reading import figure, opened

SCHEMA = "tancai-forest-check/1"
KINDS = ("validation", "verification")
RESULTS = ("conform", "car", "cl", "far", "open")
FIRST_START = date(2012, 11, 8)
FIRST_REDUCTION = date(2020, 9, 22)
REASONS = {
    "start": "开工日早于2012-11-08|the start lies before 2012-11-08",
    "notice": "公示不足20个工作日|public notice of fewer than 20 working days",
    "land": "开工前不足3年为非森林|not forest for less than three years before the start",
    "patch": "最小地块小于规定面积|the smallest patch is below the least area",
    "clearing": "清除灌木竹类超过20 %|more than 20 % of the ground cleared",
    "tenure": "权属在计入期结束前到期|tenure ends before the crediting period",
    "independence": "核查机构即审定机构|the verifier is the validator",
    "period": "监测期不在2020-09-22之后或计入期之内|the period is not after 2020-09-22 and inside the crediting period",
    "five_years": "减排量产生于申请前5年以外|generated more than five years before the application",
    "resample": "复测样地不足10 %，或有分层未复测|fewer than 10 % of plots measured again, or a stratum left out",
}


@dataclass(frozen=True)
class Finding:
    item: int
    result: str
    reason: str
    closed: bool = False
    automatic: bool = False


@dataclass
class Check:
    """``unanswered`` items leave the conclusion open; ``conclusion`` is positive, negative or open."""

    kind: str
    findings: list[Finding]
    unanswered: list[int]
    source: Source

    @property
    def problems(self) -> list[Problem]:
        return self.source.problems

    @property
    def complete(self) -> bool:
        return not any(problem.level == "refused" for problem in self.problems)

    @property
    def conclusion(self) -> str:
        if any(one.result in ("car", "cl") and not one.closed for one in self.findings):
            return "negative"
        return "open" if self.unanswered or not self.complete else "positive"


def read_check(path: Path) -> Check:
    """A check from a TOML file; raises ForestError when its schema is another."""
    return check_of(read_file(path))


def check_from(values: dict[str, Any]) -> Check:
    return check_of(from_values(values))


def check_of(source: Source) -> Check:
    top = opened(source, SCHEMA)
    kind = top.text("kind", "validation", choices=KINDS)
    items = {int(row["item"]) for row in tables.find_all("checklists", kind=kind)}
    table = top.table("facts")
    work = _validation if kind == "validation" else _verification
    findings = [Finding(item, "car", REASONS[code], automatic=True) for item, code in work(table)]
    table.leftovers()
    answered = set()
    for one in top.tables("answer"):
        item = one.whole("item", required=True)
        result = one.text("result", choices=RESULTS, required=True)
        note, closed = one.text("note"), one.flag("closed")
        one.text("evidence")
        one.leftovers()
        if item is None or not result:
            continue
        if item not in items:
            one.problem("check_unknown", "item", value=str(item))
            continue
        if result != "open":
            answered.add(item)
        if result in ("car", "cl", "far"):
            findings.append(Finding(item, result, note, closed))
    top.leftovers()
    return Check(kind, sorted(findings, key=lambda one: one.item), sorted(items - answered), source)


def _day(table: Table, key: str) -> date | None:
    value = table.raw(key)
    if value is None:
        return None
    if type(value) is date:
        return value
    table.problem("no_date", key, value=str(value))
    return None


def _validation(table: Table) -> Iterator[tuple[int, str]]:
    start, tenure, end = _day(table, "start"), _day(table, "tenure_end"), _day(table, "crediting_end")
    if start is not None and start < FIRST_START:
        yield 2, "start"
    if (days := table.whole("notice_working_days")) is not None and days < 20:
        yield 3, "notice"
    if (years := figure(table, "not_forest", "a", bounds={"a": (0, 200)})) is not None and years < 3:
        yield 4, "land"
    if tenure is not None and end is not None and tenure < end:
        yield 5, "tenure"
    least = 667 if start is not None and start.year <= 2019 else 400
    if (patch := figure(table, "smallest_patch", "m2")) is not None and patch < least:
        yield 6, "patch"
    if (cleared := figure(table, "cleared", "1")) is not None and cleared > 0.20:
        yield 8, "clearing"


def _verification(table: Table) -> Iterator[tuple[int, str]]:
    validator, verifier = table.text("validator"), table.text("verifier")
    if validator and validator == verifier:
        yield 1, "independence"
    if (days := table.whole("notice_working_days")) is not None and days < 20:
        yield 2, "notice"
    first, last, applied = _day(table, "period_start"), _day(table, "period_end"), _day(table, "application")
    begins, ends = _day(table, "crediting_start"), _day(table, "crediting_end")
    early = first is not None and (first <= FIRST_REDUCTION or (begins is not None and first < begins))
    if early or (last is not None and ends is not None and last > ends):
        yield 3, "period"
    if first is not None and applied is not None:
        age = applied.year - first.year, applied.month, applied.day
        if age > (5, first.month, first.day):
            yield 3, "five_years"
    plots, again = table.whole("plots"), table.whole("plots_measured_again")
    strata, seen = table.whole("strata"), table.whole("strata_measured_again")
    few = plots is not None and again is not None and again < math.ceil(plots / 10)
    if few or (strata is not None and seen is not None and seen < strata):
        yield 7, "resample"


def record_of(found: Check) -> dict[str, Any]:
    return {
        "schema": "tancai-forest-check-result/1",
        "engine": VERSION,
        "tables": tables.versions(),
        "input": {"file": found.source.name, "sha256": found.source.digest},
        "kind": found.kind,
        "conclusion": found.conclusion,
        "findings": [vars(one) for one in found.findings],
        "unanswered": found.unanswered,
        "problems": [problem.as_dict() for problem in found.problems],
    }
