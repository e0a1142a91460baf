"""Too much, too large, too full, too late: the log refuses quickly, says why, loses nothing and recovers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tancai.exams.log.app import LogApp
from tancai.exams.log.clock import Clock
from tancai.exams.log.messages import MAX_RAW, MAX_VALUE
from tancai.exams.log.postgres_store import PostgresStore
from tancai.exams.log.rows import Raw, Row
from tancai.exams.log.sqlite_store import SqliteStore
from tancai.exams.log.store import StoreBusy, StoreLost
from tancai.exams.log.writer import MAX_RAWS
from tests.exams.log.world import KEY, MINUTE, LogProcess, Place, now, token

pytestmark = pytest.mark.anydatabase


class Slow(SqliteStore):
    """A disk whose commits wait until they are let through."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.through, self.entered = threading.Event(), threading.Event()
        self.through.set()
        self.broken: Callable[[], None] | None = None

    def append(self, rows: Sequence[Row], raws: Sequence[Raw]) -> None:
        self.entered.set()
        assert self.through.wait(20)
        if self.broken is not None:
            self.broken()
        super().append(rows, raws)


class Desk:
    """The application asked without a network."""

    def __init__(self, app: LogApp) -> None:
        self.app = app

    async def post(
        self, name: str, sitting: int, message: dict[str, Any] | bytes
    ) -> tuple[int, dict[str, Any]]:
        begins = now() - MINUTE
        text = message if isinstance(message, bytes) else json.dumps(message).encode()
        body = token(sitting, begins=begins, ends=begins + 60 * MINUTE).encode() + b"\n" + text
        status, _, answer = await self.ask("POST", name, [{"type": "http.request", "body": body}])
        return status, answer

    async def ask(
        self, method: str, name: str, parts: list[dict[str, Any]]
    ) -> tuple[int, dict[bytes, bytes], dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return parts.pop(0)

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": f"/{name}", "headers": []}
        await self.app(scope, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"]), json.loads(sent[1]["body"] or b"null")

    async def save(self, sitting: int, seq: int, value: Any = "A") -> tuple[int, dict[str, Any]]:
        event = {"seq": seq, "at": now(), "item": "1", "value": value}
        return await self.post("events", sitting, {"epoch": 1, "events": [event]})

    async def claim(self, *sittings: int) -> None:
        for sitting in sittings:
            assert (await self.post("claim", sitting, {"claim": f"page-of-{sitting}"}))[0] == 200

    async def health(self) -> tuple[int, dict[str, Any]]:
        status, _, answer = await self.ask("GET", "health", [])
        return status, answer


@contextlib.asynccontextmanager
async def running(store: Any) -> AsyncIterator[Desk]:
    app = LogApp(store, root_key=KEY)
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan"}, messages.get, sent.put))
    await messages.put({"type": "lifespan.startup"})
    await sent.get()
    desk = Desk(app)
    await until(desk, lambda health: bool(health["ready"]))
    try:
        yield desk
    finally:
        await messages.put({"type": "lifespan.shutdown"})
        await life


async def until(desk: Desk, wanted: Callable[[dict[str, Any]], bool]) -> None:
    for _ in range(600):
        if wanted((await desk.health())[1]):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await desk.health())


def test_too_much_waiting_is_refused_at_once_and_what_was_taken_is_saved(tmp_path: Path) -> None:
    async def story() -> None:
        store = Slow(tmp_path / "log.sqlite3")
        async with running(store) as desk:
            await desk.claim(*range(1, 21))
            assert desk.app.writer is not None
            desk.app.writer._limit = 8
            store.through.clear()
            store.entered.clear()
            first = asyncio.create_task(desk.save(1, 1))
            while not store.entered.is_set():
                await asyncio.sleep(0.01)
            queued = [asyncio.create_task(desk.save(sitting, 1)) for sitting in range(2, 10)]
            await asyncio.sleep(0.05)
            refused = await asyncio.wait_for(desk.save(10, 1), 1)
            assert refused == (503, {"error": "busy"})
            assert not first.done()
            assert not any(one.done() for one in queued)
            commits = desk.app.writer.commits
            store.through.set()
            for status, answer in await asyncio.gather(first, *queued):
                assert (status, answer["acks"]) == (200, [[1, "ok"]])
            assert desk.app.writer.commits - commits == 2
            assert (await desk.save(10, 1))[1]["acks"] == [[1, "ok"]]

    asyncio.run(story())


def test_a_refusal_names_when_to_come_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with running(SqliteStore(tmp_path / "log.sqlite3")) as desk:
            assert desk.app.writer is not None
            desk.app.writer._limit = 0
            begins = now()
            body = token(1, begins=begins, ends=begins + MINUTE).encode() + b"\n{}"
            status, headers, _ = await desk.ask("POST", "state", [{"type": "http.request", "body": body}])
            assert status == 503
            assert headers[b"retry-after"] == b"1"

    asyncio.run(story())


def test_a_full_database_file_is_said_and_saving_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """The other way to a full disk, for machines that do not let us mount a small one."""

    async def story() -> None:
        store = SqliteStore(tmp_path / "log.sqlite3")
        async with running(store) as desk:
            await desk.claim(1)
            assert (await desk.save(1, 1))[0] == 200
            pages = store._c.execute("PRAGMA page_count").fetchone()[0]
            store._c.execute(f"PRAGMA max_page_count={pages}")
            seq = 2
            while True:
                status, answer = await desk.save(1, seq, "一" * 2000)
                if status != 200:
                    break
                seq += 1
            assert (status, answer) == (503, {"error": "not_saved"})
            status, health = await desk.health()
            assert (status, health["ready"], health["trouble"]) == (503, False, "disk_full")
            store._c.execute("PRAGMA max_page_count=1000000")
            await until(desk, lambda health: bool(health["ready"]))
            assert (await desk.save(1, seq, "一" * 2000))[1]["acks"] == [[seq, "ok"]]
            assert [row.seq for row in store.rows(1) if row.epoch] == list(range(1, seq + 1))
            assert store.raws(0) == []

    asyncio.run(story())


def test_one_request_that_cannot_be_written_does_not_fail_its_neighbours(tmp_path: Path) -> None:
    async def story() -> None:
        store = Slow(tmp_path / "log.sqlite3")
        async with running(store) as desk:
            await desk.claim(1, 2, 3)
            store._c.execute(
                "CREATE TEMP TRIGGER bad BEFORE INSERT ON examlog_event WHEN new.sitting = 2 AND new.epoch = 1"
                " BEGIN SELECT RAISE(ABORT, 'cannot'); END"
            )
            store.through.clear()
            first = asyncio.create_task(desk.save(1, 1))
            await asyncio.sleep(0.05)
            others = [asyncio.create_task(desk.save(sitting, 2)) for sitting in (1, 2, 3)]
            await asyncio.sleep(0.05)
            store.through.set()
            found = [status for status, _ in await asyncio.gather(first, *others)]
            assert found == [200, 200, 503, 200]
            assert len(store.rows(1)) == 3
            assert len(store.rows(2)) == 1

    asyncio.run(story())


def test_a_commit_whose_outcome_is_unknown_is_not_acknowledged_and_the_repeat_finds_it(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        store = Slow(tmp_path / "log.sqlite3")
        async with running(store) as desk:
            await desk.claim(1)
            plain = SqliteStore.append

            def written_but_not_heard() -> None:
                store.broken = None
                plain(store, [Row(1, 1, 1, 1, 0, at, now(), "1", '"A"')], [])
                store.close()
                raise StoreLost("the connection broke after the commit")

            at = now()
            event = {"seq": 1, "at": at, "item": "1", "value": "A"}
            store.broken = written_but_not_heard
            assert (await desk.post("events", 1, {"epoch": 1, "events": [event]}))[0] == 503
            await until(desk, lambda health: bool(health["ready"]))
            status, answer = await desk.post("events", 1, {"epoch": 1, "events": [event]})
            assert (status, answer["acks"]) == (200, [[1, "ok"]])
            assert len(store.rows(1)) == 2

    asyncio.run(story())


def test_a_body_that_breaks_off_is_not_taken_for_input(tmp_path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(tmp_path / "log.sqlite3")
        async with running(store) as desk:
            begins = now()
            body = token(1, begins=begins, ends=begins + MINUTE).encode() + b'\n{"epoch":1,"ev'
            parts = [{"type": "http.request", "body": body, "more_body": True}, {"type": "http.disconnect"}]
            assert (await desk.ask("POST", "events", parts))[0] == 400
            assert store.raws(1) == []

    asyncio.run(story())


def test_unreadable_input_is_kept_up_to_a_limit(tmp_path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(tmp_path / "log.sqlite3")
        async with running(store) as desk:
            await desk.claim(1)
            long = b"{" + b"x" * (MAX_RAW + 500)
            assert (await desk.post("events", 1, long))[1]["unreadable"] == 1
            assert len(store.raws(1)[0].body) == MAX_RAW
            for number in range(MAX_RAWS + 3):
                await desk.post("events", 1, b"{not json %d" % number)
            assert len(store.raws(1)) == MAX_RAWS
            big = {"seq": 1, "at": now(), "item": "1", "value": "x" * MAX_VALUE}
            status, answer = await desk.post("events", 1, {"epoch": 1, "events": [big]})
            assert (status, answer["acks"], answer["unreadable"]) == (200, [], 1)
            assert (await desk.save(1, 1, "x" * (MAX_VALUE - 2)))[1]["acks"] == [[1, "ok"]]

    asyncio.run(story())


def test_every_commit_of_sqlite_is_on_disk(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log.sqlite3")
    store.open()
    assert store._c.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._c.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()
    store.open()
    assert store._c.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_every_commit_of_postgresql_is_on_disk_whatever_the_database_says(place: Place) -> None:
    with psycopg.connect(place.address, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off'.encode())
    store = PostgresStore(place.address)
    store.open()
    assert store._c.execute("SHOW synchronous_commit").fetchone() == ("on",)
    assert store._c.execute("SHOW statement_timeout").fetchone() == ("30s",)
    store.close()


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_a_connection_that_was_ended_is_not_opened_again_quietly(place: Place) -> None:
    first, second = PostgresStore(place.address), PostgresStore(place.address)
    first.open()
    first.append([Row(1, 1, 1, 1, 0, 5, 6, "1", '"A"')], [])
    pid = first._c.info.backend_pid
    with psycopg.connect(place.address, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
    opened = False
    while not opened:
        with contextlib.suppress(StoreBusy):
            second.open()
            opened = True
    with pytest.raises(psycopg.OperationalError):
        first.append([Row(1, 1, 2, 1, 0, 5, 6, "1", '"A"')], [])
    assert not first.is_open
    with pytest.raises(StoreLost):
        first.append([Row(1, 1, 2, 1, 0, 5, 6, "1", '"A"')], [])
    with pytest.raises(StoreBusy):
        first.open()
    assert len(second.rows(1)) == 1
    second.close()


def test_a_file_that_was_replaced_takes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    store = SqliteStore(path)
    store.open()
    store.append([Row(1, 1, 1, 1, 0, 5, 6, "1", '"A"')], [])
    for name in ("", "-wal", "-shm"):
        os.rename(f"{path}{name}", f"{path}{name}.away")
    with pytest.raises(StoreLost):
        store.check(write=False)
    with pytest.raises(StoreLost):
        store.append([Row(1, 1, 2, 1, 0, 5, 6, "1", '"A"')], [])
    store.open()
    assert store.rows(1) == []
    store.close()


def test_a_failed_start_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    path.write_bytes(b"this is no database at all, but a text that somebody put here" * 50)
    store = SqliteStore(path)
    with pytest.raises(sqlite3.DatabaseError) as damaged:
        store.open()
    assert store.trouble(damaged.value) == "damaged"
    path.unlink()
    store.open()
    assert store.is_open
    store.close()


def test_a_damaged_file_keeps_the_log_from_becoming_ready(tmp_path: Path) -> None:
    (tmp_path / "examlog.sqlite3").write_bytes(b"no database" * 500)
    log = LogProcess(Place(tmp_path)).spawn()
    log.wait_trouble("damaged")
    (tmp_path / "examlog.sqlite3").unlink()
    log.wait_ready()
    log.stop()


def test_a_stepped_machine_clock_moves_nobodys_time() -> None:
    wall, steady = 1_000.0, 50.0
    clock = Clock(wall=lambda: wall, steady=lambda: steady)
    assert (clock.now(), clock.skew()) == (1_000_000, 0)
    wall += 3600
    assert (clock.now(), clock.skew()) == (1_000_000, 3_600_000)
    wall, steady = wall - 7200, steady + 5
    assert (clock.now(), clock.skew()) == (1_005_000, -3_605_000)
    with pytest.raises(PermissionError):
        clock.move(0)


def test_a_movable_clock_runs_on_from_where_it_was_put() -> None:
    steady = 50.0
    clock = Clock(movable=True, wall=lambda: 1_000.0, steady=lambda: steady)
    clock.move(5_000_000)
    assert clock.now() == 5_000_000
    steady += 2
    clock.move(7_000)
    steady += 1
    assert clock.now() == 8_000


def test_a_lasting_trouble_is_not_said_with_every_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        store = Slow(tmp_path / "log.sqlite3")
        async with running(store) as desk:
            await desk.claim(1)

            def full() -> None:
                raise OSError("no space")

            store.broken = full
            for seq in range(1, 30):
                assert (await desk.save(1, seq))[0] == 503

    asyncio.run(story())
    said = [record for record in caplog.records if "could not be written" in record.message]
    assert 1 <= len(said) <= 3
