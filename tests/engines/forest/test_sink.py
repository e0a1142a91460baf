"""A sink project: worked examples S0 and S1 of the carbon-sink reference, to the printed digits."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tancai.engines.carbon.reading import read_text
from tancai.engines.forest import project, sampling, signatures, sink, tables
from tancai.engines.forest.tree import find, walk
from tests.engines.forest.published import agrees

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


def example(*changes: tuple[str, str]) -> sink.Sink:
    text = (EXAMPLES / "fir.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return sink.sink(project.project_of(read_text(text, "fir.toml", EXAMPLES)))


@pytest.mark.parametrize(
    ("spreads", "passes", "n", "optimum", "rounded", "shares", "proportional"),
    [
        ((3.6, 2.4), ("6.22501", "8.68231"), 9, ("6.42857", "2.57143"), (7, 3), ("5.625", "3.375"), (6, 4)),
        ((8.5, 5.5), ("33.8770",), 34, ("24.4915", "9.50847"), (25, 10), ("21.25", "12.75"), (22, 13)),
    ],
)
def test_s0_sample_size(
    spreads: tuple[float, float],
    passes: tuple[str, ...],
    n: int,
    optimum: tuple[str, ...],
    rounded: tuple[int, int],
    shares: tuple[str, str],
    proportional: tuple[int, int],
) -> None:
    found = sampling.sample_size((150, 90), (26.0, 12.0), spreads, 0.06)
    agrees(found.population, "4000")
    agrees(found.error, "2.075")
    assert len(found.passes) == len(passes)
    for value, printed in zip(found.passes, passes, strict=True):
        agrees(value, printed)
    assert found.n == n
    for value, printed in zip(found.optimum, optimum, strict=True):
        agrees(value, printed)
    for value, printed in zip(found.proportional, shares, strict=True):
        agrees(value, printed)
    agrees(found.spread, "3.15000" if n == 9 else "7.37500")
    agrees(found.spread_squared, "10.2600" if n == 9 else "56.5000")
    assert (found.optimum_plots, found.proportional_plots) == (rounded, proportional)
    if n == 34:
        agrees(found.simple, "34.1777")


PLOTS = {
    "A1": ("42.5953", "9.80121", "26.0934"),
    "A2": ("47.5158", "10.9455", "29.1135"),
    "A3": ("36.7528", "8.44866", "22.5104"),
    "A4": ("45.5552", "10.4904", "27.9106"),
    "A5": ("42.7488", "9.84172", "26.1900"),
    "B1": ("19.8192", "4.54468", "12.1333"),
    "B2": ("22.2361", "5.11050", "13.6186"),
    "B3": ("17.2189", "3.93976", "10.5372"),
    "B4": ("21.1091", "4.84446", "12.9250"),
}


def test_s1_plots() -> None:
    survey = example().project.now
    assert survey is not None
    found = {plot.id: plot for plot in survey.plots}
    assert found.keys() == PLOTS.keys()
    for name, printed in PLOTS.items():
        plot = found[name]
        for node, text in zip((plot.above, plot.below, plot.carbon), printed, strict=True):
            agrees(node.value, text)


CHAIN = {
    "stock.now": "18560.1",
    "trees.change": "6700.14",
    "trees": "5574.44",
    "shrub.first": "828.027",
    "shrub.now": "477.708",
    "shrub": "-350.319",
    "dead_wood": "55.7444",
    "litter": "55.7444",
    "soil.rate": "0.8",
    "soil": "3520.00",
    "project.change": "8855.60",
    "fire": "21.8163",
    "baseline.year": "31.0200",
    "baseline": "155.100",
    "displacement.1.biomass": "29.2575",
    "displacement.1.soil": "48.8250",
    "leakage": "286.303",
    "net": "8392.39",
    "credit": "7553",
}


def test_s1_chain() -> None:
    found = example()
    assert found.complete
    now = found.estimates["now"]
    for value, printed in (
        (now.means[0], "26.3636"),
        (now.deviations[0], "2.49529"),
        (now.means[1], "12.3035"),
        (now.deviations[1], "1.32470"),
        (now.mean, "21.0911"),
        (now.error, "0.740362"),
        (now.t, "1.89458"),
        (now.half, "1.40267"),
        (now.u * 100, "6.65056"),
        (found.u * 100, "22.4016"),
        (found.net.value * 0.9, "7553.15"),
        (found.net.value * 0.9 / 5, "1510.63"),
    ):
        agrees(value, printed)
    assert now.df == 7
    for key, printed in CHAIN.items():
        agrees(find(found.credit, key).value, printed)


@pytest.mark.parametrize(("rule", "printed"), [("B", "5963.12"), ("C", "5869.22"), ("none", "6700.14")])
def test_s1_other_discounts(rule: str, printed: str) -> None:
    found = example(('discount = "A"', f'discount = "{rule}"'))
    agrees(find(found.credit, "trees").value, printed)


@pytest.mark.parametrize(
    ("old", "new", "printed"),
    [
        ('discount = "A"', 'discount = "none"', "8586.54"),
        ('[[fire]]\narea = "14 ha"', '[[fire]]\narea = "0 ha"', "7572.78"),
        ('area = "2.5 ha"', 'area = "0 ha"', "7810.82"),
        ("cover = 0.02", "cover = 0", "7692.74"),
        ('k_risk = "10 %"', 'k_risk = "0 %"', "8392.39"),
    ],
)
def test_s1_error_signatures(old: str, new: str, printed: str) -> None:
    """What a step left out gives: the table of signatures of S1."""
    found = example((old, new))
    agrees(found.net.value * (1 - found.project.rules.k_risk.value), printed)


def test_s1_signatures_tell_the_slip() -> None:
    """The whole table of signatures of S1, and a claim told by it."""
    found = example()
    printed = {
        "no_discount": "8586.54",
        "normal_90": "7643.12",
        "normal_95": "7528.90",
        "soil_cap": "8127.35",
        "shrub_small": "7617.64",
        "dead_undiscounted": "7573.41",
        "no_fire": "7572.78",
        "no_leakage": "7810.82",
        "no_baseline": "7692.74",
        "no_risk": "8392.39",
    }
    values = signatures.signatures(found)
    assert list(values) == list(signatures.SLIPS) == list(printed)
    for code, text in printed.items():
        agrees(values[code], text)
        assert signatures.diagnosed(found, float(text)) == [
            other for other in values if abs(values[other] - values[code]) <= 1
        ]
    assert signatures.diagnosed(found, 7553) == [] == signatures.diagnosed(found, 5000)


def test_the_printed_formula_is_the_one_computed() -> None:
    """Every knot of the example recomputed from its own formula text with Python's own arithmetic."""
    names = {
        "exp": math.exp,
        "ln": math.log,
        "sqrt": math.sqrt,
        "min": min,
        "max": max,
        "abs": abs,
        "sum": lambda *values: math.fsum(values),
        "floor": lambda value: math.floor(float(f"{value:.12g}")),
    }
    seen = 0
    for node in walk(example().credit):
        if not node.parts:
            continue
        value = eval(node.formula, names, {name: part.value for name, part in node.parts})
        scales = {1.0, 1e-3, 1e3}
        assert any(math.isclose(node.value, value * scale, rel_tol=1e-9, abs_tol=1e-12) for scale in scales)
        seen += 1
    assert seen > 200


def test_a_spreadsheet_gets_the_same() -> None:
    """S1 column by column with numpy, from the tallies alone."""
    classes = {"A": ([4.5, 8, 11, 14], [4.2, 6.6, 8.6, 10.3]), "B": ([4.5, 6.5, 9, 12], [4.2, 5.6, 7.2, 9.0])}
    rows = [line.split(",") for line in (EXAMPLES / "fir-plots.csv").read_text().splitlines()[1:]]
    carbon: dict[str, list[float]] = {"A": [], "B": []}
    for name in dict.fromkeys(row[0] for row in rows):
        counts = np.array([float(row[4]) for row in rows if row[0] == name])
        d, h = (np.array(column) for column in classes[name[0]])
        above = np.where(d >= 5, 0.065388 * d**2.01735 * h**0.49425, 0.190713 * d**1.35226 * h**0.49452)
        below = np.where(d >= 5, 0.016385 * d**2.52941 * h**-0.11744, 0.034655 * d**2.06398 * h**-0.11744)
        carbon[name[0]].append(float(counts @ (above * 0.5003 + below * 0.4880)) / 0.06 / 1000)
    mean = (150 * np.mean(carbon["A"]) + 90 * np.mean(carbon["B"])) / 240
    error = np.sqrt(
        (150 / 240) ** 2 * np.var(carbon["A"], ddof=1) / 5 + (90 / 240) ** 2 * np.var(carbon["B"], ddof=1) / 4
    )
    second = 44 / 12 * 240 * mean
    half = np.hypot(0.072 * 11860, 1.894578605 * error / mean * second)
    trees = second - 11860 - 0.75 * half
    shrub = 44 / 12 * 0.47 * 1.4 * 0.1 * 110 * (150 * 0.12 - (150 * 0.16 + 90 * 0.08))
    fire = 14 * 17.5 * 0.45 * (4.7 * 27 + 0.26 * 273) / 1000
    leakage = 44 / 12 * (2.5 * 0.47 * (1.1 * 12 * 1.25 + 6 * 1.4) + 2.5 * 63 * 0.31)
    net = (
        trees * 1.02
        + shrub
        + 44 / 12 * 240 * 0.8 * 5
        - fire
        - 44 / 12 * 0.47 * 3 * 1.25 * 0.02 * 240 * 5
        - leakage
    )
    assert math.isclose(example().net.value, net, rel_tol=1e-9)


def test_the_order_of_strata_and_lines_changes_nothing(tmp_path: Path) -> None:
    text = (EXAMPLES / "fir.toml").read_text(encoding="utf-8")
    head, first, second = text.split("[[stratum]]")
    second, rest = second.split("\n[shrub]")
    lines = (EXAMPLES / "fir-plots.csv").read_text().splitlines()
    turned = [lines[0], *np.random.default_rng(3).permutation(lines[1:])]
    (tmp_path / "fir-plots.csv").write_text("\n".join(turned) + "\n")
    mixed = head + "[[stratum]]" + second + "\n[[stratum]]" + first + "\n[shrub]" + rest
    found = sink.sink(project.project_of(read_text(mixed, "fir.toml", tmp_path)))
    assert found.net.value == example().net.value


def test_pools_add_up() -> None:
    root = find(example().credit, "project.change")
    assert {name for name, _ in root.parts} == {"trees", "shrub", "dead_wood", "litter", "soil"}
    assert math.isclose(root.value, sum(part.value for _, part in root.parts), rel_tol=1e-12)
    none = example(('pools = ["shrub", "dead_wood", "litter", "soil"]', "pools = []"))
    assert find(none.credit, "project.change").value == find(none.credit, "trees").value
