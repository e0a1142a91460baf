"""However a page cuts and repeats its batches, the work comes out the same; another body under a number is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.labs.folding import LARGEST_VALUE, MOST_ENTRIES, Entry, Misfit, fold, new_ones

pytestmark = pytest.mark.anydatabase
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=3)
)
EDITS = st.lists(st.tuples(st.sampled_from("abcd"), VALUES), max_size=12)


def kept(entries: list[Entry]) -> list[Any]:
    return [SimpleNamespace(seq=e.seq, kind="value", name=e.name, value=e.value) for e in entries]


@given(EDITS, st.data())
def test_any_split_and_repeat_of_batches_gives_the_same_work(edits: list[Any], data: Any) -> None:
    whole = [Entry(k, name, value) for k, (name, value) in enumerate(edits, 1)]
    taken: list[Entry] = []
    while len(taken) < len(whole):
        start = data.draw(
            st.integers(0, len(taken))
        )  # a page that had no answer begins anew from what it knows
        end = data.draw(st.integers(len(taken), len(whole)))
        known = {one.seq: (one.name, one.value) for one in taken}
        batch = data.draw(st.permutations(whole[start:end]))
        taken += new_ones(batch, high=len(taken), known=known)
    plain: dict[str, Any] = {}
    for name, value in edits:
        plain.pop(name, None)
        plain |= {name: value} if value is not None else {}
    assert fold(kept(taken)).values == plain
    assert fold(kept(taken)).high == len(whole)


@given(EDITS.filter(len), VALUES)
def test_another_body_under_a_number_is_no_repeat(edits: list[Any], value: Any) -> None:
    taken = [Entry(k, name, v) for k, (name, v) in enumerate(edits, 1)]
    known = {one.seq: (one.name, one.value) for one in taken}
    with pytest.raises(Misfit) as caught:
        new_ones([Entry(1, f"{taken[0].name}!", value)], high=len(taken), known=known)
    assert caught.value.code == "overtaken"


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([Entry(2, "a", 1)], "gap"),
        ([Entry(1, "a", 1), Entry(3, "a", 1)], "gap"),
        ([Entry(1, "", 1)], "name"),
        ([Entry(1, "n" * 201, 1)], "name"),
        ([Entry(1, "a", "x" * LARGEST_VALUE)], "large"),
        ([Entry(k, "a", 1) for k in range(1, MOST_ENTRIES + 2)], "many"),
    ],
)
def test_what_does_not_fit_is_named(entries: list[Entry], code: str) -> None:
    with pytest.raises(Misfit) as caught:
        new_ones(entries, high=0, known={})
    assert caught.value.code == code


def test_moves_and_names_are_entries_too() -> None:
    def move(seq: int, kind: str, value: Any = None) -> Any:
        return SimpleNamespace(seq=seq, kind=kind, name="", value=value)

    state = fold(
        [*kept([Entry(1, "a", 1)]), move(2, "rename", "新名"), move(3, "put_away"), move(4, "take_back")]
    )
    assert (state.values, state.title, state.away, state.handed_in, state.high) == (
        {"a": 1},
        "新名",
        False,
        False,
        4,
    )
    assert fold([move(1, "put_away")]).away and fold([move(1, "hand_in")]).handed_in
