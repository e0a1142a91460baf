"""Monthly NDVI as ASCII grids in a work: read, made for practice, turned into NPP and stocks with CASA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tancai.engines.carbon import numbers
from tancai.engines.carbon.errors import Problem
from tancai.engines.forest import casa, tables
from tancai.labs.benches.sink.names import Values

Floats = NDArray[np.float32]
SCENES = ("baseline", "project")
WEATHER = ("temperature", "radiation", "eet", "pet")
LARGEST = 150_000
"""Signs of one grid: about 150 × 150 cells."""
NODATA = -9999.0
STEPPE: dict[str, tuple[float, ...]] = {
    "temperature": (-18, -14, -6, 3, 10.5, 16, 18.5, 16.5, 10, 2.5, -7, -15),
    "radiation": (230, 300, 440, 560, 650, 660, 640, 580, 460, 350, 240, 200),
    "eet": (1, 2, 6, 18, 42, 70, 84, 72, 40, 16, 5, 2),
    "pet": (8, 14, 35, 70, 105, 118, 120, 102, 72, 40, 15, 8),
    "baseline": (0.06, 0.07, 0.09, 0.12, 0.20, 0.30, 0.38, 0.36, 0.24, 0.14, 0.09, 0.07),
    "project": (0.06, 0.07, 0.09, 0.14, 0.25, 0.39, 0.48, 0.45, 0.29, 0.16, 0.09, 0.07),
}
"""The typical steppe of the teaching example: months, with NDVI before and after."""


@dataclass(frozen=True)
class Grid:
    """An ASCII grid: cells from north to south (nan: no data), size of a cell in metres."""

    cells: Floats
    size: float
    nodata: float | None


class BadGrid(ValueError):
    """``code`` is a problem code, ``params`` its words."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def grid(text: str) -> Grid:
    """An ESRI ASCII grid. Raises BadGrid with the line and what is wrong in it."""
    if len(text) > LARGEST:
        raise BadGrid("grid_large", most=LARGEST)
    head: dict[str, float] = {}
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    for at, line in enumerate(lines):
        words = line.split()
        if not words:
            continue
        if not words[0][:1].isalpha() or words[0].lower() == "nan":
            break
        if len(words) != 2:
            raise BadGrid("grid_head", line=at + 1, value=line.strip()[:40])
        try:
            head[words[0].lower()] = numbers.number(words[1])
        except numbers.BadNumber:
            raise BadGrid("grid_head", line=at + 1, value=line.strip()[:40]) from None
    missing = [key for key in ("ncols", "nrows", "cellsize") if key not in head]
    if missing:
        raise BadGrid("grid_lacks", value=", ".join(missing))
    wide, high = int(head["ncols"]), int(head["nrows"])
    rows = [line.split() for line in lines[at:] if line.strip()]
    if len(rows) != high or any(len(row) != wide for row in rows):
        found = f"{len(rows)} × {', '.join(sorted({str(len(row)) for row in rows})) or 0}"
        raise BadGrid("raster_shape", value="", found=found, wanted=f"{high} × {wide}")
    try:
        cells = np.array(rows, np.float32)
    except ValueError:
        k, bad = next((k, one) for k, row in enumerate(rows) for one in row if not _figure(one))
        raise BadGrid("grid_cell", line=at + k + 1, value=bad[:20]) from None
    nodata = head.get("nodata_value")
    if nodata is not None:
        cells[cells == np.float32(nodata)] = np.nan
    return Grid(cells, head["cellsize"], nodata)


def _figure(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_text(found: Grid) -> str:
    """The grid as an ASCII file."""
    high, wide = found.cells.shape
    head = f"ncols {wide}\nnrows {high}\nxllcorner 0\nyllcorner 0\ncellsize {found.size:g}\nNODATA_value {NODATA:g}\n"
    rows = np.where(np.isnan(found.cells), NODATA, found.cells)
    return head + "\n".join(" ".join(f"{one:.4g}" for one in row) for row in rows) + "\n"


def steppe(seed: int, rows: int = 24, columns: int = 36) -> dict[str, list[Grid]]:
    """A steppe for practice: twelve months before and after, hills and a lake without data; the same seed, the same."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    hills = np.zeros((rows, columns), np.float32)
    for _ in range(5):
        cx, cy, wide = chance.uniform(0, columns), chance.uniform(0, rows), chance.uniform(5, 12)
        hills += chance.uniform(-0.22, 0.22) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * wide**2))
    cx, cy = chance.uniform(6, columns - 6), chance.uniform(5, rows - 5)
    lake = ((x - cx) / 3.5) ** 2 + ((y - cy) / 2.2) ** 2 < 1
    found: dict[str, list[Grid]] = {}
    for scene in SCENES:
        months = []
        for mean in STEPPE[scene]:
            cells = mean * (1 + hills) + chance.normal(0, 0.012 * (mean + 0.1), hills.shape)
            rounded: Floats = np.round(np.clip(cells, 0.01, 0.9), 4).astype(np.float32)
            rounded[lake] = np.nan
            months.append(Grid(rounded, 250.0, NODATA))
        found[scene] = months
    return found


@dataclass
class Scene:
    """NDVI (12, rows, columns) of a scene, its yearly NPP in gC/m² and stock in tC/ha (nan: no data)."""

    ndvi: Floats
    npp: Floats | None = None
    stock: Floats | None = None


@dataclass
class Rasters:
    """``missing`` months by scene; ``cell`` is the side of a cell in metres."""

    scenes: dict[str, Scene] = field(default_factory=dict)
    grids: dict[str, dict[int, Grid]] = field(default_factory=dict)
    missing: dict[str, list[int]] = field(default_factory=dict)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    cell: float = 0.0
    example: bool = False


def rasters(values: Values) -> Rasters:
    """What the work holds of NDVI, and NPP and stocks of every scene that is whole; faults by name, never raised."""
    found = Rasters()
    made: dict[str, list[Grid]] = {}
    if isinstance(seed := values.get("g.example"), int):
        made, found.example = steppe(seed), True
    shape: tuple[int, ...] | None = None
    for scene in SCENES:
        own: dict[int, Grid] = {}
        for month in range(1, 13):
            name = f"g.{scene}.{month}"
            text = values.get(name)
            try:
                one = grid(text) if isinstance(text, str) else made[scene][month - 1] if made else None
                if one is not None and shape is not None and one.cells.shape != shape:
                    raise BadGrid(
                        "raster_shape",
                        value=f"{month}",
                        found=" × ".join(map(str, one.cells.shape)),
                        wanted=" × ".join(map(str, shape)),
                    )
            except BadGrid as bad:
                found.problems.append((name, Problem(bad.code, params=bad.params)))
                continue
            if one is not None:
                shape, found.cell = one.cells.shape, one.size
                own[month] = one
        found.grids[scene] = own
        found.missing[scene] = [month for month in range(1, 13) if month not in own]
    _casa(found, values)
    return found


def series(values: Values, name: str) -> list[str]:
    """Twelve figures as typed; those of the teaching example where nothing is given."""
    given = values.get(f"g.{name}")
    own = [str(one) for one in given] if isinstance(given, list) else []
    return [*own, *[""] * 12][:12] if own else [f"{one:g}" for one in STEPPE[name]]


def setting(values: Values, name: str, default: float) -> str:
    given = values.get(f"g.{name}")
    return f"{default:g}" if given in (None, "") else str(given)


def _number(found: Rasters, name: str, text: str) -> float | None:
    try:
        return numbers.number(text)
    except numbers.BadNumber as bad:
        code = bad.code if text else "missing"
        found.problems.append((name, Problem(code, params={"value": text, "remedy": bad.remedy})))
        return None


def _casa(found: Rasters, values: Values) -> None:
    ready = [scene for scene in SCENES if not found.missing[scene]]
    if not ready:
        return
    weather = []
    for name in WEATHER:
        figures = [_number(found, f"g.{name}", text) for text in series(values, name)]
        weather.append(figures)
    settings = {
        key: _number(found, f"g.{key}", setting(values, key, default))
        for key, default in (("ndvi_min", 0.023), ("ndvi_max", 0.634), ("turnover", 0.5), ("scale", 1.0))
    }
    if any(one is None for one in settings.values()) or any(None in one for one in weather):
        return
    vegetation = str(values.get("g.vegetation") or "草地")
    row = tables.find("light_use", vegetation=vegetation)
    if row is None:
        params = {"value": vegetation, "table": "light_use", "choices": ", ".join(vegetations())}
        found.problems.append(("g.vegetation", Problem("row_unknown", params=params)))
        return
    low, high, turnover, scale = (
        float(settings[key] or 0) for key in ("ndvi_min", "ndvi_max", "turnover", "scale")
    )
    if not -1 < low < high < 1:
        limits = {"value": f"{high:g}", "low": f"{low:g}", "high": "1"}
        found.problems.append(("g.ndvi_max", Problem("out_of_range", params=limits)))
        return
    if not 0 < turnover <= 5:
        params = {"value": f"{turnover:g}"}
        found.problems.append(("g.turnover", Problem("not_positive", params=params)))
        return
    kind = casa.Vegetation(row.number(), low, high)
    local = tuple(np.array(one, float) for one in weather)
    for scene in ready:
        ndvi = np.stack([found.grids[scene][month].cells for month in range(1, 13)])
        wrong = int(np.sum((np.abs(ndvi * scale) > 1).any(axis=0)))
        if wrong:
            out = Problem("raster_range", "doubtful", params={"count": wrong})
            found.problems.append((f"g.{scene}.1", out))
        npp = casa.annual(ndvi, local, kind, scale=scale)  # type: ignore[arg-type]
        found.scenes[scene] = Scene(
            np.asarray(ndvi * np.float32(scale)), npp, npp / np.float32(turnover * 100)
        )


def vegetations() -> list[str]:
    return tables.choices("light_use", "vegetation")


@dataclass(frozen=True)
class Class:
    """A class of a map: its limits, how many cells lie in it, their area in ha and their mean."""

    low: float
    high: float
    cells: int
    area: float
    mean: float


def limits(layers: Sequence[Floats], count: int = 5) -> list[float]:
    """Rounded limits of equal classes over all layers, so that their maps can be compared."""
    known = np.concatenate([one[~np.isnan(one)].ravel() for one in layers])
    if not known.size:
        return [0.0, 1.0]
    low, high = float(known.min()), float(known.max())
    step = (high - low) / count or abs(high) or 1.0
    unit = 10.0 ** np.floor(np.log10(step))
    step = next(
        m * unit for m in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0) if m * unit >= step * 0.999
    )
    start = np.floor(low / step) * step
    marks = [float(round(start + k * step, 10)) for k in range(count + 2)]
    while len(marks) > 2 and marks[-2] >= high:
        marks.pop()
    return marks


def classes(layer: Floats, marks: Sequence[float], cell: float) -> tuple[list[Class], int]:
    """The class table of a map and how many cells have no data. The last class holds its upper limit."""
    hectares = cell * cell / 10_000
    found = []
    for k, (low, high) in enumerate(pairwise(marks)):
        last = k == len(marks) - 2
        within = (layer >= low) & ((layer <= high) if last else (layer < high))
        count = int(within.sum())
        mean = float(layer[within].mean(dtype=np.float64)) if count else float("nan")
        found.append(Class(low, high, count, count * hectares, mean))
    return found, int(np.isnan(layer).sum())
