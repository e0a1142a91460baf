"""Pages of the bench: own workbooks, a new one (blank, an example, a file, a task), the workbook, parts of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.case import SCHEMA, SCHEMAS
from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.reading import read_bytes
from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.access import own_work
from tancai.web.workshop.accounting import fields, results, words
from tancai.web.workshop.speaking import language, spoken
from tancai.web.workshop.works import own

BENCH = "accounting"
EXAMPLES = Path(tables.__file__).parent / "examples"
SHIPPED = ("machinery", "power", "cement", "steel", "aluminium", "glass")
LARGEST = 2_000_000
MOST_FACTORS = 60
bench = labs.accounting_bench


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    examples = [
        ("machinery", _("装备制造：能源、焊接保护气、电力、蒸汽")),
        ("power", _("燃煤发电：元素碳实测、购入电力、配额")),
        ("cement", _("水泥熟料：燃料、熟料过程、电石渣")),
        ("steel", _("长流程钢铁：碳平衡")),
        ("aluminium", _("铝电解：阳极消耗和阳极效应")),
        ("glass", _("平板玻璃：按月数据和不确定度")),
    ]
    return render(
        request,
        "workshop/accounting/home.html",
        {"works": own(request, BENCH), "examples": examples, "task": request.GET.get("task", "")},
    )


@require_POST
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A new workbook: ``from`` is blank, the name of a shipped example, ``file`` (upload ``case``) or ``task``."""
    start = request.POST.get("from", "blank")
    values: dict[str, Any] = {}
    if start in SHIPPED:
        months = [(EXAMPLES / "glass.csv").read_bytes()] if start == "glass" else []
        values = bench.values_of(read_bytes((EXAMPLES / f"{start}.toml").read_bytes()).values, months)
    elif start == "task":
        values = _of_task(request)
    elif start == "file":
        try:
            values = _uploaded(request)
        except CarbonError as error:
            for problem in error.problems[:5]:
                messages.error(request, problem.message(language()))
            return redirect("workshop:accounting_home")
    title = (
        request.POST.get("title", "").strip()
        or str(values.get("enterprise.name") or "")
        or _("未命名的工作簿")
    )
    at = clock.now()
    work = labs.begin(BENCH, title=title, by=request.user, at=at)  # type: ignore[arg-type]
    labs.fill(work, values, by=request.user, at=at)  # type: ignore[arg-type]
    return redirect("workshop:accounting", work.id)


def _of_task(request: HttpRequest) -> dict[str, Any]:
    """A workbook beside a laboratory task of one's own: it remembers the task to show its papers."""
    task = _task_work(request, request.POST.get("task", ""))
    if task is None:
        raise Http404
    return {"task": task.id, "enterprise.name": ""}


def _task_work(request: HttpRequest, work_id: Any) -> Any:
    if not str(work_id).isdecimal():
        return None
    try:
        work = labs.work_of(request.user, int(work_id))  # type: ignore[arg-type]
    except labs.NoSuchWork:
        return None
    return work if work.task else None


def _uploaded(request: HttpRequest) -> dict[str, Any]:
    """The values of an uploaded case file. Raises CarbonError for what is no such file; says what is left out."""
    sent = request.FILES.get("case")
    if sent is None or (sent.size or 0) > LARGEST:
        raise CarbonError(Problem("unreadable", params={"why": _("没有选择文件，或文件超过 2 MB")}))
    source = read_bytes(sent.read(), sent.name or "")
    found = source.values.get("schema")
    if found not in SCHEMAS:
        raise CarbonError(
            Problem("schema", place=source.top().place("schema"), params={"wanted": SCHEMA, "found": found})
        )
    months = [one.read(LARGEST) for one in request.FILES.getlist("months")[:5]]
    left = bench.left(source.values)
    if left:
        messages.warning(
            request,
            _("工作簿没有放这些部分：%(parts)s。需要它们时请用命令行。") % {"parts": _("、").join(left)},
        )
    return bench.values_of(source.values, months)


@require_GET
@own_work(BENCH)
def page(request: HttpRequest, work: labs.Work) -> HttpResponse:
    state = labs.state_of(work)
    values = state.values
    task = _task_work(request, values.get("task"))
    case = labs.task(task.task).case(task.seed or 0) if task else None
    forms = {
        "study": fields.study(values),
        "rows_forms": [fields.row_form(values, row) for row in bench.rows_of(values, "s")],
        "products": fields.products(values),
        "blank_product": fields.product({}, "__n__"),
        "held": fields.held(values),
        "balances": fields.balances(values),
        "blank_balance": fields.balance({}, "__n__"),
        "kinds": fields.kinds(values),
        "next": max((row.number for row in bench.rows_of(values, "s")), default=0) + 1,
        "next_product": max((row.number for row in bench.rows_of(values, "p")), default=0) + 1,
        "next_balance": max((row.number for row in bench.rows_of(values, "b")), default=0) + 1,
        "case": case,
        "task": task,
    }
    return render(
        request,
        "workshop/accounting/work.html",
        {"work": work, "state": state, "closed": state.handed_in or state.away}
        | forms
        | results.context(values),
    )


@require_POST
@own_work(BENCH)
def compute(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """The parts of the page that the server draws, from what is saved."""
    values = labs.state_of(work).values
    return render(
        request,
        "workshop/accounting/drawn.html",
        {"work": work, "kinds": fields.kinds(values)} | results.context(values),
    )


@require_GET
@own_work(BENCH)
def row(request: HttpRequest, work: labs.Work, number: int) -> HttpResponse:
    """The form of one row, as saved."""
    values = labs.state_of(work).values
    found = next((one for one in bench.rows_of(values, "s") if one.number == number), None)
    if found is None or found.text("kind") not in KINDS:
        raise Http404
    return render(
        request, "workshop/accounting/parts/row.html", {"row": fields.row_form(values, found, open=True)}
    )


@require_GET
@own_work(BENCH)
def factors(request: HttpRequest, work: labs.Work, number: int) -> HttpResponse:
    """What may be picked for a row, searched by ``q``."""
    values = labs.state_of(work).values
    found = next((one for one in bench.rows_of(values, "s") if one.number == number), None)
    if found is None:
        raise Http404
    all_found = bench.factors(values, found, request.GET.get("q", "")[:100])
    lines = [
        {
            "name": spoken(one.name),
            "figures": one.figures,
            "year": one.year,
            "source": spoken(one.source),
            "confidence": words.confidence(one.confidence),
            "uncertain": one.uncertain,
            "why": words.why(one.why),
            "same": one.same,
            "sets": json.dumps(dict(one.sets), ensure_ascii=False),
        }
        for one in all_found[:MOST_FACTORS]
    ]
    return render(
        request,
        "workshop/accounting/parts/factors.html",
        {"lines": lines, "rest": max(0, len(all_found) - MOST_FACTORS), "at": f"s.{number}"},
    )
