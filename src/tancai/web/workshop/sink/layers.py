"""Grassland: monthly NDVI looked at as pictures, NPP after CASA and stocks as maps with class tables."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from PIL import Image

from tancai.labs import api as labs
from tancai.web.workshop.access import own_work
from tancai.web.workshop.sink import fields, results
from tancai.web.workshop.sink.views import BENCH, changed, frame

bench = labs.sink_bench
NDVI = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
PALETTES = {
    "ndvi": ["#b08b57", "#c9ab74", "#dcc98f", "#d5d98a", "#aecb74", "#7fb65c", "#4f9a47", "#1f7a35"],
    "npp": ["#f2e6c4", "#d9d98b", "#a9c76a", "#6dac54", "#2f8a45", "#0c6437"],
    "stock": ["#eee4d6", "#d6bd98", "#b8945f", "#8f6b3b", "#674822", "#432c10"],
}
NOTHING = "#c3c6cc"
LAYERS = ("ndvi", "npp", "stock", "change")


GAIN, LOSS = PALETTES["npp"], ["#f0ddd0", "#e3b39a", "#cf8468", "#b75a45", "#9c3d2e", "#7a2a20"]


def _palette(layer: str, marks: list[float]) -> list[str]:
    """A colour a class: of a change, losses in reds and gains in greens, the more the darker."""
    if layer != "change":
        return PALETTES[layer]
    lows = [low for low in marks[:-1] if low < 0]
    found = [LOSS[min(k, len(LOSS) - 1)] for k in range(len(lows))][::-1]
    return found + [GAIN[min(k, len(GAIN) - 1)] for k in range(len(marks) - 1 - len(lows))]


def _colour(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _layer(
    values: dict[str, Any], found: Any, layer: str, scene: str, month: int
) -> tuple[Any, list[float]] | None:
    """Cells of a layer and the limits of its classes; None when there is no such layer (yet)."""
    if layer == "ndvi":
        grid = found.grids.get(scene, {}).get(month)
        return None if grid is None else (grid.cells * _scale(values), NDVI)
    if layer == "change":
        if len(found.scenes) < 2:
            return None
        change = found.scenes["project"].npp - found.scenes["baseline"].npp
        return change, bench.limits([change])
    one = found.scenes.get(scene)
    layers = [getattr(each, layer) for each in found.scenes.values()]
    return None if one is None else (getattr(one, layer), bench.limits(layers))


def _scale(values: dict[str, Any]) -> float:
    try:
        return float(bench.setting(values, "scale", 1.0))
    except ValueError:
        return 1.0


@require_GET
@own_work(BENCH)
def picture(request: HttpRequest, work: Any, layer: str, scene: str, month: int) -> HttpResponse:
    """A layer as a small PNG, a pixel a cell; cells without data are grey."""
    values = labs.state_of(work).values
    if layer not in LAYERS or scene not in bench.SCENES:
        raise Http404
    drawn = _layer(values, bench.rasters(values), layer, scene, month)
    if drawn is None:
        raise Http404
    cells, marks = drawn
    palette = _palette(layer, marks)
    index = np.clip(np.digitize(np.nan_to_num(cells, nan=0.0), marks[1:-1]), 0, len(palette) - 1)
    colours = np.array([_colour(one) for one in palette], np.uint8)[index]
    colours[np.isnan(cells)] = _colour(NOTHING)
    out = io.BytesIO()
    Image.fromarray(colours).save(out, "PNG")
    answer = HttpResponse(out.getvalue(), content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _table(cells: Any, marks: list[float], size: float, palette: list[str]) -> dict[str, Any]:
    found, empty = bench.classes(cells, marks, size)
    return {
        "rows": [
            {
                "colour": palette[min(k, len(palette) - 1)],
                "span": f"{one.low:g} – {one.high:g}",
                "cells": one.cells,
                "area": results.figure(one.area),
                "mean": results.figure(one.mean, 4),
            }
            for k, one in enumerate(found)
        ],
        "empty": empty,
        "nothing": NOTHING,
        "area": results.figure(empty * size * size / 10_000),
    }


@require_GET
@own_work(BENCH)
def page(request: HttpRequest, work: Any) -> HttpResponse:
    state = labs.state_of(work)
    return render(
        request,
        "workshop/sink/grass.html",
        frame(work, state, "sink_grass") | _context(request, work, state.values),
    )


def _context(request: HttpRequest, work: Any, values: dict[str, Any]) -> dict[str, Any]:
    found = bench.rasters(values)
    month = request.GET.get("month", "7")
    month_ = int(month) if month.isascii() and month.isdigit() and 1 <= int(month) <= 12 else 7
    scenes = [("baseline", _("基准年")), ("project", _("项目年"))]
    maps = []
    for layer, title, unit in (
        ("ndvi", _("NDVI（%(month)s 月）") % {"month": month_}, ""),
        ("npp", _("年净初级生产力 NPP（CASA）"), "gC/m²"),
        ("stock", _("生物质碳储量（NPP ÷ 周转率）"), "tC/ha"),
    ):
        panels = []
        for scene, word in scenes:
            drawn = _layer(values, found, layer, scene, month_)
            if drawn is None:
                continue
            cells, marks = drawn
            mean = float(np.nanmean(cells)) if np.isfinite(cells).any() else float("nan")
            panels.append(
                {
                    "scene": scene,
                    "word": word,
                    "mean": results.figure(mean, 4),
                    "high": cells.shape[0],
                    "wide": cells.shape[1],
                    "table": _table(cells, marks, found.cell, _palette(layer, marks)),
                }
            )
        if panels:
            maps.append({"layer": layer, "title": title, "unit": unit, "panels": panels})
    if (drawn := _layer(values, found, "change", "project", 1)) is not None:
        cells, marks = drawn
        panel = {
            "scene": "project",
            "word": _("项目年 − 基准年"),
            "mean": results.figure(float(np.nanmean(cells)), 4),
            "high": cells.shape[0],
            "wide": cells.shape[1],
            "table": _table(cells, marks, found.cell, _palette("change", marks)),
        }
        maps.append({"layer": "change", "title": _("NPP 变化"), "unit": "gC/m²", "panels": [panel]})
    months = [(k, [(scene, k in found.grids[scene]) for scene, _word in scenes]) for k in range(1, 13)]
    faults = [bench.Fault(name, one) for name, one in found.problems]
    return {
        "maps": maps,
        "month": month_,
        "months": months,
        "scenes": [(scene, word, found.missing[scene]) for scene, word in scenes],
        "example": found.example,
        "cell": found.cell,
        "form": fields.grass(values),
        "faults": results.told(work.id, values, faults),
        "stamp": labs.state_of(work).high,
        "largest": bench.LARGEST,
    }


@require_POST
@own_work(BENCH)
def example(request: HttpRequest, work: Any) -> HttpResponse:
    """Put the steppe for practice into the work, or take it and all images out."""
    values = labs.state_of(work).values
    if request.POST.get("do") == "clear":
        gone = {
            name: None
            for name in values
            if name == "g.example" or name.split(".")[:2] in (["g", "baseline"], ["g", "project"])
        }
        changed(request, work, gone)
    else:
        seed = request.POST.get("seed", "")
        changed(
            request,
            work,
            {"g.example": int(seed) if seed.isascii() and seed.isdigit() and len(seed) < 7 else 1},
        )
    return redirect("workshop:sink_grass", work.id)
