"""A workbook looked at as a verifier does: what was entered beside the figures against the figures. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from tancai.engines.carbon.accounting.case import WITH_CHECKS
from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.reading import Source
from tancai.engines.carbon.verification.conclusion import verify
from tancai.engines.carbon.verification.findings import Finding
from tancai.engines.carbon.verification.reading import report_of
from tancai.labs.benches.accounting.computing import Computed
from tancai.labs.benches.accounting.names import Values, product_id, rows_of, stream_id
from tancai.labs.benches.faults import Fault

TOLD = ("cannot_recompute", "doubtful_input", "plan")
"""Findings that the workbook says in its own place."""


@dataclass(frozen=True)
class Check:
    """A finding and the value it concerns."""

    name: str
    finding: Finding

    @property
    def row(self) -> str:
        """``s.3`` or ``p.1`` when it concerns a row."""
        letter, _, rest = self.name.partition(".")
        return f"{letter}.{rest.partition('.')[0]}" if letter in ("s", "p") else ""


@dataclass
class Checked:
    """``faults`` are figures of the second sources that cannot be read."""

    checks: list[Check] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check(values: Values, done: Computed) -> Checked:
    """Everything the verification engine finds in a workbook that can be computed; nothing for one that cannot."""
    if done.found is None:
        return Checked()
    plan = done.read
    source = Source("", {**plan.case, "schema": WITH_CHECKS}, plan.lines, done.found.case.digest)
    try:
        report = report_of(source, done.found)
    except CarbonError:
        return Checked()
    known = _known(values)
    found = [
        Check(plan.name_at(one.place.line) or known.get(one.subject.partition(".")[0], ""), one)
        for one in verify(report).findings
        if one.code not in TOLD
    ]
    faults = [Fault(plan.name_at(one.place.line), one) for one in report.problems]
    # a row that was refused is missing here: that it is missing was said where it was refused
    return Checked(
        found, [one for one in faults if one.problem.code != "evidence_stream" or one.name[:2] == "b."]
    )


def _known(values: Values) -> dict[str, str]:
    """The row of every stream and output by the id findings name it by."""
    outputs = {product_id(row): f"p.{row.number}.before" for row in rows_of(values, "p")}
    return outputs | {stream_id(row): f"s.{row.number}.kind" for row in rows_of(values, "s")}
