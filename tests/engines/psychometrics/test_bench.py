"""The benchmark runs and tells what it measured."""

from __future__ import annotations

import json

import pytest

from tancai.bench import calibrate as bench

pytestmark = pytest.mark.anydatabase


def test_a_small_size_is_measured_in_its_own_process(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--sizes", "400x6", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["people"], found["items"], found["converged"]) == (400, 6, True)
    assert found["seconds"] > 0 and found["mb_peak"] >= found["mb_before"]


def test_the_true_items_are_judged_on_the_same_grid() -> None:
    bank, codes = bench.draw(400, 6)
    true = bench.log_likelihood(codes, *(map(list, zip(*((x.a, x.d[0]) for x in bank), strict=True))))
    assert true < bench.measure(400, 6, "2pl", "none")["loglik"] < true + 20


def test_a_size_that_is_none() -> None:
    with pytest.raises(SystemExit):
        bench.main(["--sizes", "many"])
