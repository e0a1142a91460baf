"""The collection form an enterprise fills in, source by source: another door to the same workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.labs import api as labs
from tancai.lib import clock, documents
from tancai.web.workshop.access import own_work
from tancai.web.workshop.accounting import fields, words
from tancai.web.workshop.accounting.views import BENCH
from tancai.web.workshop.downloads import PDF, attached
from tancai.web.workshop.speaking import language, spoken

bench = labs.accounting_bench
FORM = Path(__file__).with_name("paper") / "collect.typ"
SHORT = 4
"""Missing items named in the list before it says how many more there are."""


def _collected(values: dict[str, Any]) -> tuple[Any, Any]:
    """The workbook computed, and how complete it is as a form."""
    done = bench.compute(values)
    refused = {fault.name for fault in done.faults if fault.level == "refused"}
    return done, bench.collected(values, refused)


def _said(ask: Any, values: dict[str, Any]) -> str:
    """A missing item in words: ``消耗量（缺 3、4 月）``."""
    if ask.what in ("how", "evidence"):
        figure = _label(ask.name.rpartition(".")[0], values)
        return f"{figure}{_('：')}{words.asked(ask.what)}"
    if ask.what in ("who", "seen"):
        return words.asked(ask.what)
    label = _label(ask.name, values)
    if ask.wrong and not ask.months:
        return _("%(item)s（填写有误）") % {"item": label}
    if ask.months and len(ask.months) < 12:
        return _("%(item)s（缺%(months)s月）") % {"item": label, "months": _("、").join(map(str, ask.months))}
    return label


def _label(name: str, values: dict[str, Any]) -> str:
    """What the value under a name is called on the page."""
    head, _dot, rest = name.partition(".")
    if head == "enterprise":
        return words.enterprise(rest)
    if head == "boundary":
        return words.boundary(rest)
    if head == "s":
        number, _dot, field = rest.partition(".")
        kind = KINDS.get(str(values.get(f"s.{number}.kind")))
        asked = next((one for one in (kind.fields if kind else ()) if one.name == field), None)
        return words.label(asked) if asked else _("名称")
    return {"method.guide": _("核算指南"), "period.year": _("核算年度")}[name]


def _line(sheet: Any, values: dict[str, Any], work: Any) -> dict[str, Any]:
    """A sheet in the list: how complete, and the first missing items with where they are."""
    page = reverse("workshop:accounting_sheet", args=[work.id, sheet.number])
    missing = [(f"{page}#f-{ask.name}", _said(ask, values)) for ask in sheet.missing]
    kind = str(values.get(f"s.{sheet.number}.kind"))
    return {
        "number": sheet.number,
        "url": page,
        "name": values.get(f"s.{sheet.number}.name") or words.kind(kind) if sheet.number else _("企业和边界"),
        "kind": words.kind(kind) if sheet.number else "",
        "percent": sheet.percent,
        "missing": missing[:SHORT],
        "more": max(0, len(missing) - SHORT),
        "wrong": sum(ask.wrong for ask in sheet.asks),
    }


@require_GET
@own_work(BENCH)
def overview(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """All sheets of the form with what is missing; sources are added here."""
    state = labs.state_of(work)
    values = state.values
    _done, found = _collected(values)
    return render(
        request,
        "workshop/accounting/collect.html",
        {
            "work": work,
            "percent": found.percent,
            "missing": found.missing,
            "sheets": [_line(one, values, work) for one in (found.general, *found.sheets)],
            "kinds": fields.kinds(values),
            "closed": state.handed_in or state.away,
        },
    )


@require_POST
@own_work(BENCH)
def add(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """A new source, and on to its sheet."""
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        messages.error(request, _("请选择一个类别。"))
        return redirect("workshop:accounting_collect", work.id)
    values = labs.state_of(work).values
    number = max((row.number for row in bench.rows_of(values, "s")), default=0) + 1
    given = {
        f"s.{number}.kind": kind,
        f"s.{number}.name": request.POST.get("name", "").strip()[:120] or words.kind(kind),
    }
    try:
        labs.fill(work, given, by=request.user, at=clock.now())  # type: ignore[arg-type]
    except labs.Closed as error:
        messages.error(request, error.message(language()))
        return redirect("workshop:accounting_collect", work.id)
    return redirect("workshop:accounting_sheet", work.id, number)


@require_GET
@own_work(BENCH)
def sheet(request: HttpRequest, work: labs.Work, number: int) -> HttpResponse:
    """One sheet: the enterprise (0) or a source by the number of its row."""
    state = labs.state_of(work)
    return render(
        request,
        "workshop/accounting/sheet.html",
        {"work": work, "state": state, "closed": state.handed_in or state.away}
        | _sheet(work, state.values, number),
    )


@require_POST
@own_work(BENCH)
def compute(request: HttpRequest, work: labs.Work, number: int) -> HttpResponse:
    """How complete the sheet is now, and what is wrong in it."""
    return render(
        request,
        "workshop/accounting/sheet_drawn.html",
        {"work": work} | _sheet(work, labs.state_of(work).values, number),
    )


def _sheet(work: Any, values: dict[str, Any], number: int) -> dict[str, Any]:
    done, found = _collected(values)
    here = found.sheet(number) if number else found.general
    row = next((one for one in bench.rows_of(values, "s") if one.number == number), None)
    if here is None or (number and row is None):
        raise Http404
    numbers = [0, *(one.number for one in found.sheets)]
    at = numbers.index(number)
    form = fields.row_form(values, row, open=True) if row is not None else None
    asked = {one.name for one in bench.figures_asked(row)} if row is not None else set()
    figures = [one for one in ([*form.main, *form.more] if form else ()) if one.name.split(".")[2] in asked]
    checked = bench.check(values, done)
    prefix = f"s.{number}." if number else ("enterprise.", "method.", "period.", "boundary.")
    return {
        "number": number,
        "position": at + 1,
        "count": len(numbers),
        "before": numbers[at - 1] if at else None,
        "after": numbers[at + 1] if at + 1 < len(numbers) else None,
        "form": form,
        "figures": figures,
        "others": [one for one in ([*form.main, *form.more] if form else ()) if one not in figures],
        "general": fields.general(values) if not number else [],
        "percent": here.percent,
        "missing": [(f"f-{ask.name}", _said(ask, values)) for ask in here.missing],
        "told": [
            {"name": one.name, "level": one.level, "text": one.words(language())}
            for one in [*done.faults, *checked.faults]
            if one.level != "noted" and one.name.startswith(prefix)
        ],
        "checks": [
            {
                "row": one.row,
                "text": one.finding.text(language()),
                "evidence": one.finding.evidence(language()),
            }
            for one in checked.checks
            if number and one.row == f"s.{number}" and one.finding.severity != "observation"
        ],
    }


@require_GET
@own_work(BENCH)
def paper(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """The form on paper, as filled in so far or ``?blank`` to fill in by hand."""
    blank = "blank" in request.GET
    values = labs.state_of(work).values
    try:
        data = documents.render(FORM, _paper(values, blank))
    except documents.MissingGlyph as error:
        messages.error(request, _("有的字印不出来：%(signs)s。请改用常用字。") % {"signs": error.characters})
        return redirect("workshop:accounting_collect", work.id)
    return attached(data, PDF, f"collect-{work.id}.pdf")


def _paper(values: dict[str, Any], blank: bool) -> dict[str, Any]:
    _done, found = _collected(values)

    def kept(name: str) -> str:
        given = values.get(name)
        return "" if blank or given is None else str(given)

    return {
        "language": language(),
        "title": _("碳排放数据采集表"),
        "subtitle": str(values.get("enterprise.name") or ""),
        "year": _("%(year)s 年度") % {"year": values["period.year"]} if values.get("period.year") else "",
        "footer": _("填写后请附凭证复印件；单位、月份和负责人请逐项填写。"),
        "state": "" if blank else _("完整度 %(percent)s %%") % {"percent": found.percent},
        "general": [[one.label, _shown(one, blank)] for one in fields.general(values)],
        "months": [_("%(n)s月") % {"n": month} for month in bench.MONTHS],
        "total": _("全年"),
        "signs": [_("填报人"), _("审核人"), _("日期")],
        "sources": [_source(row, values, kept) for row in bench.rows_of(values, "s")],
    }


def _shown(one: Any, blank: bool) -> str:
    if blank:
        return ""
    if one.kind == "select" and one.value:
        return str(dict(one.options).get(one.value, ""))
    return _("；").join(line.strip() for line in str(one.value).splitlines() if line.strip())


def _source(row: Any, values: dict[str, Any], kept: Any) -> dict[str, Any]:
    at = f"s.{row.number}"
    figures = bench.figures_asked(row)
    form = fields.row_form(values, row)
    return {
        "name": f"{row.number}. {row.text('name') or words.kind(row.text('kind'))}",
        "kind": words.kind(row.text("kind")),
        "facts": [
            [one.label, kept(one.name)]
            for one in form.texts
            if not one.name.endswith(".name") and one.kind == "text"
        ],
        "figures": [
            {
                "label": spoken(one.label),
                "unit": row.text(f"{one.name}.unit") or one.units[0],
                "months": [kept(f"{at}.{one.name}.m.{month}") for month in bench.MONTHS],
                "year": "" if row.by_months(one.name) else kept(f"{at}.{one.name}"),
                "about": [
                    [
                        words.about(key),
                        words.how(kept(f"{at}.{one.name}.{key}"))
                        if key == "how"
                        else kept(f"{at}.{one.name}.{key}"),
                    ]
                    for key in ("how", "meter", "evidence", "source")
                ],
            }
            for one in figures
        ],
        "who": [[words.about("who"), kept(f"{at}.who")], [words.about("note"), kept(f"{at}.note")]],
    }
