from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tancai.engines.carbon.verification.conclusion import Verification, verify
from tancai.engines.carbon.verification.reading import report_from
from tancai.labs.tasks.keeping import kept
from tancai.labs.tasks.plant import SCHEMA

TEAM = "建立技术工作组|Technical group"
REVIEW = "文件评审|Document review"
SITE_TEAM = "建立现场核查组|On-site group"
SITE = "实施现场核查|On-site verification"
CONCLUSION = "出具《核查结论》|Verification conclusion"
NOTICE = "告知核查结果、保存核查记录|Notice and records"
PAPERS = ("001 核查",)
SKILLS = ("5.2.1-b1", "5.2.1-b3", "5.2.2-b2", "5.5.1-b2", "5.5.2-b2", "5.5.3-b2", "5.5.4-b2")


@kept
def verified(
    guide: str,
    streams: Sequence[Mapping[str, Any]],
    *,
    year: int = 2024,
    method: Mapping[str, Any] | None = None,
    account: Mapping[str, Any] | None = None,
    **report: Any,
) -> Verification:
    """All checks of the engine on a report with these streams and this evidence."""
    case = {
        "schema": SCHEMA,
        "enterprise": {"name": "case"},
        "period": {"year": year},
        "method": {"guide": guide, **(method or {})},
        "stream": [dict(one) for one in streams],
        **(account or {}),
    }
    return verify(report_from({"schema": "tancai-carbon-report/1", "account": case, **report}))


def months_of(found: Verification, code: str, subject: str) -> frozenset[str]:
    """Months a finding names."""
    return frozenset(
        month
        for one in found.findings
        if one.code == code and one.subject == subject
        for month in str(one.params["months"]).split(", ")
    )


def effect_of(found: Verification, code: str, subject: str) -> float:
    """tCO2e that correcting a finding adds; 0 when there is no such finding."""
    return next(
        (one.effect or 0.0 for one in found.findings if one.code == code and one.subject == subject), 0.0
    )
