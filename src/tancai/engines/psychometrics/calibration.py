"""Calibration: item parameters by marginal maximum likelihood.

A few cycles of EM (Bock & Aitkin 1981) bring the start near; then Newton's method on the marginal likelihood itself,
first with the curvature learnt on the way (limited-memory BFGS, preconditioned by the complete information as in
Jamshidian & Jennrich 1997), last with the information matrix that also gives the standard errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit

from tancai.engines.bilingual import counted
from tancai.engines.psychometrics import expectation, precision
from tancai.engines.psychometrics.curves import DICHOTOMOUS, MODELS, Item
from tancai.engines.psychometrics.errors import MeasurementError, Note
from tancai.engines.psychometrics.expectation import Data, Expected
from tancai.engines.psychometrics.grid import Grid, normal_grid
from tancai.engines.psychometrics.layout import Layout, Priors, layout, usual_priors
from tancai.engines.psychometrics.responses import Floats, Responses, collapse, usable
from tancai.engines.psychometrics.workers import single_threaded_products

EM_CYCLES = 3
ARRIVED = 1e-6
"""Log likelihood still to gain below which a search with standard errors has converged."""

MEMORY = 12
LONGEST_STEP = 2.0
STEEP = 8.0
"""Slopes beyond this are reported: the data hold nearly no bound against growing further."""

_UNDETERMINED = "the information matrix is not positive definite: some parameter is not determined"

Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class ItemErrors:
    """Standard errors in the order of the item's parameters; None when they cannot be had."""

    a: float | None
    d: tuple[float, ...] | None
    c: float | None = None


@dataclass(frozen=True)
class Calibration:
    """Estimates with what is needed to judge them.

    ``change`` is the gain in log likelihood that one more Newton step promises; ``converged`` is true only when that is
    below the tolerance and the information matrix is positive definite, else ``reason`` says what is missing.
    """

    model: str
    items: tuple[Item, ...]
    errors: tuple[ItemErrors, ...]
    log_likelihood: float
    converged: bool
    reason: str
    iterations: int
    change: float
    n: int
    patterns: int
    free_parameters: int
    error_kind: str
    covariance: Floats | None
    priors: Priors
    grid: Grid
    notes: tuple[Note, ...]
    layout: Layout
    data: Responses
    """The patterns that were used: collapsed, without left-out items, scores renumbered where one was never seen."""

    @property
    def aic(self) -> float:
        return 2 * self.free_parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        return float(np.log(self.n)) * self.free_parameters - 2 * self.log_likelihood

    @property
    def pattern_df(self) -> int | None:
        """Degrees of freedom against all possible patterns; None beyond 2^31 of them."""
        possible = 1
        for item in self.items:
            possible *= item.categories
        return possible - 1 - self.free_parameters if possible < 2**31 else None


def calibrate(
    data: Responses,
    model: str,
    *,
    priors: Priors | None = None,
    grid: Grid | None = None,
    standard_errors: str = "auto",
    tolerance: float = 1e-8,
    max_iterations: int = 500,
    progress: Progress | None = None,
) -> Calibration:
    """Estimate the items of ``data`` under ``model`` (``1pl``, ``2pl``, ``3pl``, ``grm``, ``gpcm``, ``pcm``).

    ``standard_errors`` is ``observed``, ``empirical``, ``none`` or ``auto`` (observed while that is quick).
    ``tolerance`` is in units of log likelihood. Raises MeasurementError when nothing can be estimated.
    """
    if model not in MODELS:
        raise MeasurementError("model", f"Model {model} is unknown; use {', '.join(MODELS)}.")
    if standard_errors not in ("auto", "observed", "empirical", "none"):
        raise MeasurementError("standard_errors", "Standard errors are auto, observed, empirical or none.")
    patterns = collapse(data)
    _check_scores(patterns, model)
    kept, notes = usable(patterns)
    _check_enough(kept, notes)
    chosen = usual_priors(model) if priors is None else priors
    plan = layout(model, kept.categories(), chosen)
    ready = Data(kept, plan, grid or normal_grid())
    with single_threaded_products():
        search = _Search(ready, tolerance, max_iterations, progress)
        search.run(standard_errors)
    return _result(search, kept, patterns.notes + notes, data.n)


def _check_scores(data: Responses, model: str) -> None:
    high = data.categories() - 1
    if model in DICHOTOMOUS and (high > 1).any():
        j = int(np.argmax(high > 1))
        raise MeasurementError(
            "not_dichotomous",
            f"Item {data.items[j]} has scores up to {high[j]}: model {model} takes 0 and 1; use grm or gpcm.",
        )


def _check_enough(data: Responses, notes: tuple[Note, ...]) -> None:
    if len(data.items) < 2:
        left_out = " ".join(note.message for note in notes[:3])
        raise MeasurementError(
            "too_few_items",
            f"Fewer than two usable items: ability cannot be told from one alone. {left_out}".strip(),
        )
    if len(data.codes) < 2:
        raise MeasurementError(
            "too_few_people", "Fewer than two different answer patterns: nothing can be estimated."
        )


class _Search:
    """The climb: where it stands, what it has seen, whether it arrived."""

    def __init__(self, data: Data, tolerance: float, limit: int, progress: Progress | None) -> None:
        self.data = data
        self.plan = data.layout
        self.theta = data.grid.theta
        self.tolerance = tolerance
        self.limit = limit
        self.progress = progress
        self.iterations = 0
        self.change = float("inf")
        self.converged = False
        self.reason = ""
        self.error_kind = "none"
        self.covariance: Floats | None = None
        self.vector = self.plan.start(_shares(data.data))
        self.value, self.slope, self.expected = self._look(self.vector)

    def run(self, standard_errors: str) -> None:
        for _ in range(min(EM_CYCLES, self.limit)):
            self._em()
        arrived = self._climb()
        kind = precision.choose(self.data) if standard_errors == "auto" else standard_errors
        if kind == "none":
            self.converged = arrived
            self.reason = "" if arrived else self._stopped()
        else:
            self._finish(kind, arrived)

    def _stopped(self) -> str:
        rounds = counted(self.iterations, "iteration", "iterations")
        return f"stopped after {rounds} with {self.change:.2g} of log likelihood still to gain"

    def _look(self, vector: Floats) -> tuple[float, Floats, Expected]:
        """Log posterior (likelihood and priors), its slope and the expected counts."""
        expected = self.data.expect(vector)
        slope = expectation.gradient(self.plan, expected, vector, self.theta)
        return (
            expected.log_likelihood + self.plan.log_prior(vector),
            slope + self.plan.prior_slopes(vector)[0],
            expected,
        )

    def _tick(self) -> None:
        self.iterations += 1
        if self.progress is not None:
            self.progress(self.iterations, self.expected.log_likelihood)

    def _em(self) -> None:
        """One cycle: expected counts, then their maximum by a few scoring steps on the counts alone."""
        vector = self.vector
        for _ in range(3):
            slope = expectation.gradient(self.plan, self.expected, vector, self.theta)
            slope += self.plan.prior_slopes(vector)[0]
            vector = self._allowed_step(vector, self._precondition(vector)(slope))
        value, slope, expected = self._look(vector)
        if value >= self.value:
            self.vector, self.value, self.slope, self.expected = vector, value, slope, expected
        self._tick()

    def _allowed_step(self, vector: Floats, step: Floats) -> Floats:
        step = step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
        for _ in range(30):
            if self.plan.allowed(vector + step):
                return vector + step
            step = step / 2
        return vector

    def _precondition(self, vector: Floats) -> Callable[[Floats], Floats]:
        """Solves with the complete information: by item, or as one matrix when a slope is shared."""
        _, curvature = self.plan.prior_slopes(vector)
        pieces = [
            (group, expectation.complete_information(group, counts, vector, self.theta))
            for group, counts in zip(self.plan.groups, self.expected.counts, strict=True)
        ]
        if self.plan.shared_slope:
            matrix = np.diag(curvature + 1e-8)
            for group, found in pieces:
                np.add.at(matrix, (group.place[:, :, None], group.place[:, None, :]), found)
            factor = cho_factor(matrix)
            return lambda slope: np.asarray(cho_solve(factor, slope))
        inverses = []
        for group, found in pieces:
            ridge = 1e-8 * (1 + np.abs(found).max(axis=(1, 2)))
            diagonal = curvature[group.place] + ridge[:, None]
            inverses.append(
                (group.place, np.linalg.inv(found + diagonal[:, :, None] * np.eye(found.shape[1])))
            )
        return lambda slope: _by_item(inverses, slope)

    def _climb(self) -> bool:
        steps: list[tuple[Floats, Floats]] = []
        while self.iterations < self.limit:
            direction = self._direction(steps)
            rise = float(self.slope @ direction)
            if rise <= 0:
                steps.clear()
                direction = self._direction(steps)
                rise = float(self.slope @ direction)
            self.change = rise / 2
            if self.change < self.tolerance:
                return True
            before = self.vector, self.slope
            if not self._advance(direction, rise):
                if not steps:
                    return self.change < self._rounding()
                steps.clear()
                continue
            moved, turned = self.vector - before[0], before[1] - self.slope
            if float(moved @ turned) > 1e-12 * float(np.linalg.norm(moved) * np.linalg.norm(turned)):
                steps.append((moved, turned))
                del steps[:-MEMORY]
            self._tick()
        self.change = float(self.slope @ self._direction(steps)) / 2
        return False

    def _direction(self, steps: list[tuple[Floats, Floats]]) -> Floats:
        """The two-loop recursion (Nocedal & Wright 2006, algorithm 7.4) around the complete information."""
        slope = self.slope.copy()
        taken = []
        for moved, turned in reversed(steps):
            share = float(moved @ slope) / float(moved @ turned)
            slope -= share * turned
            taken.append(share)
        direction = self._precondition(self.vector)(slope)
        for (moved, turned), share in zip(steps, reversed(taken), strict=True):
            direction += moved * (share - float(turned @ direction) / float(moved @ turned))
        return direction

    def _rounding(self) -> float:
        """Below this a change of the log likelihood cannot be told from rounding."""
        return 1e-13 * (1 + abs(self.value))

    def _advance(self, direction: Floats, rise: float) -> bool:
        """Step along ``direction``, halving while the likelihood does not rise enough; False when it never does."""
        length = min(1.0, LONGEST_STEP / float(np.abs(direction).max()))
        for _ in range(25):
            vector = self.vector + length * direction
            if self.plan.allowed(vector):
                value, slope, expected = self._look(vector)
                if np.isfinite(value) and value >= self.value + 1e-4 * length * rise - self._rounding():
                    self.vector, self.value, self.slope, self.expected = vector, value, slope, expected
                    return True
            length /= 2
        return False

    def _finish(self, kind: str, arrived: bool) -> None:
        """Newton steps with the information matrix; what is left decides whether the search converged."""
        self.error_kind = kind
        for last in (False, False, True):
            matrix = precision.information_matrix(self.data, self.expected, self.vector, kind)
            try:
                factor = cho_factor(matrix)
            except (LinAlgError, ValueError):
                self.covariance = None
                self.reason = _UNDETERMINED if arrived else self._stopped()
                return
            step = cho_solve(factor, self.slope)
            self.change = float(self.slope @ step) / 2
            self.covariance = np.asarray(cho_solve(factor, np.eye(len(matrix))))
            if last or self.change < max(100 * self.tolerance, self._rounding()):
                break
            if not self._advance(np.asarray(step), 2 * self.change):
                break
            self._tick()
        self.converged = self.change < max(ARRIVED, self._rounding())
        self.reason = "" if self.converged else self._stopped()


def _by_item(inverses: list[tuple[np.ndarray, Floats]], slope: Floats) -> Floats:
    found = np.empty_like(slope)
    for place, inverse in inverses:
        found[place] = np.einsum("gpr,gr->gp", inverse, slope[place])
    return found


def _shares(data: Responses) -> list[Floats]:
    shares = []
    for j, count in enumerate(data.categories()):
        tally = np.bincount(
            data.codes[:, j].astype(np.intp) + 1, weights=data.frequency, minlength=count + 1
        )[1:]
        shares.append(tally / tally.sum())
    return shares


def _result(search: _Search, data: Responses, notes: tuple[Note, ...], n: int) -> Calibration:
    items = search.plan.items(search.vector, data.items)
    return Calibration(
        model=search.plan.model,
        items=items,
        errors=_errors(search.plan, search.vector, search.covariance),
        log_likelihood=search.expected.log_likelihood,
        converged=search.converged,
        reason=search.reason,
        iterations=search.iterations,
        change=search.change,
        n=n,
        patterns=len(data.codes),
        free_parameters=search.plan.size,
        error_kind=search.error_kind,
        covariance=search.covariance,
        priors=search.plan.priors,
        grid=search.data.grid,
        notes=notes + _doubts(items, data, search.plan.model),
        layout=search.plan,
        data=data,
    )


def _errors(plan: Layout, vector: Floats, covariance: Floats | None) -> tuple[ItemErrors, ...]:
    found: dict[int, ItemErrors] = {}
    spread = None if covariance is None else np.sqrt(np.diag(covariance))
    for group in plan.groups:
        for j, place in zip(group.items, group.place, strict=True):
            if spread is None:
                found[int(j)] = ItemErrors(None, None)
                continue
            own = spread[place]
            c = None
            if group.family == "guessing":
                guess = float(expit(vector[place[2]]))
                c = float(own[2] * guess * (1 - guess))
            found[int(j)] = ItemErrors(float(own[0]), tuple(float(x) for x in own[1 : 1 + group.steps]), c)
    return tuple(found[j] for j in range(len(found)))


def _doubts(items: tuple[Item, ...], data: Responses, model: str) -> tuple[Note, ...]:
    notes = []
    wanted = {"1pl": 100, "pcm": 100, "2pl": 200, "3pl": 500}.get(model, 250)
    if data.n < wanted:
        notes.append(
            Note(
                "small_sample",
                f"{counted(data.n, 'person', 'people')}: {model} is unsteady below {wanted}; see the errors.",
            )
        )
    if len(items) == 2 and model not in ("1pl", "pcm"):
        notes.append(
            Note("not_determined", "Two items do not determine two slopes: only their product is known.")
        )
    for item in items:
        if item.a < 0:
            notes.append(
                Note("negative_slope", f"Item {item.id}: better people do worse; check its key.", item.id)
            )
        elif abs(item.a) > STEEP:
            notes.append(
                Note(
                    "runaway_slope",
                    f"Item {item.id}: slope {item.a:.1f} is hardly bounded by the data.",
                    item.id,
                )
            )
    return tuple(notes)
