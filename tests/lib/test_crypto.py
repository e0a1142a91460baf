"""Sealed values open only where they belong; tokens only for their purpose and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.lib import crypto

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@given(st.binary(max_size=300))
def test_sealing_round_trips_and_hides(data: bytes) -> None:
    sealed = crypto.seal(data, "a.b")
    assert crypto.unseal(sealed, "a.b") == data
    if len(data) > 8:
        assert data not in sealed


def test_equal_values_are_sealed_differently() -> None:
    assert crypto.seal(b"same", "a.b") != crypto.seal(b"same", "a.b")


def test_a_value_moved_elsewhere_does_not_open() -> None:
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(crypto.seal(b"secret", "people_person.document"), "people_person.name")


@given(st.integers(0, 10_000))
def test_one_flipped_byte_is_noticed(place: int) -> None:
    sealed = bytearray(crypto.seal(b"110105194912310021", "a.b"))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(bytes(sealed), "a.b")


def test_blind_indexes_find_equals_and_depend_on_the_purpose() -> None:
    assert crypto.blind_index("x", "document") == crypto.blind_index("x", "document")
    assert crypto.blind_index("x", "document") != crypto.blind_index("x", "entry code")
    assert crypto.blind_index("x", "document") != crypto.blind_index("y", "document")


def test_tokens_hold_purpose_time_and_content() -> None:
    token = crypto.sign({"sitting": 7}, "sitting", NOON + timedelta(minutes=1))
    assert crypto.verify(token, "sitting", NOON)["sitting"] == 7
    for bad, purpose, at, code in [
        (token, "other", NOON, "forged"),
        (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "sitting", NOON, "forged"),
        ("x" + token, "sitting", NOON, "forged"),
        (token, "sitting", NOON + timedelta(minutes=2), "expired"),
        ("", "sitting", NOON, "forged"),
        (token[:-3], "sitting", NOON, "forged"),
    ]:
        with pytest.raises(crypto.BadToken) as caught:
            crypto.verify(bad, purpose, at)
        assert caught.value.code == code
