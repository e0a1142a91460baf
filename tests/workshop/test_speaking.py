"""Units of the engines in the words of the page."""

from __future__ import annotations

import pytest
from django.utils import translation

from tancai.web.workshop.speaking import unit_said

pytestmark = pytest.mark.anydatabase


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("tCO2e/piece", "tCO₂e/件", "tCO₂e/pieces"),
        ("tCO2e/台", "tCO₂e/台", "tCO₂e/units"),
        ("GJ/10^4Nm3", "GJ/万Nm³", "GJ/10⁴ Nm³"),
        ("kgCO2e/(t·km)", "kgCO₂e/(t·km)", "kgCO₂e/(t·km)"),
        ("m2", "m²", "m²"),
        ("%", "%", "%"),
    ],
)
def test_a_unit_is_written_as_people_write_it(code: str, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert unit_said(code) == zh
        assert unit_said(code, paper=True) == zh.replace("₂", "2")
    with translation.override("en"):
        assert unit_said(code) == en
