"""Where to put the pass mark: panel ratings by Angoff's method and by bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics.curves import Item, characteristic, probabilities
from tancai.engines.psychometrics.errors import MeasurementError, Note
from tancai.engines.psychometrics.responses import Floats

_REACH = 8.0


@dataclass(frozen=True)
class Angoff:
    """The panel's mark in points with its error over raters; each rater's own mark and each item's mean rating.

    ``theta`` is the ability whose expected score is the mark, where the items are calibrated.
    """

    mark: float
    error: float
    raters: tuple[float, ...]
    items: tuple[float, ...]
    item_spread: tuple[float, ...]
    agreement: float | None
    theta: float | None
    notes: tuple[Note, ...]


def angoff(
    ratings: ArrayLike, *, points: Sequence[float] | None = None, calibrated: Sequence[Item] | None = None
) -> Angoff:
    """Ratings (raters x items) of the share of just-qualified people who would solve each item, 0 to 1; NaN for none.

    ``points`` weighs the items (default 1 each). A missing rating takes the item's mean of the other raters.
    """
    given = np.asarray(ratings, dtype=np.float64)
    if given.ndim != 2 or not given.size:
        raise MeasurementError("empty", "Give ratings as a table of raters by items.")
    if len(given) < 2:
        raise MeasurementError("too_few_raters", "One rater is no panel: at least two are needed.")
    if np.nanmin(given, initial=0) < 0 or np.nanmax(given, initial=0) > 1:
        row, column = np.argwhere((given < 0) | (given > 1))[0]
        raise MeasurementError(
            "rating_range",
            f"Rater {row + 1}, item {column + 1}: {given[row, column]:g} is not between 0 and 1 (per cent?).",
        )
    rated = ~np.isnan(given)
    if not rated.any(axis=0).all():
        j = int(np.argmin(rated.any(axis=0)))
        raise MeasurementError("unrated_item", f"Item {j + 1} was rated by nobody.")
    worth = np.ones(given.shape[1]) if points is None else np.asarray(points, dtype=np.float64)
    if worth.shape != (given.shape[1],) or (worth <= 0).any():
        raise MeasurementError("points", "Give the points of every item, above 0.")
    item_means = np.nansum(given, axis=0) / rated.sum(axis=0)
    filled = np.where(rated, given, item_means)
    marks = filled @ worth
    spread = np.sqrt(np.nansum((given - item_means) ** 2, axis=0) / np.maximum(rated.sum(axis=0) - 1, 1))
    mark = float(marks.mean())
    missing = int((~rated).sum())
    notes = (
        (
            Note(
                "missing_ratings",
                f"Filled with the item's mean: {counted(missing, 'missing rating', 'missing ratings')}.",
            ),
        )
        if missing
        else ()
    )
    return Angoff(
        mark,
        float(marks.std(ddof=1) / np.sqrt(len(marks))),
        tuple(float(m) for m in marks),
        tuple(float(m) for m in item_means),
        tuple(float(s) for s in spread),
        _agreement(filled),
        ability_of_score(calibrated, mark) if calibrated else None,
        notes,
    )


def _agreement(ratings: Floats) -> float | None:
    """Intraclass correlation ICC(2,k): how steady the mean rating of the panel is over such panels."""
    raters, items = ratings.shape
    if items < 2:
        return None
    grand = ratings.mean()
    by_item = raters * float(((ratings.mean(axis=0) - grand) ** 2).sum()) / (items - 1)
    by_rater = items * float(((ratings.mean(axis=1) - grand) ** 2).sum()) / (raters - 1)
    whole = float(((ratings - grand) ** 2).sum())
    rest = (whole - by_item * (items - 1) - by_rater * (raters - 1)) / ((items - 1) * (raters - 1))
    below = by_item + (by_rater - rest) / items
    return (by_item - rest) / below if below > 0 else None


def ability_of_score(items: Sequence[Item], score: float) -> float | None:
    """Ability at which the expected sum score is ``score``; None outside what the items can tell (+-8)."""
    if any(item.a <= 0 for item in items):
        raise MeasurementError(
            "negative_slope", "An item with a slope of 0 or below has no place in a pass mark."
        )
    low, high = -_REACH, _REACH
    ends = characteristic(items, [low, high])
    if not ends[0] <= score <= ends[1]:
        return None
    for _ in range(80):
        middle = 0.5 * (low + high)
        if float(characteristic(items, middle)[0]) < score:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Booklet:
    """Items, or steps of items, ordered by the ability at which they are answered with the response probability."""

    response_probability: float
    entries: tuple[tuple[str, int, float], ...]
    """Item, score to be reached, location."""


def booklet(items: Sequence[Item], *, response_probability: float = 2 / 3) -> Booklet:
    """The ordered booklet that raters put their bookmarks in."""
    if not 0 < response_probability < 1:
        raise MeasurementError(
            "response_probability", "The response probability lies between 0 and 1, usually 2/3."
        )
    entries = []
    for item in items:
        if item.a <= 0 or item.c >= response_probability:
            raise MeasurementError(
                "no_location", f"Item {item.id} never reaches the response probability steadily."
            )
        for score in range(1, item.categories):
            entries.append((item.id, score, _location(item, score, response_probability)))
    return Booklet(
        response_probability, tuple(sorted(entries, key=lambda entry: (entry[2], entry[0], entry[1])))
    )


def _location(item: Item, score: int, share: float) -> float:
    """Where the chance of at least ``score`` is ``share``."""
    low, high = -60.0, 60.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        if float(probabilities(item, middle)[0, score:].sum()) < share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Bookmark:
    """The pass mark on the ability scale (median and mean over raters) and the expected score there."""

    theta: float
    mean_theta: float
    error: float
    raters: tuple[float, ...]
    score: float


def bookmark(book: Booklet, bookmarks: Sequence[int], items: Sequence[Item]) -> Bookmark:
    """Bookmarks (one a rater): number, from 1, of the first entry a just-qualified person need not master.

    The rater's cut is the location of the entry before; a bookmark on the first entry takes that entry's location.
    """
    count = len(book.entries)
    if len(bookmarks) < 2:
        raise MeasurementError("too_few_raters", "One rater is no panel: at least two are needed.")
    for number, place in enumerate(bookmarks, start=1):
        if not 1 <= place <= count + 1:
            raise MeasurementError(
                "bookmark_range", f"Rater {number}: bookmark {place} is not in 1 to {count + 1}."
            )
    cuts = np.array([book.entries[max(place - 2, 0)][2] for place in bookmarks])
    theta = float(np.median(cuts))
    return Bookmark(
        theta,
        float(cuts.mean()),
        float(cuts.std(ddof=1) / np.sqrt(len(cuts))),
        tuple(float(c) for c in cuts),
        float(characteristic(items, theta)[0]),
    )
