"""Events go when their time is over; the receipt stays, and nothing is deleted that would not prove it."""

from __future__ import annotations

import pytest

from tancai.exams.log import fold
from tancai.exams.log.client import LogDown
from tests.exams.log.world import LogProcess, reopened

pytestmark = pytest.mark.anydatabase


def purge(log: LogProcess, sitting: int, receipt: str, ref: str = "purge") -> str:
    order = {"kind": "purge", "sitting": sitting, "ref": ref, "receipt": receipt}
    return str(log.control.orders([order])[0]["result"])


def test_a_closed_sitting_leaves_one_row_with_its_receipt(log: LogProcess) -> None:
    page, other = log.candidate(1), log.candidate(2)
    for one in (page, other):
        one.claim()
        one.answer(1, "一段只有本人知道的文字")
        one._line.post("events", one._token + "\n{不是记录".encode())
    receipt = page.hand_in()
    assert purge(log, 1, receipt["hash"]) == "ok"
    assert purge(log, 1, receipt["hash"]) == "repeat"
    assert purge(log, 1, receipt["hash"], ref="another") == "repeat"
    view = page.read()
    assert (view["state"], view["receipt"], view["values"]) == ("handed_in", receipt, {})
    log.kill()
    log.start()
    view = log.candidate(1).claim()
    assert (view["state"], view["epoch"], view["receipt"]) == ("handed_in", 1, receipt)
    assert page.answer(2, "B") == "closed"
    assert other.answer(2, "B") == "ok"
    log.stop()
    store = reopened(log.place.store())
    folded = fold.fold(store.rows(1))
    assert (folded.values, folded.receipt) == ({}, receipt["hash"])
    assert folded.purged_at is not None
    assert store.raws(1) == []
    assert len(store.raws(2)) == 1
    assert fold.fold(store.rows(2)).values == {"1": "一段只有本人知道的文字", "2": "B"}
    store.close()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_was_deleted_is_not_left_in_the_file(log: LogProcess) -> None:
    """PostgreSQL frees its pages by vacuum; SQLite would keep the text in free pages."""
    page = log.candidate(1)
    page.claim()
    page.answer(1, "zwölf Boxkämpfer")
    assert purge(log, 1, page.hand_in()["hash"]) == "ok"
    log.stop()
    store = reopened(log.place.store())
    store.close()
    for file in log.place.data.glob("examlog.sqlite3*"):
        assert "zwölf Boxkämpfer".encode() not in file.read_bytes()


def test_a_running_sitting_and_a_wrong_receipt_are_refused(log: LogProcess) -> None:
    page = log.candidate(1)
    page.claim()
    page.answer(1, "A")
    assert purge(log, 1, "0" * 64, ref="one") == "running"
    receipt = page.hand_in()["hash"]
    assert purge(log, 1, "0" * 64, ref="two") == "differs"
    assert page.read()["values"] == {"1": "A"}
    with pytest.raises(LogDown) as refused:
        purge(log, 1, "not a hash", ref="three")
    assert (refused.value.status, refused.value.code) == (400, "bad_order")
    assert purge(log, 1, receipt, ref="four") == "ok"


def test_a_seal_waits_until_it_is_over_by_the_logs_clock(movable_log: LogProcess) -> None:
    log = movable_log
    page = log.candidate(1)
    page.claim()
    page.answer(1, "A")
    seal = {"kind": "seal", "sitting": 1, "ref": "seal-1", "if_over": True}
    assert log.control.orders([seal])[0]["result"] == "running"
    assert page.answer(2, "B") == "ok"
    log.control.move_clock(page.now() + 80 * 60_000)
    answer = log.control.orders([seal])[0]
    assert (answer["result"], answer["state"]) == ("ok", "sealed")
