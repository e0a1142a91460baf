"""Keeps child processes running: starts them, starts a dead one again with growing pauses, stops all cleanly."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
STEADY = 60.0
"""Seconds after which a child counts as running well and its next pause is short again."""

PATIENCE = 10.0
_DEATH_SIGNAL = 1


@dataclass
class Child:
    """One process to keep: its name for messages, its command, environment and niceness."""

    name: str
    command: list[str]
    environment: dict[str, str]
    niceness: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    pause: float = field(default=FIRST_PAUSE, init=False)
    started_at: float = field(default=0.0, init=False)
    again_at: float | None = field(default=None, init=False)


class Supervisor:
    def __init__(self, children: list[Child], *, say: Callable[[str], object]) -> None:
        self.children = children
        self._say = say

    def start(self) -> None:
        for child in self.children:
            self._start(child)

    def watch(self, stop: threading.Event, *, step: float = 0.2) -> None:
        """Look after the children until ``stop`` is set."""
        while not stop.wait(step):
            for child in self.children:
                self._look_after(child)

    def stop(self) -> None:
        """Ask every child to end, the log last; kill what has not ended after ten seconds."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        for child in reversed(self.children):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

    def _start(self, child: Child) -> None:
        child.again_at = None
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(
            child.command,
            env=child.environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=lambda: _settle(child.niceness),
            start_new_session=True,
        )

    def _look_after(self, child: Child) -> None:
        if child.again_at is not None:
            if time.monotonic() >= child.again_at:
                self._start(child)
            return
        code = child.process.poll() if child.process else None
        if code is None:
            return
        if time.monotonic() - child.started_at > STEADY:
            child.pause = FIRST_PAUSE
        self._say(f"{child.name} ended ({_reason(code)}); starting it again in {child.pause:.1f} s")
        child.again_at = time.monotonic() + child.pause
        child.pause = min(LONGEST_PAUSE, child.pause * 2)


def _settle(niceness: int) -> None:
    """In the child: be as polite as asked, and end when the supervisor is gone."""
    if niceness:
        os.nice(niceness)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
