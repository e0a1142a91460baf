"""The work surface of a case: papers beside the steps, saved field by field, each step checked when asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.access import own_work
from tancai.web.workshop.speaking import language
from tancai.web.workshop.task.catalogue import BENCH
from tancai.web.workshop.task.feedback import step_of

CHECKED = "check."
"""Names of the work under which the page keeps how often a step was checked."""


@own_work(BENCH)
def page(request: HttpRequest, work: Any) -> HttpResponse:
    state = labs.state_of(work)
    if state.handed_in:
        return redirect("workshop:task_marks", work.id)
    try:
        case = labs.case_of(work)
    except labs.LabsError as error:
        return gone(request, work, error)
    context = {
        "work": work,
        "state": state,
        "case": case,
        "entry": {"position": 1, "public": labs.surface(case)},
        "value": state.values,
        "answers": labs.tidy(state.values, case.field_names),
        "fields": len(case.fields),
        "locked": state.away,
    }
    return render(request, "workshop/task/desk.html", context)


def gone(request: HttpRequest, work: Any, error: labs.LabsError) -> HttpResponse:
    """The task has changed or is no more: what can be said, and where to begin anew."""
    there = work.task in labs.tasks()
    return render(
        request, "workshop/task/gone.html", {"work": work, "why": error.message(language()), "there": there}
    )


@require_POST
@own_work(BENCH)
def check(request: HttpRequest, work: Any, step: str) -> HttpResponse:
    """Feedback on one step as it is saved; the page has noted before that it asked."""
    state = labs.state_of(work)
    if state.handed_in or f"{CHECKED}{step}" not in state.values:
        raise Http404
    try:
        found = labs.marked(work, state)
    except labs.LabsError:
        raise Http404 from None
    if step not in {one.code for one in found.case.task.steps}:
        raise Http404
    return render(
        request,
        "workshop/task/feedback.html",
        {"step": step_of(found, found.step(step), language()), "training": True},
    )


@require_POST
@own_work(BENCH)
def hand_in(request: HttpRequest, work: Any) -> HttpResponse:
    try:
        labs.hand_in(work, by=request.user, at=clock.now())  # type: ignore[arg-type]
    except labs.LabsError as error:
        if not labs.state_of(work).handed_in:
            messages.error(request, error.message(language()))
            return redirect("workshop:task_work", work.id)
    return redirect("workshop:task_marks", work.id)
