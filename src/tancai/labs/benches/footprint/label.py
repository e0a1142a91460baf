"""The statement of a carbon label: what the figure is, of what, from where to where, by what rules; and what it lacks.

A footprint is stated with the unit it is of, its boundary and the stages apart (GB/T 24067-2024, declaration; ISO 14026
asks that partial footprints say so). Offsets are no part of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tancai.engines.carbon import ENGINE_VERSION
from tancai.engines.carbon.footprint.result import Footprint


@dataclass(frozen=True)
class Label:
    """``figure`` is the footprint to three significant figures, ``per`` the unit as written, stages in kgCO2e."""

    product: str
    figure: str
    per: str
    partial: bool
    boundary: str
    gwp: str
    period: str
    pcr: str
    review: str
    stages: tuple[tuple[str, float, float], ...]
    biogenic: float
    stored: float
    quality: float | None
    lacks: tuple[str, ...]
    digest: str
    engine: str = ENGINE_VERSION


LACKS = ("incomplete", "no_product", "no_period", "doubtful", "no_review")


def label_of(found: Footprint) -> Label:
    """The statement; ``lacks`` are codes of what should be settled before it is shown to customers."""
    goal = found.model.goal
    lacks = []
    if not found.complete:
        lacks.append("incomplete")
    if not goal.get("product"):
        lacks.append("no_product")
    if not goal.get("period"):
        lacks.append("no_period")
    if any(problem.level == "doubtful" for problem in found.problems):
        lacks.append("doubtful")
    if not goal.get("review"):
        lacks.append("no_review")
    return Label(
        goal.get("product", ""),
        significant(found.total.value),
        found.model.unit_text,
        found.model.boundary != "cradle-to-grave",
        found.model.boundary,
        found.model.gwp,
        goal.get("period", ""),
        goal.get("pcr", ""),
        goal.get("review", ""),
        tuple((stage, value, found.share(value)) for stage, value in found.by("stage").items()),
        found.by("origin").get("biogenic", 0.0),
        math.fsum(value for _, value in found.stored),
        found.quality,
        tuple(lacks),
        found.model.digest,
    )


def significant(value: float, figures: int = 3) -> str:
    """``2669.80`` as ``2 670``, ``0.012345`` as ``0.0123``."""
    if not value or not math.isfinite(value):
        return "0"
    rounded = float(f"{value:.{figures - 1}e}")
    places = figures - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(0, places)}f}".replace(",", " ")
