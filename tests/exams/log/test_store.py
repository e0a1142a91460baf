"""What both stores promise the writer."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from tancai.exams.log import rows as r
from tancai.exams.log.rows import Raw, Row
from tancai.exams.log.store import StoreBusy
from tests.exams.log.world import Place, reopened

pytestmark = pytest.mark.anydatabase


def row(seq: int, value: str = '"A"', *, sitting: int = 1, epoch: int = 1, kind: int = r.ANSWER) -> Row:
    return Row(sitting, epoch, seq, kind, r.OK, 1000 + seq, 2000 + seq, "3", value)


def test_rows_come_back_as_written_and_in_order(place: Place) -> None:
    store = place.store()
    store.open()
    first, second = row(2, '"二氧化碳"'), row(1, '["A","C"]')
    store.append([first, row(1, sitting=2)], [])
    store.append([second], [Raw(1, 5, "unreadable", b"\x00{")])
    assert store.rows(1) == [first, second]
    assert store.find(1, 1, 2) == first
    assert store.find(1, 2, 2) is None
    assert store.raws(1) == [Raw(1, 5, "unreadable", b"\x00{")]
    store.close()


def test_whatever_stands_in_a_text_comes_back(place: Place) -> None:
    """Signs that mean something in an array or a statement, many rows at once."""
    texts = ['"\\\\"', "{}", "NULL", '""', "a,b", "'; --", '"%s $1"', "\\", '"', " ", "二氧化碳\n\t", ""]
    store = place.store()
    store.open()
    rows = [row(seq, text)._replace(item=text) for seq, text in enumerate(texts, start=1)]
    store.append(rows, [])
    assert store.rows(1) == rows
    store.close()


def test_written_rows_are_there_after_reopening(place: Place) -> None:
    store = place.store()
    store.open()
    store.append([row(1)], [])
    store.close()
    again = place.store()
    reopened(again)
    assert again.rows(1) == [row(1)]
    again.close()


def test_loading_leaves_long_answers_out_but_keeps_orders(place: Place) -> None:
    store = place.store()
    store.open()
    order = row(1, '{"order":{"ref":"x"}}', epoch=0, kind=r.PAUSE)
    store.append([order, row(1, '"a long answer"'), row(2, "null")], [])
    assert [found.value for found in store.load(1)] == [order.value, "", "null"]
    store.close()


def test_a_failing_batch_writes_nothing(place: Place) -> None:
    store = place.store()
    store.open()
    store.append([row(1)], [])
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        store.append([row(2), row(1)], [Raw(1, 5, "conflict", b"x")])
    assert store.rows(1) == [row(1)]
    assert store.raws(1) == []
    store.append([row(2)], [])
    assert len(store.rows(1)) == 2
    store.close()


def test_there_is_one_writer_and_the_next_takes_over(place: Place) -> None:
    first, second = place.store(), place.store()
    first.open()
    with pytest.raises(StoreBusy):
        second.open()
    first.append([row(1)], [])
    first.close()
    reopened(second)
    assert second.rows(1) == [row(1)]
    second.close()
