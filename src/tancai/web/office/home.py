"""The office's first page: what is due, and how many people stand where on the road."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.office import nav
from tancai.web.shell.navigation import due_items
from tancai.web.shell.states import words


@dataclass(frozen=True)
class ProgrammeRow:
    """How many applications of a programme stand in each state, and the next exam day."""

    code: str
    name: str
    counts: list[tuple[str, int]]
    total: int
    next_day: programmes.ExamDay | None


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    if not people.access_any(request.user, nav.STAFF):
        raise Http404
    organisations = people.access_organisations(request.user, nav.STAFF)
    rows = _rows(programmes.codes_of_organisations(organisations))
    context = {
        "items": due_items(request),
        "rows": rows,
        "states": [words("application", state)[0] for state in enrolment.STATES],
    }
    return render(request, "office/home.html", context)


def _rows(codes: Iterable[str]) -> list[ProgrammeRow]:
    wanted = list(codes)
    counted: dict[str, dict[str, int]] = {code: dict.fromkeys(enrolment.STATES, 0) for code in wanted}
    grouped: Any = enrolment.Application.objects.filter(programme__in=wanted).values("programme", "state")
    for row in grouped.annotate(count=Count("id")).order_by():
        counted[row["programme"]][row["state"]] = row["count"]
    at, chinese = clock.now(), (get_language() or "zh").startswith("zh")
    found = []
    for code in wanted:
        definition = programmes.definition(code, on=clock.local_date(at))
        upcoming = programmes.upcoming_days(code, at=at)
        found.append(
            ProgrammeRow(
                code=code,
                name=definition.name if chinese else definition.name_en,
                counts=[
                    (str(words("application", state)[0]), count) for state, count in counted[code].items()
                ],
                total=sum(counted[code].values()),
                next_day=upcoming[0] if upcoming else None,
            )
        )
    return found


home_urls = [path("", page, name="home")]
