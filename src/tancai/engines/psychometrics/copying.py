"""Answer copying: are two people's answers more alike than chance explains? A flag to look into, never a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtr

from tancai.engines.psychometrics.ability import abilities
from tancai.engines.psychometrics.curves import Item, probabilities
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Codes, Floats


@dataclass(frozen=True)
class Likeness:
    """One suspected copier and source (row numbers): answers in common, what chance expects, and the statistic.

    For ``omega`` the statistic is normal, for ``k-index`` it is the probability itself. ``flagged`` compares ``p`` with
    the level asked for; nothing else follows from it.
    """

    method: str
    copier: int
    source: int
    matches: int
    expected: float
    statistic: float
    p: float
    flagged: bool


def omega(
    answers: NDArray[np.str_],
    codes: Codes,
    items: Sequence[Item],
    pairs: Sequence[tuple[int, int]],
    *,
    level: float = 0.001,
) -> tuple[Likeness, ...]:
    """Wollack's (1997) omega for pairs (copier, source) of rows.

    ``answers`` (people x items; "" for none), ``codes`` their 0/1 scores, ``items`` the calibrated items. The chance of
    an option is that of a right or wrong score at the copier's ability, shared among wrong options as people of like
    ability (third of the group) chose them, in place of a nominal model.
    """
    _check(answers, codes, pairs)
    if answers.shape[1] != len(items) or any(item.categories != 2 for item in items):
        raise MeasurementError("columns", "Omega takes one calibrated 0/1 item for each column.")
    theta = abilities(items, codes).theta
    third = np.searchsorted(np.quantile(theta, [1 / 3, 2 / 3]), theta)
    found = []
    for copier, source in pairs:
        chance = _option_chances(answers, codes, items, theta[copier], third == third[copier], source)
        given = answers[source] != ""
        matches = int(((answers[copier] == answers[source]) & given).sum())
        expected = float(chance[given].sum())
        spread = float(np.sqrt((chance * (1 - chance))[given].sum()))
        value = (matches - expected) / spread if spread > 0 else 0.0
        p = float(ndtr(-value))
        found.append(Likeness("omega", copier, source, matches, expected, value, p, p < level))
    return tuple(found)


def _option_chances(
    answers: NDArray[np.str_],
    codes: Codes,
    items: Sequence[Item],
    ability: float,
    alike: NDArray[np.bool_],
    source: int,
) -> Floats:
    """Chance that somebody of this ability gives the source's answer, item by item."""
    chance = np.zeros(len(items))
    for j, item in enumerate(items):
        right = float(probabilities(item, ability)[0, 1])
        if codes[source, j] == 1:
            chance[j] = right
        elif answers[source, j] != "":
            wrong = alike & (codes[:, j] == 0) & (answers[:, j] != "")
            same = int((wrong & (answers[:, j] == answers[source, j])).sum())
            # One more of each kind keeps a rarely chosen option from having no chance at all.
            chance[j] = (1 - right) * (same + 1) / (int(wrong.sum()) + 3)
    return chance


def k_index(
    answers: NDArray[np.str_], codes: Codes, pairs: Sequence[tuple[int, int]], *, level: float = 0.001
) -> tuple[Likeness, ...]:
    """K-index (Holland 1996; K2 smoothing of Sotaridona & Meijer 2002) for pairs (copier, source) of rows.

    Matching wrong answers are binomial over the source's wrong answers; their chance for the copier's number of wrong
    answers is read from a parabola over all such groups.
    """
    _check(answers, codes, pairs)
    wrong = (codes == 0) & (answers != "")
    number = wrong.sum(axis=1)
    found = []
    for copier, source in pairs:
        places = np.flatnonzero(wrong[source])
        matches = int((answers[copier, places] == answers[source, places]).sum())
        chance = _match_chance(answers[:, places] == answers[source, places], number, copier, source)
        p = _at_least(matches, len(places), chance)
        found.append(Likeness("k-index", copier, source, matches, chance * len(places), p, p, p < level))
    return tuple(found)


def likeliest(
    answers: NDArray[np.str_], codes: Codes, *, most: int = 200, block: int = 500
) -> tuple[tuple[int, int], ...]:
    """Pairs of rows with most wrong answers in common, each both ways (copier, source), the most alike first.

    At most ``most`` pairs of people; ties keep the order of the rows. Worked in blocks of rows.
    """
    _check(answers, codes, ())
    wrong = (codes == 0) & (answers != "")
    columns = [
        (wrong[:, j] & (answers[:, j] == option)).astype(np.float32)
        for j in range(answers.shape[1])
        for option in np.unique(answers[wrong[:, j], j])
    ]
    if not columns:
        return ()
    given = np.column_stack(columns)
    best: list[tuple[float, int, int]] = []
    for start in range(0, len(given), block):
        common = given[start : start + block] @ given.T
        for row, counts in enumerate(common, start=start):
            later = counts[row + 1 :]
            for place in np.argsort(-later, kind="stable")[:most]:
                if later[place] > 0:
                    best.append((-float(later[place]), row, row + 1 + int(place)))
        best = sorted(best)[:most]
    return tuple(pair for _count, one, other in best for pair in ((one, other), (other, one)))


def _at_least(matches: int, tries: int, chance: float) -> float:
    """Binomial chance of so many matches or more."""
    return float(betainc(matches, tries - matches + 1, chance)) if matches > 0 else 1.0


def _match_chance(same: NDArray[np.bool_], number: NDArray[np.intp], copier: int, source: int) -> float:
    others = np.ones(len(same), dtype=bool)
    others[[copier, source]] = False
    if not same.shape[1] or not others.any():
        return 0.0
    share = same[others].mean(axis=1)
    groups, place = np.unique(number[others], return_inverse=True)
    size = np.bincount(place.ravel())
    means = np.bincount(place.ravel(), weights=share) / size
    degree = min(2, len(groups) - 1)
    scale = max(float(groups.max()), 1.0)
    line = np.polynomial.Polynomial.fit(groups / scale, means, degree, w=np.sqrt(size), domain=[0, 1])
    return float(np.clip(line(number[copier] / scale), 1e-4, 1 - 1e-4))


def _check(answers: NDArray[np.str_], codes: Codes, pairs: Sequence[tuple[int, int]]) -> None:
    if answers.shape != codes.shape or answers.ndim != 2:
        raise MeasurementError("columns", "Answers and scores must be tables of the same people and items.")
    for copier, source in pairs:
        if copier == source or not (0 <= copier < len(codes) and 0 <= source < len(codes)):
            raise MeasurementError("pair", f"Pair ({copier}, {source}) does not name two rows.")
