"""From answers to scores: each item's key, and what does not fit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tancai.engines.psychometrics.errors import MeasurementError, Note
from tancai.engines.psychometrics.responses import Responses, responses

COMMON_SHARE = 0.01
"""An answer that is no key anywhere counts as an option once this share of people chose it on some item."""


@dataclass(frozen=True)
class Key:
    """What earns the point on an item (any one of ``accepted``) and, where known, all its options."""

    item: str
    accepted: tuple[str, ...]
    options: tuple[str, ...] = ()


def match_keys(items: Sequence[str], keys: Sequence[Key]) -> tuple[dict[str, Key], tuple[Note, ...]]:
    """Each item's key; items without a key and keys without an item are named in notes.

    Raises MeasurementError when no key fits at all or an item has two.
    """
    by_item: dict[str, Key] = {}
    for key in keys:
        if key.item in by_item:
            raise MeasurementError(
                "repeated_key", f"Item {key.item} has two keys: keep one line for each item."
            )
        by_item[key.item] = key
    known = set(items)
    notes = [
        Note("no_key", f"Item {name} has no key: left out. Add a line for it to the keys.", name)
        for name in items
        if name not in by_item
    ]
    notes += [
        Note("no_such_item", f"The key of {name} fits no column of the responses.", name)
        for name in by_item
        if name not in known
    ]
    matched = {name: by_item[name] for name in items if name in by_item}
    if not matched:
        raise MeasurementError(
            "keys_do_not_match",
            f"No key fits a column: the keys name {_some(by_item)}, the responses {_some(items)}.",
        )
    return matched, tuple(notes)


def _some(names: Sequence[str] | Mapping[str, object]) -> str:
    listed = list(names)
    return ", ".join(listed[:3]) + (", …" if len(listed) > 3 else "")


def score_answers(
    answers: NDArray[np.str_],
    items: Sequence[str],
    keys: Sequence[Key],
    *,
    frequency: NDArray[np.float64] | None = None,
    by_design: bool = False,
    notes: Sequence[Note] = (),
) -> tuple[Responses, NDArray[np.str_], dict[str, tuple[str, ...]]]:
    """Score answers (rows x items, "" for none) 0 or 1; also gives the kept columns' answers and keys.

    An empty answer earns 0, or is missing when ``by_design``; a column nobody answered is missing in any case.
    Answers outside an item's options earn 0 and are named in a note; ``notes`` of the reading come first.
    """
    matched, unmatched = match_keys(items, keys)
    kept = [j for j, name in enumerate(items) if name in matched]
    usual = _usual_options(answers[:, kept], list(matched.values()))
    codes = np.zeros((len(answers), len(kept)), dtype=np.int8)
    listed = [*notes, *unmatched]
    for place, j in enumerate(kept):
        key = matched[items[j]]
        column = answers[:, j]
        given = column != ""
        codes[:, place] = np.isin(column, key.accepted)
        if by_design or not given.any():
            codes[~given, place] = -1
        listed += _odd_answers(key, column[given], usual)
    scored = responses(codes, [items[j] for j in kept], frequency)
    full = Responses(scored.items, scored.codes, scored.frequency, tuple(listed))
    return full, answers[:, kept], {name: key.accepted for name, key in matched.items()}


def _usual_options(answers: NDArray[np.str_], keys: Sequence[Key]) -> set[str]:
    """All keys, and every answer that is common on some item."""
    usual = {option for key in keys for option in key.accepted}
    for column in answers.T:
        values, counts = np.unique(column[column != ""], return_counts=True)
        usual |= set(values[counts >= max(COMMON_SHARE * len(column), 2)].tolist())
    return usual


def _odd_answers(key: Key, given: NDArray[np.str_], usual: set[str]) -> list[Note]:
    options = set(key.options) | set(key.accepted) if key.options else usual
    values, counts = np.unique(given, return_counts=True)
    odd = [(str(v), int(c)) for v, c in zip(values, counts, strict=True) if v not in options]
    notes = []
    if odd:
        words = ", ".join(f"{value!r} ({count})" for value, count in odd[:5])
        notes.append(
            Note("unknown_option", f"Item {key.item}: no such option: {words}; counted as wrong.", key.item)
        )
    if len(given) and not np.isin(given, key.accepted).any():
        notes.append(
            Note(
                "key_never_chosen",
                f"Item {key.item}: nobody chose the key {'|'.join(key.accepted)}.",
                key.item,
            )
        )
    return notes
