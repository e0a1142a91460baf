from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from tancai.web.workshop.charts import Band, Series, columns, figure, lines, stacked

pytestmark = pytest.mark.anydatabase


def test_negative_parts_hang_below_the_zero_line() -> None:
    found = stacked(
        "碳库", ["2024", "2025"], [Series("增", [30, 20]), Series("减", [-10, -20])], unit="tCO2e"
    )
    up, down = found.shapes[0], found.shapes[1]
    assert up["y"] + up["height"] == pytest.approx(found.zero, abs=0.2) and down["y"] == pytest.approx(
        found.zero, abs=0.2
    )
    assert up["height"] == pytest.approx(3 * down["height"], rel=0.01)


def test_heights_compare_from_zero() -> None:
    found = columns("月", ["1", "2"], [Series("a", [10, 5])])
    assert found.shapes[0]["height"] == pytest.approx(2 * found.shapes[1]["height"], rel=0.01)


def test_gaps_bands_and_rings() -> None:
    found = lines(
        "月",
        ["1", "2", "3"],
        [Series("a", [1, None, 3])],
        band=Band("区间", [(0, 2), None, (2, 4)]),
        ringed=(1, 2),
    )
    assert len(found.marks) == 1 and found.band.count(",") == 4
    assert found.table[1] == ("2", ["—", "—"]) and found.table[2] == ("3", ["3", "2–4"])
    html = render_to_string("workshop/parts/chart.html", {"chart": found})
    assert "polygon" in html and "style=" not in html


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567.891, "1,234,568"), (-0.00012, "−0.00012"), (12.5, "12.5"), (-3, "−3")],
)
def test_figures(value: float, text: str) -> None:
    assert figure(value) == text


def test_flat_and_empty_data_are_drawn() -> None:
    assert lines("x", ["1"], [Series("a", [5])]).lines and columns("x", [], []).grid
    with pytest.raises(ValueError):
        columns("x", ["1"], [Series("a", [1, 2])])
