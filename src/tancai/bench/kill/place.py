"""Somewhere for a log to lie, and real log processes that can be killed, stopped and started again."""

from __future__ import annotations

import base64
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tancai.exams.api import ControlClient, LogDown, SittingClient

KEY = b"k" * 32
MINUTE = 60_000
ORIGIN = "http://127.0.0.1:8000"


@dataclass
class Place:
    """A data folder, and the address of a PostgreSQL database or nothing."""

    data: Path
    address: str = ""

    @property
    def database(self) -> str:
        return "postgresql" if self.address else "sqlite"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def now() -> int:
    return int(time.time() * 1000)


def token(sitting: int, *, begins: int, ends: int, grace: int = 10 * MINUTE, life: int = 3600) -> str:
    """A sitting token as the web process signs it."""
    payload = {"b": begins, "e": ends, "exp": ends // 1000 + life, "g": grace, "s": sitting}
    key = hmac.digest(KEY, b"tancai/exam-sitting", "sha256")
    body = _b64(json.dumps(payload, separators=(",", ":")).encode())
    return (body + b"." + _b64(hmac.digest(key, body, "sha256"))).decode()


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class LogProcess:
    """A real log process at a place, on a port of its own."""

    def __init__(self, place: Place, *, movable: bool = False) -> None:
        self.place, self.movable, self.port = place, movable, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.keys = place.data / "keys.json"
        if not self.keys.exists():
            self.keys.write_text(json.dumps({"control": base64.b64encode(KEY).decode()}))
        self.control = ControlClient(self.url, KEY)
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> LogProcess:
        """Start without waiting until it is the writer."""
        command = [sys.executable, "-m", "tancai.exams.log", "--port", str(self.port)]
        command += ["--data", str(self.place.data), "--keys", str(self.keys), "--origin", ORIGIN]
        if self.movable:
            command.append("--movable-clock")
        environment = {**os.environ, "TANCAI_DATABASE": self.place.address}
        with (self.place.data / "log.err").open("ab") as errors:
            self.process = subprocess.Popen(command, env=environment, stderr=errors)
        return self

    def start(self, seconds: float = 40) -> LogProcess:
        self.spawn()
        self.wait_ready(seconds)
        return self

    def wait_ready(self, seconds: float = 40) -> dict[str, Any]:
        """Its health once it is the writer; TimeoutError with what it said instead."""
        end, said = time.monotonic() + seconds, "nothing"
        while time.monotonic() < end:
            try:
                return self.control.health()
            except LogDown as error:
                said = str(error)
                if self.process is None or self.process.poll() is not None:
                    raise TimeoutError("the log process ended at its start") from error
                time.sleep(0.03)
        raise TimeoutError(f"the log did not become ready: {said}")

    def wait_trouble(self, word: str, seconds: float = 20) -> None:
        """Wait until health says this trouble."""
        end, said = time.monotonic() + seconds, "ready"
        while time.monotonic() < end:
            try:
                self.control.health()
            except LogDown as error:
                said = error.code
            if said == word:
                return
            time.sleep(0.05)
        raise TimeoutError(f"health did not say {word} but {said}")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.thaw()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self) -> LogProcess:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def candidate(
        self, sitting: int, *, begins: int | None = None, ends: int | None = None, **more: Any
    ) -> SittingClient:
        begins = now() - MINUTE if begins is None else begins
        ends = begins + 60 * MINUTE if ends is None else ends
        return SittingClient(self.url, token(sitting, begins=begins, ends=ends, **more))
