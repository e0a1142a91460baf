"""A small rehearsed world on disk, made once for a test run by the command people use."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tancai.demo.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class RehearsedWorld:
    """The data folder of a demo world, the report of its rehearsal, and the environment to open it with."""

    folder: Path
    report: dict[str, Any]
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with arguments inside this world."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def world() -> RehearsedWorld:
    root = Path(os.environ["TANCAI_TEST_ROOT"]) / "world"
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("TANCAI_", "PYTEST_", "DJANGO_SETTINGS"))
    } | {"TANCAI_DATA": str(root)}
    for name in ("TANCAI_PUBLIC_ADDRESS", "TANCAI_LOG_ADDRESS"):
        environment[name] = f"http://127.0.0.1:{free_port()}"
    with Path(f"{root}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        report = Path(f"{root}.json")
        if not report.exists():
            command = ["-m", "tancai.cli", "demo", "--no-serve", "--candidates", "55", "--seed", "11"]
            done = subprocess.run(
                [sys.executable, *command, "--json", f"{root}.making"],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
            os.replace(f"{root}.making", report)
    return RehearsedWorld(root, json.loads(report.read_text()), environment)
