"""``tancai serve``: three processes are kept alive, a dead one comes back, all end together."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from tancai.cli.supervisor import Child, Supervisor
from tests.exams.log.world import free_port

pytestmark = pytest.mark.anydatabase
TANCAI = [sys.executable, "-c", "from tancai.cli import main; main()"]


def wait_for(condition: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_a_dead_child_is_started_again_with_growing_pauses() -> None:
    said: list[str] = []
    child = Child("short", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    supervisor = Supervisor([child], say=said.append)
    stop = threading.Event()
    supervisor.start()
    watcher = threading.Thread(target=supervisor.watch, args=(stop,), kwargs={"step": 0.02})
    watcher.start()
    wait_for(lambda: len(said) >= 3)
    stop.set()
    watcher.join()
    supervisor.stop()
    assert "code 3" in said[0]
    assert [line.split(" in ")[1] for line in said[:3]] == ["0.2 s", "0.4 s", "0.8 s"]


def test_stopping_kills_a_child_that_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tancai.cli.supervisor.PATIENCE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = Child("deaf", [sys.executable, "-c", deaf], dict(os.environ))
    supervisor = Supervisor([child], say=lambda line: None)
    supervisor.start()
    time.sleep(0.5)
    supervisor.stop()
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


def as_if_prepared(database: Path) -> None:
    """A record of all migrations, without their tables: enough for processes that nobody asks for a page."""
    from django.db.migrations.loader import MigrationLoader

    with override_settings(MIGRATION_MODULES={}):  # the suite runs without migrations
        nodes = list(MigrationLoader(None).graph.nodes)
    with closing(sqlite3.connect(database)) as made:
        made.execute(
            "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT)"
        )
        row = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-11-02 01:00:00')"
        made.executemany(row, nodes)
        made.commit()


def test_what_was_never_prepared_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tancai.cli.management.commands.serve.prepared", lambda: False)
    with pytest.raises(CommandError, match="tancai prepare"):
        call_command("serve", port=free_port(), log_port=free_port())


def test_serving_restarts_the_log_and_stops_cleanly(tmp_path: Path) -> None:
    as_if_prepared(tmp_path / "t.sqlite3")
    web, log = free_port(), free_port()
    environment = {
        **os.environ,
        "TANCAI_DATA": str(tmp_path),
        "TANCAI_DATABASE": f"sqlite:///{tmp_path}/t.sqlite3",
    }
    environment.pop("TANCAI_KEY_FILE", None)
    command = [
        *TANCAI,
        "serve",
        "--port",
        str(web),
        "--log-port",
        str(log),
        "--no-worker",
    ]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        assert f":{web}/" in process.stdout.readline()
        address = f"http://127.0.0.1:{log}/health"
        children = psutil.Process(process.pid).children(recursive=True)
        victim = next(child for child in children if "tancai.exams.log" in child.cmdline())
        assert next(c for c in children if "uvicorn" in c.cmdline()).nice() > victim.nice()
        victim.kill()
        victim.wait(5)
        wait_for(lambda: answers(address))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not any(child.is_running() for child in children)
    finally:
        process.kill()


def answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=1).status == 200
    except OSError:
        return False


def test_a_taken_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "TANCAI_DATA": str(tmp_path)}
        command = [
            *TANCAI,
            "serve",
            "--port",
            str(port),
            "--log-port",
            str(free_port()),
        ]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode != 0
    assert f"Port {port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
