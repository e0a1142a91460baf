"""One's own marks: how many, how strict, how fast, and how they compare with other markers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tancai.lib import clock
from tancai.marking import api as marking
from tancai.web.marker import words
from tancai.web.marker.access import marker_only
from tancai.web.shell.tables import Column, Empty, Table

BANDS = 5


@marker_only
def page(request: HttpRequest) -> HttpResponse:
    marks = marking.own_marks(request.user)
    sessions = marking.own_statistics(request.user)
    count = sum(row.count for row in sessions)
    table = Table(
        request,
        marks,
        name="marks",
        columns=[
            Column("at", _("时间"), "moment", sort=True),
            Column("answer.script.code", _("答卷"), "code"),
            Column("answer.position", _("题号"), "number"),
            Column("role", _("评次"), value=lambda mark: words.role(mark.role)),
            Column("total", _("给分"), "number", sort=True, value=lambda mark: _plain(mark.total)),
            Column("out_of", _("满分"), "number", value=lambda mark: _plain(mark.answer.out_of)),
            Column("comment", _("评语")),
        ],
        order="-at",
        per_page=25,
        empty=Empty(_("您还没有评过题"), _("评过的题会列在这里，最近一次可以撤回。")),
    )
    return table.respond(
        "marker/mine.html",
        {
            "sessions": sessions,
            "count": count,
            "today": sum(clock.local_date(at) == clock.today() for at in marks.values_list("at", flat=True)),
            "mean": sum(row.mean_share * row.count for row in sessions) / count if count else None,
            "compared": sum(row.compared for row in sessions),
            "difference": _difference(sessions),
            "bands": _bands(marks),
            "last": marking.last_mark(request.user),
        },
    )


def _plain(marks: Decimal) -> int | float:
    return int(marks) if marks == int(marks) else float(marks)


def _difference(sessions: list[marking.OwnSession]) -> float | None:
    pairs = sum(row.compared for row in sessions)
    apart = sum((row.difference or 0.0) * row.compared for row in sessions)
    return apart / pairs if pairs else None


def _bands(marks: Any) -> list[tuple[str, int]]:
    """How many marks lie in each fifth of what could be given."""
    counts = [0] * BANDS
    for total, out_of in marks.values_list("total", "answer__out_of"):
        counts[min(int(total / out_of * BANDS), BANDS - 1)] += 1
    step = 100 // BANDS
    return [(f"{i * step}–{(i + 1) * step} %", count) for i, count in enumerate(counts)]
