"""The whole suite: once on SQLite with the browser, once on PostgreSQL without it; a closing count of both."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time

PASSES = {
    # tables straight from the models: tests/house/test_migrations.py runs the migrations on both databases
    "SQLite": ({"TANCAI_TEST_DATABASE": "sqlite"}, ["-n", "3", "--nomigrations"]),
    "PostgreSQL": (
        {"TANCAI_TEST_DATABASE": "postgresql"},
        # engines know no database, the browser drives the other pass: not even read here
        # and two workers: the server of the database is the third
        [
            "-n",
            "2",
            "--nomigrations",
            "-m",
            "not anydatabase",
            "--ignore=tests/browser",
            "--ignore=tests/engines",
        ],
    ),
}
_counts = re.compile(r"(\d+) (passed|failed|error|errors|skipped)")


def main() -> int:
    skipped = os.environ.get("TANCAI_SKIP", "").split(",")
    # modules are compiled once a run: workers and the many commands that tests start share them
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compiled = tempfile.TemporaryDirectory(prefix="tancai-compiled-")
    os.environ["PYTHONPYCACHEPREFIX"] = compiled.name
    total = {"passed": 0, "failed": 0, "skipped": 0}
    broken = False
    for name, (variables, selection) in PASSES.items():
        if name.lower() in skipped:
            print(f"{name} left out by TANCAI_SKIP", flush=True)
            continue
        begun = time.monotonic()
        print(f"== {name}", flush=True)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--dist",
            "worksteal",
            *selection,
            *sys.argv[1:],
        ]
        run = subprocess.Popen(
            command,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert run.stdout is not None
        last = ""
        for line in run.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line if _counts.search(line) else last
        broken |= run.wait() != 0
        for count, word in _counts.findall(last):
            total["failed" if word.startswith("error") else word] += int(count)
        print(f"== {name}: {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 1 if broken or not total["passed"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
