"""Small SVG charts: direct labels, zero baselines, the numbers in a table behind a disclosure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

Number = int | float
ROW, LABELS, BARS, VALUES = 34, 150, 400, 70
WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 640, 260, 44, 96, 16, 30


@dataclass(frozen=True)
class Series:
    """One line of a line chart: a name written at its end, and one value for each mark of the x axis."""

    name: str
    values: Sequence[Number | None]


def bars(rows: Sequence[tuple[str, Number]], *, unit: str = "") -> dict[str, object]:
    """Horizontal bars from zero, label before and value after each. Negative values are refused (ValueError)."""
    if any(value < 0 for _label, value in rows):
        raise ValueError("bars compare lengths from zero; negative values cannot be drawn")
    most = max((value for _label, value in rows), default=0) or 1
    drawn = [
        {
            "label": label,
            "value": f"{value:,}{unit}",
            "y": i * ROW + 6,
            "text_y": i * ROW + 23,
            "width": round(BARS * value / most, 1),
            "value_x": round(LABELS + BARS * value / most + 8, 1),
        }
        for i, (label, value) in enumerate(rows)
    ]
    return {
        "rows": drawn,
        "wide": LABELS + BARS + VALUES,
        "high": len(rows) * ROW + 4,
        "x": LABELS,
        "label_x": LABELS - 10,
    }


def shares(
    rows: Sequence[tuple[str, Sequence[Number]]],
    names: Sequence[str],
    *,
    labels: int = LABELS,
    length: int = BARS + VALUES,
) -> dict[str, object]:
    """One bar of full length for each row, divided in the order of ``names``; each part carries its name and share.

    ``labels`` and ``length`` are the widths of the column of labels and of the bars, in units of the drawing.
    Raises ValueError for a row without a positive sum or with more than five parts.
    """
    drawn: list[dict[str, object]] = []
    named: set[str] = set()
    for i, (label, values) in enumerate(rows):
        total = sum(values)
        if total <= 0 or len(values) > 5 or len(values) != len(names):
            raise ValueError("a row of shares needs one to five parts with a positive sum")
        left, parts = float(labels), []
        for css, (name, value) in enumerate(zip(names, values, strict=True), start=1):
            width = length * value / total
            share = f"{round(100 * value / total)} %"
            parts.append(
                {
                    "css": css,
                    "x": round(left, 1),
                    "width": round(max(width - 2, 0), 1),
                    "text_x": round(left + width / 2, 1),
                    "text": share if width >= 36 else "",
                    "name": name if i == 0 and width >= 60 else "",
                    "below": name if i == len(rows) - 1 and width >= 60 and name not in named else "",
                }
            )
            named |= {name} if i == 0 and width >= 60 else set()
            left += width
        drawn.append({"label": label, "parts": parts, "y": 26 + i * ROW, "text_y": 26 + i * ROW + 17})
    wide, foot = labels + length, 26 + len(rows) * ROW
    return {"rows": drawn, "wide": wide, "high": foot + 12, "foot": foot + 6, "label_x": labels - 10}


def _step(most: Number, wanted: int = 4) -> float:
    """A round distance between grid lines."""
    rough = most / wanted
    size = 10 ** floor(log10(rough)) if rough > 0 else 1
    return float(next(m * size for m in (1, 2, 5, 10) if m * size >= rough))


def lines(
    marks: Sequence[str], series: Sequence[Series], *, unit: str = "", zero: bool = True, wide: int = WIDE
) -> dict[str, object]:
    """Lines over named marks; with ``zero`` the y axis starts at 0. Series keep their order and colour (at most 5).

    ``wide`` is the width of the drawing with the names at the line ends, in units in which text is 13 high.
    """
    values = [v for one in series for v in one.values if v is not None]
    low = 0.0 if zero or not values else float(min(values))
    top = float(max(values, default=1)) or 1.0
    step = _step(top - low or 1)
    low, top = floor(low / step) * step, ceil(top / step) * step
    across = (wide - LEFT - RIGHT) / max(len(marks) - 1, 1)

    def x(i: int) -> float:
        return round(LEFT + i * across, 1)

    def y(value: Number) -> float:
        return round(HIGH - BOTTOM - (value - low) / (top - low) * (HIGH - TOP - BOTTOM), 1)

    drawn = []
    for number, one in enumerate(series[:5], start=1):
        points = [(x(i), y(v)) for i, v in enumerate(one.values) if v is not None]
        drawn.append(
            {
                "name": one.name,
                "css": number,
                "points": " ".join(f"{a},{b}" for a, b in points),
                "end": points[-1] if points else None,
            }
        )
    _apart(drawn)
    grid = [
        {"y": y(low + i * step), "text_y": y(low + i * step) + 4, "text": f"{low + i * step:g}{unit}"}
        for i in range(round((top - low) / step) + 1)
    ]
    ticks = [{"x": x(i), "text": marks[i]} for i in _told(marks, across)]
    return {
        "lines": drawn,
        "grid": grid,
        "ticks": ticks,
        "wide": wide,
        "high": HIGH,
        "left": LEFT,
        "right": wide - RIGHT,
        "scale_x": LEFT - 8,
        "name_x": wide - RIGHT + 12,
        "swatch_x": wide - RIGHT + 24,
        "beside_x": wide - RIGHT + 28,
        "tick_y": HIGH - 8,
    }


def _told(marks: Sequence[str], across: float) -> list[int]:
    """Marks whose names are written: the first, the last, and as many between as have room; at most nine."""
    longest = max((sum(13 if ord(sign) > 0x2E80 else 7 for sign in mark) for mark in marks), default=0)
    every = max(1, ceil(len(marks) / 8), ceil((longest + 6) / across) if across else 1)
    told, last = list(range(0, len(marks), every)), len(marks) - 1
    if told and told[-1] != last:
        told = [*told[:-1], last] if last - told[-1] < every and len(told) > 1 else [*told, last]
    return told


def _apart(drawn: list[dict[str, object]]) -> None:
    """Move the names at the line ends apart, none below the axis; ``moved`` where a name left its line's end."""
    named = sorted((o for o in drawn if o["end"]), key=lambda o: o["end"][1])  # type: ignore[index]
    last = -100.0
    for one in named:
        one["name_y"] = last = max(one["end"][1] + 4, last + 16)  # type: ignore[index]
    limit = HIGH - BOTTOM + 4.0
    for one in reversed(named):
        one["name_y"] = min(one["name_y"], limit)  # type: ignore[call-overload]
        limit = one["name_y"] - 16  # type: ignore[operator]
    moved = any(abs(one["name_y"] - one["end"][1] - 4) > 1 for one in named)  # type: ignore[index]
    for one in named:
        one["swatch_y"] = one["name_y"] - 4 if moved else None  # type: ignore[operator]
