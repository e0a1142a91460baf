from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tancai.bench.kill import scenarios as s
from tancai.bench.kill.place import Place
from tancai.bench.kill.record import Findings
from tancai.bench.kill.servers import PostgresServer

SEED = 20_261_128
ALL = ("kill", "restart", "disk", "clock", "two", "freeze")
MEANING = {
    "kill": "log process killed",
    "restart": "database server restarted",
    "disk": "disk full",
    "clock": "clock stepped",
    "two": "two logs, writer killed",
    "freeze": "writer put to sleep",
}


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="tancai bench kill", description=__doc__)
    found.add_argument("--rounds", type=int, default=100, help="kills for each database (default 100)")
    found.add_argument("--database", choices=("sqlite", "postgresql"), help="one of the two; both by default")
    found.add_argument(
        "--only", choices=ALL, action="append", help="one kind of fault; repeatable; all by default"
    )
    found.add_argument("--faults", type=int, default=10, help="rounds of every other fault (default 10)")
    found.add_argument("--seed", type=int, default=SEED)
    found.add_argument("--json", action="store_true", help="print the whole result as JSON")
    return found


def main(arguments: list[str]) -> int:
    """Run the faults and print what was found; 1 when anything acknowledged was lost, doubled or changed."""
    chosen = parser().parse_args(arguments)
    if chosen.rounds < 1 or chosen.faults < 1:
        parser().error("rounds must be at least 1")
    reports = []
    with tempfile.TemporaryDirectory(prefix="tancai-kill-") as folder:
        Path(folder).chmod(0o755)
        for report in _reports(chosen, Path(folder)):
            reports.append(report)
            if not chosen.json:
                print(line(report), flush=True)
    result = {"machine": machine(), "seed": chosen.seed, "reports": reports}
    result["sound"] = all(report["sound"] for report in reports)
    if chosen.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        print("every acknowledged event is there exactly once" if result["sound"] else "FAULTS FOUND")
        for report in reports:
            for example in report["examples"]:
                print(f"  {report['fault']}, {report['database']}: {example}")
    return 0 if result["sound"] else 1


def _reports(chosen: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    wanted = chosen.only or ALL
    for database in [chosen.database] if chosen.database else ["sqlite", "postgresql"]:
        server = None
        if database == "postgresql":
            (folder / "server").mkdir()
            server = PostgresServer(folder / "server")
        try:
            for fault in wanted:
                if server is None and fault in ("restart", "freeze"):
                    continue
                own = folder / f"{database}-{fault}"
                own.mkdir(mode=0o755)
                began = time.monotonic()
                report = _run(fault, own, server, chosen)
                if report is None:
                    print(f"{fault}: no small disk can be mounted here; left out", file=sys.stderr)
                    continue
                yield {"fault": fault, "seconds": round(time.monotonic() - began, 1), **report}
        finally:
            if server is not None:
                server.end()


def _run(
    fault: str, folder: Path, server: PostgresServer | None, chosen: argparse.Namespace
) -> dict[str, Any] | None:
    if fault == "disk":
        return s.disk_full(folder, server, rounds=chosen.faults, seed=chosen.seed, say=say)
    place = Place(folder, server.database() if server else "")
    if fault == "kill":
        return s.killed(place, rounds=chosen.rounds, seed=chosen.seed, say=say)
    if fault == "clock":
        return s.clock_stepped(place, rounds=chosen.faults * 3, seed=chosen.seed, say=say)
    if fault == "two":
        return s.two_logs(place, rounds=chosen.faults, seed=chosen.seed, say=say)
    assert server is not None
    step = s.restarted if fault == "restart" else s.frozen
    return step(place, server, rounds=chosen.faults, seed=chosen.seed, say=say)


def say(text: str) -> None:
    end = "\r" if sys.stderr.isatty() else "\n"
    print(text.ljust(78), end=end, file=sys.stderr, flush=True)


def line(report: dict[str, Any]) -> str:
    bad = ", ".join(f"{name} {report[name]}" for name in Findings.BAD if report[name]) or "nothing amiss"
    return (
        f"{report['database']:<10} {MEANING[report['fault']]:<26} {report['rounds']:>4} rounds"
        f"  acknowledged {report['acknowledged']:>6}  lost {report['lost']}  doubled {report['doubled']}"
        f"  receipts {report['receipts'] - report['wrong_receipts']} of {report['receipts']}"
        f"  orders {report['orders']}  conflicts kept {report['conflicts']}"
        f"  {bad}{'' if report['sound'] else '  NOT SOUND'}  ({report['seconds']} s)"
    )


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
