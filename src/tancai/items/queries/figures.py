"""What calibrations say now: the newest figures of a version count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from tancai.engines.psychometrics.curves import Item as Curve
from tancai.engines.psychometrics.curves import item_from_locations
from tancai.items.models import Calibration, ItemFigures, ItemVersion

SHARPEST = 4.0
"""Slopes above this are taken for this in papers to come: they rest on chance more than on the item."""

DULLEST = 0.2
"""Slopes below this serve no aim; the item is taken by its rated difficulty instead."""

RATED = {"easy": -1.0, "medium": 0.0, "hard": 1.0}
"""Where an item is supposed to lie while nobody has answered it."""


def calibrations(programmes: Iterable[str]) -> QuerySet[Any]:
    """Calibrations of these programmes, newest first, with ``flagged``, the number of items with a flag."""
    rows = Calibration.objects.filter(programme__in=list(programmes))
    return rows.annotate(flagged=Count("rows", filter=~Q(rows__flags=[]))).order_by("-id")


def calibration(calibration_id: int) -> Calibration | None:
    return Calibration.objects.filter(pk=calibration_id).first()


def calibrated_sources(sources: Collection[str]) -> set[str]:
    """Which of these sources have a calibration."""
    return set(Calibration.objects.filter(source__in=list(sources)).values_list("source", flat=True))


def newest_figures(version_ids: Collection[int]) -> dict[int, ItemFigures]:
    """The figures that count, by version."""
    newest = (
        ItemFigures.objects.filter(version__in=list(version_ids))
        .order_by()
        .values("version")
        .annotate(pk_=Max("pk"))
    )
    rows = ItemFigures.objects.filter(pk__in=[row["pk_"] for row in newest]).select_related("calibration")
    return {row.version_id: row for row in rows}


def figures_of(calibration_row: Calibration) -> list[ItemFigures]:
    """All rows of a calibration by item code."""
    rows = calibration_row.rows.select_related("version__item").order_by("version__item__code", "pk")
    return list(rows)


def history_of(version_ids: Collection[int]) -> list[ItemFigures]:
    """Every row about these versions, newest first."""
    rows = ItemFigures.objects.filter(version__in=list(version_ids)).select_related("calibration", "version")
    return list(rows.order_by("-pk"))


def curves_of(version_ids: Collection[int]) -> tuple[dict[int, Curve], frozenset[int]]:
    """A curve for every version: as measured where there are figures, else as rated by its author.

    Second: the versions whose curve is only assumed (slope 1 at -1, 0 or 1 for easy, medium, hard).
    """
    measured = _newest_measured(version_ids)
    found, assumed = {}, set()
    rows = ItemVersion.objects.filter(pk__in=list(version_ids)).values_list("pk", "item__difficulty")
    for pk, difficulty in rows:
        own = measured.get(pk)
        if own is not None and own.a >= DULLEST:
            found[pk] = curve_of(own, steepest=SHARPEST)
        else:
            found[pk] = item_from_locations(str(pk), "2pl", 1.0, RATED.get(difficulty, 0.0))
            assumed.add(pk)
    return found, frozenset(assumed)


def curve_of(figures: ItemFigures, *, steepest: float = float("inf")) -> Curve:
    """The curve of figures that have parameters (``a``, ``b``); of a graded score with all its steps."""
    assert figures.a is not None and figures.b is not None
    a = min(figures.a, steepest)
    if not figures.steps:
        return item_from_locations(str(figures.version_id), "2pl", a, figures.b)
    model = "pcm" if figures.calibration.model == "pcm" else "grm"
    places = [step["b"] for step in figures.steps if step["b"] is not None]
    return item_from_locations(str(figures.version_id), model, a, places)


def _newest_measured(version_ids: Collection[int]) -> dict[int, Any]:
    """By version the newest figures that have a slope and a location."""
    rows = ItemFigures.objects.filter(version__in=list(version_ids), a__isnull=False, b__isnull=False)
    newest = rows.order_by().values("version").annotate(pk_=Max("pk")).values("pk_")
    found = ItemFigures.objects.filter(pk__in=newest).select_related("calibration")
    return {row.version_id: row for row in found}
