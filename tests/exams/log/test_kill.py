"""The log is killed under load and started again: every acknowledged event is there exactly once."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest

from tancai.exams.log import fold
from tancai.exams.log.client import LogDown, SittingClient
from tests.exams.log.world import LogProcess

pytestmark = pytest.mark.anydatabase
CANDIDATES, ROUNDS = 12, 3


class Writing(threading.Thread):
    """A candidate who answers on and on, remembers what was acknowledged, and survives every outage."""

    def __init__(self, page: SittingClient, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.page, self.rng, self.stop_asked = page, random.Random(seed), stop
        self.acknowledged: dict[tuple[int, int], str] = {}
        self.down = 0

    def run(self) -> None:
        while not self.stop_asked.is_set():
            for _ in range(self.rng.randint(1, 3)):
                self.page.put(self.rng.randint(1, 45), self.rng.choice(["A", "B", ["A", "C"], "一段文字"]))
            try:
                self._flush()
            except LogDown:
                self.down += 1
                self.stop_asked.wait(0.05)

    def _flush(self) -> None:
        sent = {event["seq"]: event["item"] for event in self.page.outbox}
        for seq, word in self.page.flush().items():
            assert word == "ok"
            self.acknowledged[self.page.epoch, seq] = sent[seq]


def test_killing_the_log_under_load_loses_nothing(log: LogProcess) -> None:
    rng = random.Random(20261128)
    stop = threading.Event()
    pages = [log.candidate(sitting) for sitting in range(1, CANDIDATES + 1)]
    for page in pages:
        page.claim()
    writers = [Writing(page, seed, stop) for seed, page in enumerate(pages)]
    for writer in writers:
        writer.start()
    for _ in range(ROUNDS):
        stop.wait(0.3 + rng.random() * 0.5)
        log.kill()
        log.start()
    stop.wait(0.3)
    stop.set()
    for writer in writers:
        writer.join(20)
        assert not writer.is_alive()
    assert sum(writer.down for writer in writers) > 0
    receipts = {page._token: page.hand_in() for page in pages}
    log.stop()
    store = log.place.store()
    store.open()
    for sitting, writer in enumerate(writers, start=1):
        rows = store.rows(sitting)
        stored = Counter((row.epoch, row.seq) for row in rows if row.epoch)
        assert set(stored.values()) == {1}
        assert set(writer.acknowledged) <= set(stored)
        items = {(row.epoch, row.seq): row.item for row in rows}
        assert all(items[key] == item for key, item in writer.acknowledged.items())
        assert fold.fold(rows).receipt == receipts[writer.page._token]["hash"]
    store.close()
    assert sum(len(writer.acknowledged) for writer in writers) > 100


def test_a_second_log_waits_and_takes_over_from_a_killed_one(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.answer(1, "A")
    second = LogProcess(log.place)
    threading.Timer(0.8, log.kill).start()
    second.start()
    again = second.candidate(1)
    assert again.claim()["values"] == {"1": "A"}
    assert again.answer(2, "B") == "ok"
    second.stop()
