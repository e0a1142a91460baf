"""Pages of the bench: own projects, a new one (blank, example, from files), and its steps."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tancai.engines.bilingual import said
from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.reading import read_bytes
from tancai.engines.forest import project as engine
from tancai.engines.forest import tables
from tancai.labs import api as labs
from tancai.lib import clock, spreadsheets
from tancai.web.workshop.access import own_work
from tancai.web.workshop.sink import fields, results
from tancai.web.workshop.speaking import language
from tancai.web.workshop.works import own

BENCH = "sink"
EXAMPLES = Path(tables.__file__).parent / "examples"
SHIPPED = ("fir", "moso")
LARGEST = 4_000_000
bench = labs.sink_bench

STEPS = (
    ("sink", gettext_lazy("项目与分层")),
    ("sink_plots", gettext_lazy("样地与检尺")),
    ("sink_pools", gettext_lazy("碳库与扣减")),
    ("sink_result", gettext_lazy("结果")),
    ("sink_grass", gettext_lazy("草地影像")),
    ("sink_papers", gettext_lazy("文件")),
)


def frame(work: Any, state: Any, step: str) -> dict[str, Any]:
    """What every page of a project needs."""
    steps = [(reverse(f"workshop:{name}", args=[work.id]), word, name == step) for name, word in STEPS]
    return {
        "work": work,
        "state": state,
        "steps": steps,
        "step": "project" if step == "sink" else step.removeprefix("sink_"),
        "own_values": {name: value for name, value in state.values.items() if not name.startswith("g.")},
    }


def changed(request: HttpRequest, work: Any, values: dict[str, Any]) -> bool:
    """Write values into a work; says why when it takes none."""
    try:
        labs.fill(work, values, by=request.user, at=clock.now())  # type: ignore[arg-type]
    except labs.Closed as error:
        messages.error(request, error.message(language()))
    except labs.Misfit:
        messages.error(request, _("另一窗口同时改动了这份作业，请重新载入后再试。"))
    else:
        return True
    return False


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    examples = [("fir", _("杉木造林（五个碳库，两个分层）")), ("moso", _("毛竹林（固定样地两期配对）"))]
    context = {"works": own(request, BENCH), "examples": examples}
    return render(request, "workshop/sink/home.html", context)


@require_POST
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A new project: ``from`` is blank, the name of a shipped example, or ``file`` with the uploads ``files``."""
    start = request.POST.get("from", "blank")
    values: dict[str, Any] = {}
    if start in SHIPPED:
        model = read_bytes((EXAMPLES / f"{start}.toml").read_bytes()).values
        plots = model.get("plots", {})
        names = [str(plots[key]) for key in bench.SURVEYS if key in plots]
        values = bench.values_of(model, {name: (EXAMPLES / name).read_bytes() for name in names})
    elif start == "file":
        try:
            values = _uploaded(request)
        except CarbonError as error:
            for problem in error.problems[:5]:
                messages.error(request, problem.message(language()))
            return redirect("workshop:sink_home")
    else:
        values = {"project.kind": "tree", "biomass.plot_area": "0.06", "project.years": "5"}
    title = request.POST.get("title", "").strip()
    if title and start == "blank":
        values["project.name"] = title
    title = title or str(values.get("project.name") or "") or _("未命名的项目")
    work = labs.begin(BENCH, title=title, by=request.user, at=clock.now())  # type: ignore[arg-type]
    changed(request, work, values)
    return redirect("workshop:sink", work.id)


def _uploaded(request: HttpRequest) -> dict[str, Any]:
    """The values of a project file with its plot files, sent one by one or as an archive. Raises CarbonError."""
    sent = {
        PurePosixPath(one.name or "").name: one.read()
        for one in request.FILES.getlist("files")
        if (one.size or 0) <= LARGEST
    }
    files: dict[str, bytes] = {}
    for name, data in sent.items():
        files |= _unpacked(data) if name.lower().endswith(".zip") else {name: data}
    name = next((one for one in files if one.lower().endswith(".toml")), "")
    if not name:
        raise CarbonError(
            Problem("unreadable", params={"why": _("没有选择项目文件（.toml 或 .zip），或文件超过 4 MB")})
        )
    source = read_bytes(files[name], name)
    if source.values.get("schema") != engine.SCHEMA:
        params = {"wanted": engine.SCHEMA, "found": str(source.values.get("schema", "–"))}
        raise CarbonError(Problem("schema", params=params))
    plots = source.values.get("plots")
    for wanted in (plots.get(key) for key in bench.SURVEYS) if isinstance(plots, dict) else ():
        if wanted and wanted not in files:
            messages.warning(
                request, _("没有收到样地文件 %(name)s，请在“样地与检尺”中导入。") % {"name": wanted}
            )
    return bench.values_of(source.values, files)


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir() and one.file_size <= LARGEST][:10]
            return {PurePosixPath(one.filename).name: archive.read(one) for one in inside}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise CarbonError(Problem("unreadable", params={"why": _("压缩包无法打开")})) from error


# -- the steps
def _project(work: Any, values: dict[str, Any]) -> dict[str, Any]:
    return results.context(work.id, values) | {"source": fields.source_of(values)}


def _plots(work: Any, values: dict[str, Any]) -> dict[str, Any]:
    found = results.context(work.id, values)
    done = found["done"]
    return found | {"lines": results.plot_lines(values, done), "map": results.drawn_map(values, done)}


def _pools(work: Any, values: dict[str, Any]) -> dict[str, Any]:
    return results.context(work.id, values)


def _result(work: Any, values: dict[str, Any]) -> dict[str, Any]:
    found = results.context(work.id, values)
    claimed = str(values.get("check.claimed") or "")
    return found | results.result(values, found["done"], claimed) | {"claimed": claimed}


def _papers(work: Any, values: dict[str, Any]) -> dict[str, Any]:
    papers = [(kind, bench.document(values, kind, language())) for kind in bench.KINDS]
    checks = {kind: bench.check(values, kind) for kind in ("validation", "verification")}
    neutral = bench.neutral(values)
    faults = [one for done in checks.values() for one in done.faults] + (neutral.faults if neutral else [])
    conclusions = [
        (
            bench.words.label(kind, language()),
            done.found.conclusion,
            bench.words.code("conclusion", done.found.conclusion, language()),
        )
        for kind, done in checks.items()
    ]
    return {
        "papers": papers,
        "conclusions": conclusions,
        "automatic": {
            kind: [(one.item, said(one.reason, language())) for one in done.found.findings if one.automatic]
            for kind, done in checks.items()
        },
        "neutral": neutral.found if neutral else None,
        "faults": results.told(work.id, values, faults),
    }


DRAWN: dict[str, Callable[[Any, dict[str, Any]], dict[str, Any]]] = {
    "project": _project,
    "plots": _plots,
    "pools": _pools,
    "result": _result,
    "papers": _papers,
}


def _page(
    request: HttpRequest, work: Any, step: str, more: Callable[[dict[str, Any]], dict[str, Any]]
) -> HttpResponse:
    state = labs.state_of(work)
    name = "project" if step == "sink" else step.removeprefix("sink_")
    context = frame(work, state, step) | DRAWN[name](work, state.values) | more(state.values)
    return render(request, f"workshop/sink/{name}.html", context)


@require_GET
@own_work(BENCH)
def project(request: HttpRequest, work: Any) -> HttpResponse:
    return _page(request, work, "sink", fields.project)


@require_GET
@own_work(BENCH)
def plots(request: HttpRequest, work: Any) -> HttpResponse:
    return _page(request, work, "sink_plots", _sheets)


def _sheets(values: dict[str, Any]) -> dict[str, Any]:
    """Every plot with its tallies as tables of fields."""
    strata = [(str(row.number), bench.stratum_name(row)) for row in bench.rows_of(values, "s")]
    sheets = []
    for row in bench.rows_of(values, "p"):
        cells = fields.cells_wanted(values, row)
        surveys = []
        for survey, title in (("now", _("本期检尺")), ("first", _("期初检尺"))):
            rows = bench.tally(row, survey)
            surveys.append(
                (
                    f"p.{row.number}.{survey}",
                    title,
                    [[(key, word, one.get(key, "")) for key, word in cells] for one in rows],
                    bool(rows),
                )
            )
        sheets.append(
            {
                "row": row,
                "name": bench.plot_name(row),
                "home": row.text("stratum"),
                "cells": cells,
                "surveys": surveys,
            }
        )
    seed = values.get("map.seed")
    return {"sheets": sheets, "homes": strata, "seed": seed if isinstance(seed, int) else 1}


@require_GET
@own_work(BENCH)
def pools(request: HttpRequest, work: Any) -> HttpResponse:
    return _page(request, work, "sink_pools", lambda values: {"form": fields.pools(values)})


@require_GET
@own_work(BENCH)
def result(request: HttpRequest, work: Any) -> HttpResponse:
    return _page(request, work, "sink_result", lambda values: {})


@require_GET
@own_work(BENCH)
def papers(request: HttpRequest, work: Any) -> HttpResponse:
    def forms(values: dict[str, Any]) -> dict[str, Any]:
        lists = [
            (kind, bench.words.label(kind, language()), fields.checklist(values, kind))
            for kind in ("validation", "verification")
        ]
        return {"about": fields.about(values), "lists": lists, "event": fields.event(values)}

    return _page(request, work, "sink_papers", forms)


@require_POST
@own_work(BENCH)
def compute(request: HttpRequest, work: Any, step: str) -> HttpResponse:
    """The parts of a step that the server draws, from what is saved."""
    if step not in DRAWN:
        raise Http404
    values = labs.state_of(work).values
    context = {"work": work} | DRAWN[step](work, values)
    return render(request, f"workshop/sink/parts/{step}_drawn.html", context)


@require_POST
@own_work(BENCH)
def lay_out(request: HttpRequest, work: Any) -> HttpResponse:
    """Place plots in every stratum: as many as the allocation says, or as asked."""
    values = labs.state_of(work).values
    seed = _whole(request.POST.get("seed", ""), 1, 1_000_000)
    done = bench.compute(values)
    how = request.POST.get("how", "optimum")
    counts: dict[int, int] = {}
    shapes = bench.outlines(values)
    if how in ("optimum", "proportional") and done.size is not None and done.project is not None:
        given = done.size.optimum_plots if how == "optimum" else done.size.proportional_plots
        by_name = dict(zip(done.project.areas, given, strict=True))
        counts = {one.number: max(2, by_name[one.name]) for one in shapes if one.name in by_name}
    elif how == "each" and (each := _whole(request.POST.get("each", ""), 2, 60)):
        counts = {one.number: each for one in shapes}
    if seed is None or not counts:
        messages.error(
            request,
            _(
                "没有布设：请先填写各分层的面积；按计算数量布设还需预调查数据，也可改为每层相同（2 至 60 个）。"
            ),
        )
    elif changed(request, work, bench.laid_out(values, counts, seed)):
        messages.success(request, _("样地已布设，可在图上拖动或用方向键微调。"))
    return redirect("workshop:sink_plots", work.id)


def _whole(text: str, low: int, high: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and low <= int(text) <= high else None


@require_POST
@own_work(BENCH)
def tallies(request: HttpRequest, work: Any) -> HttpResponse:
    """Tallies of many plots from a sheet (XLSX or CSV)."""
    sent = request.FILES.get("sheet")
    survey = request.POST.get("survey", "now")
    back = redirect("workshop:sink_plots", work.id)
    if sent is None or (sent.size or 0) > LARGEST or survey not in bench.SURVEYS:
        messages.error(request, _("没有选择文件，或文件超过 4 MB。"))
        return back
    try:
        rows = _sheet(sent.name or "", sent.read())
    except spreadsheets.NotASpreadsheet:
        messages.error(request, _("不是可读的表格文件；请用“下载检尺表”得到的 XLSX，或列名相同的 CSV。"))
        return back
    values = labs.state_of(work).values
    changes, unknown = bench.surveyed(values, survey, rows)
    if unknown:
        messages.warning(
            request,
            _("没有这些分层，相应行未导入：%(names)s。请先在“项目与分层”中添加。")
            % {"names": _("、").join(unknown[:10])},
        )
    if not changes:
        messages.error(request, _("没有可导入的行；表头应含样地、分层、胸径、树高、株数（或竹龄、蓄积）。"))
    elif changed(request, work, changes):
        count = sum(1 for name in changes if name.endswith(f".{survey}"))
        messages.success(request, _("已导入 %(count)s 个样地的检尺记录。") % {"count": count})
    return back


def _sheet(name: str, data: bytes) -> list[dict[str, str]]:
    if name.lower().endswith((".csv", ".txt")):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return bench.cells_of(data.decode(encoding))
            except UnicodeDecodeError:
                continue
        raise spreadsheets.NotASpreadsheet("unreadable")
    sheet = spreadsheets.read(data)
    return [
        {key: text for heading, text in row.cells.items() if (key := bench.column(heading))}
        for row in sheet.rows
    ]
