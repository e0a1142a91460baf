"""``tancai bench calibrate``: how long calibration takes, how it grows, what memory it needs, and a peer beside it.

Responses are drawn from known 2PL items with a fixed seed. Each size runs in its own process, so that peak memory is
its own. The peer is girth (``twopl_mml``) under another interpreter, given by ``--peer``; both are judged by the same
log likelihood on the same responses.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tancai.engines.psychometrics.calibration import calibrate
from tancai.engines.psychometrics.curves import Item
from tancai.engines.psychometrics.expectation import Data
from tancai.engines.psychometrics.grid import normal_grid
from tancai.engines.psychometrics.layout import Priors, layout
from tancai.engines.psychometrics.responses import Codes, collapse, responses
from tancai.engines.psychometrics.simulation import simulate

SEED = 20_260_101
SIZES = "10000x25,10000x50,10000x100,10000x200,20000x100,40000x100,100000x100"

PEER = """
import sys, time
import numpy as np
from girth import twopl_mml
codes = np.load(sys.argv[1]).T.astype(int)
start, start_cpu = time.perf_counter(), time.process_time()
found = twopl_mml(codes)
took, cpu = time.perf_counter() - start, time.process_time() - start_cpu
np.savez(sys.argv[2], a=found["Discrimination"], b=found["Difficulty"], took=took, cpu=cpu)
"""


def draw(people: int, items: int) -> tuple[tuple[Item, ...], Codes]:
    """Made-up 2PL items and responses; the same for the same size."""
    chance = np.random.default_rng(SEED)
    a, d = chance.lognormal(0, 0.3, items), chance.normal(0, 1, items)
    bank = tuple(
        Item(f"item{j + 1}", "2pl", float(x), (float(y),)) for j, (x, y) in enumerate(zip(a, d, strict=True))
    )
    return bank, simulate(bank, chance.standard_normal(people), chance)


def measure(people: int, items: int, model: str, errors: str) -> dict[str, Any]:
    """One calibration in this process: seconds, peak memory in MB, and how far the items lie from the true ones."""
    bank, codes = draw(people, items)
    data = responses(codes)
    drawn = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start, start_cpu = time.perf_counter(), time.process_time()
    found = calibrate(data, model, standard_errors=errors)
    took, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    return {
        "people": people,
        "items": items,
        "model": model,
        "errors": found.error_kind,
        "seconds": round(took, 3),
        "cpu_seconds": round(cpu, 3),
        "iterations": found.iterations,
        "converged": found.converged,
        "loglik": found.log_likelihood,
        "mb_before": round(drawn),
        "mb_peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "worst_a": round(max(abs(x.a - y.a) for x, y in zip(found.items, bank, strict=True)), 4),
        "worst_d": round(max(abs(x.d[0] - y.d[0]) for x, y in zip(found.items, bank, strict=True)), 4),
    }


def log_likelihood(codes: Codes, a: np.ndarray, d: np.ndarray) -> float:
    """Marginal log likelihood of given 2PL parameters, on the grid that calibration uses."""
    patterns = collapse(responses(codes))
    plan = layout("2pl", patterns.categories(), Priors())
    return Data(patterns, plan, normal_grid()).expect(np.column_stack([a, d]).ravel()).log_likelihood


def compare(peer: str, people: int, items: int, times: int) -> dict[str, Any]:
    """Ours (without and with standard errors) and the peer's, in turn ``times`` times on the same responses.

    Gives the best wall time of each and its processor time.
    """
    _, codes = draw(people, items)
    taken: dict[str, list[tuple[float, float]]] = {"none": [], "auto": [], "peer": []}
    with tempfile.TemporaryDirectory(prefix="tancai-bench-") as folder:
        source, target = Path(folder, "codes.npy"), Path(folder, "found.npz")
        np.save(source, codes)
        for _ in range(times):
            for errors in ("none", "auto"):
                start, start_cpu = time.perf_counter(), time.process_time()
                found = calibrate(responses(codes), "2pl", standard_errors=errors)
                taken[errors].append((time.perf_counter() - start, time.process_time() - start_cpu))
            subprocess.run([peer, "-c", PEER, str(source), str(target)], check=True)
            with np.load(target) as result:
                taken["peer"].append((float(result["took"]), float(result["cpu"])))
                a, b = result["a"], result["b"]
    best = {name: min(values) for name, values in taken.items()}
    return {
        "people": people,
        "items": items,
        "seconds": round(best["none"][0], 3),
        "seconds_with_errors": round(best["auto"][0], 3),
        "peer_seconds": round(best["peer"][0], 3),
        "faster": round(best["peer"][0] / best["none"][0], 1),
        "faster_with_errors": round(best["peer"][0] / best["auto"][0], 1),
        "cpu": round(best["none"][1], 3),
        "cpu_with_errors": round(best["auto"][1], 3),
        "peer_cpu": round(best["peer"][1], 3),
        "loglik": found.log_likelihood,
        "peer_loglik": log_likelihood(codes, a, -a * b),
    }


def main(arguments: list[str]) -> int:
    """Run the sizes, then the peer when one is given; prints one line a result (JSON with ``--json``)."""
    parser = argparse.ArgumentParser(prog="tancai bench calibrate", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help=f"people x items, parted by commas (default {SIZES})")
    parser.add_argument("--million", action="store_true", help="add 1000000x100")
    parser.add_argument("--model", default="2pl")
    parser.add_argument("--errors", default="auto")
    parser.add_argument("--peer", help="Python interpreter that has girth")
    parser.add_argument("--peer-size", default="10000x100")
    parser.add_argument("--times", type=int, default=3, help="rounds of the comparison (default 3)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        people, items = _size(parser, chosen.one)
        print(json.dumps(measure(people, items, chosen.model, chosen.errors)))
        return 0
    sizes = [size for size in chosen.sizes.split(",") if size] + (["1000000x100"] if chosen.million else [])
    for size in sizes:
        _size(parser, size)
        _say(_alone(size, chosen.model, chosen.errors), chosen.json)
    if chosen.peer:
        people, items = _size(parser, chosen.peer_size)
        _say(compare(chosen.peer, people, items, chosen.times), chosen.json)
    return 0


def _size(parser: argparse.ArgumentParser, text: str) -> tuple[int, int]:
    people, _, items = text.partition("x")
    if not (people.isdigit() and items.isdigit() and int(people) > 1 and int(items) > 1):
        parser.error(f"{text} is no size: write people x items, such as 10000x100")
    return int(people), int(items)


def _alone(size: str, model: str, errors: str) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "tancai.bench.calibrate",
        "--one",
        size,
        "--model",
        model,
        "--errors",
        errors,
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _say(result: dict[str, Any], as_json: bool) -> None:
    line = json.dumps(result) if as_json else "  ".join(f"{name} {value}" for name, value in result.items())
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
