"""Figures of items from the sheets of an exam, kept as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items.analysing import Analysis, analyse
from tancai.items.measuring import MOST_STEPS, Question, Sheets
from tancai.items.models import Calibration, ItemFigures, ItemVersion


@dataclass(frozen=True)
class SheetData:
    """The answered sheets of one paper as marking hands them over; columns are the versions of the paper."""

    versions: tuple[int, ...]
    marks: Any
    out_of: tuple[float, ...]
    machine: tuple[bool, ...]
    chosen: Any
    parts: Mapping[int, Any] = field(default_factory=dict)
    """Cases: by version the marks of their questions (people x questions, NaN where people mark), what each gives, and
    the chosen letters."""


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
                steps=list(one.steps),
                parts=list(one.parts),
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
    versions = {version.pk: version for version in ItemVersion.objects.filter(pk__in=wanted)}
    letters = {pk: told for pk, version in versions.items() if (told := _right(version.key)) is not None}
    offered = {pk: _offered(versions[pk].content) for pk in letters}
    steps = {
        pk: min(len(version.content["questions"]), MOST_STEPS)
        for pk, version in versions.items()
        if version.content.get("questions")
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
                {v: steps[v] for v in paper.versions if v in steps},
                {v: _questions(versions[v], *told) for v, told in paper.parts.items()},
                {v: offered[v] for v in paper.versions if v in offered},
            )
            for paper in papers
        ]
    )
    return None if found is None else _kept(programme, source, name, found, by, at)


def _right(key: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The right letters, None for a key that is none of letters."""
    return tuple(key["letters"]) if isinstance(key.get("letters"), list) else None


def _offered(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(option["letter"] for option in content.get("options", []))


def _questions(version: ItemVersion, marks: Any, out_of: Sequence[float], chosen: Any) -> list[Question]:
    asked = zip(version.content["questions"], version.key["questions"], strict=True)
    return [
        Question(marks[:, k], out_of[k], chosen[:, k], _right(key) or (), _offered(question["content"]))
        for k, (question, key) in enumerate(asked)
        if k < len(out_of)
    ]
