"""What the person at the terminal sees: bars while it runs, a table at the end."""

from __future__ import annotations

import sys
import time
from typing import Any

_WIDTH = 28
_OTHER_BODIES = ("@dcne.example", "@crp.example", "@csa.example", "@cmc.example")


class Bars:
    """One line per piece of work; redrawn in place on a terminal, one closing line each elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._drawn = 0.0
        self._begun: dict[str, float] = {}

    def __call__(self, label: str, done: int, total: int) -> None:
        now = time.monotonic()
        begun = self._begun.setdefault(label, now)
        over = done >= total
        if not over and (not self._live or now - self._drawn < 0.1):
            return
        self._drawn = now
        share = done / total if total else 1.0
        bar = "█" * round(share * _WIDTH) + "·" * (_WIDTH - round(share * _WIDTH))
        end = "\n" if over else ""
        start = "\r" if self._live else ""
        sys.stderr.write(f"{start}{label:<14}{bar} {done:>5}/{total:<5} {now - begun:5.1f} s{end}")
        sys.stderr.flush()
        if over:
            self._begun.pop(label, None)


def table(report: dict[str, Any]) -> str:
    """The counts, a row a station and a column a programme, then the seconds of each step."""
    codes = list(report["programmes"])
    stations = list(next(iter(report["programmes"].values())))
    lines = [f"{'station':<16}" + "".join(f"{code:>8}" for code in codes) + f"{'all':>8}"]
    for station in stations:
        counts = [report["programmes"][code][station] for code in codes]
        lines.append(f"{station:<16}" + "".join(f"{n:>8}" for n in counts) + f"{sum(counts):>8}")
    lines.append("")
    lines.append("seconds  " + "  ".join(f"{name} {value:.1f}" for name, value in report["seconds"].items()))
    return "\n".join(lines)


def sign_in_table(world: Any, address: str, password: str) -> str:
    """One address, one password, one sign-in a line; the other bodies' are told by their pattern."""
    shown = [one for one in world.sign_ins if not one.email.endswith(_OTHER_BODIES)]
    width = max(len(one.email) for one in shown)
    rows = [f"  {one.email:<{width}}  {one.words}" for one in shown]
    pattern = "  (for the other programmes write dcne, crp, csa or cmc for cem: office@csa.example, …)"
    return "\n".join([f"Address   {address}/", f"Password  {password}  (for every sign-in)", *rows, pattern])
