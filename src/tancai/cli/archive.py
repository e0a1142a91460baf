"""Backup and restore: both databases, sealed files and keys in one tar archive with a checked manifest.

SQLite databases are copied by SQLite's own online backup, so people may go on working. A PostgreSQL database goes
through ``pg_dump`` and ``pg_restore``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

import tancai

MANIFEST = "manifest.json"
_DATABASE = "tancai.sqlite3"
_LOG = "examlog.sqlite3"
_DUMP = "tancai.pgdump"
_KEYS = "keys.json"


class ArchiveError(Exception):
    """A backup or restore that cannot be done; the message names the place and the remedy."""


def _on_postgresql() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def back_up(target: Path, *, at: datetime) -> list[str]:
    """Write the archive and return the names in it; an archive that cannot be finished leaves nothing behind."""
    if target.exists():
        raise ArchiveError(f"{target} exists already: give another name.")
    scratch = target.with_name(target.name + ".part")
    scratch.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="tancai-backup-") as folder:
            names = _gather(Path(folder))
            manifest = {
                "version": tancai.__version__,
                "made_at": at.isoformat(),
                "database": "postgresql" if _on_postgresql() else "sqlite",
                "files": {name: _digest(path) for name, path in names.items()},
            }
            scratch.touch(mode=0o600)
            with tarfile.open(scratch, "w:gz", compresslevel=3) as tar:
                text = json.dumps(manifest, indent=1, sort_keys=True).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size = len(text)
                tar.addfile(head, io.BytesIO(text))
                for name, path in sorted(names.items()):
                    tar.add(path, arcname=name, recursive=False)
        os.replace(scratch, target)
    finally:
        scratch.unlink(missing_ok=True)
    return sorted(names)


def _gather(folder: Path) -> dict[str, Path]:
    names: dict[str, Path] = {_KEYS: settings.KEY_FILE}
    if _on_postgresql():
        dump = folder / _DUMP
        _postgresql_tool("pg_dump", "--format=custom", f"--file={dump}", *_connection())
        names[_DUMP] = dump
    else:
        names[_DATABASE] = _copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), folder / _DATABASE)
        if settings.LOG_DATABASE.exists():
            names[_LOG] = _copy_sqlite(settings.LOG_DATABASE, folder / _LOG)
    stored = _stored_files()
    for path in stored.rglob("*") if stored.exists() else ():
        if path.is_file():
            names[f"files/{path.relative_to(stored)}"] = path
    return names


def _stored_files() -> Path:
    storage: Any = settings.STORAGES["default"]
    return Path(storage["OPTIONS"]["location"])


def _copy_sqlite(source: Path, target: Path) -> Path:
    if not source.exists():
        raise ArchiveError(f"{source} does not exist: run `tancai prepare` first, or set TANCAI_DATA.")
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    live.close()
    copy.close()
    return target


def _connection() -> list[str]:
    return [f"--dbname={settings.DATABASE_ADDRESS}"]


def _postgresql_tool(name: str, *arguments: str) -> None:
    if shutil.which(name) is None:
        raise ArchiveError(f"{name} is not installed: install the PostgreSQL client programs.")
    done = subprocess.run([name, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ArchiveError(f"{name} failed: {done.stderr.strip()[:500]}")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def restore(source: Path, *, replace: bool) -> list[str]:
    """Check every file of the archive, then put all of them in place; returns their names.

    Raises ArchiveError, before anything is touched, when the archive is damaged, of the other kind of database, or when
    the installation is not empty and ``replace`` is not given.
    """
    data = settings.DATA_DIR
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as folder:
        manifest = _unpack(source, Path(folder))
        if (manifest["database"] == "postgresql") != _on_postgresql():
            raise ArchiveError(
                f"The archive holds a {manifest['database']} database: set TANCAI_DATABASE to one of that kind."
            )
        _make_room(data, replace)
        connections.close_all()
        _put_in_place(Path(folder), data, replace)
    return sorted(manifest["files"])


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Files and folders below ``folder``, nothing else; Python before 3.11.4 has no filter that sees to it."""
    for member in tar.getmembers():
        path = Path(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise tarfile.TarError(f"{member.name} does not belong into a backup")
    tar.extraction_filter = getattr(tarfile, "data_filter", None)
    tar.extractall(folder)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as tar:
            _extract(tar, folder)
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError) as error:
        raise ArchiveError(f"{source} cannot be read as a backup ({error}).") from error
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise ArchiveError(f"{source} is damaged: {name} is missing or changed. Use another backup.")
    return manifest


def _make_room(data: Path, replace: bool) -> None:
    standing = [path for path in _places(data) if path.exists()]
    if not standing:
        return
    if not replace:
        raise ArchiveError(f"{data} already holds an installation: give --replace to set it aside.")
    number = 1
    while (aside := data / f"before-restore-{number}").exists():
        number += 1
    aside.mkdir(mode=0o700)
    for path in standing:
        path.rename(aside / path.name)


def _places(data: Path) -> list[Path]:
    """What a restore replaces; keys are overwritten in place, since this process made fresh ones on starting."""
    names = [_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", _LOG, f"{_LOG}-wal", f"{_LOG}-shm", "files"]
    return [data / name for name in names]


def _put_in_place(folder: Path, data: Path, replace: bool) -> None:
    settings.KEY_FILE.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(folder / _KEYS, settings.KEY_FILE)
    settings.KEY_FILE.chmod(0o600)
    for name in (_DATABASE, _LOG, "files"):
        if (folder / name).exists():
            shutil.move(folder / name, data / name)
    if (folder / _DUMP).exists():
        clean = ["--clean", "--if-exists"] if replace else []
        _postgresql_tool("pg_restore", "--no-owner", *clean, *_connection(), str(folder / _DUMP))
