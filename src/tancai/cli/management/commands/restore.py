"""Bring an installation back from an archive made by ``tancai backup``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.cli import archive
from tancai.engines.bilingual import counted


class Command(BaseCommand):
    help = "Restore an archive into the data folder; every file is checked before anything is replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="set what stands in the data folder aside, then restore"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = archive.restore(options["source"], replace=options["replace"])
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored {counted(len(restored), 'file', 'files')}.")
