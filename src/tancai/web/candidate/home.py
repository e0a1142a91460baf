"""My road: every application with where it stands and what is expected of me now."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.candidate.words import named
from tancai.web.roads.steps import steps_of
from tancai.web.shell.road import Step


@dataclass(frozen=True)
class Journey:
    """One application on the home page."""

    application: enrolment.ApplicationView
    definition: programmes.Definition
    name: str
    qualifier: str
    day: programmes.ExamDay | None
    steps: list[Step]


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Running applications first with their whole road, ended ones as a short list."""
    person = people.person_of(request.user)
    views = enrolment.applications_of(person) if person else []
    at = clock.now()
    roads = steps_of(views, at=at)
    journeys = [_journey(view, roads[view.id]) for view in views]
    running = [j for j in journeys if j.application.state not in ("withdrawn", "refused")]
    ended = [j for j in journeys if j.application.state in ("withdrawn", "refused")]
    context = {"person": person, "running": running, "ended": ended}
    return render(request, "candidate/home.html", context)


def _journey(view: enrolment.ApplicationView, steps: list[Step]) -> Journey:
    definition = programmes.definition_of(view.edition_id)
    level, speciality = definition.level(view.level), definition.speciality(view.speciality)
    return Journey(
        application=view,
        definition=definition,
        name=named(definition),
        qualifier=" · ".join(named(each) for each in (level, speciality) if each),
        day=enrolment.exam_day_or_none(view.exam_day),
        steps=steps,
    )


home_urls = [path("", page, name="home")]
