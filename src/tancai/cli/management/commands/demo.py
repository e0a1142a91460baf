"""A world to walk through: rehearsed, checked, standing at today with open stories, then served."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.demo.playing import NotEmpty, play
from tancai.demo.rehearsal import broken_identities
from tancai.demo.telling import Bars, sign_in_table, table
from tancai.demo.world import PASSWORD, World

_KEPT = {"keys", "demo.lock"}


class Command(BaseCommand):
    help = "Make the demo world anew in ./var/demo, check every certificate, and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="stop before serving")
        parser.add_argument("--candidates", type=int, default=200)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--json", type=Path, help="write the report of the rehearsal to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        with (settings.DATA_DIR / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CommandError(f"a demo in {settings.DATA_DIR} is running: stop it first") from error
            world = self._make(options)
            self.stdout.write("")
            self.stdout.write(sign_in_table(world, settings.PUBLIC_ADDRESS, PASSWORD))
            if options["no_serve"]:
                return
            os.set_inheritable(lock.fileno(), True)
            os.execv(sys.executable, [sys.executable, "-m", "tancai.cli", "serve"])

    def _make(self, options: dict[str, Any]) -> World:
        for path in settings.DATA_DIR.iterdir():
            if path.name not in _KEPT:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        try:
            report, world = play(
                candidates=options["candidates"], seed=options["seed"], progress=Bars(), with_stories=True
            )
        except NotEmpty as error:
            raise CommandError("the database holds an installation already: give an empty one.") from error
        if options["json"]:
            options["json"].write_text(json.dumps(report, indent=1) + "\n")
        self.stdout.write(table(report))
        broken = broken_identities(report)
        if broken:
            raise CommandError("these totals do not agree: " + "; ".join(broken))
        return world
