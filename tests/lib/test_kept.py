"""What is kept for a moment: the object itself, for so long, so many."""

from __future__ import annotations

import time

import pytest

from tancai.lib import kept
from tancai.lib.kept import Kept

pytestmark = pytest.mark.anydatabase


def test_the_object_itself_until_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    at = time.monotonic()
    monkeypatch.setattr(kept, "monotonic", lambda: at)
    found: Kept[list[int]] = Kept(seconds=60, most=2)
    made = [1]
    found.put("a", made)
    assert found.get("a") is made
    at += 59.9
    assert found.get("a") is made
    at += 0.2
    assert found.get("a") is None


def test_the_oldest_goes_first_and_anything_can_be_forgotten() -> None:
    found: Kept[int] = Kept(seconds=60, most=2)
    for number in (1, 2, 1, 3):
        found.put(number, number)
    assert [found.get(number) for number in (1, 2, 3)] == [1, None, 3]
    found.forget(1)
    found.forget(7)
    assert [found.get(number) for number in (1, 3)] == [None, 3]
    kept.clear()
    assert found.get(3) is None
