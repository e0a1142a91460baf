"""The bench of verification: a report drawn with faults or brought along, its papers, and findings compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tancai.engines.carbon.errors import CarbonError
from tancai.engines.carbon.reading import read_bytes
from tancai.engines.carbon.verification.conclusion import CONCLUSIONS, Verification, verify
from tancai.engines.carbon.verification.findings import REVIEW, SEVERITIES, Finding
from tancai.engines.carbon.verification.reading import Report, report_from, report_of
from tancai.labs.benches.verification.cases import LEVELS, VERSION, Drawn, draw
from tancai.labs.benches.verification.comparing import Comparison, Own, Pair, compare, own_findings
from tancai.labs.benches.verification.kinds import KINDS, kind_of, subject_of
from tancai.labs.benches.verification.papers import Months, Paper, Row, papers, subjects

LONGEST = 150_000
"""Signs of all files of a report together, so that they fit into one entry of the work."""


def drawn_report(number: int, level: str) -> Report:
    """The report of a drawn case."""
    return report_from(draw(number, level).values, f"{level}-{number}")


def read_own(name: str, files: Mapping[str, str]) -> Report:
    """A report of one's own: the file ``name`` of ``files`` {name: text}; cases and tables it names are among them.

    Raises CarbonError naming place and remedy.
    """
    source = read_bytes(files[name].encode(), name)
    source.files = {one: text.encode() for one, text in files.items()}
    return report_of(source)


def conclude(report: Report, closed: Collection[str] = ()) -> Verification:
    """What the engine finds; ``closed`` are ids of findings that were corrected since."""
    report.closed = tuple({*report.closed, *closed})
    return verify(report)


def closed_ids(report: Report, own: list[Own]) -> set[str]:
    """Ids of the engine's findings for which a finding written down is marked as corrected."""
    compared = compare(verify(report), own)
    return {pair.engine.id for pair in (*compared.found, *compared.near) if pair.own.closed}


__all__ = [
    "CONCLUSIONS",
    "KINDS",
    "LEVELS",
    "LONGEST",
    "REVIEW",
    "SEVERITIES",
    "VERSION",
    "CarbonError",
    "Comparison",
    "Drawn",
    "Finding",
    "Months",
    "Own",
    "Pair",
    "Paper",
    "Report",
    "Row",
    "Verification",
    "closed_ids",
    "compare",
    "conclude",
    "draw",
    "drawn_report",
    "kind_of",
    "own_findings",
    "papers",
    "read_own",
    "subject_of",
    "subjects",
]
