"""Another key for what is no choice of letters, made of the lines an author writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tancai.items.kinds import kinds
from tancai.items.other_keys import key_lines
from tests.items.each_kind import STEPS, TEXTS

pytestmark = pytest.mark.anydatabase
LINED = ("numeric", "parameterised", "fill", "matching", "ordering")


def rekeyed(kind: str, **given: str) -> Any:
    content, key = TEXTS[kind]
    return kinds()[kind].rekeyed(content, key, given)  # type: ignore[attr-defined]


def won(kind: str, key: Any, response: Any) -> Decimal | None:
    found = kinds()[kind]
    return found.score(TEXTS[kind][0], key, found.response(response), marks=Decimal(6), policy="").marks


@pytest.mark.parametrize("kind", LINED)
def test_the_lines_of_a_key_make_that_key(kind: str) -> None:
    content, key = TEXTS[kind]
    assert kinds()[kind].rekeyed(content, key, key_lines(kinds()[kind], content, key)) == key  # type: ignore[attr-defined]


def test_a_number_gets_another_value_room_and_unit() -> None:
    key = rekeyed("numeric", value="1200", tolerance="5%")
    assert [won("numeric", key, text) for text in ("1000", "1200", "1260", "1261")] == [0, 6, 6, 0]
    in_kilos = rekeyed("numeric", unit="kg")
    assert won("numeric", in_kilos, "1000 kg") == 6 and won("numeric", TEXTS["numeric"][1], "1000 kg") == 0
    assert rekeyed("numeric", unit="") is None, "the printed unit cannot be taken back"
    rounded = {
        **TEXTS["numeric"][1],
        "exact": "1000.4",
        "also": [{"value": "1", "tolerance": "0", "share": "0.5"}],
    }
    one: Any = kinds()["numeric"]
    assert one.rekeyed(TEXTS["numeric"][0], rounded, {"tolerance": "2"})["exact"] == "1000.4"
    again = one.rekeyed(TEXTS["numeric"][0], rounded, {"value": "1200"})
    assert "exact" not in again and again["also"] == rounded["also"]


def test_a_blank_takes_more_words_and_keeps_what_it_is_chosen_from() -> None:
    key = rekeyed("fill", blanks="直接 | 范围一\n低 << 高 | 低 | 相同\n全球变暖潜势 | GWP")
    assert won("fill", key, ["范围一", "低", "gwp"]) == 6
    assert rekeyed("fill", blanks="直接\n高 << 高 | 低\nGWP") is None
    assert rekeyed("fill", blanks="直接\n高 << 高 | 低 | 相同") is None, "three blanks, two rows"
    content, old = TEXTS["fill"]
    strict = {"blanks": [{**old["blanks"][0], "case": True}, *old["blanks"][1:]]}
    one: Any = kinds()["fill"]
    assert one.rekeyed(content, strict, {"blanks": "CO2\n高 << 高 | 低 | 相同\nGWP"})["blanks"][0]["case"]


def test_pairs_and_orders_hold_the_same_entries_otherwise() -> None:
    rows = key_lines(kinds()["matching"], *TEXTS["matching"])["pairs"].splitlines()
    other = "\n".join([rows[0].replace("褐煤", "焦炭"), *rows[:0:-1]])
    key = rekeyed("matching", pairs=other)
    assert sum(key["pairs"][left] != right for left, right in TEXTS["matching"][1]["pairs"].items()) == 1
    for wrong in (rows[:2], [*rows, rows[0]], [rows[0].replace("褐煤", "泥煤"), *rows[1:]]):
        assert rekeyed("matching", pairs="\n".join(wrong)) is None
    swapped = [STEPS[1], STEPS[0], *STEPS[2:]]
    key = rekeyed("ordering", order="\n".join(swapped))
    given = [f"{letter}{place}" for place, letter in enumerate(key["letters"], start=1)]
    assert won("ordering", key, given) == 6 and won("ordering", TEXTS["ordering"][1], given) != 6
    assert rekeyed("ordering", order="\n".join(STEPS[1:])) is None
