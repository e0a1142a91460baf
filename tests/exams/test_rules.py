"""Decisions on plain values: tickets, entry, resits, the end of working time."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.exams import rules
from tancai.exams.log import fold
from tancai.exams.log import rows as r
from tancai.exams.log.rows import Row
from tancai.exams.rules import Attempt, EntryFacts, Order, ResitFacts

START = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICKETS = START - timedelta(days=3)
GOOD = EntryFacts(
    starts_at=START,
    entry_until=START + 30 * MINUTE,
    approved=True,
    settled=True,
    hours_share=0.95,
    hours_required=0.9,
)


def codes(verdict: rules.Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"approved": False}, ["not_approved"]),
        ({"settled": False}, ["fee"]),
        ({"hours_share": 0.899}, ["hours"]),
        ({"hours_share": 0.9}, []),
        ({"withdrawn": True}, ["withdrawn"]),
        ({"cancelled": True}, ["cancelled"]),
        ({"has_paper": False}, ["no_paper"]),
        ({"settled": False, "hours_share": 0.0}, ["fee", "hours"]),
        ({"finished": True}, ["finished"]),
    ],
)
def test_entry_names_every_reason(change: dict[str, object], expected: list[str]) -> None:
    assert codes(rules.may_enter(replace(GOOD, **change), START)) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-31, ["too_early"]), (-30, []), (0, []), (30, []), (30.1, ["too_late"])],
)
def test_entry_has_its_time(minutes: float, expected: list[str]) -> None:
    assert codes(rules.may_enter(GOOD, START + minutes * MINUTE)) == expected


def test_who_has_begun_may_return_late_and_without_hours_until_the_end() -> None:
    begun = replace(GOOD, began_at=START, ends_at=START + 90 * MINUTE, hours_share=0.0)
    assert rules.may_enter(begun, START + 60 * MINUTE).ok
    assert rules.may_enter(begun, START + 95 * MINUTE).ok
    assert codes(rules.may_enter(begun, START + 101 * MINUTE)) == ["over"]
    assert rules.may_enter(replace(begun, ends_at=None), START + 500 * MINUTE).ok


def test_hours_do_not_hold_the_ticket_back_but_warn() -> None:
    verdict = rules.may_print_ticket(replace(GOOD, hours_share=0.2), TICKETS, START - timedelta(days=2))
    assert verdict.ok
    assert [warning.code for warning in verdict.warnings] == ["hours"]


def test_the_ticket_opens_three_days_before() -> None:
    assert codes(rules.may_print_ticket(GOOD, TICKETS, START - timedelta(days=3, seconds=1))) == ["too_early"]
    assert rules.may_print_ticket(GOOD, TICKETS, START - timedelta(days=3)).ok


def test_late_entry_costs_time_unless_time_is_ones_own() -> None:
    late = START + 20 * MINUTE
    common = {"starts_at": START, "minutes": 90, "extra_minutes": 10, "at": late}
    assert rules.plan(own_time=False, **common) == (START, START + 100 * MINUTE)
    assert rules.plan(own_time=True, **common) == (late, late + 100 * MINUTE)
    early = START - 5 * MINUTE
    assert rules.plan(own_time=True, **{**common, "at": early})[0] == START


END = START + 90 * MINUTE


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], END),
        ([Order("extra", START, 600)], END + 10 * MINUTE),
        ([Order("pause", START + 10 * MINUTE)], None),
        ([Order("pause", START + 10 * MINUTE), Order("resume", START + 25 * MINUTE)], END + 15 * MINUTE),
        ([Order("pause", START - 10 * MINUTE), Order("resume", START + 5 * MINUTE)], END + 5 * MINUTE),
        ([Order("pause", START - 10 * MINUTE), Order("resume", START - 5 * MINUTE)], END),
        ([Order("resume", START)], END),
        ([Order("end", START + 30 * MINUTE), Order("extra", START + 31 * MINUTE, 600)], START + 30 * MINUTE),
    ],
)
def test_orders_move_the_end(orders: list[Order], expected: datetime | None) -> None:
    assert rules.ends_after(START, END, orders) == expected


MISSED, SAT = Attempt(START, False, False), Attempt(START, True, True)
RESIT = ResitFacts(True, True, (SAT,), START + timedelta(days=60))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"attempts": (MISSED,)}, []),
        ({"attempts": ()}, ["no_attempt"]),
        ({"attempts": (Attempt(START, True, False),)}, ["attempt_open"]),
        ({"attempts": (SAT, Attempt(START + timedelta(days=40), False, False))}, ["attempt_open"]),
        ({"approved": False}, ["not_approved"]),
        ({"same_programme": False}, ["other_programme"]),
        ({"other_booking": True}, ["booked_already"]),
        ({"starts_at": START}, ["day_over"]),
        ({"cancelled": True}, ["day_over"]),
        ({"limit": 0}, ["limit"]),
        ({"limit": 1}, []),
    ],
)
def test_a_resit_follows_an_attempt_that_is_over(change: dict[str, object], expected: list[str]) -> None:
    assert codes(rules.may_book_resit(replace(RESIT, **change), START + timedelta(days=1))) == expected


def test_order_keeps_sections_and_every_question() -> None:
    entries = [(n, "single") for n in range(1, 31)] + [(n, "short") for n in range(31, 36)]
    shown = rules.order(entries, random.Random(4))
    assert sorted(shown) == list(range(1, 36))
    assert set(shown[:30]) == set(range(1, 31))
    assert shown != list(range(1, 36))
    assert shown == rules.order(entries, random.Random(4))
    assert shown != rules.order(entries, random.Random(5))


def test_session_state_follows_events_then_time() -> None:
    def state(at: datetime, *events: str) -> str:
        return rules.session_state(starts_at=START, over_at=END, events=frozenset(events), at=at)

    assert state(START - MINUTE, "opened") == "open"
    assert state(START - MINUTE, "opened", "prepared") == "prepared"
    assert state(START) == "running"
    assert state(END) == "over"
    assert state(END, "closed") == "closed"
    assert state(START, "cancelled") == "cancelled"


def test_codes_have_no_characters_that_look_alike() -> None:
    assert not set("O0I1") & set(rules.ALPHABET)
    assert len(rules.ALPHABET) == 32
    assert rules.ticket_number(rules.ticket_prefix("cem", START), 7) == "CEM-20261128-0007"


orders = st.lists(
    st.tuples(st.sampled_from(["extra", "pause", "resume"]), st.integers(-30, 120), st.integers(60, 1200)),
    max_size=8,
)


@given(orders)
@settings(max_examples=200, deadline=None)
def test_django_and_the_log_agree_on_the_end(given_orders: list[tuple[str, int, int]]) -> None:
    def ms(at: datetime) -> int:
        return int(at.timestamp() * 1000)

    head = fold.Head(1)
    plan = json.dumps({"claim": "page-one", "b": ms(START), "e": ms(END), "g": 0})
    head.apply(Row(1, 0, 1, r.CLAIM, r.OK, 0, 0, "1", plan))
    known = []
    for number, (kind, minutes, seconds) in enumerate(sorted(given_orders, key=lambda one: one[1])):
        at = START + minutes * MINUTE
        order = {"order": {"ref": str(number), "seconds": seconds}, "signed": ""}
        head.apply(Row(1, 0, number + 2, r.ORDER_KINDS[kind], r.OK, ms(at), ms(at), "", json.dumps(order)))
        known.append(Order(kind, at, seconds))
    end = rules.ends_after(START, END, known)
    assert head.end() == (None if end is None else ms(end))


@pytest.mark.parametrize(
    ("state", "admitted", "expected"),
    [
        ("open", False, []),
        ("refused", False, []),
        ("open", True, ["admitted"]),
        ("voucher", False, ["paid"]),
        ("confirmed", False, ["paid"]),
        ("waived", False, ["paid"]),
        ("cancelled", False, ["not_booked"]),
        ("refunded", True, ["not_booked"]),
        (None, False, ["not_booked"]),
    ],
)
def test_a_booking_is_given_up_while_nothing_was_paid(
    state: str | None, admitted: bool, expected: list[str]
) -> None:
    verdict = rules.may_cancel_resit(state, admitted=admitted)
    assert [reason.code for reason in verdict.reasons] == expected
