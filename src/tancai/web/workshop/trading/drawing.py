"""Candles with their volume below, laid out in units of the drawing; the template draws them with a data table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 640, 260, 8, 58, 10, 22
PRICES, VOLUMES = 170, 46
"""Heights of the two fields."""


@dataclass
class Candles:
    grid: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    ticks: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    previous: float | None = None
    wide: int = WIDE
    high: int = HIGH
    right: int = WIDE - RIGHT
    left: int = LEFT
    base: int = HIGH - BOTTOM
    tick_y: int = HIGH - 6


def candles(found: Sequence[Any], previous: int, steps: int = 48) -> Candles:
    """Candles in their sequence (``charting.Candle``), with the previous close as a line; ``steps`` fit in a day."""
    drawn = Candles(rows=list(found))
    if not found:
        return drawn
    low = min(min(one.low for one in found), previous)
    high = max(max(one.high for one in found), previous)
    span = max(high - low, 4)
    most = max(one.quantity for one in found)
    slot = (WIDE - LEFT - RIGHT) / max(steps, len(found))

    def y(price: float) -> float:
        return round(TOP + (high - price) / span * (PRICES - TOP), 1)

    for k in range(4):
        price = low + span * k / 3
        drawn.grid.append({"y": y(price), "text_y": y(price) + 4, "price": round(price)})
    drawn.previous = y(previous)
    for k, one in enumerate(found):
        x = LEFT + slot * k
        upper, lower = y(max(one.open, one.close)), y(min(one.open, one.close))
        tall = round(max(1.0, one.quantity / most * VOLUMES), 1)
        drawn.bodies.append(
            {
                "css": "up" if one.close >= one.open else "down",
                "x": round(x + slot * 0.15, 1),
                "middle": round(x + slot / 2, 1),
                "width": round(slot * 0.7, 1),
                "top": upper,
                "height": round(max(lower - upper, 1.5), 1),
                "high": y(one.high),
                "low": y(one.low),
                "volume_y": round(HIGH - BOTTOM - tall, 1),
                "volume": tall,
            }
        )
        if one.start.minute == 0 and one.start.hour != 12:
            drawn.ticks.append({"x": round(x + slot / 2, 1), "text": f"{one.start:%H:%M}"})
    return drawn
