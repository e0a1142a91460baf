"""Simulated people on the whole road, through the real rooms, the real log and the real public page."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.demo.playing import NotEmpty, play
from tancai.demo.rehearsal import broken_identities
from tancai.demo.telling import Bars, table


class Command(BaseCommand):
    help = (
        "Rehearse the whole road with simulated candidates. Without TANCAI_DATA the world is made in a temporary "
        "folder and thrown away afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--candidates", type=int, default=200)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--json", type=Path, help="write the report to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["candidates"] < 1:
            raise CommandError("--candidates needs a number of at least 1")
        try:
            call_command("migrate", interactive=False, verbosity=0)
            report, _world = play(candidates=options["candidates"], seed=options["seed"], progress=Bars())
        except NotEmpty as error:
            raise CommandError(
                f"{error} holds an installation already: give an empty TANCAI_DATA."
            ) from error
        finally:
            if os.environ.get("TANCAI_THROW_AWAY") == str(settings.DATA_DIR):
                shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
        if options["json"]:
            options["json"].write_text(json.dumps(report, indent=1) + "\n")
        self.stdout.write(table(report))
        broken = broken_identities(report)
        if broken:
            raise CommandError("these totals do not agree: " + "; ".join(broken))
