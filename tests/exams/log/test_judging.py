"""The one writer judged by properties: order, grouping and repetition of what arrives change nothing that counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tancai.exams.log import fold
from tancai.exams.log import rows as r
from tancai.exams.log.clock import Clock
from tancai.exams.log.fold import Head, Seen
from tancai.exams.log.messages import Event, Grant, Request
from tancai.exams.log.rows import Raw, Row
from tancai.exams.log.writer import Writer

BEGIN, END, GRACE = 1_000_000, 4_600_000, 600_000
GRANT = Grant(1, BEGIN, END, GRACE, END)
MANY = settings(max_examples=70, deadline=None)


class Memory:
    """A store in a list, with the unique key of the real ones."""

    is_open = True

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.aside: list[Raw] = []

    def append(self, rows: Sequence[Row], raws: Sequence[Raw]) -> None:
        keys = [row[:3] for row in [*self.kept, *rows]]
        assert len(set(keys)) == len(keys)
        self.kept += rows
        self.aside += raws

    def rows(self, sitting: int) -> list[Row]:
        return [row for row in self.kept if row.sitting == sitting]

    def load(self, sitting: int) -> list[Row]:
        short = [
            row if row.epoch == 0 or len(row.value) <= 4 else row._replace(value="") for row in self.kept
        ]
        return [row for row in short if row.sitting == sitting]

    def find(self, sitting: int, epoch: int, seq: int) -> Row | None:
        return next((row for row in self.kept if row[:3] == (sitting, epoch, seq)), None)

    def raws(self, sitting: int) -> list[Raw]:
        return [raw for raw in self.aside if raw.sitting == sitting]


class Bench:
    """A writer on a store in memory, at a time of one's choice; asked turn by turn."""

    def __init__(self) -> None:
        self.time = BEGIN + 1000
        self.store = Memory()
        clock = Clock(wall=lambda: self.time / 1000, steady=lambda: 0.0)
        clock.now = lambda: self.time  # type: ignore[method-assign]
        self.writer = Writer(self.store, clock)  # type: ignore[arg-type]

    def turn(self, *requests: Request) -> list[dict[str, Any]]:
        answers = self.writer._work(list(requests))
        assert all(status == 200 for status, _ in answers)
        return [json.loads(body) for _, body in answers]


def claim(page: int) -> Request:
    return Request("claim", 1, GRANT, claim=f"page-{page:04d}")


def batch(epoch: int, events: Sequence[Event]) -> Request:
    return Request("events", 1, GRANT, epoch=epoch, events=list(events))


def order(kind: str, ref: str, **more: Any) -> Request:
    return Request("order", 1, order={"kind": kind, "ref": ref, "sitting": 1, **more}, signed="signed")


def answers(changes: Sequence[tuple[int, Any]], first: int = 1, at: int = BEGIN + 500) -> list[Event]:
    return [
        Event(seq, at + seq, r.ANSWER, str(item), json.dumps(value))
        for seq, (item, value) in enumerate(changes, start=first)
    ]


def plain(changes: Sequence[tuple[int, Any]]) -> dict[str, Any]:
    values = {str(item): value for item, value in changes}
    return {item: value for item, value in values.items() if value is not None}


values = st.sampled_from(["A", "B", None, ["A", "C"], "一段很长的文字", "", True, 0.5703])
changes = st.lists(st.tuples(st.integers(1, 6), values), min_size=1, max_size=20)


@given(changes, st.data())
@MANY
def test_any_order_grouping_and_repetition_of_batches_gives_the_same_sheet(
    given_changes: list[tuple[int, Any]], data: st.DataObject
) -> None:
    bench, events = Bench(), answers(given_changes)
    bench.turn(claim(1))
    subsets = data.draw(st.lists(st.lists(st.sampled_from(events), max_size=6), max_size=8))
    requests = [batch(1, subset) for subset in [*subsets, events]]
    requests = data.draw(st.permutations(requests))
    while requests:
        size = data.draw(st.integers(1, len(requests)))
        for answer in bench.turn(*requests[:size]):
            assert {word for _, word in answer["acks"]} <= {"ok"}
        requests = requests[size:]
    assert fold.fold(bench.store.rows(1)).values == plain(given_changes)
    assert bench.turn(batch(1, []))[0]["high"] == len(events)
    assert len(bench.store.rows(1)) == len(events) + 1


@given(changes, changes, changes, st.data())
@MANY
def test_an_older_page_never_wins(
    before: list[tuple[int, Any]],
    newer: list[tuple[int, Any]],
    older: list[tuple[int, Any]],
    data: st.DataObject,
) -> None:
    bench = Bench()
    bench.turn(claim(1))
    bench.turn(batch(1, answers(before)))
    bench.turn(claim(2))
    late = [batch(1, [event]) for event in answers(older, first=len(before) + 1)]
    fresh = [batch(2, [event]) for event in answers(newer)]
    for request in data.draw(st.permutations([*late, *fresh])):
        word = bench.turn(request)[0]["acks"][0][1]
        assert word == ("superseded" if request.epoch == 1 else "ok")
    folded = fold.fold(bench.store.rows(1))
    assert folded.values == plain([*before, *newer])
    assert folded.set_aside == len(older)


@given(changes, st.integers(0, 19), values, st.booleans())
@MANY
def test_another_body_under_a_used_key_is_a_conflict_and_is_kept(
    given_changes: list[tuple[int, Any]], place: int, other: Any, same_turn: bool
) -> None:
    bench, events = Bench(), answers(given_changes)
    first = events[place % len(events)]
    second = first._replace(value=json.dumps(other))
    assume(second != first)
    bench.turn(claim(1))
    requests = [batch(1, events), batch(1, [second, first])]
    told = (bench.turn(*requests) if same_turn else [bench.turn(one)[0] for one in requests])[1]["acks"]
    assert told == [[first.seq, "conflict"], [first.seq, "ok"]]
    assert fold.fold(bench.store.rows(1)).values == plain(given_changes)
    kept = [json.loads(raw.body) for raw in bench.store.raws(1)]
    assert kept == [[1, *second]]


programs = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(1, 4)),
        st.tuples(st.just("save"), st.integers(1, 4), st.integers(1, 12), st.integers(1, 4), values),
        st.tuples(st.just("order"), st.sampled_from(["extra", "pause", "resume", "message", "grace", "end"])),
        st.tuples(st.just("pass"), st.integers(1, 900_000)),
        st.tuples(st.just("hand_in"), st.integers(1, 4)),
        st.tuples(st.just("seal"), st.just(0)),
    ),
    max_size=40,
)


def requests_of(program: Sequence[tuple[Any, ...]]) -> list[Request | int]:
    """What a program sends; numbers let time pass. One body for each key, whoever sends it."""
    found: list[Request | int] = []
    for number, step in enumerate(program):
        if step[0] == "claim":
            found.append(claim(step[1]))
        elif step[0] == "save":
            _, epoch, seq, item, value = step
            found.append(batch(epoch, [Event(seq, BEGIN + 9, r.ANSWER, str(item), json.dumps(value))]))
        elif step[0] == "order":
            found.append(order(step[1], f"ref-{number}", seconds=120, reason="power", text="x"))
        elif step[0] == "pass":
            found.append(step[1])
        elif step[0] == "hand_in":
            found.append(batch(step[1], [Event(5, BEGIN + 9, r.HAND_IN, "", "null")]))
        else:
            found.append(order("seal", "seal"))
    return found


def run(program: Sequence[tuple[Any, ...]], *, together: bool = False) -> tuple[Bench, list[dict[str, Any]]]:
    bench, told, waiting = Bench(), [], []
    for one in requests_of(program):
        if isinstance(one, int):
            told += bench.turn(*waiting) if waiting else []
            waiting = []
            bench.time += one
        elif together:
            waiting.append(one)
        else:
            told += bench.turn(one)
    return bench, told + (bench.turn(*waiting) if waiting else [])


def portrait(head: Head) -> dict[str, Any]:
    """Everything a head knows of its rows; what depends on who asked last is left out."""
    found = {name: getattr(head, name) for name in Head.__slots__ if name not in ("touched", "receipt")}
    found["seen"] = {epoch: _seen(seen) for epoch, seen in head.seen.items()}
    return found


def _seen(seen: Seen) -> tuple[int, list[int]]:
    return seen.high, sorted(seen.beyond)


@given(programs)
@MANY
def test_a_head_read_from_the_rows_is_the_head_that_lived(program: list[tuple[Any, ...]]) -> None:
    bench, _ = run(program)
    lived = portrait(bench.writer.head(1))
    bench.writer._heads.clear()
    read = portrait(bench.writer.head(1))
    assert read == lived


@given(programs)
@MANY
def test_sharing_a_commit_changes_no_row_and_no_word(program: list[tuple[Any, ...]]) -> None:
    alone, told_alone = run(program)
    shared, told_shared = run(program, together=True)
    assert shared.store.kept == alone.store.kept
    assert [one.get("acks") for one in told_shared] == [one.get("acks") for one in told_alone]


@given(programs)
@MANY
def test_sending_everything_again_adds_nothing_and_gets_the_first_words(
    program: list[tuple[Any, ...]],
) -> None:
    bench, _ = run(program)
    before = list(bench.store.kept)
    words = {row[1:3]: r.WORDS[row.verdict] for row in before if row.epoch}
    bodies = {row[1:3]: row[3:4] + row[5:6] + row[7:9] for row in before if row.epoch}
    for one in requests_of(program):
        if isinstance(one, Request) and one.kind == "events":
            event = one.events[0]
            key = one.epoch, event.seq
            word = bench.turn(one)[0]["acks"][0][1]
            if key in words:
                same = bodies[key] == (event.kind, event.at, event.item, event.value)
                assert word == (words[key] if same else "conflict")
        elif isinstance(one, Request) and one.kind == "order":
            assert bench.turn(one)[0]["result"] in ("repeat", "closed", "ok")
    added = bench.store.kept[len(before) :]
    assert all(row[1:3] not in words for row in added)
    assert bench.store.kept[: len(before)] == before


@given(programs)
@MANY
def test_time_left_never_falls_faster_than_time_passes(program: list[tuple[Any, ...]]) -> None:
    bench = Bench()
    left, asked_at = None, bench.time
    for one in requests_of(program):
        if isinstance(one, int):
            bench.time += one
            continue
        view = bench.turn(one)[0]
        if left is not None and view["state"] != "ended":
            assert view["remaining"] >= left - (bench.time - asked_at) - 1
        left, asked_at = view["remaining"], bench.time


@given(changes, st.integers(0, 21), st.sampled_from(Row._fields), st.data())
@MANY
def test_a_receipt_holds_every_column_of_every_row_and_their_order(
    given_changes: list[tuple[int, Any]], place: int, column: str, data: st.DataObject
) -> None:
    bench = Bench()
    bench.turn(claim(1))
    bench.turn(batch(1, answers(given_changes)))
    count = len(given_changes)
    told = bench.turn(batch(1, [Event(count + 1, BEGIN, r.HAND_IN, "", "null")]))[0]["receipt"]
    rows = fold.until_closing(bench.store.rows(1))
    assert told["hash"] == fold.receipt(rows) == fold.fold(rows).receipt
    assert told["events"] == count + 1
    place %= len(rows)
    was = getattr(rows[place], column)
    forged = [*rows]
    forged[place] = rows[place]._replace(**{column: was + 1 if isinstance(was, int) else was + "0"})
    assert fold.receipt(forged) != told["hash"]
    assert fold.receipt(rows[:place] + rows[place + 1 :]) != told["hash"]
    moved = data.draw(st.permutations(rows))
    assert (fold.receipt(moved) == told["hash"]) == (moved == rows)
