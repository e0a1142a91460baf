"""From scored answer sheets to figures about items. Pure: the engine ``psychometrics`` does the measuring.

Classical figures are taken paper by paper, since the marks on the other items mean something only within one paper,
and put together weighted by people. Item parameters come from all papers at once, what was not on a paper being
missing: right means all marks reached, answers marked by people are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.psychometrics import classical
from tancai.engines.psychometrics.ability import abilities
from tancai.engines.psychometrics.calibration import Calibration, calibrate
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Responses, responses

ONE_PARAMETER, TWO_PARAMETERS = 50, 250
"""People below whom nothing, or no slopes, can be estimated with any use."""

GROUPS = 5
MARKS = tuple(float(x) / 2 for x in range(-6, 7))
"""Abilities at which curves are drawn."""

TELLING = 5
"""People near an ability below whom their share says nothing."""

FLAT = 0.05
"""A slope beyond which a location on the scale of ability means nothing."""

BAD_KEY = ("negative_discrimination", "distractor_better_than_key", "key_never_chosen")
"""Signs that the key itself may be wrong."""


@dataclass(frozen=True)
class Sheets:
    """One paper as it was answered: marks (people x items), what each item gives, chosen letters, right letters.

    ``machine``: items scored without people. ``chosen`` holds ``""`` where nothing or no letters were given.
    """

    versions: tuple[int, ...]
    marks: NDArray[np.float64]
    out_of: tuple[float, ...]
    machine: tuple[bool, ...]
    chosen: NDArray[np.str_]
    keys: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True)
class Figures:
    """What is found about one version; see ``models.ItemFigures``."""

    version_id: int
    n: int
    difficulty: float
    discrimination: float | None
    a: float | None = None
    b: float | None = None
    se_a: float | None = None
    se_b: float | None = None
    flags: tuple[str, ...] = ()
    options: tuple[dict[str, Any], ...] = ()
    groups: tuple[float | None, ...] = ()
    observed: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """Figures of all items, and of the largest paper as a whole."""

    n: int
    mean: float
    sd: float
    alpha: float | None
    sem: float | None
    model: str
    converged: bool
    log_likelihood: float | None
    figures: tuple[Figures, ...]
    notes: tuple[str, ...] = field(default=())


def analyse(papers: Sequence[Sheets]) -> Analysis | None:
    """Figures of every version on these papers; None when nobody sat any of them."""
    papers = [paper for paper in papers if len(paper.marks)]
    if not papers:
        return None
    largest = max(papers, key=lambda paper: len(paper.marks))
    parts: dict[int, list[Figures]] = defaultdict(list)
    whole = None
    for paper in papers:
        statistics = _classical(paper)
        whole = statistics if paper is largest else whole
        for j, item in enumerate(statistics.items):
            parts[paper.versions[j]].append(_figures(paper, j, item))
    found = {version: _together(rows) for version, rows in parts.items()}
    measured, notes = _measured(papers)
    if measured is not None:
        found = _with_parameters(found, measured, papers)
    assert whole is not None
    return Analysis(
        n=sum(len(paper.marks) for paper in papers),
        mean=whole.mean / 2,
        sd=whole.sd / 2,
        alpha=whole.alpha,
        sem=None if whole.sem is None else whole.sem / 2,
        model=measured.model if measured else "",
        converged=bool(measured and measured.converged),
        log_likelihood=measured.log_likelihood if measured else None,
        figures=tuple(found[version] for version in sorted(found)),
        notes=notes,
    )


def _classical(paper: Sheets) -> classical.PaperStatistics:
    """In half marks, so that scores are whole numbers."""
    names = [str(version) for version in paper.versions]
    data = responses(np.round(paper.marks * 2), names)
    highest = [max(1, round(value * 2)) for value in paper.out_of]
    keys = {str(version): letters for version, letters in paper.keys.items() if len(letters) == 1}
    limits = classical.Limits()
    return classical.analyse(data, highest=highest, limits=limits, answers=paper.chosen, keys=keys)


def _figures(paper: Sheets, j: int, item: classical.ItemStatistics) -> Figures:
    version = paper.versions[j]
    single = len(paper.keys.get(version, ())) == 1
    fifths = _fifths(paper.marks.sum(axis=1) - paper.marks[:, j])
    most = paper.out_of[j] or 1.0
    return Figures(
        version_id=version,
        n=int(item.n),
        difficulty=item.difficulty,
        discrimination=item.discrimination,
        flags=item.flags if single else _without_options(item.flags),
        options=_options(paper, j, item, fifths),
        groups=tuple(_mean(paper.marks[fifths == k, j] / most) for k in range(GROUPS)),
    )


def _without_options(flags: tuple[str, ...]) -> tuple[str, ...]:
    """Flags about single options say nothing where several letters make one answer."""
    about_options = ("distractor_better_than_key", "idle_distractor", "key_never_chosen")
    return tuple(flag for flag in flags if flag not in about_options)


def _fifths(rest: NDArray[np.float64]) -> NDArray[np.intp]:
    """Fifths of people by the marks on their other items, lowest first; ties keep the order given."""
    place = np.empty(len(rest), dtype=np.intp)
    place[np.argsort(rest, kind="stable")] = np.arange(len(rest))
    return place * GROUPS // max(len(rest), 1)


def _mean(values: NDArray[np.float64]) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


def _options(
    paper: Sheets, j: int, item: classical.ItemStatistics, fifths: NDArray[np.intp]
) -> tuple[dict[str, Any], ...]:
    """Each letter: how many chose it, its correlation with the other marks, its share in each fifth."""
    right = paper.keys.get(paper.versions[j])
    if right is None:
        return ()
    given = paper.chosen[:, j]
    letters = sorted({letter for answer in np.unique(given) for letter in str(answer)} | set(right))
    single = {option.option: option.discrimination for option in item.options} if len(right) == 1 else {}
    found = []
    for letter in letters:
        chose = np.array([letter in answer for answer in given], dtype=np.float64)
        found.append(
            {
                "option": letter,
                "is_key": letter in right,
                "count": int(chose.sum()),
                "share": round(float(chose.mean()), 4),
                "discrimination": _rounded(single.get(letter)),
                "by_group": [_mean(chose[fifths == k]) for k in range(GROUPS)],
            }
        )
    return tuple(found)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _together(rows: Sequence[Figures]) -> Figures:
    """A version that stood on several papers: weighted by people; options, groups, flags of the largest."""
    first = max(rows, key=lambda row: row.n)
    if len(rows) == 1:
        return first
    n = sum(row.n for row in rows)
    told = [(row.n, row.discrimination) for row in rows if row.discrimination is not None]
    weight = sum(count for count, _value in told)
    return Figures(
        version_id=first.version_id,
        n=n,
        difficulty=sum(row.n * row.difficulty for row in rows) / n if n else 0.0,
        discrimination=sum(count * value for count, value in told) / weight if weight else None,
        flags=first.flags,
        options=first.options,
        groups=first.groups,
    )


def _measured(papers: Sequence[Sheets]) -> tuple[Calibration | None, tuple[str, ...]]:
    """Item parameters from everybody at once, where there are people enough."""
    n = sum(len(paper.marks) for paper in papers)
    if n < ONE_PARAMETER:
        return None, ("too_few_for_model",)
    data = _matrix(papers)
    model = "2pl" if n >= TWO_PARAMETERS else "1pl"
    try:
        return calibrate(data, model), (() if model == "2pl" else ("too_few_for_slopes",))
    except MeasurementError as error:
        return None, (f"not_measured:{error.code}",)


def _matrix(papers: Sequence[Sheets]) -> Responses:
    """Right or not, by version; -1 where a version was not on the paper."""
    versions = sorted(
        {v for p in papers for v, machine in zip(p.versions, p.machine, strict=True) if machine}
    )
    column = {version: j for j, version in enumerate(versions)}
    rows = []
    for paper in papers:
        codes = np.full((len(paper.marks), len(versions)), -1, dtype=np.int8)
        for j, version in enumerate(paper.versions):
            if paper.machine[j]:
                codes[:, column[version]] = paper.marks[:, j] >= paper.out_of[j]
        rows.append(codes)
    return responses(np.vstack(rows), [str(version) for version in versions])


def _with_parameters(
    found: Mapping[int, Figures], measured: Calibration, papers: Sequence[Sheets]
) -> dict[int, Figures]:
    """Figures with slope, location and their standard errors, and the share right near each ability."""
    observed = _observed(measured, _matrix(papers))
    errors = _location_errors(measured)
    done = dict(found)
    for j, item in enumerate(measured.items):
        version = int(item.id)
        if abs(item.a) < FLAT:
            continue
        done[version] = replace(
            done[version],
            a=float(item.a),
            b=float(item.b[0]),
            se_a=measured.errors[j].a,
            se_b=errors.get(j),
            observed=observed.get(version, ()),
        )
    return done


def _location_errors(measured: Calibration) -> dict[int, float]:
    """Standard errors of b = -d / a by item number (delta method)."""
    covariance = measured.covariance
    if covariance is None:
        return {}
    found = {}
    for group in measured.layout.groups:
        for j, place in zip(group.items, group.place, strict=True):
            item = measured.items[int(j)]
            if abs(item.a) < FLAT:
                continue
            slope = np.array([item.d[0] / item.a**2, -1 / item.a])
            variance = float(slope @ covariance[np.ix_(place[:2], place[:2])] @ slope)
            if variance > 0:
                found[int(j)] = float(np.sqrt(variance))
    return found


def _observed(measured: Calibration, data: Responses) -> dict[int, tuple[float | None, ...]]:
    """Share right of the people whose ability (EAP) lies nearest to each mark; None where they are too few."""
    column = {name: j for j, name in enumerate(data.items)}
    codes = data.codes[:, [column[item.id] for item in measured.items]]
    found = abilities(measured.items, codes, method="eap")
    nearest = np.abs(np.asarray(found.theta)[:, None] - np.asarray(MARKS)).argmin(axis=1)
    shares: dict[int, tuple[float | None, ...]] = {}
    for j, item in enumerate(measured.items):
        given = codes[:, j] >= 0
        row: list[float | None] = []
        for k in range(len(MARKS)):
            here = given & (nearest == k)
            row.append(round(float(codes[here, j].mean()), 4) if here.sum() >= TELLING else None)
        shares[int(item.id)] = tuple(row)
    return shares
