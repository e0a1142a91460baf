"""What the shipped bank stands on: each item names a document and whether it holds; none keys on what does not."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.items import shipped

pytestmark = pytest.mark.anydatabase

ITEMS = shipped.ITEMS

ASK_FOR_HISTORY = {"cem-1-s03"}
"""Ask what was the case in a named year; the document said so then and has run out since."""


def test_the_bank_is_as_large_as_promised() -> None:
    assert len(ITEMS) >= 600
    assert sum(item.kind == "parameterised" for item in ITEMS) >= 60
    for post in range(1, 10):
        assert sum(item.topic == f"cmc-{post}" for item in ITEMS) >= 14


def test_every_item_says_whether_its_document_holds() -> None:
    """``in_force``, ``reference`` (books and models: no rule), ``ended`` (a rule for years that are over)."""
    assert {
        item.code for item in ITEMS if item.basis.get("status") not in {"in_force", "reference", "ended"}
    } == set()


def test_no_item_keys_on_a_rule_that_is_superseded_or_over() -> None:
    assert {item.code for item in ITEMS if item.basis["status"] == "ended"} <= ASK_FOR_HISTORY
    for item in ITEMS:
        named = item.basis["document"]
        assert not any(
            old in named for old in ("32150-2015", "24067-2008", "LY/T 1721", "AR-CM-", "PAS 2060")
        ), item.code


def test_a_document_has_one_year_and_one_status_in_the_whole_bank() -> None:
    said: dict[str, set[tuple[object, object]]] = defaultdict(set)
    for item in ITEMS:
        said[item.basis["document"]].add((item.basis.get("year"), item.basis["status"]))
    assert {name: told for name, told in said.items() if len(told) > 1} == {}


def test_years_are_years_and_stand_wherever_an_edition_is_named() -> None:
    for item in ITEMS:
        year = item.basis.get("year")
        assert year is None or 1980 <= year <= 2026, item.code
        if "-20" in item.basis["document"]:
            assert year is not None, item.code
