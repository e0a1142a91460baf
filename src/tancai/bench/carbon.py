"""``tancai bench carbon``: enterprises accounted, Monte Carlo, and the footprint matrix beside scipy and bw2calc.

Cases are made up with a fixed seed. The peer of the matrix is a bare ``scipy.sparse.linalg.spsolve`` of the same system
in the same run, and with ``--peer PYTHON`` bw2calc under another interpreter on the same numbers.
"""

from __future__ import annotations

import argparse
import copy
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from tancai.engines.carbon.accounting.case import case_from
from tancai.engines.carbon.accounting.inventory import Inventory, account
from tancai.engines.carbon.footprint.matrix import System, solve
from tancai.engines.carbon.footprint.model import model_from
from tancai.engines.carbon.footprint.result import footprint
from tancai.engines.carbon.uncertainty import propagate, simulate

SEED = 20_260_101
FUELS = (("natural_gas", "10^4Nm3"), ("diesel", "t"), ("bituminous_coal", "t"), ("lpg", "t"), ("coke", "t"))

PEER = """
import json, sys, time
import numpy as np
import bw_processing as bwp
import bw2calc as bc
data = np.load(sys.argv[1])
n = int(data["n"])
package = bwp.create_datapackage()
kind = bwp.INDICES_DTYPE
rows = np.concatenate([np.arange(n), data["rows"]])
columns = np.concatenate([np.arange(n), data["columns"]])
values = np.concatenate([data["outputs"], data["values"]])
flip = np.concatenate([np.zeros(n, bool), np.ones(len(data["rows"]), bool)])
indices = np.array(list(zip(rows, columns)), dtype=kind)
package.add_persistent_vector(matrix="technosphere_matrix", indices_array=indices, data_array=values, flip_array=flip)
emitted = np.array([(n, k) for k in range(n)], dtype=kind)
package.add_persistent_vector(matrix="biosphere_matrix", indices_array=emitted, data_array=data["impacts"])
package.add_persistent_vector(matrix="characterization_matrix", indices_array=np.array([(n, 0)], dtype=kind),
                              data_array=np.array([1.0]), global_index=0)
best, score = None, None
for _ in range(3):
    start = time.perf_counter()
    lca = bc.LCA(demand={int(data["wanted"]): 1.0}, data_objs=[package])
    lca.lci(); lca.lcia()
    took = time.perf_counter() - start
    best = took if best is None else min(best, took)
    score = float(lca.score)
print(json.dumps({"seconds": best, "score": score}))
"""


def enterprise(streams: int, chance: np.random.Generator, *, uncertain: bool) -> dict[str, Any]:
    """A made-up case: fuels and electricity by month, monthly heating values for gas."""
    found = []
    for k in range(streams):
        fuel, at = FUELS[k % len(FUELS)]
        amount: dict[str, Any] = {"monthly": chance.uniform(50, 150, 12).round(2).tolist(), "unit": at}
        if uncertain:
            amount |= {"uncertainty": "2 %", "months": "independent"}
        stream: dict[str, Any] = {"id": f"s{k:03d}", "kind": "fuel", "fuel": fuel, "amount": amount}
        if k % 6 == 5:
            stream = {"id": f"s{k:03d}", "kind": "electricity", "amount": amount | {"unit": "MWh"}}
        elif fuel == "natural_gas":
            heats = chance.uniform(380, 395, 12).round(3).tolist()
            stream["ncv"] = {"monthly": heats, "unit": "GJ/10^4Nm3"}
        found.append(stream)
    case: dict[str, Any] = {
        "schema": "tancai-carbon-account/1",
        "period": {"year": 2024},
        "method": {"guide": "gbt-32150"},
        "stream": found,
    }
    if uncertain:
        case["uncertainty"] = {"ncv": "1.5 %", "carbon": "2 %", "oxidation": "0.5 %", "factor": "3 %"}
    return case


def uncertain_case(streams: int, draws: int) -> dict[str, Any]:
    """One case by month with independent months, read, computed, propagated and drawn."""
    values = enterprise(streams, np.random.default_rng(SEED), uncertain=True)
    start, start_cpu = time.perf_counter(), time.process_time()
    found = account(case_from(values))
    computed = time.perf_counter()
    exact = propagate(found.total)
    propagated = time.perf_counter()
    drawn = simulate(found.total, draws=draws, seed=SEED)
    ended = time.perf_counter()
    return {
        "streams": streams,
        "variables": len(exact.contributions),
        "draws": draws,
        "account_seconds": round(computed - start, 3),
        "propagation_seconds": round(propagated - computed, 3),
        "monte_carlo_seconds": round(ended - propagated, 3),
        "seconds": round(ended - start, 3),
        "cpu_seconds": round(time.process_time() - start_cpu, 3),
        "relative_propagated": round(exact.relative, 6),
        "relative_drawn": round(drawn.relative, 6),
        "mb_peak": _peak(),
    }


def enterprises(count: int, streams: int) -> dict[str, Any]:
    """``count`` cases of ``streams`` monthly streams each, read from values and computed, one after the other."""
    chance = np.random.default_rng(SEED)
    kinds = [enterprise(streams, chance, uncertain=False) for _ in range(20)]
    start, start_cpu = time.perf_counter(), time.process_time()
    whole = 0.0
    for k in range(count):
        whole += _scaled(kinds[k % len(kinds)]).total.value
    return {
        "enterprises": count,
        "streams_each": streams,
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(time.process_time() - start_cpu, 2),
        "sum": round(whole),
    }


def _scaled(values: dict[str, Any]) -> Inventory:
    return account(case_from(values))


def economy(size: int, chance: np.random.Generator, *, links: int = 8, loops: float = 0.05) -> System:
    """A made-up background system in no particular order.

    Each process takes about ``links`` products, mostly of more basic processes and of a core that everybody uses; some
    links go back and close loops.
    """
    count = links * size
    columns = chance.integers(1, size, count)
    near = np.maximum(0, columns - 1 - chance.geometric(0.02, count))
    core = chance.integers(0, max(2, size // 200), count)
    rows = np.where(chance.random(count) < 0.25, core, near)
    back = chance.random(count) < loops / links
    rows = np.where(back, np.minimum(size - 1, columns + chance.geometric(0.02, count)), rows)
    keep = rows != columns
    values = np.minimum(chance.lognormal(-3.2, 0.8, count), 0.12)[keep]
    mixed = chance.permutation(size)
    return System(
        np.ones(size), mixed[rows[keep]], mixed[columns[keep]], values, chance.lognormal(-1, 1, (size, 1))
    )


def matrices(size: int, links: int, times: int, peer: str | None) -> dict[str, Any]:
    """Our solve (assembly, both solves, impacts) and a bare solve of the assembled matrix, best of ``times``.

    The bare solve gets the matrix by rows, which SuperLU factorises transposed: on supply chains far faster than
    by columns.
    """
    system = economy(size, np.random.default_rng(SEED), links=links)
    demand = np.zeros(size)
    demand[-1] = 1.0
    matrix = sparse.csr_array(system.matrix())
    ours, bare = [], []
    for _ in range(times):
        ours.append(_timed(lambda: solve(system, demand)))
        bare.append(_timed(lambda: linalg.spsolve(matrix, demand)))
    found = solve(system, demand)
    score = float(found.total[0])
    direct = linalg.spsolve(matrix, demand)
    result: dict[str, Any] = {
        "processes": size,
        "links": len(system.values),
        "seconds": round(min(ours), 4),
        "bare_seconds": round(min(bare), 4),
        "ratio": round(min(ours) / min(bare), 2),
        "residual": found.residual(system, demand),
        "apart_from_bare": float(np.abs(found.scaling - direct).max()),
        "kgCO2e": score,
    }
    if peer:
        result |= _peer(peer, system, score)
    return result


def _peer(python: str, system: System, score: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="tancai-bench-") as folder:
        file = Path(folder, "system.npz")
        np.savez(
            file,
            n=system.size,
            rows=system.rows,
            columns=system.columns,
            values=system.values,
            outputs=system.outputs,
            impacts=system.impacts[:, 0],
            wanted=system.size - 1,
        )
        done = subprocess.run([python, "-c", PEER, str(file)], check=True, stdout=subprocess.PIPE, text=True)
    peer = json.loads(done.stdout.splitlines()[-1])
    return {"bw2calc_seconds": round(peer["seconds"], 4), "bw2calc_apart": abs(peer["score"] / score - 1)}


def whole_model(size: int) -> dict[str, Any]:
    """A model of ``size`` processes as values of the input file: read, checked, allocated, solved, explained."""
    system = economy(size, np.random.default_rng(SEED))
    inputs: dict[int, list[dict[str, Any]]] = {}
    for row, column, value in zip(system.rows, system.columns, system.values, strict=True):
        inputs.setdefault(int(column), []).append(
            {"flow": f"f{row}", "amount": f"{value!r} kg".replace("np.float64(", "").replace(")", "")}
        )
    process = [
        {
            "id": f"p{k}",
            "data": "site",
            "period": "2024",
            "geography": "CN",
            "output": [{"flow": f"f{k}", "amount": "1 kg"}],
            "input": inputs.get(k, []),
            "emission": [{"gas": "CO2", "amount": f"{float(system.impacts[k, 0])!r} kg"}],
        }
        for k in range(size)
    ]
    values = {
        "schema": "tancai-carbon-footprint/1",
        "unit": {"kind": "declared", "text": "1 kg", "flow": f"f{size - 1}", "amount": "1 kg"},
        "process": process,
    }
    start = time.perf_counter()
    model = model_from(copy.copy(values))
    read = time.perf_counter()
    found = footprint(model)
    ended = time.perf_counter()
    return {
        "model_processes": size,
        "read_seconds": round(read - start, 2),
        "compute_seconds": round(ended - read, 2),
        "kgCO2e": found.total.value,
        "mb_peak": _peak(),
    }


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(arguments: list[str]) -> int:
    """Run the parts; prints one line a result (JSON with ``--json``)."""
    parser = argparse.ArgumentParser(prog="tancai bench carbon", description=__doc__)
    parser.add_argument(
        "--streams", type=int, default=200, help="streams of the uncertain case (default 200)"
    )
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--enterprises", type=int, default=10_000)
    parser.add_argument("--streams-each", type=int, default=10)
    parser.add_argument("--processes", type=int, default=20_000)
    parser.add_argument("--links", type=int, default=4, help="inputs of a process (default 4)")
    parser.add_argument("--times", type=int, default=3, help="rounds of the comparison (default 3)")
    parser.add_argument("--peer", help="Python interpreter that has bw2calc")
    parser.add_argument(
        "--model", type=int, default=2_000, help="processes of the whole model (default 2000)"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    _say(uncertain_case(chosen.streams, chosen.draws), chosen.json)
    _say(matrices(chosen.processes, chosen.links, chosen.times, chosen.peer), chosen.json)
    _say(whole_model(chosen.model), chosen.json)
    if chosen.enterprises:
        _say(enterprises(chosen.enterprises, chosen.streams_each), chosen.json)
    return 0


def _say(result: dict[str, Any], as_json: bool) -> None:
    print(
        json.dumps(result) if as_json else "  ".join(f"{name} {value}" for name, value in result.items()),
        flush=True,
    )
