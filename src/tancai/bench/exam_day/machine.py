"""What the machine is and what its processes used: CPU by process tree, memory, percentiles."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def _stats() -> dict[int, list[str]]:
    """Fields of ``/proc/*/stat`` after the command, by process id."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                text = Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            found[int(entry)] = text[text.rindex(")") + 2 :].split()
    return found


def tree(roots: Iterable[int], stats: Mapping[int, list[str]]) -> list[int]:
    """The processes under ``roots``, themselves included."""
    children: dict[int, list[int]] = {}
    for pid, fields in stats.items():
        children.setdefault(int(fields[1]), []).append(pid)
    found, todo = [], [pid for pid in roots if pid in stats]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_of(roots: Iterable[int]) -> float:
    """CPU seconds, user and system, of the process trees, children that have ended included."""
    stats = _stats()
    return sum(int(field) for pid in tree(roots, stats) for field in stats[pid][11:15]) / TICK


def memory_of(roots: Iterable[int]) -> float:
    """Memory of the process trees in MB: proportional set size, so that shared pages count once."""
    total = 0
    for pid in tree(roots, _stats()):
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


def busy() -> float:
    """CPU seconds that the whole machine has been busy."""
    user, nice, system, _idle, _wait, irq, soft, *_ = (
        int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + soft) / TICK


class Meter:
    """CPU of named groups of processes, of the whole machine and wall time between ``start`` and ``stop``."""

    def __init__(self, groups: Mapping[str, Sequence[int]], apart: Sequence[int]) -> None:
        self.groups, self.apart = groups, apart

    def __enter__(self) -> Meter:
        self._before = {name: cpu_of(pids) for name, pids in self.groups.items()}
        self._apart, self._busy, self._clock = cpu_of(self.apart), busy(), time.monotonic()
        return self

    def __exit__(self, *error: object) -> None:
        self.seconds = time.monotonic() - self._clock
        self.cpu = {name: cpu_of(pids) - self._before[name] for name, pids in self.groups.items()}
        self.generator = cpu_of(self.apart) - self._apart
        own = sum(self.cpu.values()) + self.generator
        self.foreign = max(0.0, (busy() - self._busy - own) / self.seconds)
        """Cores that somebody else used meanwhile."""

    @property
    def total(self) -> float:
        return sum(self.cpu.values())

    def each_ms(self, count: int) -> float:
        """CPU milliseconds of all groups for each of ``count``."""
        return self.total * 1000 / max(1, count)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` of an ordered sequence lies; 0 for an empty one."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def describe() -> dict[str, object]:
    """The machine: processor, cores, memory, kernel, and how much other work it had (load average)."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PHYS_PAGES") * PAGE / 2**30
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": [round(value, 2) for value in os.getloadavg()],
    }


def versions() -> dict[str, str]:
    names = ("django", "uvicorn", "uvloop", "httptools", "orjson", "psycopg")
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def children_of(pid: int) -> list[int]:
    return [child for child in tree([pid], _stats()) if child != pid]
