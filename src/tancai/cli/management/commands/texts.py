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
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.lib.catalogues import PACKAGE

CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")


def _apps() -> list[Path]:
    """Folders of our apps, relative to the package."""
    paths = [Path(config.path) for config in apps.get_app_configs()]
    return sorted(path.relative_to(PACKAGE) for path in paths if path.is_relative_to(PACKAGE))


def _gather(folder: Path) -> None:
    """Gather the texts of one app into its English catalogue; an app without texts keeps none."""
    (folder / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    options = ["-l", "en", "--no-location", "--no-wrap", "--no-obsolete"]
    command = [sys.executable, "-P", "-m", "tancai.cli", "makemessages", *options]
    done = subprocess.run(
        command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{folder}: {done.stderr.strip()}")
    catalogue = folder / CATALOGUE
    if catalogue.exists():
        _without_date(catalogue)
    if catalogue.exists() and not len(polib.pofile(str(catalogue))):
        catalogue.unlink()
    if not catalogue.exists():
        shutil.rmtree(folder / "locale")


def _without_date(catalogue: Path) -> None:
    """The date of gathering says nothing of the texts and would change every file at every gathering."""
    lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith('"POT-Creation-Date:')]
    catalogue.write_text("".join(kept), encoding="utf-8")


def faults(root: Path = PACKAGE) -> list[str]:
    """What the English catalogues lack: texts not gathered, not translated, or marked doubtful."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "tancai"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__", "bank", "courses"))
        for name in _apps():
            _gather(copy / name)
            if not (copy / name / CATALOGUE).exists():
                continue
            if not (root / name / CATALOGUE).exists():
                found.append(f"{name}: has no English catalogue")
                continue
            kept = {
                (entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(root / name / CATALOGUE))
            }
            for entry in polib.pofile(str(copy / name / CATALOGUE)):
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
            for name in _apps():
                _gather(PACKAGE / name)
            return
        missing = faults()
        for line in missing:
            self.stderr.write(line)
        if missing:
            raise CommandError(
                f"{len(missing)} texts are missing in English: run `make messages` and fill them in."
            )
        self.stdout.write("Every text has its English.")
