"""Texts that say nearly the same are found, and those that do not are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.items.similar import Corpus, bare, grams

pytestmark = pytest.mark.anydatabase

A = "重点排放单位应当在每年3月31日前报送上一年度排放报告，下列说法正确的是（　）。"
B = "重点排放单位应当于每年3月31日前报送上一年度的排放报告，以下说法正确的是（ ）"
C = "下列属于间接排放的是（　）。外购电力 锅炉燃煤 厂内车辆"


def test_only_what_counts_is_compared() -> None:
    assert bare("ＣＯ₂ 排放，（　）。") == bare("co2排放") == "co2排放"
    assert set(grams("碳排放")) == {"碳排", "排放", "碳排放"}
    assert grams("，。") == {} and grams("碳") == {"碳": 1}


def test_a_reworded_question_is_near_and_another_is_not() -> None:
    corpus = Corpus([A, B, C, ""])
    pairs = corpus.pairs(0.5)
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 1)]
    near = corpus.near(A, 0.5)
    assert near[0] == (0, pytest.approx(1.0)) and near[1][0] == 1
    assert corpus.near("，", 0.1) == [] and Corpus([]).near(A) == [] and Corpus([]).pairs() == []


def test_the_measure_by_hand() -> None:
    """Two texts of two pieces each, one shared: cosine of (1, w) and (1, w) with w = idf of a piece in one of two."""
    pairs = Corpus(["甲乙丙", "甲乙丁"]).pairs(0.0)
    rare, shared = np.log(3 / 2) + 1, np.log(3 / 3) + 1
    # 甲乙 stands in both; 乙丙 and 甲乙丙 (乙丁 and 甲乙丁) in one
    assert pairs[0].similarity == pytest.approx(shared**2 / (shared**2 + 2 * rare**2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="甲乙丙丁戊己 ，1a", max_size=12), max_size=8), st.randoms())
def test_bounds_symmetry_and_order(texts: list[str], chance: object) -> None:
    found = {(p.first, p.second): p.similarity for p in Corpus(texts).pairs(0.01)}
    assert all(first < second and 0 < value <= 1 for (first, second), value in found.items())
    turned = {
        (len(texts) - 1 - second, len(texts) - 1 - first): value for (first, second), value in found.items()
    }
    again = {(p.first, p.second): p.similarity for p in Corpus(texts[::-1]).pairs(0.01)}
    assert again.keys() == turned.keys()
    assert all(again[key] == pytest.approx(turned[key]) for key in again)
    for (first, second), value in found.items():
        if texts[first] == texts[second]:
            assert value == pytest.approx(1)
