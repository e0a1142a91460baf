"""Item parameters from scored sheets: all items of all papers in one run, what was not on a paper being missing.

An item scored by the machine is right or not: right means all marks reached. A case has a score of several steps
(``Sheets.steps``), whoever marked it: its share of the marks is graded, the topmost step being all of them. Other
answers that people mark are left out. Steps that hardly anybody reached are put together with their neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.psychometrics.ability import abilities
from tancai.engines.psychometrics.calibration import Calibration, calibrate
from tancai.engines.psychometrics.curves import Item
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Codes, Responses, responses

ONE_PARAMETER, TWO_PARAMETERS = 50, 250
"""People below whom nothing, or no slopes, can be estimated with any use."""

MARKS = tuple(float(x) / 2 for x in range(-6, 7))
"""Abilities at which curves are drawn."""

TELLING = 5
"""People near an ability below whom their share says nothing."""

FLAT = 0.05
"""A slope beyond which a location on the scale of ability means nothing."""

MOST_STEPS = 4
"""Steps of a graded score: one fewer than the curves that can be told apart in a chart."""

FEW = 10
"""People on a step below whom it is put together with a neighbour."""

_EXACT = 1e-9
Bounds = tuple[float, ...]
"""The least share of the marks for each score, from 0 upwards."""


@dataclass(frozen=True)
class Question:
    """A question of a case: by people the marks won (NaN where people mark) and the chosen letters (``""`` for none);
    ``letters`` are right, ``offered`` all, both empty where it has no options."""

    marks: NDArray[np.float64]
    out_of: float
    chosen: NDArray[np.str_] | None = None
    letters: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheets:
    """One paper as it was answered: marks (people x items), what each item gives, chosen letters, right letters.

    ``machine``: items scored without people. ``chosen`` holds ``""`` where nothing or no letters were given.
    ``steps``: versions whose score is graded, and in how many steps at most. ``parts``: by version, the questions of a
    case. ``offered``: by version, all letters that could be chosen.
    """

    versions: tuple[int, ...]
    marks: NDArray[np.float64]
    out_of: tuple[float, ...]
    machine: tuple[bool, ...]
    chosen: NDArray[np.str_]
    keys: Mapping[int, tuple[str, ...]]
    steps: Mapping[int, int] = field(default_factory=dict)
    parts: Mapping[int, Sequence[Question]] = field(default_factory=dict)
    offered: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameters:
    """One item in the model. ``steps`` only where there are more than two scores: from which share of the marks on,
    how many people, and where on the scale of ability the step lies (``b``; none for the lowest)."""

    a: float | None
    b: float | None
    se_a: float | None
    se_b: float | None
    observed: tuple[float | None, ...]
    steps: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Measured:
    """``name`` of the model (``""``: none), and what it says of each version."""

    name: str
    converged: bool
    log_likelihood: float | None
    items: Mapping[int, Parameters]
    notes: tuple[str, ...]


def measured(papers: Sequence[Sheets]) -> Measured:
    """Item parameters from everybody at once, where there are people enough.

    One slope for all below 250 people (``1pl``; ``pcm``, partial credit, where scores are graded), slopes of their own
    from there on (``2pl``; ``grm``, graded response): right-or-wrong items are the same in either of the two.
    """
    n = sum(len(paper.marks) for paper in papers)
    if n < ONE_PARAMETER:
        return Measured("", False, None, {}, ("too_few_for_model",))
    bounds = _bounds(papers)
    graded = any(len(cuts) > 2 for cuts in bounds.values())
    slopes = n >= TWO_PARAMETERS
    model = ("grm" if graded else "2pl") if slopes else ("pcm" if graded else "1pl")
    try:
        data = _matrix(papers, bounds)
        found = calibrate(data, model)
    except MeasurementError as error:
        return Measured("", False, None, {}, (f"not_measured:{error.code}",))
    notes = () if slopes else ("too_few_for_slopes",)
    return Measured(model, found.converged, found.log_likelihood, _parameters(found, data, bounds), notes)


def _bounds(papers: Sequence[Sheets]) -> dict[int, Bounds]:
    """How the share of the marks becomes a score, for every version in the model."""
    found: dict[int, Bounds] = {}
    steps = {version: count for paper in papers for version, count in paper.steps.items()}
    for paper in papers:
        for j, version in enumerate(paper.versions):
            if version in steps:
                found[version] = tuple(k / steps[version] for k in range(steps[version] + 1))
            elif paper.machine[j]:
                found[version] = (0.0, 1.0)
    for version in steps.keys() & found.keys():
        found[version] = _peopled(found[version], _shares(papers, version))
    return found


def _shares(papers: Sequence[Sheets], version: int) -> NDArray[np.float64]:
    return np.concatenate(
        [_share(paper, paper.versions.index(version)) for paper in papers if version in paper.versions]
    )


def _share(paper: Sheets, j: int) -> NDArray[np.float64]:
    return np.asarray(paper.marks[:, j] / (paper.out_of[j] or 1.0))


def _scores(shares: NDArray[np.float64], bounds: Bounds) -> NDArray[np.intp]:
    return np.maximum(np.searchsorted(np.array(bounds) - _EXACT, shares, side="right") - 1, 0)


def _peopled(bounds: Bounds, shares: NDArray[np.float64]) -> Bounds:
    """Steps put together until each has people enough, or two are left: the emptiest joins its emptier neighbour."""
    while len(bounds) > 2:
        counts = np.bincount(_scores(shares, bounds), minlength=len(bounds))
        k = int(counts.argmin())
        if counts[k] >= FEW:
            break
        below = k > 0 and (k == len(bounds) - 1 or counts[k - 1] <= counts[k + 1])
        gone = k if below else k + 1
        bounds = (*bounds[:gone], *bounds[gone + 1 :])
    return bounds


def _matrix(papers: Sequence[Sheets], bounds: Mapping[int, Bounds]) -> Responses:
    """Scores by version; -1 where a version was not on the paper."""
    versions = sorted(bounds)
    column = {version: j for j, version in enumerate(versions)}
    rows = []
    for paper in papers:
        codes = np.full((len(paper.marks), len(versions)), -1, dtype=np.int8)
        for j, version in enumerate(paper.versions):
            if version in bounds:
                codes[:, column[version]] = _scores(_share(paper, j), bounds[version])
        rows.append(codes)
    return responses(np.vstack(rows), [str(version) for version in versions])


def _parameters(found: Calibration, data: Responses, bounds: Mapping[int, Bounds]) -> dict[int, Parameters]:
    """Slope, mean location and their standard errors, and the share of the score near each ability."""
    column = {name: j for j, name in enumerate(data.items)}
    codes = data.codes[:, [column[item.id] for item in found.items]]
    observed = _observed(found.items, codes)
    errors = _location_errors(found)
    return {
        int(item.id): Parameters(
            a=float(item.a),
            b=float(np.mean(item.b)),
            se_a=found.errors[j].a,
            se_b=errors.get(j),
            observed=observed[j],
            steps=_steps(item, codes[:, j], bounds[int(item.id)]),
        )
        for j, item in enumerate(found.items)
        if abs(item.a) >= FLAT
    }


def _steps(item: Item, codes: Codes, bounds: Bounds) -> tuple[dict[str, Any], ...]:
    if item.categories != len(bounds) or len(bounds) == 2:
        return ()
    places = (None, *item.b)
    counts = np.bincount(codes[codes >= 0].astype(np.intp), minlength=len(bounds))
    return tuple(
        {"from": round(share, 4), "people": int(count), "b": place}
        for share, count, place in zip(bounds, counts, places, strict=True)
    )


def _location_errors(found: Calibration) -> dict[int, float]:
    """Standard errors of the mean location by item number (delta method).

    The mean of b is -mean(d) / a where scores are right or graded, and -d_m / (m a) for partial credit of m steps.
    """
    covariance = found.covariance
    if covariance is None:
        return {}
    errors = {}
    for group in found.layout.groups:
        share = np.full(group.steps, 1 / group.steps)
        if group.family == "credit":
            share[:-1] = 0.0
        for j, place in zip(group.items, group.place, strict=True):
            item = found.items[int(j)]
            if abs(item.a) < FLAT:
                continue
            slope = np.concatenate([[share @ np.array(item.d) / item.a**2], -share / item.a])
            own = place[: 1 + group.steps]
            variance = float(slope @ covariance[np.ix_(own, own)] @ slope)
            if variance > 0:
                errors[int(j)] = float(np.sqrt(variance))
    return errors


def _observed(items: Sequence[Item], codes: Codes) -> list[tuple[float | None, ...]]:
    """Share of the highest score of the people whose ability (EAP) lies nearest to each mark; None where too few."""
    found = abilities(items, codes, method="eap")
    nearest = np.abs(np.asarray(found.theta)[:, None] - np.asarray(MARKS)).argmin(axis=1)
    shares = []
    for j, item in enumerate(items):
        given = codes[:, j] >= 0
        row: list[float | None] = []
        for k in range(len(MARKS)):
            here = given & (nearest == k)
            enough = here.sum() >= TELLING
            row.append(round(float(codes[here, j].mean()) / (item.categories - 1), 4) if enough else None)
        shares.append(tuple(row))
    return shares
