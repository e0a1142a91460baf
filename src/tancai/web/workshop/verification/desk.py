"""The table of a verifier: papers on one side, the steps of the verification on the other."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock, spreadsheets
from tancai.web.workshop.access import own_work
from tancai.web.workshop.charts import Chart, Series, lines
from tancai.web.workshop.downloads import XLSX, attached, cell
from tancai.web.workshop.verification.begin import BENCH
from tancai.web.workshop.verification.opened import Gone, Opened, opened
from tancai.web.workshop.verification.words import RECORDS, STEPS

bench = labs.verification_bench


def gone(request: HttpRequest, work: Any) -> HttpResponse:
    return render(request, "workshop/verification/gone.html", {"work": work})


@own_work(BENCH)
def page(request: HttpRequest, work: Any) -> HttpResponse:
    try:
        one = opened(work)
    except Gone:
        return gone(request, work)
    if one.state.handed_in:
        return redirect("workshop:verification_outcome", work.id)
    return _page(request, one)


def _page(request: HttpRequest, one: Opened, faults: list[tuple[str, str]] | None = None) -> HttpResponse:
    context = {
        "work": one.work,
        "state": one.state,
        "one": one,
        "values": one.state.values,
        "locked": one.state.away,
        "papers": [(paper, _chart(paper)) for paper in bench.papers(one.report)],
        "subjects": bench.subjects(one.report),
        "kinds": bench.KINDS,
        "severities": bench.SEVERITIES,
        "conclusions": bench.CONCLUSIONS,
        "findings": {
            name.removeprefix("finding."): value
            for name, value in one.state.values.items()
            if name.startswith("finding.")
        },
        "records": RECORDS,
        "steps": STEPS,
        "faults": faults or [],
    }
    return render(request, "workshop/verification/desk.html", context)


def _chart(paper: Any) -> Chart | None:
    if paper.months is None:
        return None
    marks = [str(month) for month in range(1, 13)]
    both = [
        Series(name, list(values))
        for name, values in zip(paper.months.names, (paper.months.first, paper.months.second), strict=True)
    ]
    return lines(_("各月对比"), marks, both, unit=paper.months.unit)


@own_work(BENCH)
def tables(request: HttpRequest, work: Any) -> HttpResponse:
    """The papers as a workbook to compute in."""
    try:
        one = opened(work)
    except Gone:
        raise Http404 from None
    sheets: list[tuple[str, Any, Any]] = []
    for paper in bench.papers(one.report):
        columns = paper.columns or (paper.title,)
        rows = [[_number(text) for text in row.cells] for row in paper.rows] or [
            [text] for text in paper.text
        ]
        sheets.append((paper.title.partition("：")[2] or paper.title, columns, rows))
    return attached(spreadsheets.write_book(sheets), XLSX, f"verification-{work.id}.xlsx")


def _number(text: str) -> Any:
    """A figure with its unit stays text; one by itself is a number."""
    return cell(text)


@require_POST
@own_work(BENCH)
def conclude(request: HttpRequest, work: Any) -> HttpResponse:
    """Close the verification; whatever a conclusion needs and is missing is named, and nothing is closed."""
    try:
        one = opened(work)
    except Gone:
        raise Http404 from None
    if not one.state.handed_in:
        faults = missing(one)
        if faults:
            return _page(request, one, faults)
        found = bench.conclude(one.report)
        compared = bench.compare(found, one.findings)
        result = {"found": len(compared.found), "of": compared.wanted, "false": len(compared.false)}
        try:
            labs.finish(work, result, by=request.user, at=clock.now())  # type: ignore[arg-type]
        except labs.Closed:
            return redirect("workshop:verification_work", work.id)
    return redirect("workshop:verification_outcome", work.id)


def missing(one: Opened) -> list[tuple[str, str]]:
    """(place on the page, what is missing) before a conclusion can be drawn."""
    found = []
    if not one.text("team.members").strip():
        found.append(("team", _("请填写核查技术工作组成员。")))
    if not one.text("site.members").strip():
        found.append(("site-team", _("请填写现场核查组成员。")))
    for number, finding in enumerate(one.findings, 1):
        if not finding.whole:
            text = _("第 %(number)s 项发现不完整：对象、类型、严重程度和事实都要写明。") % {"number": number}
            found.append(("findings", text))
    if one.text("conclusion.kind") not in bench.CONCLUSIONS:
        found.append(("conclusion", _("请选择核查结论。")))
    if not one.text("conclusion.verified").strip():
        found.append(("conclusion", _("请填写核查确认的排放量。")))
    return found
