"""What a work came to: marks by step with the way to every figure, on the page and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tancai.labs import api as labs
from tancai.lib import clock, documents
from tancai.lib.chinese_dates import long_date
from tancai.people import api as people
from tancai.web.workshop.access import own_work
from tancai.web.workshop.downloads import PDF, attached
from tancai.web.workshop.speaking import language
from tancai.web.workshop.task.catalogue import BENCH
from tancai.web.workshop.task.desk import CHECKED, gone
from tancai.web.workshop.task.feedback import steps

TEMPLATE = Path(__file__).parent / "marks.typ"


@own_work(BENCH)
def page(request: HttpRequest, work: Any) -> HttpResponse:
    state = labs.state_of(work)
    if not state.handed_in:
        return redirect("workshop:task_work", work.id)
    try:
        found = labs.marked(work, state)
    except labs.LabsError as error:
        return gone(request, work, error)
    context = {
        "work": work,
        "case": found.case,
        "total": found.total,
        "steps": steps(found, language()),
        "checked": checked(found.case, state),
        "result": labs.results(request.user).get(work.task),  # type: ignore[arg-type]
    }
    return render(request, "workshop/task/marks.html", context)


def checked(case: labs.Case, state: labs.State) -> list[str]:
    """The steps whose feedback was looked at before handing in."""
    return [
        labs.said(step.label, language())
        for step in case.task.steps
        if f"{CHECKED}{step.code}" in state.values
    ]


@own_work(BENCH)
def pdf(request: HttpRequest, work: Any) -> HttpResponse:
    state = labs.state_of(work)
    if not state.handed_in:
        raise Http404
    try:
        found = labs.marked(work, state)
    except labs.LabsError:
        raise Http404 from None
    data = documents.render(TEMPLATE, _data(request, work, found, state), at=clock.now())
    name = f"{work.task}-{work.seed}.pdf"
    return attached(data, PDF, name, inline=True)


def _data(request: HttpRequest, work: Any, found: labs.Marked, state: labs.State) -> dict[str, Any]:
    at = language()
    task = found.case.task
    seen = checked(found.case, state)
    facts = [
        (_("姓名"), people.display_name(request.user)),
        (_("任务"), labs.said(task.title, at)),
        (_("级别"), labs.said(labs.LEVELS[task.level], at)),
        (_("案例编号"), str(work.seed)),
        (_("提前看过反馈的步骤"), _("、").join(seen) if seen else _("无")),
    ]
    return {
        "language": at,
        "title": _("实验任务评分单"),
        "footer": f"{work.task} · {work.seed} · {long_date(clock.today())}",
        "facts": facts,
        "score_label": _("得分（满分 100）"),
        "score": f"{found.total:.1f}",
        "heads": [_("填写项"), _("您的答案"), _("参考答案"), _("评定"), _("得分")],
        "steps": [
            {
                "label": step.label,
                "points": f"{step.earned:g} / {step.points:g}",
                "rows": [
                    [
                        one.label,
                        one.given or "—",
                        f"{one.expected} {one.unit}".strip(),
                        one.verdict,
                        f"{one.earned:g}",
                    ]
                    for one in step.fields
                ],
                "trees": [
                    [one.label, one.tree.split("\n")] for one in step.fields if one.tree and not one.right
                ],
            }
            for step in steps(found, at)
        ],
        "trees_label": _("计算过程"),
        "note": _("后面的步骤按您前面填写的数值判分；方法正确即得分。"),
    }
