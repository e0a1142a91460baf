"""Run an installation: the response log, the web pages and the worker, watched over by one process."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.cli import prepared
from tancai.cli.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Serve on this machine: log, web and worker; stops cleanly on Ctrl-C or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument(
            "--port", type=int, help="port of the web pages (default: that of the public address)"
        )
        parser.add_argument(
            "--log-port", type=int, help="port of the response log (default: that of its address)"
        )
        parser.add_argument(
            "--movable-clock",
            action="store_true",
            help="let signed messages set the log's clock (rehearsal only)",
        )
        parser.add_argument("--no-worker", action="store_true", help="leave the worker out")

    def handle(self, *args: Any, **options: Any) -> None:
        web = options["port"] or _port(settings.PUBLIC_ADDRESS, 8000)
        log = options["log_port"] or _port(settings.LOG_ADDRESS, 8001)
        host = options["host"]
        for port, option in ((web, "--port"), (log, "--log-port")):
            _must_be_free(host, port, option)
        environment = self._environment(web, log, options)
        if not prepared():
            raise CommandError("The database has no tables of this version yet: run 'tancai prepare' first.")
        supervisor = Supervisor(self._children(host, web, log, options, environment), say=self.stderr.write)
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        supervisor.start()
        try:
            if _wait_until_ready(host, web, log, stop):
                self.stdout.write(f"Tancai is ready at {environment['TANCAI_PUBLIC_ADDRESS']}/")
                self.stdout.flush()
            supervisor.watch(stop)
        finally:
            supervisor.stop()

    def _environment(self, web: int, log: int, options: dict[str, Any]) -> dict[str, str]:
        """What the children read: the addresses follow the ports unless they were set by hand."""
        environment = dict(os.environ)
        environment["TANCAI_DATA"] = str(settings.DATA_DIR)
        environment["PYTHONUNBUFFERED"] = "1"
        if "TANCAI_PUBLIC_ADDRESS" not in os.environ:
            environment["TANCAI_PUBLIC_ADDRESS"] = f"http://127.0.0.1:{web}"
        if "TANCAI_LOG_ADDRESS" not in os.environ:
            environment["TANCAI_LOG_ADDRESS"] = f"http://127.0.0.1:{log}"
        if options["movable_clock"]:
            environment["TANCAI_MOVABLE_CLOCK"] = "yes"
        return environment

    def _children(
        self, host: str, web: int, log: int, options: dict[str, Any], environment: dict[str, str]
    ) -> list[Child]:
        python = sys.executable
        source = str(Path(__file__).resolve().parents[4])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (source, environment.get("PYTHONPATH", ""))))
        log_command = [python, "-m", "tancai.exams.log", "--host", host, "--port", str(log)]
        log_command += ["--data", str(settings.DATA_DIR), "--keys", str(settings.KEY_FILE)]
        if options["movable_clock"]:
            log_command.append("--movable-clock")
        web_command = [python, "-m", "uvicorn", "tancai.config.asgi:application", "--host", host]
        web_command += ["--port", str(web), "--no-access-log", "--log-level", "warning"]
        web_command += ["--lifespan", "off", "--timeout-graceful-shutdown", "5"]
        children = [
            Child("log", log_command, environment),
            Child("web", web_command, environment, niceness=10),
        ]
        if not options["no_worker"]:
            worker = [python, "-m", "tancai.jobs.worker"]
            children.append(Child("worker", worker, environment, niceness=15))
        return children


def _port(address: str, default: int) -> int:
    return urlsplit(address).port or default


def _must_be_free(host: str, port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}); stop what uses it or give another with {option}."
            ) from error


def _wait_until_ready(host: str, web: int, log: int, stop: threading.Event, seconds: float = 60) -> bool:
    """Until the log says it is ready and the web server takes connections; False when told to stop before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop.is_set():
        try:
            urllib.request.urlopen(f"http://{host}:{log}/health", timeout=2).close()
            socket.create_connection((host, web), timeout=2).close()
            return True
        except OSError:
            stop.wait(0.1)
    return False
