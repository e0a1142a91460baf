"""Interface texts: gather them into the catalogues, or check that the catalogues are complete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.lib.catalogues import PACKAGE


def _folders(root: Path) -> list[Path]:
    return sorted(
        path.parent.parent.parent.parent for path in root.glob("**/locale/en/LC_MESSAGES/django.po")
    )


def _gather(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "-l",
        "en",
        "--no-location",
        "--no-wrap",
        "--no-obsolete",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{folder}: {done.stderr.strip()}")


def faults(root: Path = PACKAGE) -> list[str]:
    """What the English catalogues lack: texts not gathered, not translated, or marked doubtful."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "tancai"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__", "bank", "courses"))
        for folder in _folders(copy):
            _gather(folder)
            name = str(folder.relative_to(copy))
            catalogue = "locale/en/LC_MESSAGES/django.po"
            kept = {
                (entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(root / name / catalogue))
            }
            for entry in polib.pofile(str(folder / catalogue)):
                have = kept.get((entry.msgctxt, entry.msgid))
                if have is None or have.obsolete:
                    found.append(f"{name}: not gathered: {entry.msgid}")
                elif "fuzzy" in have.flags or not have.translated():
                    found.append(f"{name}: not translated: {entry.msgid}")
    return found


class Command(BaseCommand):
    help = "Gather interface texts into every catalogue; with --check only tell what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            for folder in _folders(PACKAGE):
                _gather(folder)
            return
        missing = faults()
        for line in missing:
            self.stderr.write(line)
        if missing:
            raise CommandError(
                f"{len(missing)} texts are missing in English: run `make messages` and fill them in."
            )
        self.stdout.write("Every text has its English.")
