"""The command line of the bench."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from tancai.bench.exam_day import machine, report
from tancai.bench.exam_day.comparing import Lost
from tancai.bench.exam_day.day import Day, Plan
from tancai.bench.exam_day.places import CannotRun, Place

PARTS = ("saves", "open", "ladder", "day", "rush", "scale")
DATABASES = ("sqlite", "postgresql")


def main(arguments: list[str]) -> int:
    """Run the exam day on one database or both; 1 when something acknowledged was lost or the bench cannot run."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.candidates < 1 or chosen.runs < 1 or chosen.minutes <= 0 or chosen.seconds <= 0:
        parser.error("candidates, runs, minutes and seconds must be positive")
    parts = frozenset(filter(None, chosen.parts.split(",")))
    if not parts or parts - set(PARTS):
        parser.error(f"parts are {', '.join(PARTS)}")
    plan = Plan(
        candidates=chosen.candidates,
        minutes=chosen.minutes,
        runs=chosen.runs,
        seconds=chosen.seconds,
        portion=chosen.portion,
        rush=chosen.rush,
        parts=parts,
    )
    results: dict[str, Any] = {
        "machine": machine.describe(),
        "versions": machine.versions(),
        "plan": {
            "candidates": plan.candidates,
            "minutes": plan.minutes,
            "runs": plan.runs,
            "people": plan.people,
        },
    }
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", file=sys.stderr, flush=True)

    for kind in [chosen.database] if chosen.database else DATABASES:
        say(kind)
        try:
            with Place(kind, address=chosen.postgresql, postmaster=chosen.postmaster) as place:
                found = Day(place, plan, say).run()
                if place.kind == "postgresql":
                    results["versions"]["postgresql"] = place.version()
                results[kind] = found
        except (CannotRun, Lost) as error:
            print(f"{kind}: {error}", file=sys.stderr)
            return 1
    results["machine"]["load_after"] = machine.describe()["load"]
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(report.markdown(results) if chosen.markdown else report.plain(results))
    return 1 if any(results[kind].get("errors") for kind in DATABASES if kind in results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tancai bench exam-day",
        description="A whole exam day against real servers on this machine: what a save costs, how a start and a finish"
        " of all candidates at once go, what one candidate costs from the door to the mark. Linux only.",
    )
    parser.add_argument("--candidates", type=int, default=5_000, help="sittings of the load (default 5000)")
    parser.add_argument(
        "--minutes", type=float, default=1, help="into which the answers of all are squeezed (default 1)"
    )
    parser.add_argument("--database", choices=DATABASES, help="one of the two; both unless given")
    parser.add_argument("--runs", type=int, default=3, help="runs; figures are medians (default 3)")
    parser.add_argument("--seconds", type=float, default=4, help="length of a run of saves (default 4)")
    parser.add_argument(
        "--portion",
        type=float,
        default=10,
        help="seconds of the start and of the hand-in in each run, at the rate of all candidates in 60 s (default 10)",
    )
    parser.add_argument("--rush", type=float, default=15, help="seconds of the sign-in rush (default 15)")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"what to run (default {','.join(PARTS)})")
    parser.add_argument("--postgresql", default="", help="address of an empty PostgreSQL database to use")
    parser.add_argument(
        "--postmaster", type=int, default=0, help="process id of that server, to count its CPU"
    )
    parser.add_argument("--json", metavar="FILE", help="write all figures as JSON")
    parser.add_argument(
        "--markdown", action="store_true", help="print the table of docs/benchmarks/exam-day.md"
    )
    return parser
