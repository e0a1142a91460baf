"""A journal that was damaged while the log was down is noticed; one torn by a power cut is ordinary."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tancai.exams.log import wal
from tancai.exams.log.rows import Row
from tancai.exams.log.sqlite_store import SqliteStore

pytestmark = pytest.mark.anydatabase
COMMITS = 8


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """The files as a killed process leaves them: a journal with some commits that no checkpoint has seen."""
    store = SqliteStore(tmp_path / "live" / "log.sqlite3")
    store.open()
    for seq in range(1, COMMITS + 1):
        store.append([Row(1, 1, seq, 1, 0, 5, 6, "1", '"A"')], [])
    left = tmp_path / "left"
    left.mkdir()
    for name in ("log.sqlite3", "log.sqlite3-wal"):
        shutil.copy(tmp_path / "live" / name, left / name)
    store.close()
    return left / "log.sqlite3"


def damage(path: Path, frame: int) -> None:
    """Turn one bit in the page of a frame."""
    journal = Path(f"{path}-wal")
    content = bytearray(journal.read_bytes())
    page = int.from_bytes(content[8:12], "big")
    content[32 + (frame - 1) * (24 + page) + 24 + 100] ^= 1
    journal.write_bytes(content)


def opened(path: Path) -> tuple[int, list[Path]]:
    """How many rows can be read after opening, and what was put aside."""
    store = SqliteStore(path)
    store.open()
    count = len(store.rows(1))
    store.close()
    return count, list(path.parent.glob("*.damaged-*"))


def test_after_a_plain_crash_everything_is_read_and_nothing_is_said(crashed: Path) -> None:
    assert len(wal.commits(Path(f"{crashed}-wal"))) >= COMMITS
    assert opened(crashed) == (COMMITS, [])


def test_a_torn_last_commit_is_no_alarm(crashed: Path) -> None:
    damage(crashed, wal.commits(Path(f"{crashed}-wal"))[-1])
    assert opened(crashed) == (COMMITS - 1, [])


def test_damage_before_acknowledged_commits_is_said_and_the_file_is_kept(
    crashed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage(crashed, wal.commits(Path(f"{crashed}-wal"))[-4])
    before = Path(f"{crashed}-wal").read_bytes()
    count, aside = opened(crashed)
    assert count == COMMITS - 4
    assert [one.read_bytes() for one in aside] == [before]
    assert "at least 3 acknowledged commits" in caplog.text


def test_no_journal_no_commits(tmp_path: Path) -> None:
    assert wal.commits(tmp_path / "nothing-wal") == []
    (tmp_path / "short-wal").write_bytes(b"x")
    assert wal.commits(tmp_path / "short-wal") == []
