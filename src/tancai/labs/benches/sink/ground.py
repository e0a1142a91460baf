"""The ground of a project: outlines of strata, and where plots are placed and moved. Metres, x east and y north.

Corners typed as longitude and latitude become metres of the zone of the first such stratum.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from tancai.engines.carbon import numbers
from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import from_values
from tancai.engines.forest import placing
from tancai.engines.forest.reading import figure
from tancai.labs.benches.sink.names import Row, Values, place, plot_name, rows_of, stratum_name, written

Point = tuple[float, float]
GAP = 40.0
TOLERANCE = 0.05
"""Between an outline and the area stated: beyond 5 % one of them is wrong (a teaching value)."""
MOST = 200
"""Plots a stratum may be given at once."""


@dataclass
class Outline:
    """The corners of a stratum; ``given`` by the person, else a block of the right area beside the others."""

    number: int
    name: str
    corners: list[Point]
    given: bool
    area: float

    @property
    def surface(self) -> float:
        """ha"""
        return placing.surface(self.corners) / 10_000


def area_of(row: Row) -> float | None:
    """The area of a stratum in ha; None when there is none that can be read."""
    if not row.text("area"):
        return None
    table = from_values({"area": written(row.fields["area"], "ha")}).top()
    return figure(table, "area", "ha", positive=True)


def corners_of(text: str, central: int | None = None) -> list[Point]:
    """Corners as text, one ``x, y`` a line or parted by semicolons, in metres; longitude and latitude are turned into
    metres of the zone of ``central``, or of their own. Raises ValueError for what is none."""
    found = _typed(text)
    if placing.degrees(found):
        zone = placing.meridian(found) if central is None else central
        found = [placing.metres(point, zone) for point in found]
        found = [(round(x, 2), round(y, 2)) for x, y in found]
    if len(found) < 3 or placing.surface(found) <= 0 or placing.crosses(found):
        raise ValueError(text.strip()[:40])
    return found


def central_of(values: Values) -> int | None:
    """The central meridian of the project: that of its first stratum in longitude and latitude; None without one."""
    for row in rows_of(values, "s"):
        try:
            found = _typed(str(row.fields.get("outline") or ""))
        except ValueError:
            continue
        if placing.degrees(found):
            return placing.meridian(found)
    return None


def place_of(row: Row, central: int | None) -> Point | None:
    """Where a plot lies (m); longitude and latitude are taken where the strata are in them too."""
    found = place(row)
    if found is None or central is None or not placing.in_degrees(found):
        return found
    return placing.metres(found, central)


def degrees_of(row: Row, central: int | None) -> Point | None:
    """Longitude and latitude of a plot; None for one without a place, or where the strata are in plain metres."""
    found = place(row)
    if found is None or placing.in_degrees(found):
        return found
    if central is None or abs(found[0] - 500_000) > 400_000 or not 0 < found[1] < 10_000_000:
        return None
    turned = placing.degrees_of(found, central)
    return turned if placing.in_degrees(turned) else None


def _typed(text: str) -> list[Point]:
    found: list[Point] = []
    for part in re.split(r"[;；\n]+", text):
        if not part.strip():
            continue
        cells = re.split(r"[,，\s\t]+", part.strip())
        if len(cells) != 2:
            raise ValueError(part.strip())
        try:
            found.append((numbers.number(cells[0]), numbers.number(cells[1])))
        except numbers.BadNumber:
            raise ValueError(part.strip()) from None
    if len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return found


def outlines(values: Values) -> list[Outline]:
    """Every stratum that has an area or corners, drawn side by side where no corners are given."""
    found: list[Outline] = []
    blocks: list[tuple[Row, float]] = []
    central = central_of(values)
    for row in rows_of(values, "s"):
        area = area_of(row)
        try:
            corners = corners_of(str(row.fields.get("outline") or ""), central)
        except ValueError:
            corners = []
        if corners:
            found.append(Outline(row.number, stratum_name(row), corners, True, area or 0.0))
        elif area is not None:
            blocks.append((row, area))
    left = max((x for one in found for x, _ in one.corners), default=-GAP) + GAP
    low = min((y for one in found for _, y in one.corners), default=0.0)
    high = math.sqrt(sum(area for _, area in blocks) * 10_000 / 1.6) if blocks else 0.0
    for row, area in blocks:
        wide = area * 10_000 / high
        corners = [(left, low), (left + wide, low), (left + wide, low + high), (left, low + high)]
        corners = [(round(x, 1), round(y, 1)) for x, y in corners]
        found.append(Outline(row.number, stratum_name(row), corners, False, area))
        left += wide + GAP
    return sorted(found, key=lambda one: one.number)


def faults(values: Values) -> list[tuple[str, Problem]]:
    """Outlines that are none or do not fit their area; plots outside their stratum."""
    found: list[tuple[str, Problem]] = []
    for row in rows_of(values, "s"):
        text = str(row.fields.get("outline") or "")
        if text.strip():
            try:
                corners_of(text)
            except ValueError as error:
                params: dict[str, Any] = {"value": str(error)}
                found.append((f"s.{row.number}.outline", Problem("no_outline", params=params)))
    shapes = {one.number: one for one in outlines(values)}
    central = central_of(values)
    for one in shapes.values():
        if one.given and one.area and abs(one.surface / one.area - 1) > TOLERANCE:
            params = {"drawn": f"{one.surface:.4g}", "stated": f"{one.area:.4g}"}
            found.append((f"s.{one.number}.outline", Problem("outline_area", "doubtful", params=params)))
    for row in rows_of(values, "p"):
        at, shape = (
            place_of(row, central),
            shapes.get(int(row.text("stratum") or 0) if row.text("stratum").isdecimal() else 0),
        )
        if at is not None and shape is not None and not placing.inside(at, shape.corners):
            params = {"value": plot_name(row), "stratum": shape.name}
            found.append((f"p.{row.number}.x", Problem("plot_outside", "doubtful", params=params)))
    return found


def laid_out(values: Values, counts: dict[int, int], seed: int) -> dict[str, Any]:
    """Changes that bring every stratum to ``counts`` plots: new ones by a grid with a random start.

    Plots that have a tally stay and count (one without a place gets one); the others are taken out and placed anew.
    """
    changes: dict[str, Any] = {"map.seed": seed}
    shapes = {one.number: one for one in outlines(values)}
    central = central_of(values)
    plots = rows_of(values, "p")
    number = max((row.number for row in plots), default=0)
    used = {plot_name(row) for row in plots if row.fields.get("now") or row.fields.get("first")}
    used |= {plot_name(row) for row in plots if row.text("stratum") not in {str(one) for one in counts}}
    for stratum, count in sorted(counts.items()):
        if (shape := shapes.get(stratum)) is None:
            continue
        own = [row for row in plots if row.text("stratum") == str(stratum)]
        measured = [row for row in own if row.fields.get("now") or row.fields.get("first")]
        for row in own:
            if row not in measured:
                changes |= {f"p.{row.number}.{key}": None for key in row.fields}
        free = _free(
            shape,
            [at for row in measured if (at := place_of(row, central)) is not None],
            min(count, MOST),
            seed,
        )
        for row in measured:
            if place(row) is None and free:
                changes[f"p.{row.number}.x"], changes[f"p.{row.number}.y"] = free.pop(0)
        names = (f"{shape.name}{k}" for k in range(1, 10_000))
        for x, y in free[: max(0, min(count, MOST) - len(measured))]:
            number += 1
            name = next(one for one in names if one not in used)
            used.add(name)
            changes |= {
                f"p.{number}.id": name,
                f"p.{number}.stratum": str(stratum),
                f"p.{number}.x": x,
                f"p.{number}.y": y,
            }
    return changes


def _free(shape: Outline, taken: list[Point], count: int, seed: int) -> list[Point]:
    """The points of the grid, those furthest from plots that are there already first."""
    points = placing.systematic(shape.corners, count, seed + shape.number)
    if not taken:
        return points
    far = sorted(points, key=lambda one: -min(math.dist(one, other) for other in taken))
    return far
