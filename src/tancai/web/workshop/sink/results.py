"""What a computed project shows: faults in words, figures, tables, charts, the map of strata and plots."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tancai.engines.bilingual import said
from tancai.engines.carbon.numbers import shown
from tancai.engines.forest import signatures
from tancai.engines.forest.tree import find, lines
from tancai.labs import api as labs
from tancai.web.workshop import charts
from tancai.web.workshop.speaking import language

bench = labs.sink_bench
words = bench.words
PAGES = {
    "project": "sink", "accept": "sink", "biomass": "sink", "s": "sink", "p": "sink_plots", "map": "sink_plots",
    "plots": "sink_pools", "shrub": "sink_pools", "dead_organic": "sink_pools", "soil": "sink_pools",
    "baseline": "sink_pools", "f": "sink_pools", "d": "sink_pools", "about": "sink_papers", "v": "sink_papers",
    "w": "sink_papers", "event": "sink_papers", "e": "sink_papers", "r": "sink_papers", "u": "sink_papers",
    "g": "sink_grass",
}  # fmt: skip
SHRUBS = ("shrub_before", "shrub_after")
CHAIN = (
    "stock.now", "trees.change", "u", "discount", "trees", "shrub", "dead_wood", "litter", "soil", "project.change",
    "fire", "actual", "baseline", "leakage", "net", "k_risk", "credit",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A fault in words; ``name`` is its value, ``page`` where that is entered."""

    name: str
    place: str
    text: str
    level: str
    url: str


def told(work_id: int, values: dict[str, Any], faults: list[Any]) -> list[Told]:
    """Every fault once, the grave ones first."""
    order = {"refused": 0, "doubtful": 1, "noted": 2}
    found = []
    for one in faults:
        page = PAGES.get(one.name.split(".")[0], "")
        if one.name.split(".")[-1] in SHRUBS:
            page = "sink_pools"
        url = f"{reverse(f'workshop:{page}', args=[work_id])}?to={one.name}" if page else ""
        found.append(Told(one.name, place(values, one.name), one.words(language()), one.level, url))
    return sorted(dict.fromkeys(found), key=lambda one: order[one.level])


def place(values: dict[str, Any], name: str) -> str:
    """Where a value stands, as a person would say it."""
    steps = name.split(".")
    text = words.label(name, language()) if name else ""
    if steps[0] == "s" and len(steps) > 2:
        row = next((one for one in bench.rows_of(values, "s") if str(one.number) == steps[1]), None)
        return f"{_('分层')} {bench.stratum_name(row) if row else steps[1]} · {text}"
    if steps[0] == "p" and len(steps) > 2:
        row = next((one for one in bench.rows_of(values, "p") if str(one.number) == steps[1]), None)
        text = words.label(".".join(steps[:3]), language())
        more = ""
        if len(steps) > 3 and steps[3].isdecimal():
            more = " · " + _("第 %(row)s 行") % {"row": int(steps[3]) + 1}
        return f"{_('样地')} {bench.plot_name(row) if row else steps[1]} · {text}{more}"
    if steps[0] in ("v", "w") and len(steps) > 1:
        return f"{words.label('validation' if steps[0] == 'v' else 'verification', language())} {steps[1]}"
    if steps[0] in "fderu" and len(steps) > 2:
        return f"{text} ({steps[1]})"
    return text


def figure(value: float, digits: int = 6) -> str:
    return shown(float(format(value, f".{digits}g"))) if math.isfinite(value) else "–"


def context(work_id: int, values: dict[str, Any]) -> dict[str, Any]:
    """What every page shows of the computation."""
    done = bench.compute(values)
    found: dict[str, Any] = {"done": done, "faults": told(work_id, values, done.faults), "size": _size(done)}
    if done.found is not None:
        now = done.found.estimates["now"]
        found["figures"] = {
            "credit": shown(done.found.credit.value),
            "net": figure(done.found.net.value),
            "u": f"{100 * done.found.u:.4g} %" if math.isfinite(done.found.u) else "–",
            "mean": figure(now.mean),
            "plots": sum(now.counts),
        }
    return found


def _size(done: Any) -> dict[str, Any] | None:
    size = done.size
    if size is None or done.project is None:
        return None
    rows = zip(
        done.project.areas,
        size.optimum,
        size.optimum_plots,
        size.proportional,
        size.proportional_plots,
        strict=True,
    )
    return {
        "n": size.n,
        "passes": " → ".join(f"{one:.6g}" for one in size.passes),
        "t": " → ".join(f"{one:.6g}" for one in size.t),
        "error": f"{size.error:.4g}",
        "rows": [(name, f"{a:.4g}", b, f"{c:.4g}", d) for name, a, b, c, d in rows],
        "totals": (sum(size.optimum_plots), sum(size.proportional_plots)),
    }


# -- plots
@dataclass(frozen=True)
class PlotLine:
    """A plot in the list: its number and name, stratum, state and figures."""

    number: int
    name: str
    stratum: str
    state: str
    tone: str
    above: str = ""
    below: str = ""
    carbon: str = ""
    trees: str = ""
    outside: bool = False


def plot_lines(values: dict[str, Any], done: Any) -> list[PlotLine]:
    survey = done.project.now if done.project is not None else None
    computed = {one.id: one for one in survey.plots} if survey is not None else {}
    strata = {str(row.number): bench.stratum_name(row) for row in bench.rows_of(values, "s")}
    bad = {
        one.name.split(".")[1] for one in done.faults if one.name.startswith("p.") and one.level == "refused"
    }
    out = {one.name.split(".")[1] for one in done.faults if one.problem.code == "plot_outside"}
    found = []
    for row in bench.rows_of(values, "p"):
        name = bench.plot_name(row)
        rows = bench.tally(row, "now")
        one = computed.get(name)
        home = strata.get(row.text("stratum"), "–")
        outside = str(row.number) in out
        if one is not None:
            trees = sum(
                int(float(cells["n"])) for cells in rows if cells.get("n", "").replace(".", "", 1).isdigit()
            )
            figures = (
                figure(one.above.value),
                figure(one.below.value),
                figure(one.carbon.value),
                str(trees or ""),
            )
            found.append(PlotLine(row.number, name, home, _("已计算"), "good", *figures, outside))
        elif str(row.number) in bad:
            found.append(PlotLine(row.number, name, home, _("有错未计入"), "bad", outside=outside))
        elif rows:
            found.append(PlotLine(row.number, name, home, _("已填写"), "wait", outside=outside))
        else:
            found.append(PlotLine(row.number, name, home, _("待检尺"), "idle", outside=outside))
    return found


@dataclass
class Map:
    """Strata and plots in units of the drawing; ``scale`` units a metre, ``left`` and ``top`` in metres."""

    wide: float
    high: float
    scale: float
    left: float
    top: float
    shapes: list[dict[str, Any]] = field(default_factory=list)
    plots: list[dict[str, Any]] = field(default_factory=list)
    bar: float = 0.0
    bar_text: str = ""
    schematic: bool = False


WIDE, EDGE = 900.0, 26.0


def drawn_map(values: dict[str, Any], done: Any) -> Map | None:
    """None while no stratum has an area or corners."""
    shapes = bench.outlines(values)
    if not shapes:
        return None
    rows, central = bench.rows_of(values, "p"), bench.central_of(values)
    points = [point for one in shapes for point in one.corners]
    points += [spot for row in rows if (spot := bench.place_of(row, central)) is not None]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    low, top = min(y for _x, y in points), max(y for _x, y in points)
    span_x, span_y = max(right - left, 1.0), max(top - low, 1.0)
    scale = min((WIDE - 2 * EDGE) / span_x, 520 / span_y)
    wide, high = span_x * scale + 2 * EDGE, span_y * scale + 2 * EDGE + 30
    found = Map(
        round(wide, 1),
        round(high, 1),
        round(scale, 6),
        round(left - EDGE / scale, 3),
        round(top + EDGE / scale, 3),
    )

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return round((point[0] - found.left) * scale, 1), round((found.top - point[1]) * scale, 1)

    for k, one in enumerate(shapes):
        corners = [at(point) for point in one.corners]
        label = at(_middle(one.corners))
        found.shapes.append(
            {
                "css": k % 5 + 1,
                "points": " ".join(f"{x},{y}" for x, y in corners),
                "x": label[0],
                "y": label[1],
                "name": one.name,
                "area": f"{one.area or one.surface:.4g} ha",
                "number": one.number,
            }
        )
        found.schematic |= not one.given
    states = {line.number: line for line in plot_lines(values, done)}
    for row in rows:
        if (place_ := bench.place_of(row, central)) is not None:
            x, y = at(place_)
            line = states[row.number]
            found.plots.append(
                {
                    "number": row.number,
                    "x": x,
                    "y": y,
                    "line": line,
                    "at": f"{place_[0]:.0f}, {place_[1]:.0f}",
                }
            )
    length = _round_length(180 / scale)
    found.bar, found.bar_text = (
        round(length * scale, 1),
        f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m",
    )
    return found


def _middle(corners: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(x for x, _y in corners) / len(corners), sum(y for _x, y in corners) / len(corners)


def _round_length(most: float) -> float:
    unit = float(10 ** math.floor(math.log10(most)))
    return next(m * unit for m in (5.0, 2.0, 1.0) if m * unit <= most)


# -- results
def chain(done: Any) -> list[tuple[str, str, str, str]]:
    """The steps from stock to claim: name, value, formula, source."""
    found = []
    for key in CHAIN:
        try:
            node = find(done.found.credit, key)
        except KeyError:
            continue
        unit = "" if node.unit.text == "1" else f" {node.unit.text}"
        source = f"{said(node.source, language())} {node.confidence.replace('-', '−')}".strip()
        found.append(
            (
                str(said(node.label, language())) or key,
                f"{figure(node.value)}{unit}",
                node.formula.replace("*", "×"),
                source,
            )
        )
    return found


def result(values: dict[str, Any], done: Any, claimed: str = "") -> dict[str, Any]:
    """Tables and charts of the result page."""
    found: dict[str, Any] = {}
    if done.found is not None:
        found |= {
            "chain": chain(done),
            "tree": list(lines(done.found.credit, language())),
            "pools_chart": _pools_chart(done),
            "year_chart": _year_chart(values, done),
            "yearly": list(zip(_years(values, len(done.yearly)), done.yearly, strict=True)),
            "strata": strata(done),
        }
        if claimed:
            found["claim"] = _claim(done, claimed)
    if done.forecast:
        marks = [str(one.year) for one in done.forecast]
        found["stock_chart"] = charts.lines(
            _("林木碳储量（生长曲线预估）"),
            marks,
            [charts.Series(_("碳储量"), [one.stock for one in done.forecast])],
            unit="tCO2",
            zero=True,
        )
        found["forecast_chart"] = charts.columns(
            _("分年度净清除与减排量（预估）"),
            marks,
            [
                charts.Series(_("净清除"), [one.net for one in done.forecast]),
                charts.Series(_("减排量"), [one.reduction for one in done.forecast]),
            ],
            unit="tCO2e",
        )
    return found


def _pools_chart(done: Any) -> Any:
    names = {
        "trees": _("林木"),
        "shrub": _("灌木"),
        "dead_wood": _("枯死木"),
        "litter": _("枯落物"),
        "soil": _("土壤"),
        "fire": _("火烧"),
        "baseline": _("基准线"),
        "leakage": _("泄漏"),
    }
    marks, values = [], []
    for key, name in names.items():
        try:
            value = find(done.found.net, key).value
        except KeyError:
            continue
        marks.append(name)
        values.append(-value if key in ("fire", "baseline", "leakage") else value)
    return charts.columns(_("净清除量的组成"), marks, [charts.Series(_("本期"), values)], unit="tCO2e")


def _years(values: dict[str, Any], count: int) -> list[str]:
    start = str(values.get("about.period_start") or "")[:4]
    first = int(start) if start.isascii() and start.isdigit() else 1
    return [str(first + k) for k in range(count)]


def _year_chart(values: dict[str, Any], done: Any) -> Any:
    marks = _years(values, len(done.yearly))
    net = done.found.net.value / done.project.years
    left = [min(1.0, done.project.years - k) * net for k in range(len(marks))]
    return charts.columns(
        _("分年度净清除与减排量（监测期平均）"),
        marks,
        [charts.Series(_("净清除"), left), charts.Series(_("减排量"), done.yearly)],
        unit="tCO2e",
    )


def strata(done: Any) -> list[tuple[str, str, int, str, str]]:
    now = done.found.estimates["now"]
    return [
        (name, f"{area:g}", n, figure(mean), figure(spread))
        for (name, area), n, mean, spread in zip(
            done.found.counted.items(), now.counts, now.means, now.deviations, strict=True
        )
    ]


def _claim(done: Any, text: str) -> dict[str, Any]:
    from tancai.engines.carbon import numbers

    try:
        value = numbers.number(text)
    except numbers.BadNumber:
        return {"tone": "bad", "text": _("请填写数字，如 7553。")}
    if abs(value - done.found.credit.value) <= 1:
        return {"tone": "good", "text": _("与计算结果一致。")}
    slips = [str(said(signatures.SLIPS[one], language())) for one in bench.diagnosed(done, value)]
    if slips:
        return {"tone": "near", "text": _("与计算结果不同，很可能是："), "slips": slips}
    return {"tone": "near", "text": _("与计算结果不同，常见的错误都对不上，请逐步核对下面的核算表。")}
