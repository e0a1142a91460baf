"""One archive of everything an installation cannot do without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.cli import archive
from tancai.engines.bilingual import counted
from tancai.lib import clock


class Command(BaseCommand):
    help = "Write both databases, the files and the keys to one archive (readable by its owner only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="archive to write, such as backup.tar.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = archive.back_up(options["target"], at=clock.now())
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        size = options["target"].stat().st_size / 1_000_000
        files = counted(len(written), "file", "files")
        self.stdout.write(f"{options['target']}: {files}, {size:.1f} MB. It holds the keys: keep it safe.")
