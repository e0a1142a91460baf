"""The papers of a case to take away: tables as a workbook to compute in, everything as text."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from tancai.labs import api as labs
from tancai.lib import spreadsheets
from tancai.web.workshop.access import own_work
from tancai.web.workshop.downloads import XLSX, attached, cell
from tancai.web.workshop.speaking import language
from tancai.web.workshop.task.catalogue import BENCH


def _case(work: Any) -> labs.Case:
    try:
        return labs.case_of(work)
    except labs.LabsError:
        raise Http404 from None


@own_work(BENCH)
def tables(request: HttpRequest, work: Any) -> HttpResponse:
    """One sheet a paper; figures are numbers."""
    case = _case(work)
    sheets: list[tuple[str, Any, Any]] = []
    for number, paper in enumerate(case.documents, 1):
        rows = [[cell(text) for text in row] for row in paper.rows]
        below = [[], *([text] for text in paper.text)] if paper.columns and paper.text else []
        if paper.columns:
            sheets.append((f"{number} {paper.title}", paper.columns, [*rows, *below]))
        else:
            sheets.append((f"{number} {paper.title}", (paper.title,), [[text] for text in paper.text]))
    return attached(spreadsheets.write_book(sheets), XLSX, f"{work.task}-{work.seed}.xlsx")


@own_work(BENCH)
def text(request: HttpRequest, work: Any) -> HttpResponse:
    found = labs.papers(_case(work), language())
    return attached(found.encode(), "text/markdown; charset=utf-8", f"{work.task}-{work.seed}.md")
