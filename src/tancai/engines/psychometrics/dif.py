"""Differential item functioning: is an item harder for one group among people of equal standing?

A statistic, not a verdict: items that show it go back to the people who know the content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, expit, ndtri

from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import Floats, Responses

SIGNIFICANCE = 0.05
_RIDGE = 1e-9


@dataclass(frozen=True)
class MantelHaenszel:
    """One item. ``alpha`` above 1 (``delta`` below 0) favours the reference group.

    ``effect`` is the class of the Educational Testing Service: A negligible, B moderate, C large (Zieky 1993).
    """

    id: str
    statistic: float | None
    p: float | None
    alpha: float | None
    delta: float | None
    se_delta: float | None
    effect: str


@dataclass(frozen=True)
class LogisticDif:
    """One item (Swaminathan & Rogers 1990): uniform, non-uniform and both together.

    ``r2_change`` is Nagelkerke's; ``effect`` classes it A, B, C at .035 and .070 (Jodoin & Gierl 2001).
    """

    id: str
    uniform: float | None
    p_uniform: float | None
    nonuniform: float | None
    p_nonuniform: float | None
    both: float | None
    p_both: float | None
    r2_change: float | None
    effect: str


def mantel_haenszel(data: Responses, focal: ArrayLike, *, purify: bool = True) -> tuple[MantelHaenszel, ...]:
    """Every item of 0/1 scores, matched on the sum score; ``focal`` is True for each row of the focal group.

    With ``purify`` items found in class C are taken out of the matching score and all are tested again.
    """
    group, scores = _two_groups(data, focal)
    anchors = np.ones(scores.shape[1], dtype=bool)
    for _ in range(8):
        found = tuple(_one_item(data, scores, group, anchors, j) for j in range(scores.shape[1]))
        clean = np.array([item.effect != "C" for item in found])
        if not purify or clean.sum() < 2 or (clean == anchors).all():
            break
        anchors = clean
    return found


def _two_groups(data: Responses, focal: ArrayLike) -> tuple[NDArray[np.bool_], Floats]:
    group = np.asarray(focal, dtype=bool)
    if group.shape != (len(data.codes),):
        raise MeasurementError("groups", "Say for every row whether it belongs to the focal group.")
    if group.all() or not group.any():
        raise MeasurementError("groups", "Both groups need people.")
    if (data.codes > 1).any():
        raise MeasurementError("not_dichotomous", "These tests take scores of 0 and 1.")
    return group, np.maximum(data.codes, 0).astype(np.float64)


def _matching(scores: Floats, anchors: NDArray[np.bool_], j: int) -> Floats:
    """Sum score over the anchors and the studied item itself (Holland & Thayer 1988)."""
    chosen = anchors.copy()
    chosen[j] = True
    return scores[:, chosen].sum(axis=1)


def _one_item(
    data: Responses, scores: Floats, group: NDArray[np.bool_], anchors: NDArray[np.bool_], j: int
) -> MantelHaenszel:
    present = data.codes[:, j] >= 0
    level = _matching(scores, anchors, j).astype(np.intp)
    cells = np.zeros((2, 2, int(level.max()) + 1))
    np.add.at(
        cells,
        (group[present].astype(np.intp), data.codes[present, j].astype(np.intp), level[present]),
        data.frequency[present],
    )
    return _from_tables(data.items[j], cells)


def _from_tables(name: str, cells: Floats) -> MantelHaenszel:
    """``cells`` (group: reference, focal; score; level). Variance of ln alpha by Robins, Breslow & Greenland (1986)."""
    wrong_ref, right_ref, wrong_focal, right_focal = cells[0, 0], cells[0, 1], cells[1, 0], cells[1, 1]
    total = cells.sum(axis=(0, 1))
    ref, focal = cells[0].sum(axis=0), cells[1].sum(axis=0)
    usable = (total > 1) & (ref > 0) & (focal > 0)
    if not usable.any():
        return MantelHaenszel(name, None, None, None, None, None, "")
    n = np.where(usable, total, 1.0)
    right = right_ref + right_focal
    variance = np.where(usable, ref * focal * right * (n - right) / (n**2 * np.maximum(n - 1, 1)), 0).sum()
    gap = np.where(usable, right_ref - ref * right / n, 0).sum()
    plus = np.where(usable, right_ref * wrong_focal / n, 0)
    minus = np.where(usable, wrong_ref * right_focal / n, 0)
    if variance <= 0 or plus.sum() <= 0 or minus.sum() <= 0:
        return MantelHaenszel(name, None, None, None, None, None, "")
    statistic = float(max(abs(gap) - 0.5, 0.0) ** 2 / variance)
    p_share = np.where(usable, (right_ref + wrong_focal) / n, 0)
    q_share = np.where(usable, (wrong_ref + right_focal) / n, 0)
    r, s = plus.sum(), minus.sum()
    spread = (
        (p_share @ plus) / (2 * r**2)
        + (p_share @ minus + q_share @ plus) / (2 * r * s)
        + (q_share @ minus) / (2 * s**2)
    )
    alpha = float(r / s)
    delta, error = -2.35 * float(np.log(alpha)), 2.35 * float(np.sqrt(spread))
    significance = float(chdtrc(1, statistic))
    return MantelHaenszel(
        name, statistic, significance, alpha, delta, error, _ets(delta, error, significance)
    )


def _ets(delta: float, error: float, significance: float) -> str:
    """A: not significant or |delta| < 1; C: at least 1.5 and significantly above 1; B: between."""
    size = abs(delta)
    if significance >= SIGNIFICANCE or size < 1:
        return "A"
    return "C" if size >= 1.5 and (size - 1) / error > -ndtri(SIGNIFICANCE) else "B"


def logistic(data: Responses, focal: ArrayLike, *, match: ArrayLike | None = None) -> tuple[LogisticDif, ...]:
    """Every item of 0/1 scores regressed on standing, group and both; ``match`` (rows) replaces the sum score."""
    group, scores = _two_groups(data, focal)
    standing = scores.sum(axis=1) if match is None else np.asarray(match, dtype=np.float64)
    if standing.shape != group.shape:
        raise MeasurementError("match", "Give one matching value for every row.")
    return tuple(
        _regressed(name, data.codes[:, j], data.frequency, group, standing)
        for j, name in enumerate(data.items)
    )


def _regressed(
    name: str, column: NDArray[np.int8], frequency: Floats, group: NDArray[np.bool_], standing: Floats
) -> LogisticDif:
    present = (column >= 0) & (frequency > 0)
    y, weight = column[present].astype(np.float64), frequency[present]
    x, g = standing[present], group[present].astype(np.float64)
    if y.min(initial=1) == y.max(initial=0) or np.ptp(g) == 0 or np.ptp(x) == 0:
        return LogisticDif(name, None, None, None, None, None, None, None, "")
    z = (x - x.mean()) / x.std()
    one = np.ones_like(z)
    heights = [
        logistic_fit(np.column_stack(columns), y, weight)[1]
        for columns in ((one, z), (one, z, g), (one, z, g, z * g))
    ]
    none, level, full = heights
    uniform, nonuniform, both = (max(2 * x, 0.0) for x in (level - none, full - level, full - none))
    change = _nagelkerke(full, y, weight) - _nagelkerke(none, y, weight)
    return LogisticDif(
        name,
        uniform,
        float(chdtrc(1, uniform)),
        nonuniform,
        float(chdtrc(1, nonuniform)),
        both,
        float(chdtrc(2, both)),
        change,
        _jodoin_gierl(change, float(chdtrc(2, both))),
    )


def _jodoin_gierl(change: float, significance: float) -> str:
    if significance >= SIGNIFICANCE or change < 0.035:
        return "A"
    return "B" if change < 0.070 else "C"


def logistic_fit(x: Floats, y: Floats, weight: Floats) -> tuple[Floats, float]:
    """Coefficients and log likelihood of a logistic regression by Newton's method with halved steps."""
    beta = np.zeros(x.shape[1])
    height = _height(x, y, weight, beta)
    for _ in range(100):
        p = expit(x @ beta)
        slope = x.T @ (weight * (y - p))
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(len(beta))
        step = np.linalg.solve(curve, slope)
        length = 1.0
        while length > 1e-6 and _height(x, y, weight, beta + length * step) < height:
            length /= 2
        better = _height(x, y, weight, beta + length * step)
        gain = better - height
        if gain >= 0:
            beta, height = beta + length * step, better
        if gain < 1e-10:
            break
    return beta, height


def _height(x: Floats, y: Floats, weight: Floats, beta: Floats) -> float:
    z = x @ beta
    return float(weight @ (y * z - np.logaddexp(0, z)))


def _nagelkerke(height: float, y: Floats, weight: Floats) -> float:
    n = weight.sum()
    share = weight @ y / n
    empty = float(n * (share * np.log(share) + (1 - share) * np.log1p(-share)))
    return float((1 - np.exp(2 * (empty - height) / n)) / (1 - np.exp(2 * empty / n)))


def flagged(found: Sequence[MantelHaenszel | LogisticDif], *, from_class: str = "B") -> tuple[str, ...]:
    """Names of the items of class ``from_class`` and above."""
    return tuple(item.id for item in found if item.effect >= from_class)
