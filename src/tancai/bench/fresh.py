"""A measurement in a process and a new SQLite installation of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile


def run_fresh(*arguments: str) -> str | None:
    """The last line that ``tancai bench ARGUMENTS`` prints there; None when it failed, with its errors on stderr."""
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "TANCAI_DATA": data}
        environment.pop("TANCAI_DATABASE", None)
        command = [sys.executable, "-P", "-m", "tancai.cli", "bench", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return None
    return done.stdout.splitlines()[-1]
