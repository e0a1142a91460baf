"""Log processes and stores for tests, on both databases."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tancai.exams.log import signing
from tancai.exams.log.client import ControlClient, LogDown, SittingClient
from tancai.exams.log.postgres_store import PostgresStore
from tancai.exams.log.sqlite_store import SqliteStore
from tancai.exams.log.store import Store

KEY = b"k" * 32
MINUTE = 60_000
ORIGIN = "http://127.0.0.1:8000"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def now() -> int:
    return int(time.time() * 1000)


def token(sitting: int, *, begins: int, ends: int, grace: int = 10 * MINUTE, life: int = 3600) -> str:
    payload = {"s": sitting, "b": begins, "e": ends, "g": grace, "exp": ends // 1000 + life}
    return signing.sign(payload, signing.purpose_key(KEY, signing.SITTING))


class Place:
    """Where a log lies: a data folder, and a PostgreSQL address or none."""

    def __init__(self, data: Path, address: str = "") -> None:
        self.data, self.address = data, address

    def store(self) -> Store:
        return PostgresStore(self.address) if self.address else SqliteStore(self.data / "examlog.sqlite3")


class LogProcess:
    """A real log process that can be killed and started again."""

    def __init__(self, place: Place, *, movable: bool = False) -> None:
        self.place, self.movable, self.port = place, movable, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        keys = place.data / "keys.json"
        keys.write_text(json.dumps({"control": base64.b64encode(KEY).decode()}))
        self.keys = keys
        self.control = ControlClient(self.url, KEY)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> LogProcess:
        command = [sys.executable, "-m", "tancai.exams.log", "--port", str(self.port)]
        command += ["--data", str(self.place.data), "--keys", str(self.keys), "--origin", ORIGIN]
        if self.movable:
            command.append("--movable-clock")
        environment = {**os.environ, "TANCAI_DATABASE": self.place.address}
        self.process = subprocess.Popen(command, env=environment)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                self.control.health()
                return self
            except LogDown:
                assert self.process.poll() is None, "the log process ended at its start"
                time.sleep(0.05)
        raise AssertionError("the log process did not become ready")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(15)

    def candidate(
        self, sitting: int, *, begins: int | None = None, ends: int | None = None, **more: Any
    ) -> SittingClient:
        begins = now() - MINUTE if begins is None else begins
        ends = begins + 60 * MINUTE if ends is None else ends
        return SittingClient(self.url, token(sitting, begins=begins, ends=ends, **more))
