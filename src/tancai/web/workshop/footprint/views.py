"""Pages of the bench: own models, a new one (blank, from an example, from a file), the work itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.engines.carbon import tables
from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.footprint.model import model_of
from tancai.engines.carbon.reading import read_bytes
from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.access import own_work
from tancai.web.workshop.footprint import fields, results
from tancai.web.workshop.speaking import language
from tancai.web.workshop.works import own

BENCH = "footprint"
EXAMPLES = Path(tables.__file__).parent / "examples"
SHIPPED = ("bracket", "kettle")
LARGEST = 2_000_000
bench = labs.footprint_bench


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    works = own(request, BENCH)
    examples = [("bracket", _("镀锌钢支架（从摇篮到大门）")), ("kettle", _("电热水壶（从摇篮到坟墓）"))]
    return render(request, "workshop/footprint/home.html", {"works": works, "examples": examples})


@require_POST
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A new model: ``from`` is blank, the name of a shipped example, or ``file`` with the upload ``model``."""
    start = request.POST.get("from", "blank")
    title, values = request.POST.get("title", "").strip(), dict[str, Any]()
    if start in SHIPPED:
        values = bench.values_of(read_bytes((EXAMPLES / f"{start}.toml").read_bytes()).values)
    elif start == "file":
        try:
            values = _uploaded(request)
        except CarbonError as error:
            for problem in error.problems[:5]:
                messages.error(request, problem.message(language()))
            return redirect("workshop:footprint_home")
    else:
        values = {"unit.kind": "declared", "unit.unit": "kg"}
    title = title or str(values.get("goal.product") or "") or _("未命名的产品")
    at = clock.now()
    work = labs.begin(BENCH, title=title, by=request.user, at=at)  # type: ignore[arg-type]
    labs.fill(work, values, by=request.user, at=at)  # type: ignore[arg-type]
    return redirect("workshop:footprint", work.id)


def _uploaded(request: HttpRequest) -> dict[str, Any]:
    """The values of an uploaded model file. Raises CarbonError for what is no such file; says what is doubtful."""
    sent = request.FILES.get("model")
    if sent is None or (sent.size or 0) > LARGEST:
        raise CarbonError(_too_large())
    source = read_bytes(sent.read(), sent.name or "")
    try:
        model_of(source)
    except CarbonError as error:
        if error.code == "schema":
            raise
    unknown = [one for one in source.problems if one.code == "unknown_field"]
    for problem in unknown[:5]:
        messages.warning(request, problem.message(language()))
    return bench.values_of(source.values)


def _too_large() -> Any:
    return Problem("unreadable", params={"why": _("没有选择文件，或文件超过 2 MB")})


@require_GET
@own_work(BENCH)
def page(request: HttpRequest, work: labs.Work) -> HttpResponse:
    state = labs.state_of(work)
    return render(
        request,
        "workshop/footprint/work.html",
        {"work": work, "state": state, **_forms(state.values)} | results.context(state.values),
    )


@require_POST
@own_work(BENCH)
def compute(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """The parts of the page that the server draws, from what is saved."""
    return render(
        request, "workshop/footprint/drawn.html", {"work": work} | results.context(labs.state_of(work).values)
    )


def _forms(values: dict[str, Any]) -> dict[str, Any]:
    blank = bench.Row("__row__")  # type: ignore[arg-type]
    return {
        "study": fields.study(values),
        "nodes": [fields.node_form(node) for node in bench.nodes_of(values)],
        "scenarios": fields.scenarios(values),
        "blank_nodes": [
            fields.node_form(bench.Node("__node__", {"kind": kind}))  # type: ignore[arg-type]
            for kind in ("process", "factor", "electricity")
        ],
        "blank_rows": fields.node_form(
            bench.Node("__node__", {"kind": "process"}, {kind: [blank] for kind in ("out", "in", "em")})  # type: ignore[arg-type]
        ).rows,
        "blank_scenario": fields.scenario_form("__node__", "", [("1", "", "")]),
    }
