"""What the findings come to: the verification conclusion (核查结论) and a conservative figure for what stays open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tancai.engines.carbon import ENGINE_VERSION, tables
from tancai.engines.carbon.verification.checks import CHECKS
from tancai.engines.carbon.verification.findings import Finding
from tancai.engines.carbon.verification.reading import Report

CONCLUSIONS = {
    "conforms": "排放报告符合要求。|The report conforms.",
    "conforms_after_correction": (
        "不符合项已整改，排放报告符合要求。|Nonconformities were corrected: the report conforms."
    ),
    "to_correct": (
        "存在不符合项，须限期整改；逾期未整改的按保守原则认定。|"
        "There are nonconformities to correct; what stays open is estimated conservatively."
    ),
    "cannot_conclude": (
        "部分数据无法采用，暂不能出具结论。|Some data cannot be used: no conclusion can be drawn yet."
    ),
}
DAYS_TO_CORRECT = 30
"""Days to correct after the list of nonconformities (confidence M: not read in the guide)."""


@dataclass
class Verification:
    """``verified``: recomputed emissions. ``conservative``: with open findings that raise emissions taken as true."""

    report: Report
    findings: list[Finding]
    open: list[Finding]
    conclusion: str
    reported: float | None
    verified: float
    conservative: float

    @property
    def material(self) -> bool:
        """Do open effects together exceed the materiality of the report?"""
        return abs(self.conservative - self.verified) > self.report.limits.material * abs(self.verified)


def verify(report: Report) -> Verification:
    """All checks on a report. The order of findings is that of the checks; each appears once."""
    findings: dict[str, Finding] = {}
    for check in CHECKS:
        for finding in check(report):
            told = (
                finding.id,
                str(finding.params.get("months", "")),
                str(finding.params.get("evidence", "")),
            )
            findings.setdefault("/".join(told), finding)
    ordered = list(findings.values())
    serious = [one for one in ordered if one.severity == "nonconformity"]
    still = [one for one in serious if one.id not in report.closed]
    reported = next(
        (
            one.value.values[0] * float(one.value.unit.factor)
            for one in report.reported
            if one.item == "total"
        ),
        None,
    )
    verified = report.inventory.total.value
    return Verification(
        report,
        ordered,
        still,
        _conclusion(serious, still),
        reported,
        verified,
        verified + _raised(still),
    )


def _conclusion(serious: list[Finding], still: list[Finding]) -> str:
    if any(one.code == "cannot_recompute" for one in still):
        return "cannot_conclude"
    if still:
        return "to_correct"
    return "conforms_after_correction" if serious else "conforms"


def _raised(still: list[Finding]) -> float:
    """Open effects that raise emissions, the largest a subject: two findings on one stream are often one cause.

    Differences between printed and recomputed emissions are settled by the recomputation itself.
    """
    largest: dict[str, float] = {}
    for one in still:
        if one.effect is not None and one.effect > 0 and not one.code.startswith("reported_"):
            largest[one.subject] = max(largest.get(one.subject, 0.0), one.effect)
    return math.fsum(largest.values())


def record_of(found: Verification) -> dict[str, Any]:
    return {
        "schema": "tancai-carbon-verification/1",
        "engine": {"name": "tancai.engines.carbon", "version": ENGINE_VERSION},
        "tables": tables.versions(),
        "input": {
            "file": found.report.name,
            "sha256": found.report.digest,
            "case": found.report.inventory.case.name,
            "case_sha256": found.report.inventory.case.digest,
        },
        "conclusion": found.conclusion,
        "reported": found.reported,
        "verified": found.verified,
        "conservative": found.conservative,
        "material": found.material,
        "findings": [one.as_dict() | {"open": one in found.open} for one in found.findings],
        "problems": [
            problem.as_dict() for problem in [*found.report.problems, *found.report.inventory.problems]
        ],
    }
