"""Words of the engines fit their number, in every table of problems and in both languages."""

from __future__ import annotations

import re

import pytest

from tancai.engines.bilingual import filled, said
from tancai.engines.carbon import tables
from tancai.engines.carbon import words as carbon
from tancai.engines.carbon.verification import findings
from tancai.engines.forest import words as forest
from tancai.engines.trading import words as trading

pytestmark = pytest.mark.anydatabase
COUNTS = re.compile(r"\{\w+\} (usable )?(cells|days|months|plots|rows|streams|strata|units)\b")


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 plot"), ("1", "1 plot"), (0, "0 plots"), (21, "21 plots")]
)
def test_a_word_fits_its_number(count: object, said: str) -> None:
    assert filled("{count:plot/plots}.", {"count": count}, "en") == f"{said}."
    assert filled("{a:.2f} {b}", {"a": 1 / 3, "b": "中|E"}, "zh") == "0.33 中"


def test_no_english_text_counts_things_without_their_word() -> None:
    texts = [
        text
        for table in (carbon.PROBLEMS, forest.FOREST, trading.PROBLEMS, findings.WORDS)
        for entry in table.values()
        for text in entry
    ]
    assert [text for text in texts if COUNTS.search(text)] == []


def test_a_chinese_report_has_no_english_in_the_name_of_its_guide() -> None:
    for code, guide in tables.guides().items():
        for part in ("title", "version"):
            words = said(guide[part], "zh").replace("GB/T", "").replace("CETS-AG", "")
            assert not re.search(r"[A-Za-z]{2,}", words), (code, words)
