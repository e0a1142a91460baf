"""Calibrations kept as facts, and what they say now: the newest figures of a version count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from tancai.audit import api as audit
from tancai.engines.psychometrics.curves import Item as Curve
from tancai.engines.psychometrics.curves import item_from_locations
from tancai.items.analysing import Analysis, Sheets, analyse
from tancai.items.models import Calibration, ItemFigures, ItemVersion

SHARPEST = 4.0
"""Slopes above this are taken for this in papers to come: they rest on chance more than on the item."""

DULLEST = 0.2
"""Slopes below this serve no aim; the item is taken by its rated difficulty instead."""

RATED = {"easy": -1.0, "medium": 0.0, "hard": 1.0}
"""Where an item is supposed to lie while nobody has answered it."""


@dataclass(frozen=True)
class SheetData:
    """The answered sheets of one paper as marking hands them over; columns are the versions of the paper."""

    versions: tuple[int, ...]
    marks: Any
    out_of: tuple[float, ...]
    machine: tuple[bool, ...]
    chosen: Any


@transaction.atomic
def _kept(programme: str, source: str, name: str, found: Analysis, by: Any, at: datetime) -> Calibration:
    row = Calibration.objects.create(
        programme=programme,
        source=source,
        name=name[:120],
        n=found.n,
        mean=found.mean,
        sd=found.sd,
        alpha=found.alpha,
        sem=found.sem,
        model=found.model,
        converged=found.converged,
        log_likelihood=found.log_likelihood,
        notes=list(found.notes),
        at=at,
        by=by,
    )
    ItemFigures.objects.bulk_create(
        [
            ItemFigures(
                calibration=row,
                version_id=one.version_id,
                n=one.n,
                difficulty=one.difficulty,
                discrimination=one.discrimination,
                a=one.a,
                b=one.b,
                se_a=one.se_a,
                se_b=one.se_b,
                flags=list(one.flags),
                options=list(one.options),
                groups=list(one.groups),
                observed=list(one.observed),
            )
            for one in found.figures
        ]
    )
    audit.record(
        "items.calibrate",
        by=by,
        at=at,
        target=("calibration", row.pk),
        detail={"source": source, "people": found.n, "items": len(found.figures), "model": found.model},
    )
    return row


def calibrate(
    papers: Sequence[SheetData], *, programme: str, source: str, name: str, by: Any, at: datetime
) -> Calibration | None:
    """Analyse scored sheets and keep what is found; None when there is no sheet. The analysis runs outside the
    transaction. ``source`` names whose answers these are (``session:12``): doing it again adds a newer calibration.
    """
    wanted = {version for paper in papers for version in paper.versions}
    letters = {
        version.pk: tuple(version.key["letters"])
        for version in ItemVersion.objects.filter(pk__in=wanted)
        if isinstance(version.key.get("letters"), list)
    }
    found = analyse(
        [
            Sheets(
                paper.versions,
                paper.marks,
                paper.out_of,
                paper.machine,
                paper.chosen,
                {v: letters[v] for v in paper.versions if v in letters},
            )
            for paper in papers
        ]
    )
    return None if found is None else _kept(programme, source, name, found, by, at)


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
    measured = newest_parameters(version_ids)
    found, assumed = {}, set()
    rows = ItemVersion.objects.filter(pk__in=list(version_ids)).values_list("pk", "item__difficulty")
    for pk, difficulty in rows:
        a, b = measured.get(pk, (0.0, 0.0))
        if a >= DULLEST:
            found[pk] = item_from_locations(str(pk), "2pl", min(a, SHARPEST), b)
        else:
            found[pk] = item_from_locations(str(pk), "2pl", 1.0, RATED.get(difficulty, 0.0))
            assumed.add(pk)
    return found, frozenset(assumed)


def newest_parameters(version_ids: Collection[int]) -> Mapping[int, tuple[float, float]]:
    """Slope and location by version from the newest figures that have them."""
    own = ItemFigures.objects.filter(version=OuterRef("pk"), a__isnull=False, b__isnull=False).order_by("-pk")
    rows = ItemVersion.objects.filter(pk__in=list(version_ids)).annotate(
        a=Subquery(own.values("a")[:1]), b=Subquery(own.values("b")[:1])
    )
    return {pk: (a, b) for pk, a, b in rows.values_list("pk", "a", "b") if a is not None}
