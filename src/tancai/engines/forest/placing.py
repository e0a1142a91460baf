"""Where plots lie: a systematic grid with a random start inside the outline of a stratum. Metres, any origin;
longitude and latitude become metres of their three-degree zone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Point = tuple[float, float]
CHINA = (73.0, 136.0, 3.0, 54.0)
"""Longitudes and latitudes that are read as such."""

RADIUS, FLATTENING = 6_378_137.0, 1 / 298.257222101
"""CGCS2000 (GRS80)."""


def in_degrees(point: Point) -> bool:
    west, east, south, north = CHINA
    return west <= point[0] <= east and south <= point[1] <= north


def degrees(outline: Sequence[Point]) -> bool:
    """Whether corners are longitudes and latitudes: all in China and, read as metres, no land worth the name."""
    spans = [max(values) - min(values) for values in zip(*outline, strict=True)]
    return bool(outline) and all(map(in_degrees, outline)) and max(spans) < 1.5


def meridian(outline: Sequence[Point]) -> int:
    """The central meridian of the three-degree zone in which the middle of the corners lies."""
    return 3 * round(sum(x for x, _ in outline) / len(outline) / 3)


def metres(point: Point, central: int) -> Point:
    """Longitude and latitude (degrees, CGCS2000) as east and north (m) by Gauss–Krüger: scale 1, 500 km false east.

    Krüger's series in the third flattening to its third power: below a millimetre within the zone.
    """
    n = FLATTENING / (2 - FLATTENING)
    whole = RADIUS / (1 + n) * (1 + n * n / 4 + n**4 / 64)
    series = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
    away, sine = math.radians(point[0] - central), math.sin(math.radians(point[1]))
    bent = 2 * math.sqrt(n) / (1 + n)
    t = math.sinh(math.atanh(sine) - bent * math.atanh(bent * sine))
    along, across = math.atan2(t, math.cos(away)), math.atanh(math.sin(away) / math.hypot(1, t))
    east = across + sum(
        a * math.cos(2 * j * along) * math.sinh(2 * j * across) for j, a in enumerate(series, 1)
    )
    north = along + sum(
        a * math.sin(2 * j * along) * math.cosh(2 * j * across) for j, a in enumerate(series, 1)
    )
    return 500_000 + whole * east, whole * north


def degrees_of(point: Point, central: int) -> Point:
    """East and north (m) back to longitude and latitude: the inverse of ``metres`` (Krüger, third power)."""
    n = FLATTENING / (2 - FLATTENING)
    whole = RADIUS / (1 + n) * (1 + n * n / 4 + n**4 / 64)
    series = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    back = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    north, east = point[1] / whole, (point[0] - 500_000) / whole
    along = north - sum(
        b * math.sin(2 * j * north) * math.cosh(2 * j * east) for j, b in enumerate(series, 1)
    )
    across = east - sum(
        b * math.cos(2 * j * north) * math.sinh(2 * j * east) for j, b in enumerate(series, 1)
    )
    bent = math.asin(math.sin(along) / math.cosh(across))
    latitude = bent + sum(d * math.sin(2 * j * bent) for j, d in enumerate(back, 1))
    return central + math.degrees(math.atan2(math.sinh(across), math.cos(along))), math.degrees(latitude)


def surface(outline: Sequence[Point]) -> float:
    """Area of a simple polygon in m² (shoelace formula); corners in order, either way round."""
    pairs = zip(outline, [*outline[1:], *outline[:1]], strict=True)
    return abs(math.fsum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def inside(point: Point, outline: Sequence[Point]) -> bool:
    """Whether a point lies in the polygon (even-odd rule)."""
    x, y = point
    found = False
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], *outline[:1]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found = not found
    return found


def crosses(outline: Sequence[Point]) -> bool:
    """Whether two sides of the outline that are no neighbours cut each other."""
    sides = list(zip(outline, [*outline[1:], *outline[:1]], strict=True))
    for k, (a, b) in enumerate(sides):
        for j in range(k + 2, len(sides)):
            if k == 0 and j == len(sides) - 1:
                continue
            c, d = sides[j]
            if _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0:
                return True
    return False


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def systematic(outline: Sequence[Point], count: int, seed: int) -> list[Point]:
    """``count`` points of a square grid with a random start, from north to south and west to east.

    The grid is drawn closer or wider until it has just as many points; where no grid does, the next larger one loses
    points by lot. The same outline, count and seed give the same points. Raises ValueError without a surface.
    """
    whole = surface(outline)
    if count < 1:
        return []
    if whole <= 0:
        raise ValueError("the outline encloses no surface")
    chance = np.random.default_rng(seed)
    start = tuple(chance.random(2))
    step = math.sqrt(whole / count)
    best: list[Point] = []
    for k in range(400):
        scale = 1 + (0.005 if k % 2 else -0.005) * ((k + 1) // 2)
        if scale <= 0.02:
            continue
        found = _grid(outline, step * scale, start)
        if len(found) == count:
            return found
        if len(found) > count and (not best or len(found) < len(best)):
            best = found
        if best and k > 60:
            break
    while len(best) < count:
        step /= 2
        best = _grid(outline, step, start)
    kept = sorted(chance.choice(len(best), count, replace=False))
    return [best[k] for k in kept]


def _grid(outline: Sequence[Point], step: float, start: tuple[float, ...]) -> list[Point]:
    low = min(x for x, _ in outline), min(y for _, y in outline)
    high = max(x for x, _ in outline), max(y for _, y in outline)
    columns = [low[0] + (start[0] + k) * step for k in range(int((high[0] - low[0]) / step) + 1)]
    rows = [low[1] + (start[1] + k) * step for k in range(int((high[1] - low[1]) / step) + 1)]
    return [(round(x, 1), round(y, 1)) for y in reversed(rows) for x in columns if inside((x, y), outline)]
