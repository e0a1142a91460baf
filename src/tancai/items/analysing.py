"""From scored answer sheets to figures about items. Pure: the engine ``psychometrics`` does the measuring.

Classical figures are taken paper by paper, since the marks on the other items mean something only within one paper,
and put together weighted by people. Item parameters come from all papers at once (``measuring``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.psychometrics import classical
from tancai.engines.psychometrics.responses import responses
from tancai.items.measuring import Question, Sheets, measured

GROUPS = 5
MOST_POINTS = 100
"""The engine's scores are whole numbers up to this."""

BAD_KEY = ("negative_discrimination", "distractor_better_than_key", "key_never_chosen")
"""Signs that the key itself may be wrong."""

CASE_QUESTION = "case_question"
"""A case of which a question bears one of these signs."""


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
    steps: tuple[dict[str, Any], ...] = ()
    parts: tuple[dict[str, Any], ...] = ()


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
    model = measured(papers)
    found |= {version: replace(found[version], **vars(one)) for version, one in model.items.items()}
    assert whole is not None
    totals = largest.marks.sum(axis=1)
    sd = float(totals.std(ddof=1)) if len(totals) > 1 else 0.0
    return Analysis(
        n=sum(len(paper.marks) for paper in papers),
        mean=float(totals.mean()),
        sd=sd,
        alpha=whole.alpha,
        sem=None if whole.alpha is None else sd * sqrt(max(1 - whole.alpha, 0.0)),
        model=model.name,
        converged=model.converged,
        log_likelihood=model.log_likelihood,
        figures=tuple(found[version] for version in sorted(found)),
        notes=model.notes,
    )


def _points(paper: Sheets) -> float:
    """Points a mark: half marks, coarser where an item is worth more marks than the engine has scores."""
    return min(2.0, MOST_POINTS / max(1.0, *paper.out_of))


def _classical(paper: Sheets) -> classical.PaperStatistics:
    """In points, so that scores are whole numbers."""
    names = [str(version) for version in paper.versions]
    data = responses(np.round(paper.marks * _points(paper)), names)
    highest = [max(1, round(value * _points(paper))) for value in paper.out_of]
    keys = {str(version): letters for version, letters in paper.keys.items() if len(letters) == 1}
    limits = classical.Limits()
    offered = {
        str(version): paper.offered.get(version, ()) for version in paper.versions if str(version) in keys
    }
    return classical.analyse(
        data, highest=highest, limits=limits, answers=paper.chosen, keys=keys, offered=offered
    )


def _figures(paper: Sheets, j: int, item: classical.ItemStatistics) -> Figures:
    version = paper.versions[j]
    single = len(paper.keys.get(version, ())) == 1
    fifths = _fifths(paper.marks.sum(axis=1) - paper.marks[:, j])
    most = paper.out_of[j] or 1.0
    parts = _parts(paper, version)
    doubted = any(flag in BAD_KEY for part in parts for flag in part["flags"])
    return Figures(
        version_id=version,
        n=int(item.n),
        difficulty=item.difficulty,
        discrimination=item.discrimination,
        flags=(
            *(item.flags if single else _without_options(item.flags)),
            *((CASE_QUESTION,) if doubted else ()),
        ),
        options=_options(
            paper.chosen[:, j], paper.keys.get(version), paper.offered.get(version, ()), item, fifths
        ),
        groups=tuple(_mean(paper.marks[fifths == k, j] / most) for k in range(GROUPS)),
        parts=parts,
    )


def _parts(paper: Sheets, version: int) -> tuple[dict[str, Any], ...]:
    """Each question of a case that a machine scores: share of its marks, correlation with what is won outside the
    case, who chose what."""
    questions = paper.parts.get(version, ())
    if not questions:
        return ()
    outside = paper.marks.sum(axis=1) - paper.marks[:, paper.versions.index(version)]
    return tuple(
        _part(number, question, outside)
        for number, question in enumerate(questions, start=1)
        if not np.isnan(question.marks).all()
    )


def _part(number: int, question: Question, outside: NDArray[np.float64]) -> dict[str, Any]:
    known = ~np.isnan(question.marks)
    rest = outside[known]
    chosen = None if question.chosen is None or not question.letters else question.chosen[known]
    single = len(question.letters) == 1
    found = classical.question(
        str(number),
        question.marks[known] / (question.out_of or 1.0),
        rest,
        answers=chosen if single else None,
        key=question.letters,
        offered=question.offered,
    )
    fifths = _fifths(rest)
    letters = question.letters or None
    return {
        "number": number,
        "n": int(found.n),
        "difficulty": round(found.difficulty, 4),
        "discrimination": _rounded(found.discrimination),
        "flags": [flag for flag in found.flags if flag != "few_people"],
        "options": [] if chosen is None else list(_options(chosen, letters, question.offered, found, fifths)),
    }


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
    given: NDArray[np.str_],
    right: Sequence[str] | None,
    offered: Sequence[str],
    item: classical.ItemStatistics,
    fifths: NDArray[np.intp],
) -> tuple[dict[str, Any], ...]:
    """Each letter: how many chose it, its correlation with the other marks, its share in each fifth."""
    if right is None:
        return ()
    letters = sorted({letter for answer in np.unique(given) for letter in str(answer)} | {*right, *offered})
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
    """A version that stood on several papers: weighted by people; options, groups, parts, flags of the largest."""
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
        parts=first.parts,
    )
