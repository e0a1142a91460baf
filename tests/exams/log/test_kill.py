"""Processes die, disks fill, clocks jump: the short form of ``tancai bench kill``. Nothing acknowledged may be lost."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tancai.bench.kill import command, scenarios
from tancai.bench.kill.load import Load
from tancai.bench.kill.record import Findings, compare
from tancai.bench.kill.servers import PostgresServer
from tests.conftest import SKIPPED
from tests.exams.log.world import LogProcess, Place

pytestmark = pytest.mark.anydatabase
SEED = 20261128


def open_folder() -> Path:
    """A folder of this run that the user of a server can reach; pytest shuts its own whenever another run begins."""
    root = Path(os.environ["TANCAI_TEST_ROOT"])
    root.chmod(0o755)
    folder = Path(tempfile.mkdtemp(dir=root))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own: it is stopped the hard way, and others use the one of the run."""
    if "postgresql" in SKIPPED:
        pytest.skip("postgresql left out by TANCAI_SKIP")
    own = PostgresServer(open_folder())
    yield own
    own.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def own_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(tmp_path)
    return Place(tmp_path, request.getfixturevalue("server").database())


def sound(report: dict[str, Any]) -> None:
    bad = {name: report[name] for name in Findings.BAD if report[name]}
    assert not bad, (bad, report["examples"])
    assert report["sound"], report
    assert report["acknowledged"] > 50
    assert report["receipts"] == report["sittings"]


def test_killing_the_log_under_load_loses_nothing(own_place: Place) -> None:
    report = scenarios.killed(own_place, rounds=3, seed=SEED, most=0.5)
    sound(report)
    assert report["down"] > 0
    assert report["orders"] > 0


def test_the_log_comes_back_after_a_restart_of_the_database(server: PostgresServer, tmp_path: Path) -> None:
    sound(scenarios.restarted(Place(tmp_path, server.database()), server, rounds=1, seed=SEED))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_full_disk_is_said_and_loses_nothing(database: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("server") if database == "postgresql" else None
    report = scenarios.disk_full(open_folder(), server, rounds=1, seed=SEED)
    if report is None:
        pytest.skip("no memory file system can be mounted here; test_pressure has the other way")
    sound(report)
    assert report["refusals"]["503 not_saved"] > 0


def test_words_and_receipts_hold_when_the_clock_jumps(own_place: Place) -> None:
    sound(scenarios.clock_stepped(own_place, rounds=4, seed=SEED))


def test_a_second_log_waits_and_takes_over_from_a_killed_one(own_place: Place) -> None:
    sound(scenarios.two_logs(own_place, rounds=1, seed=SEED))


def test_a_writer_that_slept_through_its_replacement_acknowledges_nothing(
    server: PostgresServer, tmp_path: Path
) -> None:
    sound(scenarios.frozen(Place(tmp_path, server.database()), server, rounds=1, seed=SEED))


TAMPERING = {
    "lost": "DELETE FROM examlog_event WHERE id = (SELECT max(id) FROM examlog_event WHERE kind = 1)",
    "altered": "UPDATE examlog_event SET value = '\"Z\"' WHERE id = (SELECT min(id) FROM examlog_event WHERE kind = 1)",
    "other_word": "UPDATE examlog_event SET verdict = 11 WHERE id = (SELECT min(id) FROM examlog_event WHERE kind = 1)",
    "doubled": "INSERT INTO examlog_event (sitting, epoch, seq, kind, verdict, at, received, item, value)"
    " SELECT sitting, epoch, seq, kind, verdict, at, received, item, value FROM examlog_event WHERE epoch > 0 LIMIT 1",
    "invented": "UPDATE examlog_event SET seq = 999 WHERE id = (SELECT max(id) FROM examlog_event WHERE kind = 1)",
    "wrong_receipts": "UPDATE examlog_event SET received = received + 1 WHERE kind = 3",
    "wrong_orders": "DELETE FROM examlog_event WHERE kind IN (11, 12, 13, 14)",
    "wrong_claims": 'UPDATE examlog_event SET value = \'{"claim":"another"}\' WHERE kind = 10',
    "conflicts_lost": "DELETE FROM examlog_raw",
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Load]:
    """A record made under load, and what its candidates were told."""
    place = Place(tmp_path_factory.mktemp("worked"))
    with LogProcess(place).start() as log, Load([log.url], seed=3, pace=0) as load:
        while sum(len(ledger.told) for ledger in load.ledgers) < 800:
            assert not load.wait(0.05)
    return place.data / "examlog.sqlite3", load


@pytest.mark.parametrize("fault", TAMPERING)
def test_the_comparison_finds_every_kind_of_damage(
    fault: str, worked: tuple[Path, Load], tmp_path: Path
) -> None:
    source, load = worked
    with sqlite3.connect(source) as original, sqlite3.connect(tmp_path / "examlog.sqlite3") as copy:
        original.backup(copy)
        copy.execute("DROP INDEX examlog_event_key")
        assert compare(Place(tmp_path), load.ledgers).sound
        copy.execute(TAMPERING[fault])
        copy.commit()
    assert getattr(compare(Place(tmp_path), load.ledgers), fault) > 0


def test_the_command_tells_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--rounds", "1", "--only", "kill", "--database", "sqlite"]) == 0
    said = capsys.readouterr()
    assert "lost 0  doubled 0" in said.out
    assert "every acknowledged event is there exactly once" in said.out
    assert "killed 1 of 1" in said.err
