"""An order is the fold of its events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.fees import rules

STORIES = [
    ([], "", False),
    (["opened"], "open", False),
    (["opened", "voucher"], "voucher", False),
    (["opened", "voucher", "refused"], "refused", False),
    (["opened", "voucher", "refused", "voucher"], "voucher", False),
    (["opened", "voucher", "voucher", "confirmed"], "confirmed", True),
    (["opened", "confirmed"], "confirmed", True),
    (["opened", "voucher", "waived"], "waived", True),
    (["opened", "waived", "cancelled"], "cancelled", False),
    (["opened", "cancelled"], "cancelled", False),
    (["opened", "confirmed", "refunded"], "refunded", False),
    # what was not allowed changes nothing
    (["opened", "refused"], "open", False),
    (["opened", "confirmed", "confirmed", "cancelled"], "confirmed", True),
    (["opened", "cancelled", "confirmed"], "cancelled", False),
    (["voucher", "opened"], "open", False),
]


@pytest.mark.parametrize(("kinds", "state", "settled"), STORIES)
def test_stories(kinds: list[str], state: str, settled: bool) -> None:
    assert rules.fold(10000, kinds) == state
    assert rules.settled(state) is settled


def test_nothing_to_pay_is_settled_at_once() -> None:
    assert rules.fold(0, ["opened"]) == "free"
    assert rules.settled("free")


@given(st.lists(st.sampled_from(rules.KINDS)), st.integers(0, 1))
def test_only_allowed_events_lead_anywhere(kinds: list[str], amount: int) -> None:
    state = ""
    for place, kind in enumerate(kinds):
        before, state = state, rules.fold(amount, kinds[: place + 1])
        if before and state != before:
            assert rules.may(before, kind)
        if before in rules.OVER:
            assert state == before
    assert state in {"", *rules.STATES}
