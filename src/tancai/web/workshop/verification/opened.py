"""What a work verifies, read again from what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tancai.labs import api as labs
from tancai.web.workshop.verification.begin import REPORT

bench = labs.verification_bench


class Gone(Exception):
    """What the work keeps of its report cannot be opened any more."""


@dataclass(frozen=True)
class Opened:
    """A work with its report; ``number`` and ``level`` of a drawn case, else 0 and ""."""

    work: Any
    state: labs.State
    report: Any
    number: int = 0
    level: str = ""

    @property
    def drawn(self) -> bool:
        return bool(self.level)

    @property
    def findings(self) -> list[Any]:
        return bench.own_findings(self.state.values)

    def text(self, name: str) -> str:
        value = self.state.values.get(name, "")
        return value if isinstance(value, str) else ""


def opened(work: Any) -> Opened:
    """Raises Gone when the report was drawn by another version or cannot be read."""
    state = labs.state_of(work)
    kept: Any = state.values.get(REPORT)
    try:
        if "case" in kept:
            one = kept["case"]
            if one["version"] != bench.VERSION:
                raise Gone()
            report = bench.drawn_report(one["number"], one["level"])
            return Opened(work, state, report, one["number"], one["level"])
        return Opened(work, state, bench.read_own(kept["name"], kept["files"]))
    except (KeyError, TypeError, AttributeError, bench.CarbonError):
        raise Gone() from None
