"""Net primary production from NDVI and weather after CASA (Potter 1993; parameters of Zhu 2006), a block at a time.

NPP = APAR · ε, gC/m² a month. All functions take months along the first axis; nan is no data and stays no data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[Any]
ROWS = 64
FPAR_LOW, FPAR_HIGH = 0.001, 0.95


@dataclass(frozen=True)
class Vegetation:
    """``light_use`` is ε_max in gC/MJ; the limits are the 5 % and 95 % percentiles of NDVI of the vegetation type."""

    light_use: float
    ndvi_min: float
    ndvi_max: float

    def __post_init__(self) -> None:
        if not (-1 < self.ndvi_min < self.ndvi_max < 1) or self.light_use <= 0:
            raise ValueError("NDVI limits must be ordered within −1 and 1, and the light use positive")


def fpar_parts(ndvi: Floats, kind: Vegetation) -> tuple[Floats, Floats]:
    """Shares of light taken up, after NDVI and after the simple ratio (1+NDVI)/(1−NDVI), within 0.001 … 0.95."""
    low, high = (1 + kind.ndvi_min) / (1 - kind.ndvi_min), (1 + kind.ndvi_max) / (1 - kind.ndvi_max)
    span = FPAR_HIGH - FPAR_LOW
    by_ndvi = (ndvi - kind.ndvi_min) * (span / (kind.ndvi_max - kind.ndvi_min)) + FPAR_LOW
    with np.errstate(divide="ignore", invalid="ignore"):
        by_ratio = ((1 + ndvi) / (1 - ndvi) - low) * (span / (high - low)) + FPAR_LOW
    return np.clip(by_ndvi, FPAR_LOW, FPAR_HIGH), np.clip(by_ratio, FPAR_LOW, FPAR_HIGH)


def fpar(ndvi: Floats, kind: Vegetation) -> Floats:
    first, second = fpar_parts(ndvi, kind)
    return (first + second) / 2


def stress(temperature: Floats, best: Floats) -> tuple[Floats, Floats]:
    """Tε1 and Tε2. Tε1 is 0 at −10 °C and below; outside Topt − 13 … Topt + 10 Tε2 is half its value at Topt."""
    first = np.where(temperature <= -10, 0.0, 0.8 + 0.02 * best - 0.0005 * best * best)
    with np.errstate(over="ignore"):
        second = (
            1.1814
            / (1 + np.exp(0.2 * (best - 10 - temperature)))
            / (1 + np.exp(0.3 * (temperature - best - 10)))
        )
    half = 1.1814 / (1 + np.exp(-2.0)) / (1 + np.exp(-3.0)) / 2
    outside = (temperature > best + 10) | (temperature < best - 13)
    return np.maximum(first, 0.0), np.where(outside, half, second)


def water(eet: Floats, pet: Floats) -> Floats:
    """Wε = 0.5 + 0.5 · EET/PET within 0.5 … 1; where nothing can evaporate there is no shortage."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(pet > 0, eet / pet, 1.0)
    return 0.5 + 0.5 * np.clip(share, 0.0, 1.0)


def monthly(
    ndvi: Floats, temperature: Floats, radiation: Floats, eet: Floats, pet: Floats, kind: Vegetation
) -> Floats:
    """NPP by month, gC/m²; arrays of (12, …) that broadcast (12 figures of weather serve a whole raster).

    NDVI 12 × …; °C; MJ/m² a month; mm; mm. Topt is the temperature of the month with the highest NDVI, by cell.
    """
    shape = ndvi.shape
    weather = [_broad(np.asarray(one, ndvi.dtype), ndvi.ndim) for one in (temperature, radiation, eet, pet)]
    peak = np.nanargmax(np.where(np.isnan(ndvi), -2.0, ndvi), axis=0)
    best = np.take_along_axis(np.broadcast_to(weather[0], shape), peak[None], axis=0)
    first, second = stress(weather[0], best)
    light = fpar(ndvi, kind) * weather[1] * 0.5
    found: Floats = (light * (first * second * water(weather[2], weather[3])) * kind.light_use).astype(
        ndvi.dtype
    )
    return found


def _broad(values: Floats, dims: int) -> Floats:
    return values.reshape(values.shape + (1,) * (dims - values.ndim))


def annual_blocks(
    ndvi: ArrayLike,
    weather: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    kind: Vegetation,
    *,
    nodata: float | None = None,
    scale: float = 1.0,
) -> Iterator[tuple[slice, NDArray[np.float32], int]]:
    """Yearly NPP of a raster (12, rows, columns) in blocks of rows: slice, gC/m², cells whose NDVI is no NDVI.

    The inputs may be memory maps: only one block of each is held. A cell with any month missing is nan.
    """
    raster = ndvi if isinstance(ndvi, np.ndarray) else np.asarray(ndvi)
    if raster.ndim != 3 or raster.shape[0] != 12:
        raise ValueError(f"a raster of (12, rows, columns) is wanted, not {raster.shape}")
    maps = [one if isinstance(one, np.ndarray) else np.asarray(one) for one in weather]
    for one in maps:
        if one.shape != (12,) and one.shape != raster.shape:
            raise ValueError(f"weather must be 12 figures or a raster like NDVI, not {one.shape}")
    for top in range(0, raster.shape[1], ROWS):
        rows = slice(top, min(top + ROWS, raster.shape[1]))
        block = raster[:, rows].astype(np.float32)
        empty = np.isnan(block) if nodata is None else np.isnan(block) | (block == np.float32(nodata))
        block *= np.float32(scale)
        wrong = ~empty & (np.abs(block) > 1)
        block[empty | wrong] = np.nan
        local = []
        for one in maps:
            part = (one if one.ndim == 1 else one[:, rows]).astype(np.float32)
            if nodata is not None and one.ndim == 3:
                part[part == np.float32(nodata)] = np.nan
            local.append(part)
        total = monthly(block, local[0], local[1], local[2], local[3], kind).sum(axis=0)
        yield rows, np.asarray(total, np.float32), int(wrong.any(axis=0).sum())


def annual(
    ndvi: ArrayLike,
    weather: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    kind: Vegetation,
    *,
    nodata: float | None = None,
    scale: float = 1.0,
) -> NDArray[np.float32]:
    """Yearly NPP (rows, columns) of a raster, gC/m²."""
    raster = ndvi if isinstance(ndvi, np.ndarray) else np.asarray(ndvi)
    found = np.empty(raster.shape[1:], np.float32)
    for rows, block, _ in annual_blocks(raster, weather, kind, nodata=nodata, scale=scale):
        found[rows] = block
    return found


def miami(temperature: float, rain: float) -> tuple[float, float, float]:
    """Potential NPP (g dry matter/m² a year) by temperature °C, by rain mm, and the lower of both."""
    by_heat = 3000 / (1 + np.exp(1.315 - 0.119 * temperature))
    by_rain = 3000 * (1 - np.exp(-0.000664 * rain))
    return float(by_heat), float(by_rain), float(min(by_heat, by_rain))


def cover(ndvi: Floats, bare: float, full: float) -> Floats:
    """Vegetation cover between the NDVI of bare soil and of full cover, 0 … 1."""
    return np.clip((ndvi - bare) / (full - bare), 0.0, 1.0)


def trend(values: ArrayLike) -> Floats:
    """The least-squares slope a year along the first axis."""
    series = np.asarray(values, float)
    n = len(series)
    years = np.arange(1, n + 1, dtype=float)
    top = n * np.tensordot(years, series, 1) - years.sum() * series.sum(axis=0)
    return np.asarray(top / (n * float(years @ years) - years.sum() ** 2))
