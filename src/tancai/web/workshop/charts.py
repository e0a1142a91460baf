"""Charts of the workshop: columns, stacked columns and lines with a band; negative values hang below the zero line.

Everything is laid out here in units of the drawing; ``templates/workshop/parts/chart.html`` draws it with a data table.
A chart has at most five series, in the order and colours of the house.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

Number = int | float
HIGH, TOP, BOTTOM = 270, 18, 34


@dataclass(frozen=True)
class Size:
    """Width of a drawing and what is left free on its right, where the names stand when there is room."""

    wide: int
    right: int
    named: bool


BROAD, NARROW = Size(640, 110, True), Size(340, 10, False)
SIGN = 7.6
"""Width of a figure of the scale, generously."""


@dataclass(frozen=True)
class Series:
    """One row of values, one for each mark of the x axis; None where there is none."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Band:
    """An interval around a line, (low, high) for each mark or None."""

    name: str
    values: Sequence[tuple[Number, Number] | None]


@dataclass
class Chart:
    """A drawing: ``grid``, ``ticks``, ``shapes`` (rectangles), ``lines`` and ``names``; ``table`` holds the numbers."""

    title: str
    unit: str
    left: float
    grid: list[dict[str, Any]]
    ticks: list[dict[str, Any]]
    zero: float
    shapes: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    names: list[dict[str, Any]] = field(default_factory=list)
    band: str = ""
    heads: list[str] = field(default_factory=list)
    table: list[tuple[str, list[str]]] = field(default_factory=list)
    wide: int = BROAD.wide
    high: int = HIGH
    right: int = BROAD.wide - BROAD.right
    tick_y: int = HIGH - 12
    narrow: Chart | None = None


class _Scale:
    """From values to places of the drawing."""

    def __init__(self, values: Sequence[Number], count: int, *, zero: bool, size: Size) -> None:
        self.size = size
        low, top = min(values, default=0), max(values, default=1)
        if zero:
            low, top = min(low, 0), max(top, 0)
        if low == top:
            top = low + (abs(low) or 1)
        step = _step(top - low)
        self.low, self.top, self.step = floor(low / step) * step, ceil(top / step) * step, step
        self.steps = [self.low + k * step for k in range(round((self.top - self.low) / step) + 1)]
        self.left = round(14 + SIGN * max(len(figure(v)) for v in self.steps), 1)
        self.count = max(count, 1)

    def y(self, value: Number) -> float:
        return round(HIGH - BOTTOM - (value - self.low) / (self.top - self.low) * (HIGH - TOP - BOTTOM), 1)

    @property
    def slot(self) -> float:
        return (self.size.wide - self.left - self.size.right) / self.count

    def middle(self, k: int) -> float:
        return round(self.left + self.slot * (k + 0.5), 1)


def _step(span: float, wanted: int = 4) -> float:
    size = float(10 ** floor(log10(span / wanted)))
    return next(m * size for m in (1.0, 2.0, 5.0, 10.0) if m * size >= span / wanted)


def figure(value: Number) -> str:
    """A figure with thousands groups and no more decimals than it needs (six significant ones at most)."""
    if value == 0:
        return "0"
    decimals = max(0, min(6, 5 - floor(log10(abs(value)))))
    text = f"{value:,.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def columns(title: str, marks: Sequence[str], series: Sequence[Series], *, unit: str = "") -> Chart:
    """Columns side by side from the zero line, a group for each mark."""
    _fit(marks, [one.values for one in series])
    return _both(lambda size: _columns(title, marks, series, unit, size))


def _columns(title: str, marks: Sequence[str], series: Sequence[Series], unit: str, size: Size) -> Chart:
    given = [v for one in series for v in one.values if v is not None]
    scale = _Scale(given, len(marks), zero=True, size=size)
    found = _frame(title, marks, scale, unit)
    wide = scale.slot * 0.8 / max(len(series), 1)
    for number, one in enumerate(series, 1):
        for k, value in enumerate(one.values):
            if value is not None:
                x = scale.middle(k) - scale.slot * 0.4 + wide * (number - 1)
                found.shapes.append(_column(scale, x, wide, 0, value, number))
    return _told(found, marks, series)


def stacked(title: str, marks: Sequence[str], series: Sequence[Series], *, unit: str = "") -> Chart:
    """Columns of parts, one a mark; positive parts are stacked upward, negative ones downward."""
    _fit(marks, [one.values for one in series])
    return _both(lambda size: _stacked(title, marks, series, unit, size))


def _stacked(title: str, marks: Sequence[str], series: Sequence[Series], unit: str, size: Size) -> Chart:
    ends = [_ends([one.values[k] or 0 for one in series]) for k in range(len(marks))]
    scale = _Scale([v for pair in ends for v in pair], len(marks), zero=True, size=size)
    found = _frame(title, marks, scale, unit)
    for k in range(len(marks)):
        reached = {True: 0.0, False: 0.0}
        for number, one in enumerate(series, 1):
            value = one.values[k] or 0
            start = reached[value >= 0]
            reached[value >= 0] += value
            if value:
                x = scale.middle(k) - scale.slot * 0.36
                found.shapes.append(_column(scale, x, scale.slot * 0.72, start, start + value, number))
    return _told(found, marks, series)


def _ends(values: Sequence[Number]) -> tuple[Number, Number]:
    return sum(v for v in values if v < 0), sum(v for v in values if v > 0)


def lines(
    title: str,
    marks: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    zero: bool = False,
    band: Band | None = None,
    ringed: Sequence[int] = (),
) -> Chart:
    """Lines over the marks, with an interval behind them; ``ringed`` marks of the first series stand out."""
    _fit(marks, [*(one.values for one in series), *([band.values] if band else [])])
    return _both(lambda size: _lines(title, marks, series, unit, zero, band, ringed, size))


def _lines(
    title: str,
    marks: Sequence[str],
    series: Sequence[Series],
    unit: str,
    zero: bool,
    band: Band | None,
    ringed: Sequence[int],
    size: Size,
) -> Chart:
    given = [v for one in series for v in one.values if v is not None]
    given += [v for pair in (band.values if band else ()) if pair for v in pair]
    scale = _Scale(given, len(marks), zero=zero, size=size)
    found = _frame(title, marks, scale, unit)
    if band:
        there = [(k, pair) for k, pair in enumerate(band.values) if pair]
        edge = [(k, pair[1]) for k, pair in there] + [(k, pair[0]) for k, pair in reversed(there)]
        found.band = _points(scale, edge)
    for number, one in enumerate(series, 1):
        points = [(k, v) for k, v in enumerate(one.values) if v is not None]
        dots = [{"x": scale.middle(k), "y": scale.y(v)} for k, v in points] if len(points) <= 40 else []
        found.lines.append({"css": number, "points": _points(scale, points), "dots": dots})
    if series:
        found.marks = [
            {"x": scale.middle(k), "y": scale.y(value)}
            for k in ringed
            if (value := series[0].values[k]) is not None
        ]
    return _told(found, marks, series, band)


def _both(draw: Callable[[Size], Chart]) -> Chart:
    """The drawing for wide pages, with the one for phones."""
    found = draw(BROAD)
    found.narrow = draw(NARROW)
    return found


def _points(scale: _Scale, points: Sequence[tuple[int, Number]]) -> str:
    return " ".join(f"{scale.middle(k)},{scale.y(v)}" for k, v in points)


def _column(
    scale: _Scale, x: float, wide: float, start: Number, end: Number, number: int
) -> dict[str, float | int]:
    upper, lower = sorted((scale.y(start), scale.y(end)))
    return {
        "css": number,
        "x": round(x, 1),
        "y": upper,
        "width": round(max(wide - 1, 1), 1),
        "height": round(lower - upper, 1),
    }


def _fit(marks: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if len(rows) > 6 or any(len(row) != len(marks) for row in rows):
        raise ValueError("a chart has at most five series, each with one value a mark")


def _frame(title: str, marks: Sequence[str], scale: _Scale, unit: str) -> Chart:
    grid = [{"y": scale.y(v), "text_y": scale.y(v) + 4, "text": figure(v)} for v in scale.steps]
    longest = max((len(mark) for mark in marks), default=1)
    every = max(1, ceil((longest * 9 + 8) / scale.slot))
    ticks = [{"x": scale.middle(k), "text": mark} for k, mark in enumerate(marks) if k % every == 0]
    zero = scale.y(max(scale.low, min(0, scale.top)))
    wide, right = scale.size.wide, scale.size.wide - scale.size.right
    return Chart(title, unit, scale.left, grid, ticks, zero, wide=wide, right=right)


def _told(found: Chart, marks: Sequence[str], series: Sequence[Series], band: Band | None = None) -> Chart:
    """Names beside the drawing, each with its colour, and the table of the numbers."""
    for number, one in enumerate(series, 1):
        found.names.append({"css": number, "y": TOP + 4 + (number - 1) * 22, "text": one.name})
    if band:
        found.names.append({"css": 0, "y": TOP + 4 + len(series) * 22, "text": band.name})
    found.heads = [*(one.name for one in series), *([band.name] if band else [])]
    for k, mark in enumerate(marks):
        cells = ["—" if (v := one.values[k]) is None else figure(v) for one in series]
        if band:
            cells.append("–".join(map(figure, pair)) if (pair := band.values[k]) else "—")
        found.table.append((mark, cells))
    return found
