"""``tancai bench assemble``: how long parallel forms take, and the same task given to a solver as one program.

Banks are made up with a fixed seed; each size runs in its own process. The peer is the solver alone, HiGHS, on the full
model (a variable for each item and form, and for each item and pair of forms) with the same absolute gap, given the
time that ``--peer-seconds`` says.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

from tancai.engines.assembly.assembling import assemble
from tancai.engines.assembly.bank import Bank, bank
from tancai.engines.assembly.blueprint import Aim, Blueprint, Enemies, Limit, Measure, Objective, Overlap
from tancai.engines.assembly.conditions import equals
from tancai.engines.assembly.programs import every
from tancai.engines.assembly.rows import form_rows
from tancai.engines.assembly.solver import solve
from tancai.engines.psychometrics.curves import item_from_locations

SEED = 20_260_101
LENGTH = 45
THETA = (-1.0, 0.0, 1.0)
TARGET = (8.0, 9.5, 8.0)
TOPICS = {"a": 11, "b": 7, "c": 7, "d": 4, "e": 4, "f": 4, "g": 4, "h": 4}
KINDS = {"single": (25, 29), "multiple": (10, 13), "truefalse": (5, 8)}
SIZES = "10x2000,40x10000"


def draw(items: int) -> Bank:
    """A made-up bank; the same for the same size."""
    chance = np.random.default_rng(SEED)
    ids = [f"q{k:05}" for k in range(1, items + 1)]
    share = np.array(list(TOPICS.values())) / LENGTH
    a, b = chance.lognormal(0, 0.3, items), chance.normal(0, 1, items)
    pairs = chance.integers(0, items, (200, 2))
    enemies = [""] * items
    for one, other in pairs:
        enemies[one] = f"{enemies[one]} {ids[other]}".strip()
    columns = {
        "topic": chance.choice(list(TOPICS), items, p=share).tolist(),
        "kind": chance.choice(list(KINDS), items, p=[0.6, 0.25, 0.15]).tolist(),
        "words": chance.integers(20, 120, items).tolist(),
        "minutes": chance.uniform(0.5, 3, items).round(2).tolist(),
        "enemies": enemies,
    }
    curves = [item_from_locations(id, "2pl", x, y) for id, x, y in zip(ids, a, b, strict=True)]
    return bank(ids, columns, curves)


def plan(goal: str, gap: float, shared: int) -> Blueprint:
    """45 items by topic and kind, words and minutes, 200 enemy pairs, overlap, information at three points."""
    limits = [Limit(measure=Measure(), low=LENGTH, high=LENGTH)]
    limits += [
        Limit(measure=Measure(where=equals(topic=topic)), low=n, high=n) for topic, n in TOPICS.items()
    ]
    limits += [
        Limit(measure=Measure(where=equals(kind=kind)), low=low, high=high)
        for kind, (low, high) in KINDS.items()
    ]
    limits += [Limit(measure=Measure("sum", "words"), low=2500, high=3200)]
    limits += [Limit(measure=Measure("sum", "minutes"), low=60, high=85)]
    aims = tuple(
        Aim(Measure("information", theta=t), target if goal == "closest" else 0.0)
        for t, target in zip(THETA, TARGET, strict=True)
    )
    return Blueprint((*limits, Enemies(listed="enemies"), Overlap(most=shared)), Objective(goal, aims, gap))


def measure(forms: int, items: int, goal: str, gap: float, shared: int, seconds: float) -> dict[str, Any]:
    """One assembly in this process."""
    begun, begun_cpu = time.perf_counter(), time.process_time()
    made = draw(items)
    found = assemble(made, plan(goal, gap, shared), forms, seconds=seconds)
    return {
        "forms": forms,
        "items": items,
        "goal": goal,
        "status": found.status,
        "gap": None if found.gap is None else round(found.gap, 4),
        "gap_allowed": gap,
        "value": None if found.value is None else round(found.value, 4),
        "bound": None if found.bound is None else round(found.bound, 4),
        "way": found.way,
        "most_shared": max((n for k, row in enumerate(found.shared) for n in row[:k]), default=0),
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(time.process_time() - begun_cpu, 2),
        "mb_peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def peer(forms: int, items: int, goal: str, gap: float, shared: int, seconds: float) -> dict[str, Any]:
    """The whole task as one program for HiGHS, with the same gap: every form, every pair of forms."""
    rows = form_rows(draw(items), plan(goal, gap, shared))
    begun, begun_cpu = time.perf_counter(), time.process_time()
    program = every(rows, forms)
    found = solve(program, gap=gap, seconds=seconds)
    return {
        "forms": forms,
        "items": items,
        "goal": goal,
        "peer": "HiGHS, one program",
        "variables": program.size,
        "status": found.status if found.x is not None else "none found",
        "value": None if found.x is None else round(found.value, 4),
        "bound": round(found.bound, 4) if np.isfinite(found.bound) else None,
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(time.process_time() - begun_cpu, 2),
        "seconds_allowed": seconds,
    }


def main(arguments: list[str]) -> int:
    """Runs the sizes, each beside the peer when one is wanted; one line a result (JSON with ``--json``)."""
    parser = argparse.ArgumentParser(prog="tancai bench assemble", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help=f"forms x items, parted by commas (default {SIZES})")
    parser.add_argument("--goal", choices=("closest", "most"), default="closest")
    parser.add_argument("--gap", type=float, default=0.05, help="absolute gap (default 0.05)")
    parser.add_argument("--shared", type=int, default=9, help="items two forms may share (default 9 of 45)")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--peer-seconds", type=float, default=0.0, help="run the peer so long (default: not)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--one-peer", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if one := chosen.one or chosen.one_peer:
        run = measure if chosen.one else peer
        seconds = chosen.seconds if chosen.one else chosen.peer_seconds
        print(json.dumps(run(*_size(parser, one), chosen.goal, chosen.gap, chosen.shared, seconds)))
        return 0
    for size in (size for size in chosen.sizes.split(",") if size):
        _size(parser, size)
        _say(_alone("--one", size, chosen), chosen.json)
        if chosen.peer_seconds:
            _say(_alone("--one-peer", size, chosen), chosen.json)
    return 0


def _size(parser: argparse.ArgumentParser, text: str) -> tuple[int, int]:
    forms, _, items = text.partition("x")
    if not (forms.isdigit() and items.isdigit() and int(forms) >= 1 and int(items) >= LENGTH):
        parser.error(f"{text} is no size: write forms x items, such as 10x2000")
    return int(forms), int(items)


def _alone(which: str, size: str, chosen: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "tancai.bench.assemble", which, size, "--goal", chosen.goal]
    command += ["--gap", str(chosen.gap), "--shared", str(chosen.shared), "--seconds", str(chosen.seconds)]
    command += ["--peer-seconds", str(chosen.peer_seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _say(result: dict[str, Any], as_json: bool) -> None:
    line = json.dumps(result) if as_json else "  ".join(f"{name} {value}" for name, value in result.items())
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
