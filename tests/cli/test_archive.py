"""Backup and restore: what was there is there again; a damaged archive or a full folder is refused untouched."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.house.conftest import RehearsedWorld, world  # noqa: F401  the rehearsed world is a fixture of the house

pytestmark = pytest.mark.anydatabase

FILL = """
import django; django.setup()
from tancai.files import api as files
from tancai.lib import clock
from tancai.people import api as people
at = clock.now()
user = people.register(email="one@school.example", password="carbon-2060-demo", at=at)
number = "990101197305130002"
person = people.identify(user, name="田碳一", document_kind="resident_id", document=number, by=user, at=at)
files.store(b"%PDF-1.7 proof", purpose="material", name="proof.pdf", owner_person=person, by=user, at=at)
import sqlite3
from django.conf import settings
with sqlite3.connect(settings.LOG_DATABASE) as log:
    log.execute("create table kept (answer text)")
    log.execute("insert into kept values ('B')")
"""
LOOK = """
import django; django.setup()
import json, sqlite3
from django.conf import settings
from tancai.files import api as files
from tancai.files.models import StoredFile
from tancai.people import api as people
person = people.find_by_document("resident_id", "990101197305130002")
print(json.dumps({
    "name": person.name, "document": person.document,
    "file": files.read(StoredFile.objects.get(owner_person=person)).decode(),
    "answer": sqlite3.connect(settings.LOG_DATABASE).execute("select answer from kept").fetchone()[0],
}))
"""
WANTED = {"name": "田碳一", "document": "990101197305130002", "file": "%PDF-1.7 proof", "answer": "B"}


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TANCAI_")}
    environment = {**kept, "TANCAI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tancai.config.settings"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def _tancai(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(folder, "-m", "tancai.cli", *arguments)


@pytest.fixture(scope="module")
def backup(world: RehearsedWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    root = tmp_path_factory.mktemp("backup")
    shutil.copytree(world.folder, root / "first")
    made = _run(root / "first", "-c", FILL)
    assert made.returncode == 0, made.stderr
    done = _tancai(root / "first", "backup", str(root / "backup.tar.gz"))
    assert done.returncode == 0, done.stderr
    return root / "backup.tar.gz"


def test_everything_comes_back_in_an_empty_folder(backup: Path, tmp_path: Path) -> None:
    done = _tancai(tmp_path / "new", "restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert json.loads(_run(tmp_path / "new", "-c", LOOK).stdout) == WANTED


def test_only_the_owner_may_read_an_archive(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_an_installation_is_not_overwritten_unless_asked_and_then_set_aside(
    backup: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "there"
    assert _tancai(folder, "restore", str(backup)).returncode == 0
    refused = _tancai(folder, "restore", str(backup))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    replaced = _tancai(folder, "restore", str(backup), "--replace")
    assert replaced.returncode == 0, replaced.stderr
    assert json.loads(_run(folder, "-c", LOOK).stdout) == WANTED
    assert (folder / "before-restore-1" / "tancai.sqlite3").exists()


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_archive_is_refused_and_nothing_is_touched(
    backup: Path, tmp_path: Path, damage: str
) -> None:
    bad = tmp_path / "bad.tar.gz"
    if damage == "cut":
        bad.write_bytes(backup.read_bytes()[:-4000])
    else:
        with tarfile.open(backup) as whole:
            whole.extractall(tmp_path / "open", filter="data")
        with (tmp_path / "open" / "tancai.sqlite3").open("r+b") as database:
            database.seek(5000)
            database.write(b"changed")
        with tarfile.open(bad, "w:gz") as again:
            for path in sorted((tmp_path / "open").iterdir()):
                again.add(path, arcname=path.name)
    refused = _tancai(tmp_path / "new", "restore", str(bad))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "new" / "tancai.sqlite3").exists()


def test_a_backup_never_overwrites_another(backup: Path, tmp_path: Path) -> None:
    refused = _tancai(backup.parent / "first", "backup", str(backup))
    assert refused.returncode == 1
    assert "another name" in refused.stderr
