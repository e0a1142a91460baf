"""Calibration finds what made the data, says how sure it is, and says when it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from tancai.engines.psychometrics import precision, workers
from tancai.engines.psychometrics.calibration import Calibration, calibrate
from tancai.engines.psychometrics.curves import Item, item_from_locations
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.expectation import Data, gradient
from tancai.engines.psychometrics.grid import normal_grid
from tancai.engines.psychometrics.layout import Priors, layout
from tancai.engines.psychometrics.responses import Responses, collapse, responses
from tancai.engines.psychometrics.simulation import simulate

pytestmark = pytest.mark.anydatabase


def bank(model: str, count: int, scores: int, chance: np.random.Generator) -> list[Item]:
    items = []
    for j in range(count):
        a = 1.1 if model in ("1pl", "pcm") else float(chance.uniform(0.7, 1.8))
        b = (
            np.linspace(-0.9, 0.9, scores - 1) + chance.normal(0, 0.6)
            if scores > 2
            else [chance.normal(0, 0.9)]
        )
        items.append(item_from_locations(f"q{j}", model, a, b, 0.2 if model == "3pl" else 0.0))
    return items


def drawn(
    model: str, *, people: int, count: int, scores: int = 2, missing: float = 0.0, seed: int = 7
) -> tuple[list[Item], Responses]:
    chance = np.random.default_rng(seed)
    items = bank(model, count, scores, chance)
    codes = simulate(items, chance.standard_normal(people), chance)
    codes[chance.random(codes.shape) < missing] = -1
    return items, responses(codes, [item.id for item in items])


@pytest.mark.parametrize(
    ("model", "scores", "missing"),
    [("1pl", 2, 0.2), ("2pl", 2, 0.0), ("2pl", 2, 0.3), ("grm", 4, 0.1), ("gpcm", 4, 0.1), ("pcm", 3, 0.0)],
)
def test_recovery_within_errors(model: str, scores: int, missing: float) -> None:
    """Standardised errors of all parameters scatter like a normal variate's."""
    items, data = drawn(model, people=3000, count=14, scores=scores, missing=missing)
    found = calibrate(data, model)
    assert found.converged and found.error_kind == "observed"
    gaps = [
        (estimate - truth) / error
        for item, true, own in zip(found.items, items, found.errors, strict=True)
        for estimate, truth, error in zip((item.a, *item.d), (true.a, *true.d), (own.a, *own.d), strict=True)
    ]
    assert np.abs(gaps).max() < 4.2
    assert 0.6 < np.sqrt(np.mean(np.square(gaps))) < 1.45


def test_recovery_with_guessing() -> None:
    items, data = drawn("3pl", people=8000, count=25)
    found = calibrate(data, "3pl")
    assert found.converged
    assert found.priors.guessing == (5.0, 17.0)
    a, true_a = np.array([i.a for i in found.items]), np.array([i.a for i in items])
    b, true_b = np.array([i.b[0] for i in found.items]), np.array([i.b[0] for i in items])
    assert np.corrcoef(a, true_a)[0, 1] > 0.93
    assert np.corrcoef(b, true_b)[0, 1] > 0.98
    assert abs(np.mean([i.c for i in found.items]) - 0.2) < 0.04


def direct_log_likelihood(vector: np.ndarray, codes: np.ndarray, kind: str) -> float:
    """Written anew, one item after the other, straight from the formulas."""
    nodes = np.linspace(-6, 6, 61)
    weight = np.exp(-0.5 * nodes**2)
    weight /= weight.sum()
    rows = vector.reshape(codes.shape[1], -1)
    joint = np.ones((len(codes), len(nodes)))
    for j, (a, *d) in enumerate(rows):
        if kind == "grm":
            steps = [np.ones_like(nodes), *(expit(a * nodes + x) for x in d), np.zeros_like(nodes)]
            p = np.array([steps[k] - steps[k + 1] for k in range(len(d) + 1)])
        else:
            tops = np.exp([k * a * nodes + x for k, x in enumerate([0.0, *d])])
            p = tops / tops.sum(axis=0)
        joint *= np.where((codes[:, j] >= 0)[:, None], np.maximum(p, 1e-300)[codes[:, j]], 1.0)
    return float(np.log(joint @ weight).sum())


@pytest.mark.parametrize("kind", ["grm", "gpcm"])
def test_no_other_climb_gets_higher(kind: str) -> None:
    _, data = drawn(kind, people=400, count=4, scores=3, missing=0.1, seed=3)
    found = calibrate(data, kind)
    vector = np.array([value for item in found.items for value in (item.a, *item.d)])
    assert direct_log_likelihood(vector, data.codes, kind) == pytest.approx(found.log_likelihood, abs=1e-6)
    other = minimize(lambda x: -direct_log_likelihood(x, data.codes, kind), vector + 0.05, method="BFGS")
    assert -other.fun <= found.log_likelihood + 1e-5


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl", "grm", "gpcm"])
def test_gradient_and_information_are_the_derivatives(model: str) -> None:
    scores = 4 if model in ("grm", "gpcm") else 2
    _, data = drawn(model, people=300, count=4, scores=scores, missing=0.2, seed=11)
    plan = layout(model, data.categories(), Priors())
    ready = Data(collapse(data), plan, normal_grid(31))
    theta = ready.grid.theta
    vector = plan.start([np.full(scores, 1 / scores)] * 4) + 0.1 * np.cos(np.arange(plan.size))
    for group in plan.groups:
        if group.family == "graded":
            vector[group.place[:, 1:]] = np.sort(vector[group.place[:, 1:]], axis=1)[:, ::-1]

    def slope(at: np.ndarray) -> np.ndarray:
        return gradient(plan, ready.expect(at), at, theta)

    steps = 1e-5 * np.eye(plan.size)
    heights = [
        (ready.expect(vector + s).log_likelihood - ready.expect(vector - s).log_likelihood) / 2e-5
        for s in steps
    ]
    assert slope(vector) == pytest.approx(heights, rel=1e-5, abs=1e-5)
    second = np.array([(slope(vector - s) - slope(vector + s)) / 2e-5 for s in steps])
    found = precision.information_matrix(ready, ready.expect(vector), vector, "observed")
    assert found == pytest.approx(second, rel=1e-4, abs=1e-3)


def test_empirical_errors_agree_with_observed_in_large_samples() -> None:
    _, data = drawn("2pl", people=20_000, count=10)
    observed = calibrate(data, "2pl", standard_errors="observed")
    empirical = calibrate(data, "2pl", standard_errors="empirical")
    for one, other in zip(observed.errors, empirical.errors, strict=True):
        assert one.a == pytest.approx(other.a, rel=0.06)
        assert one.d[0] == pytest.approx(other.d[0], rel=0.06)


def test_patterns_with_frequencies_are_the_same_as_rows() -> None:
    _, data = drawn("2pl", people=500, count=6)
    whole = calibrate(data, "2pl")
    patterns = collapse(data)
    again = calibrate(responses(patterns.codes, data.items, patterns.frequency), "2pl")
    assert whole.n == again.n == 500
    assert whole.log_likelihood == pytest.approx(again.log_likelihood, abs=1e-6)
    assert parameters(whole) == pytest.approx(parameters(again), abs=1e-4)


def parameters(found: Calibration) -> dict[str, float]:
    return {f"{item.id}.{k}": x for item in found.items for k, x in enumerate((item.a, *item.d))}


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl", "grm"])
def test_order_of_items_does_not_matter(model: str) -> None:
    _, data = drawn(model, people=800, count=7, scores=3 if model == "grm" else 2, missing=0.1)
    order = np.random.default_rng(1).permutation(7)
    one, other = calibrate(data, model), calibrate(data.keep(order), model)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-6)
    assert parameters(one) == pytest.approx(parameters(other), abs=2e-3)


def test_missing_by_design_links_two_forms() -> None:
    """Two groups share only the middle items; all items still come out on one scale."""
    items, data = drawn("2pl", people=6000, count=15, seed=21)
    codes = data.codes.copy()
    codes[:3000, 10:] = -1
    codes[3000:, :5] = -1
    found = calibrate(responses(codes, data.items), "2pl")
    assert found.converged
    gaps = [(e.d[0] - t.d[0]) / s.d[0] for e, t, s in zip(found.items, items, found.errors, strict=True)]
    assert np.abs(gaps).max() < 4


def test_an_item_keyed_backwards_gets_a_negative_slope_and_a_note() -> None:
    _, data = drawn("2pl", people=2000, count=10)
    codes = data.codes.copy()
    codes[:, 3] = 1 - codes[:, 3]
    found = calibrate(responses(codes, data.items), "2pl")
    assert found.converged
    assert found.items[3].a < 0
    assert [note.item for note in found.notes if note.code == "negative_slope"] == ["q3"]


@pytest.mark.parametrize("errors", ["none", "observed"])
def test_stopping_early_is_not_called_convergence(errors: str) -> None:
    _, data = drawn("3pl", people=2000, count=12)
    found = calibrate(data, "3pl", max_iterations=1, standard_errors=errors)
    assert not found.converged
    assert "still to gain" in found.reason
    assert found.log_likelihood < calibrate(data, "3pl").log_likelihood


def test_what_the_data_do_not_determine_is_said() -> None:
    _, data = drawn("2pl", people=1000, count=2)
    assert "not_determined" in [note.code for note in calibrate(data, "2pl").notes]


def test_identical_items_do_not_break_the_search() -> None:
    _, data = drawn("2pl", people=500, count=4)
    codes = np.concatenate([data.codes, data.codes[:, :1]], axis=1)
    found = calibrate(responses(codes), "2pl")
    assert np.isfinite(found.log_likelihood)
    assert not found.converged or any(note.code == "runaway_slope" for note in found.notes)


def test_a_slope_prior_pulls_towards_its_middle() -> None:
    _, data = drawn("2pl", people=200, count=5)
    free = calibrate(data, "2pl")
    held = calibrate(data, "2pl", priors=Priors(slope=(0.0, 0.1), intercept=(0.0, 2.0)))
    assert held.converged
    assert max(abs(np.log(item.a)) for item in held.items) < max(
        abs(np.log(abs(item.a))) for item in free.items
    )
    assert held.log_likelihood < free.log_likelihood


def test_the_same_twice() -> None:
    _, data = drawn("2pl", people=5000, count=20)
    assert parameters(calibrate(data, "2pl")) == parameters(calibrate(data, "2pl"))


@pytest.mark.parametrize(
    ("codes", "model", "code"),
    [
        ([[0, 1], [1, 2]], "2pl", "not_dichotomous"),
        ([[0, 1], [1, 1]], "2pl", "too_few_items"),
        ([[0, 1, 1], [0, 1, 1]], "2pl", "too_few_items"),
        ([[-1, -1], [-1, -1]], "2pl", "empty"),
        ([[0, 1], [1, 0]], "4pl", "model"),
    ],
)
def test_nothing_to_calibrate(codes: list[list[int]], model: str, code: str) -> None:
    with pytest.raises(MeasurementError) as caught:
        calibrate(responses(codes), model)
    assert caught.value.code == code


def test_hopeless_items_are_named_and_the_rest_calibrated() -> None:
    _, data = drawn("2pl", people=600, count=6)
    codes = data.codes.copy()
    codes[:, 1] = 1
    codes[:, 4] = -1
    found = calibrate(responses(codes, data.items), "2pl")
    assert found.converged
    assert [item.id for item in found.items] == ["q0", "q2", "q3", "q5"]
    assert {(note.code, note.item) for note in found.notes} == {("constant", "q1"), ("all_missing", "q4")}


def test_categories_never_seen_are_closed_up() -> None:
    _, data = drawn("grm", people=1500, count=6, scores=3)
    codes = data.codes.copy()
    codes[:, 2] = np.array([0, 2, 5], dtype=np.int8)[codes[:, 2]]
    found = calibrate(responses(codes, data.items), "grm")
    plain = calibrate(data, "grm")
    assert found.items[2].categories == 3
    assert parameters(found) == pytest.approx(parameters(plain), abs=1e-6)
    (note,) = [note for note in found.notes if note.code == "unseen_category"]
    assert note.item == "q2" and "1, 3, 4" in note.message


def test_perfect_and_zero_scores_count() -> None:
    _, data = drawn("2pl", people=400, count=5)
    codes = np.concatenate([data.codes, np.ones((30, 5), dtype=np.int8), np.zeros((30, 5), dtype=np.int8)])
    found = calibrate(responses(codes), "2pl")
    assert found.converged and found.n == 460


def test_rows_without_answers_are_left_out() -> None:
    _, data = drawn("2pl", people=400, count=5)
    codes = np.concatenate([data.codes, -np.ones((7, 5), dtype=np.int8)])
    found = calibrate(responses(codes), "2pl")
    assert [note.code for note in found.notes] == ["empty_rows"]
    assert found.data.n == 400
    assert list(parameters(found).values()) == pytest.approx(
        list(parameters(calibrate(data, "2pl")).values())
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.integers(-1, 2), min_size=4, max_size=4), min_size=1, max_size=25),
    st.sampled_from(["1pl", "2pl", "3pl", "grm", "gpcm", "pcm"]),
)
def test_any_table_ends_in_a_result_or_a_reason(rows: list[list[int]], model: str) -> None:
    if model in ("1pl", "2pl", "3pl"):
        rows = [[min(cell, 1) for cell in row] for row in rows]
    try:
        found = calibrate(responses(rows), model, max_iterations=60)
    except MeasurementError as error:
        assert error.code in ("empty", "too_few_items", "too_few_people")
        return
    assert np.isfinite(found.log_likelihood) and found.log_likelihood <= 0
    assert found.converged or found.reason


def test_results_do_not_depend_on_the_number_of_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    _, data = drawn("2pl", people=9000, count=15)
    several = calibrate(data, "2pl")
    monkeypatch.setattr(workers, "cores", lambda: 1)
    assert parameters(calibrate(data, "2pl")) == parameters(several)
