"""A new application: programme, level or speciality, exam day. The rest follows on the application's own page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.candidate.access import identified
from tancai.web.candidate.words import named

SHOWN_DAYS = 6


@require_http_methods(["GET", "POST"])
@identified
def page(request: HttpRequest, person: people.Person) -> HttpResponse:
    """Choose; a POST starts the application (or takes up the one there is)."""
    given = request.POST if request.method == "POST" else request.GET
    context = choice_context(given)
    if request.method == "POST":
        started = _start(request, person, context)
        if started is not None:
            return redirect("candidate:application", started.number)
    template = "candidate/parts/choice.html" if request.headers.get("HX-Request") else "candidate/apply.html"
    return render(request, template, context)


def choice_context(given: Any) -> dict[str, Any]:
    """Programmes to choose from and, once one is chosen, its levels, specialities and open exam days."""
    at = clock.now()
    offered = [
        view
        for view in programmes.programmes(on=clock.local_date(at))
        if "individual" in view.definition.channels
    ]
    chosen = next((view for view in offered if view.code == given.get("programme")), None)
    context: dict[str, Any] = {
        "offered": [
            {"code": view.code, "name": named(view), "definition": view.definition} for view in offered
        ],
        "programme": chosen.code if chosen else "",
        "errors": {},
    }
    if chosen:
        context |= _choices(chosen.definition, given, at)
    return context


def _choices(definition: programmes.Definition, given: Any, at: Any) -> dict[str, Any]:
    days = programmes.open_days(definition.code, at=at)[:SHOWN_DAYS]
    closed = [d for d in programmes.upcoming_days(definition.code, at=at) if at >= d.closes_at]
    return {
        "definition": definition,
        "levels": [{"code": level.code, "name": named(level)} for level in definition.levels],
        "specialities": [{"code": each.code, "name": named(each)} for each in definition.specialities],
        "days": [{"day": day, "until": day.closes_at - timedelta(seconds=1)} for day in days],
        "closed": closed[:1],
        "level": given.get("level", ""),
        "speciality": given.get("speciality", ""),
        "exam_day": given.get("exam_day", "") or (days[0].key if len(days) == 1 else ""),
    }


def _start(request: HttpRequest, person: people.Person, context: dict[str, Any]) -> Any:
    errors = context["errors"]
    if not context["programme"]:
        errors["programme"] = _("请选择报考项目")
        return None
    if "choose" in request.POST:
        return None
    for name, label in (
        ("level", _("请选择级别")),
        ("speciality", _("请选择专业")),
        ("exam_day", _("请选择考试日")),
    ):
        options = (
            context["days"] if name == "exam_day" else context[{"level": "levels"}.get(name, "specialities")]
        )
        if options and not context[name]:
            errors[name] = label
    if errors or not context["days"]:
        return None
    try:
        return enrolment.start_application(
            person,
            programme=context["programme"],
            level=context["level"],
            speciality=context["speciality"],
            exam_day=context["exam_day"],
            by=request.user,
            at=clock.now(),
        )
    except enrolment.AlreadyApplied as error:
        messages.info(request, enrolment.say_refusal(error.code, error.params))
        return enrolment.record_of(str(error.params["number"])) if error.params.get("number") else None
    except enrolment.NotPossible as error:
        errors["exam_day"] = enrolment.say_refusal(error.code, error.params)
        return None


apply_urls = [path("applications/new/", page, name="apply")]
