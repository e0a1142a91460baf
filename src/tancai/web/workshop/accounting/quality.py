"""The data-quality control plan: how each figure is obtained, by what meter, how often, and who answers for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.access import own_work
from tancai.web.workshop.accounting import fields, results
from tancai.web.workshop.accounting.views import BENCH
from tancai.web.workshop.speaking import language

bench = labs.accounting_bench


@require_GET
@own_work(BENCH)
def page(request: HttpRequest, work: labs.Work) -> HttpResponse:
    state = labs.state_of(work)
    lines = results.controls(state.values, bench.compute(state.values))
    return render(
        request,
        "workshop/accounting/quality.html",
        {
            "work": work,
            "state": state,
            "closed": state.handed_in or state.away,
            "lines": [(one, fields.control(state.values, one.at)) for one in lines],
        }
        | _progress(lines),
    )


@require_POST
@own_work(BENCH)
def compute(request: HttpRequest, work: labs.Work) -> HttpResponse:
    values = labs.state_of(work).values
    lines = results.controls(values, bench.compute(values))
    return render(request, "workshop/accounting/quality_drawn.html", {"work": work} | _progress(lines))


def _progress(lines: list[results.ControlLine]) -> dict[str, object]:
    return {
        "complete": sum(one.control.complete and not one.faults for one in lines),
        "count": len(lines),
        "told": [(one, one.faults) for one in lines if one.faults],
    }


@require_POST
@own_work(BENCH)
def draft(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """Fill what the workbook knows into empty fields of the plan; what somebody wrote stays."""
    values = labs.state_of(work).values
    found = bench.compute(values).found
    given = bench.drafted(values, found) if found else {}
    try:
        labs.fill(work, given, by=request.user, at=clock.now())  # type: ignore[arg-type]
    except labs.Closed as error:
        messages.error(request, error.message(language()))
    else:
        count = len(given)
        messages.success(
            request,
            ngettext("已填入 %(n)s 项，请核对并补齐其余。", "已填入 %(n)s 项，请核对并补齐其余。", count)
            % {"n": count}
            if count
            else _("没有可以自动填入的空项。"),
        )
    return redirect("workshop:accounting_quality", work.id)
