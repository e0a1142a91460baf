"""Collections of real responses with known peculiarities, where a folder of them is at hand.

``TANCAI_SAMPLES`` names it; without, a folder ``shared/samples`` beside the project is used when there is one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tancai.engines.psychometrics import classical, dif, keys, reading
from tancai.engines.psychometrics.calibration import calibrate
from tancai.engines.psychometrics.responses import responses

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "samples"
FOLDER = Path(os.environ.get("TANCAI_SAMPLES", BESIDE)) / "irt"

pytestmark = [
    pytest.mark.anydatabase,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no folder of sample responses: {FOLDER.name}"),
]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
    return found


def test_the_doubtful_key_of_sat12_is_flagged(expected: dict[str, Any]) -> None:
    found = reading.read_answers(FOLDER / "SAT12_raw.csv", missing=["8"])
    given = [
        keys.Key(name, (str(key),)) for name, key in zip(found.items, expected["SAT12"]["key"], strict=True)
    ]
    scored, answers, accepted = keys.score_answers(found.answers, found.items, given)
    result = classical.analyse(scored, answers=answers, keys=accepted)
    doubtful = [item.id for item in result.items if "distractor_better_than_key" in item.flags]
    assert doubtful == ["Item.32"]
    assert "weak_discrimination" in result.items[31].flags
    best = max(result.items[31].options, key=lambda option: option.discrimination or -1)
    assert best.option == "3"


def test_lsat7_as_a_file(expected: dict[str, Any]) -> None:
    model = expected["LSAT7"]["model_2PL_slope_intercept"]
    found = calibrate(reading.read_scores(FOLDER / "LSAT7_patterns.csv"), "2pl")
    assert [item.a for item in found.items] == pytest.approx(model["a"], abs=model["tolerance"])
    assert [item.d[0] for item in found.items] == pytest.approx(model["d"], abs=model["tolerance"])


def test_raw_answers_with_their_key() -> None:
    found = reading.read_answers(FOLDER / "CTTdata_raw.csv")
    scored, _, _ = keys.score_answers(
        found.answers, found.items, reading.read_keys(FOLDER / "CTTkey.csv", found.items)
    )
    result = classical.analyse(scored)
    assert result.n == 100 and scored.notes == ()
    assert result.kr20 == pytest.approx(classical.alpha(scored.codes))
    assert all(item.discrimination > 0 for item in result.items)


def test_calibration_of_a_survey_with_steep_items() -> None:
    found = calibrate(reading.read_scores(FOLDER / "WIRS.csv"), "2pl")
    assert found.converged
    assert found.log_likelihood > calibrate(reading.read_scores(FOLDER / "WIRS.csv"), "1pl").log_likelihood


def test_bias_in_two_groups() -> None:
    table = np.genfromtxt(FOLDER / "GMAT_scored_two_groups.csv", delimiter=",", skip_header=1)
    data = responses(table[:, :20])
    found = dif.mantel_haenszel(data, table[:, 20] == 1)
    assert dif.flagged(found, from_class="C") == ("item1",)
    by_regression = dif.logistic(data, table[:, 20] == 1)
    assert [item.id for item in by_regression if item.p_both < 0.001][:2] == ["item1", "item2"]
