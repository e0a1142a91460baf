"""What may go wrong on exam day, done to real processes under load; each ends with the record against the words."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tancai.bench.kill.load import Load
from tancai.bench.kill.place import MINUTE, LogProcess, Place, now
from tancai.bench.kill.record import compare
from tancai.bench.kill.servers import PostgresServer, fill, small_disk

Report = dict[str, Any]
Progress = Callable[[str], None]


def silent(line: str) -> None:
    return None


def _closed(place: Place, load: Load, **more: Any) -> Report:
    found = compare(place, load.ledgers).as_dict()
    worked = found["acknowledged"] > 0 and found["receipts"] > 0
    found["sound"] = found["sound"] and worked and more.pop("held", True)
    return {"database": place.database, **more, "refusals": load.refusals, **found}


def killed(
    place: Place, *, rounds: int, seed: int, say: Progress = silent, least: float = 0.05, most: float = 1.0
) -> Report:
    """SIGKILL at random moments under load, every sixth time during the start itself; then all must be there."""
    rng = random.Random(seed)
    back: list[float] = []
    with LogProcess(place).start() as log, Load([log.url], seed=seed) as load:
        for number in range(1, rounds + 1):
            time.sleep(rng.uniform(least, most))
            log.kill()
            began = time.monotonic()
            if number % 6 == 0:
                log.spawn()
                time.sleep(rng.uniform(0, 0.6))
                log.kill()
            log.start()
            back.append(time.monotonic() - began)
            say(
                f"{place.database}: killed {number} of {rounds}, {len(load.ledgers)} sittings, {load.steps} steps"
            )
        time.sleep(0.2)
    return _closed(
        place,
        load,
        rounds=rounds,
        seed=seed,
        back_s=round(statistics.median(back), 2),
        back_s_max=round(max(back), 2),
        down=load.down,
        held=load.down > 0,
    )


def restarted(
    place: Place, server: PostgresServer, *, rounds: int, seed: int, say: Progress = silent
) -> Report:
    """The PostgreSQL server stops at once under load and starts again; the log must come back without help."""
    rng = random.Random(seed)
    back: list[float] = []
    with LogProcess(place).start() as log, Load([log.url], seed=seed) as load:
        for number in range(1, rounds + 1):
            time.sleep(rng.uniform(0.2, 0.8))
            server.crash()
            log.wait_trouble("unreachable")
            server.start()
            began = time.monotonic()
            log.wait_ready()
            back.append(time.monotonic() - began)
            say(f"postgresql: server restarted {number} of {rounds}")
        time.sleep(0.2)
        alive = log.process is not None and log.process.poll() is None
    return _closed(place, load, rounds=rounds, back_s_max=round(max(back), 2), held=alive and load.down > 0)


def disk_full(
    folder: Path, server: PostgresServer | None, *, rounds: int, seed: int, say: Progress = silent
) -> Report | None:
    """The disk below the log fills up under load and is freed again; None where no small disk can be mounted."""
    disk = folder / "disk"
    with small_disk(disk, "64m" if server else "24m") as mounted:
        if not mounted:
            return None
        place = Place(disk)
        if server:
            space = disk / "space"
            space.mkdir()
            disk.chmod(0o755)
            place = Place(folder, server.database(tablespace=server.tablespace(space)))
        with LogProcess(place).start() as log, Load([log.url], seed=seed) as load:
            for number in range(1, rounds + 1):
                time.sleep(0.4)
                full = fill(disk)
                log.wait_trouble("disk_full")
                time.sleep(0.3)
                full.unlink()
                log.wait_ready()
                say(f"{place.database}: disk full {number} of {rounds}")
            time.sleep(0.2)
        held = any(name.startswith("503") for name in load.refusals)
        return _closed(place, load, rounds=rounds, held=held)


def clock_stepped(place: Place, *, rounds: int, seed: int, say: Progress = silent) -> Report:
    """The log's clock jumps by up to two hours, forward and back, under load; words and receipts must hold."""
    rng = random.Random(seed)
    with LogProcess(place, movable=True).start() as log, Load([log.url], seed=seed) as load:
        for number in range(1, rounds + 1):
            time.sleep(rng.uniform(0.1, 0.4))
            log.control.move_clock(now() + rng.randint(-120, 120) * MINUTE)
            say(f"{place.database}: clock stepped {number} of {rounds}")
        log.control.move_clock(now())
        time.sleep(0.2)
    return _closed(place, load, rounds=rounds)


def _both(first: LogProcess, second: LogProcess, seed: int) -> Load:
    return Load([first.url, second.url], seed=seed)


def two_logs(place: Place, *, rounds: int, seed: int, say: Progress = silent) -> Report:
    """Two log processes at one place; the writer is killed again and again and the other takes over."""
    rng = random.Random(seed)
    back: list[float] = []
    with (
        LogProcess(place).start() as first,
        LogProcess(place).spawn() as second,
        _both(first, second, seed) as load,
    ):
        for number in range(1, rounds + 1):
            second.wait_trouble("standby")
            time.sleep(rng.uniform(0.1, 0.5))
            first.kill()
            began = time.monotonic()
            second.wait_ready()
            back.append(time.monotonic() - began)
            first, second = second, first
            second.spawn()
            say(f"{place.database}: writer replaced {number} of {rounds}")
        time.sleep(0.2)
    return _closed(place, load, rounds=rounds, back_s_max=round(max(back), 2))


def frozen(place: Place, server: PostgresServer, *, rounds: int, seed: int, say: Progress = silent) -> Report:
    """The writer is stopped (SIGSTOP), loses its connection, another takes over, then it wakes up.

    While it merely sleeps it keeps its lock and nobody else may write. Once its connection is ended the other takes
    over, and what the sleeper had begun is never acknowledged.
    """
    rng = random.Random(seed)
    held = True
    with (
        LogProcess(place).start() as first,
        LogProcess(place).spawn() as second,
        _both(first, second, seed) as load,
    ):
        for number in range(1, rounds + 1):
            second.wait_trouble("standby")
            time.sleep(rng.uniform(0.1, 0.4))
            first.freeze()
            time.sleep(0.5)
            second.wait_trouble("standby", 1)
            ended = server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tancai exam log'"
                " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)"
            )
            second.wait_ready()
            time.sleep(rng.uniform(0.1, 0.3))
            first.thaw()
            first.wait_trouble("standby")
            held = held and len(ended) == 1
            first, second = second, first
            say(f"postgresql: writer put to sleep {number} of {rounds}")
        time.sleep(0.2)
    return _closed(place, load, rounds=rounds, held=held)
