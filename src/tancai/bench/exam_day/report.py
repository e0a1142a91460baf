"""The figures as a table: what, target, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One line of the table. ``targets`` are the most (or, with ``least``, the least) that is allowed, by database."""

    text: str
    name: str
    targets: tuple[float, float] | None = None
    least: bool = False
    digits: int = 1

    def target(self) -> str:
        if self.targets is None:
            return "–"
        shown = [f"{value:,.{self.digits}f}" for value in dict.fromkeys(self.targets)]
        return ("≥ " if self.least else "≤ ") + " / ".join(shown)

    def value(self, found: Figures, place: int) -> str:
        value = found.get(self.name)
        if value is None:
            return "–"
        text = f"{value:,.{self.digits}f}"
        if self.targets is not None:
            goal = self.targets[place]
            missed = value < goal if self.least else value > goal
            text += " (missed)" if missed else ""
        return text


LINES = (
    Line("durable save, 64 connections closed loop: CPU-ms", "cpu_ms_per_save", (0.10, 0.12), digits=3),
    Line("bare handler, same load: CPU-ms", "cpu_ms_bare", digits=3),
    Line("save against bare handler", "times_bare", (3, 3), digits=2),
    Line("saves/s, 64 connections closed loop", "saves_per_s", (10_000, 10_000), least=True, digits=0),
    Line("bare handler, requests/s", "bare_per_s", digits=0),
    Line("p50 of a save, same load, ms", "p50_ms"),
    Line("p99 of a save, same load, ms", "p99_ms", (20, 20)),
    Line("p99 of a save at 1,000/s open loop, ms", "open_p99_ms", (10, 10)),
    Line("CPU-ms of a save at 1,000/s open loop", "open_cpu_ms", digits=3),
    Line("CPU-ms of a save, 100 sittings writing, closed loop", "cpu_ms_few", digits=3),
    Line("CPU-ms of a save, 50,000 sittings writing, closed loop", "cpu_ms_many", digits=3),
    Line("ordinary Django view with ORM, 16 connections: CPU-ms a save", "django_cpu_ms", digits=2),
    Line("ordinary Django view with ORM: saves/s", "django_per_s", digits=0),
    Line("ticket, code and check page: CPU-ms", "door_cpu_ms"),
    Line("entry, exam room, paper and claim, all within 60 s: CPU-ms", "start_cpu_ms", (8, 8)),
    Line("p99 from the entry to the whole paper, ms", "start_p99_ms", (1_000, 1_000), digits=0),
    Line("one answer during the exam, open loop: CPU-ms", "answer_cpu_ms", digits=3),
    Line("p99 of an answer during the exam, ms", "answer_p99_ms"),
    Line("hand-in, sheet and receipt, all within 60 s: CPU-ms", "handin_cpu_ms", (10, 10)),
    Line("p99 from the hand-in to the receipt, ms", "handin_p99_ms", digits=0),
    Line("collecting and marking of the choice items: CPU-ms", "marking_cpu_ms", digits=2),
    Line("whole candidate: CPU-s", "candidate_cpu_s", (0.15, 0.15), digits=3),
    Line("p99 of a save at 1,000/s while 28 a second sign in, ms", "rush_save_p99_ms", (25, 25)),
    Line("sign-ins a second then", "rush_sign_ins_per_s"),
    Line("CPU-ms of a sign-in with password hash", "sign_in_cpu_ms"),
    Line("most memory of all servers, MB", "peak_mb", digits=0),
    Line("acknowledged events found in the database", "acknowledged", digits=0),
)


def _rows(results: Figures) -> list[list[str]]:
    found = [(results.get("sqlite", {}), 0), (results.get("postgresql", {}), 1)]
    return [
        [line.text, line.target(), *(line.value(figures, place) for figures, place in found)]
        for line in LINES
        if any(line.name in figures for figures, _ in found)
    ]


HEADINGS = ["", "target", "SQLite", "PostgreSQL"]


def markdown(results: Figures) -> str:
    """The table, machine and versions in Markdown."""
    lines = [f"| {' | '.join(HEADINGS)} |", "|---|---:|---:|---:|"]
    lines += [f"| {' | '.join(row)} |" for row in _rows(results)]
    return "\n".join([*lines, "", _where(results, str)])


def plain(results: Figures) -> str:
    rows = [HEADINGS, *_rows(results)]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    return "\n".join([*lines, "", _where(results, str)])


def _where(results: Figures, word: Callable[[object], str]) -> str:
    machine, versions = results["machine"], results["versions"]
    load = f"load average {machine['load'][0]} before and {machine['load_after'][0]} after"
    named = ", ".join(f"{name} {word(version)}" for name, version in versions.items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; {load}."
        f" Versions: {named}."
    )
