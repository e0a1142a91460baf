"""``tancai bench import``: how long QTI packages take to come in, and whether memory stays flat.

Packages of made-up items with a fixed seed; each size runs in its own process with a new SQLite database.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from tancai.bench.fresh import run_fresh

SEED = 20_261_128
SIZES = "1000,10000"
WORDS = "排放 因子 配额 核算 边界 电力 燃料 碳汇 监测 报告 核查 抵销 强度 总量 基准 履约".split()


ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="{name}"
title="{name}" adaptive="false">
<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>{key}</value>
</correctResponse></responseDeclaration><itemBody><choiceInteraction responseIdentifier="R" maxChoices="1">
<prompt>{stem}</prompt>{options}</choiceInteraction></itemBody></assessmentItem>"""


def write_package(path: Path, count: int) -> None:
    """A QTI 2.2 package of single choice items."""
    chance = random.Random(SEED)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            name = f"q{number:06}"
            options = "".join(
                f'<simpleChoice identifier="{letter}">{chance.choice(WORDS)}{letter}</simpleChoice>'
                for letter in "ABCD"
            )
            stem = f"第{number}题：{''.join(chance.choices(WORDS, k=30))}？"
            text = ITEM.format(name=name, key=chance.choice("ABCD"), stem=stem, options=options)
            archive.writestr(f"items/{name}.xml", text)


def once(count: int) -> dict[str, Any]:
    """One import in this process, with what it took."""
    from django.core.management import call_command

    from tancai.items import api as items
    from tancai.lib import clock

    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.zip"
        write_package(path, count)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        taken: dict[str, float] = {}
        for name, dry in (("dry", True), ("real", False), ("again", False)):
            start, used, statuses = time.perf_counter(), time.process_time(), set()
            for outcome in items.import_file(path, items.Target(), dry_run=dry, by=None, at=clock.now()):
                statuses.add(outcome.status)
            taken[name] = time.perf_counter() - start
            taken[f"{name}_cpu"] = time.process_time() - used
            assert statuses == ({"unchanged"} if name == "again" else {"imported"}), statuses
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"items": count, **taken, "megabytes": peak, "before": before}


def peer(program: str, count: int) -> dict[str, Any]:
    """The same package through ``qti-convert upgrade``: every item is read and written as QTI 3.0, nothing is kept."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "bench.zip", Path(folder) / "out.zip"
        write_package(path, count)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([program, "upgrade", str(path), str(out)], check=True, capture_output=True)
        after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
        with zipfile.ZipFile(out) as archive:
            assert sum(name.endswith(".xml") for name in archive.namelist()) >= count
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"items": count, "peer": seconds, "peer_cpu": used}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tancai bench import", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help=f"numbers of items, default {SIZES}")
    parser.add_argument("--peer", default="", help="a qti-convert program to run on the same packages")
    parser.add_argument("--once", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.once:
        print(json.dumps(once(options.once)))
        return 0
    rows = []
    for size in options.sizes.split(","):
        told = run_fresh("import", "--once", size)
        if told is None:
            return 1
        rows.append(json.loads(told))
        if options.peer:
            rows[-1] |= peer(options.peer, int(size))
    if options.json:
        print(json.dumps(rows, indent=1))
        return 0
    print("| Items | Dry run s (processor) | Import s | Again s | Peak memory MB (of it before) |")
    print("|---:|---:|---:|---:|---:|")
    for row in rows:
        seconds = " | ".join(
            f"{row[name]:.1f} ({row[name + '_cpu']:.1f})" for name in ("dry", "real", "again")
        )
        print(f"| {row['items']:,} | {seconds} | {row['megabytes']:.0f} ({row['before']:.0f}) |")
        if options.peer:
            print(f"| {row['items']:,}, peer | {row['peer']:.1f} ({row['peer_cpu']:.1f}) | | | |")
    return 0
