"""The fold is a function of the rows: replay, order and repetition within an epoch change nothing."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.exams.log import fold
from tancai.exams.log import rows as r
from tancai.exams.log.rows import Row

BEGIN, END, GRACE = 1_000_000, 7_000_000, 600_000


def claim(epoch: int, seq: int) -> Row:
    value = json.dumps({"claim": f"claim-{epoch}", "b": BEGIN, "e": END, "g": GRACE})
    return Row(1, 0, seq, r.CLAIM, r.OK, BEGIN, BEGIN, str(epoch), value)


def answer(epoch: int, seq: int, item: int, value: object, verdict: int = r.OK) -> Row:
    return Row(1, epoch, seq, r.ANSWER, verdict, BEGIN + seq, BEGIN + seq, str(item), json.dumps(value))


changes = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["A", "B", None, ["A", "C"], "文"])), min_size=1, max_size=30
)


def plain(given_changes: list[tuple[int, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for item, value in given_changes:
        values[str(item)] = value
    return {item: value for item, value in values.items() if value is not None}


@given(changes, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_last_change_wins_in_whatever_order_rows_arrived(
    given_changes: list[tuple[int, object]], rng: random.Random
) -> None:
    rows = [answer(1, seq, item, value) for seq, (item, value) in enumerate(given_changes, start=1)]
    rng.shuffle(rows)
    assert fold.fold([claim(1, 1), *rows]).values == plain(given_changes)


@given(changes, changes, st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_what_does_not_count_is_never_folded(
    first: list[tuple[int, object]], second: list[tuple[int, object]], cut: int
) -> None:
    rows = [claim(1, 1)]
    rows += [answer(1, seq, item, value) for seq, (item, value) in enumerate(first, start=1)]
    rows.append(claim(2, 2))
    late = [answer(1, len(first) + 1 + n, item, "D", r.SUPERSEDED) for n, (item, _) in enumerate(first[:cut])]
    fresh = [answer(2, seq, item, value) for seq, (item, value) in enumerate(second, start=1)]
    mixed = [row for pair in zip(late, fresh, strict=False) for row in pair]
    mixed += late[len(fresh) :] + fresh[len(late) :]
    folded = fold.fold([*rows, *mixed])
    assert folded.values == plain(first + second)
    assert folded.set_aside == len(late)


@given(changes)
@settings(max_examples=50, deadline=None)
def test_a_head_built_from_rows_equals_one_that_lived_through_them(
    given_changes: list[tuple[int, object]],
) -> None:
    rows = [claim(1, 1)]
    lived = fold.Head(1)
    lived.apply(rows[0])
    for seq, (item, value) in enumerate(given_changes, start=1):
        row = answer(1, seq, item, value, lived.judge(1, r.ANSWER, BEGIN + seq, BEGIN + seq))
        rows.append(row)
        lived.apply(row)
    rebuilt = fold.Head(1)
    for row in rows:
        rebuilt.apply(row)
    assert rebuilt.view(BEGIN + 5) == lived.view(BEGIN + 5)
    assert rebuilt.answered == lived.answered == set(plain(given_changes))


@given(st.lists(st.integers(1, 40), max_size=60))
def test_seen_knows_exactly_what_arrived(arrived: list[int]) -> None:
    seen = fold.Seen()
    for seq in arrived:
        if seq not in seen:
            seen.add(seq)
    assert [seq for seq in range(1, 42) if seq in seen] == sorted(set(arrived))
    assert all(seq in set(arrived) for seq in range(1, seen.high + 1))
    assert seen.high + 1 not in set(arrived)


@given(changes, st.integers(0, 29), st.sampled_from(["at", "value", "item", "received"]))
@settings(max_examples=100, deadline=None)
def test_any_change_to_the_record_changes_the_receipt(
    given_changes: list[tuple[int, object]], place: int, column: str
) -> None:
    rows = [answer(1, seq, item, value) for seq, (item, value) in enumerate(given_changes, start=1)]
    place %= len(rows)
    forged = list(rows)
    before = getattr(rows[place], column)
    forged[place] = rows[place]._replace(**{column: before + 1 if isinstance(before, int) else before + " "})
    assert fold.receipt(forged) != fold.receipt(rows)
    assert fold.receipt(rows[:-1]) != fold.receipt(rows)


def test_the_clock_of_a_sitting() -> None:
    head = fold.Head(1)
    assert head.remaining(BEGIN) is None
    head.apply(claim(1, 1))
    assert head.remaining(BEGIN - 500) == END - BEGIN
    assert head.remaining(END + 5) == 0
    assert head.state(BEGIN - 1) == "waiting"
    assert head.state(END) == "running"
    assert head.state(END + 1) == "over"
    order = {"order": {"ref": "p"}, "signed": "s"}
    head.apply(Row(1, 0, 2, r.PAUSE, r.OK, BEGIN + 100, BEGIN + 100, "", json.dumps(order)))
    assert head.end() is None
    assert head.remaining(END * 2) == END - BEGIN - 100
    assert head.judge(1, r.ANSWER, END * 2, END * 2) == r.PAUSED
    order["order"]["ref"] = "q"
    head.apply(Row(1, 0, 3, r.RESUME, r.OK, BEGIN + 400, BEGIN + 400, "", json.dumps(order)))
    assert head.end() == END + 300


def test_verdicts_at_the_edges() -> None:
    head = fold.Head(1)
    head.apply(claim(2, 1))
    assert head.judge(1, r.ANSWER, BEGIN, BEGIN) == r.SUPERSEDED
    assert head.judge(2, r.ANSWER, BEGIN - 1, BEGIN - 1) == r.EARLY
    assert head.judge(2, r.ANSWER, END, END) == r.OK
    assert head.judge(2, r.ANSWER, END + fold.TOLERANCE, END + 1) == r.LATE
    assert head.judge(2, r.ANSWER, END + fold.TOLERANCE + 1, END + 2) == r.EXPIRED
    assert head.judge(2, r.ANSWER, END, END + GRACE) == r.LATE
    assert head.judge(2, r.ANSWER, END, END + GRACE + 1) == r.EXPIRED
    assert head.judge(2, r.HAND_IN, END + GRACE, END + GRACE) == r.LATE


def test_the_outbox_code_is_that_of_the_page() -> None:
    events = [(1, 1000, "3", '"B"'), (2, 1500, "4", '["A","C"]'), (3, 1600, "", "null")]
    assert fold.outbox_code(7, 2, events) == fold.outbox_code(7, 2, list(events))
    assert fold.outbox_code(7, 2, events[:2]) != fold.outbox_code(7, 2, events)
    assert len(fold.outbox_code(7, 2, [])) == 8
