"""The real processes a rehearsal talks to: the response log with a movable clock, and the web site."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from types import TracebackType


class CannotStart(Exception):
    """A process did not come up; the message says which and what it said."""


def free_port(wanted: int | None = None) -> int:
    """``wanted`` if nobody listens there, otherwise a port the system offers; loopback."""
    for port in filter(None, (wanted,)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Servers:
    """Log and web process on the addresses given, for as long as the block lasts.

    They start while their starter goes on; ``wait_for_log`` and ``wait_for_site`` before they are needed.
    """

    def __init__(self, *, log_address: str, web_address: str) -> None:
        self.log_address, self.web_address = log_address, web_address
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Servers:
        log_port = self.log_address.rsplit(":", 1)[1]
        web_port = self.web_address.rsplit(":", 1)[1]
        try:
            self._start([sys.executable, "-m", "tancai.exams.log", "--port", log_port, "--movable-clock"])
            quiet = ["--log-level", "warning", "--no-access-log", "--lifespan", "off"]
            web = ["uvicorn", "tancai.config.asgi:application", "--port", web_port, *quiet]
            self._start([sys.executable, "-m", *web])
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait_for_log(self) -> None:
        """Raises CannotStart."""
        self._wait(f"{self.log_address}/health")

    def wait_for_site(self) -> None:
        """Raises CannotStart."""
        self._wait(f"{self.web_address}/verify/")

    def _start(self, command: list[str]) -> None:
        self._processes.append(
            subprocess.Popen(command, env={**os.environ, "TANCAI_VERIFY_PER_MINUTE": "1000000"})
        )

    def _wait(self, address: str, seconds: float = 120.0) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    answer.read()
                return
            except OSError as error:
                dead = [process.args for process in self._processes if process.poll() is not None]
                if dead or time.monotonic() > deadline:
                    raise CannotStart(f"{address} does not answer ({error}); stopped: {dead}") from error
                time.sleep(0.05)

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self._processes.clear()
