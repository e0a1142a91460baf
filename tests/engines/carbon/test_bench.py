"""The benchmark runs, and its systems are solved as a general solver would."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.sparse import linalg

from tancai.bench import carbon
from tancai.engines.carbon.footprint import matrix

pytestmark = pytest.mark.anydatabase


def test_small_runs_of_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    small = "--streams 12 --draws 500 --enterprises 3 --streams-each 4 --processes 300 --times 1 --model 40 --json"
    assert carbon.main(small.split()) == 0
    parts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [next(iter(part)) for part in parts] == ["streams", "processes", "model_processes", "enterprises"]
    assert parts[0]["relative_drawn"] == pytest.approx(parts[0]["relative_propagated"], rel=0.2)
    assert parts[1]["residual"] < 1e-12 and parts[1]["apart_from_bare"] < 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_the_supply_order_changes_no_answer(seed: int) -> None:
    system = carbon.economy(500, np.random.default_rng(seed), loops=0.4)
    demand = np.random.default_rng(seed).uniform(0, 1, 500)
    found = matrix.solve(system, demand)
    assert np.allclose(found.scaling, linalg.spsolve(system.matrix(), demand), rtol=1e-10, atol=1e-14)
    assert found.total[0] == pytest.approx(float(found.carried[:, 0] @ demand), rel=1e-10)
    assert sorted(matrix.supply_order(system.matrix())) == list(range(500))


def test_suppliers_come_first_where_there_is_no_loop() -> None:
    system = carbon.economy(400, np.random.default_rng(5), loops=0.0)
    at = np.argsort(matrix.supply_order(system.matrix()))
    assert (at[system.rows] < at[system.columns]).all()


def test_pivots_off_the_diagonal_are_found_when_they_must_be() -> None:
    """Two processes that each make the other's product only in sum: the diagonal vanishes, the answer stands."""
    system = matrix.System(
        np.zeros(2), np.array([0, 1]), np.array([1, 0]), np.array([-2.0, -4.0]), np.ones((2, 1))
    )
    found = matrix.solve(system, np.array([1.0, 1.0]))
    assert found.scaling == pytest.approx([0.25, 0.5])
