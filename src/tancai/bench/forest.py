"""CASA on a raster, a block at a time: wall time and memory.

Rasters are made up with a fixed seed and written as memory maps first; only reading and computing is timed.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from tancai.engines.forest import casa

SEED = 20_260_101


def _written(
    folder: Path, name: str, size: int, low: float, high: float, chance: np.random.Generator
) -> np.ndarray:
    path = folder / f"{name}.npy"
    raster = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(12, size, size))
    for month in range(12):
        raster[month] = chance.random((size, size), np.float32) * (high - low) + low
    raster.flush()
    del raster
    found: np.ndarray = np.load(path, mmap_mode="r")
    return found


def scene(size: int, *, weather: str) -> dict[str, object]:
    """Yearly NPP of ``size`` × ``size`` cells × 12 months, weather as rasters or as twelve figures."""
    chance = np.random.default_rng(SEED)
    with tempfile.TemporaryDirectory(prefix="tancai-bench-") as folder:
        limits = {"temperature": (-20, 25), "radiation": (200, 660), "eet": (0, 80), "pet": (20, 120)}
        ndvi = _written(Path(folder), "ndvi", size, 0.02, 0.65, chance)
        maps = [
            _written(Path(folder), name, size, low, high, chance)
            if weather == "rasters"
            else chance.uniform(low, high, 12)
            for name, (low, high) in limits.items()
        ]
        start, start_cpu = time.perf_counter(), time.process_time()
        found = casa.annual(ndvi, (maps[0], maps[1], maps[2], maps[3]), casa.Vegetation(0.542, 0.023, 0.634))
        return {
            "cells": size * size,
            "weather": weather,
            "seconds": round(time.perf_counter() - start, 2),
            "cpu_seconds": round(time.process_time() - start_cpu, 2),
            "mean_npp": round(float(np.nanmean(found, dtype=np.float64)), 3),
            "mb_peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def main(arguments: list[str]) -> int:
    """Run; prints one line a result (JSON with ``--json``)."""
    parser = argparse.ArgumentParser(prog="tancai bench forest", description=__doc__)
    parser.add_argument("--size", type=int, default=2_000, help="rows and columns (default 2000)")
    parser.add_argument("--weather", choices=("figures", "rasters", "both"), default="both")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    for weather in ("figures", "rasters") if chosen.weather == "both" else (chosen.weather,):
        result = scene(chosen.size, weather=weather)
        print(
            json.dumps(result) if chosen.json else "  ".join(f"{k} {v}" for k, v in result.items()),
            flush=True,
        )
    return 0
