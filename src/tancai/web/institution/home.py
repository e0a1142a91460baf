"""The institution's candidates: who stands where, and what waits for the institution."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.institution.access import STAFF, full_name, named, of_institution
from tancai.web.roads.steps import steps_of
from tancai.web.shell.days import short_text
from tancai.web.shell.states import STATES
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags.shell import road_mini


def desks_of(user: Any) -> list[people.Organisation]:
    """The institutions this user works for now."""
    return [each for each in people.institutions_of(user) if people.access_at(user, STAFF, [each.pk])]


@require_GET
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Straight to the one institution; a list for who works for several; how to join for who has none."""
    desks = desks_of(request.user)
    if len(desks) == 1:
        return redirect("institution:candidates", desks[0].code)
    return render(request, "institution/choose.html", {"desks": desks})


@require_GET
@of_institution
def page(request: HttpRequest, institution: people.Organisation) -> HttpResponse:
    rows = enrolment.applications_by_institution([institution.pk])
    counted: dict[str, int] = {}
    for state in rows.values_list("state", flat=True):
        counted[state] = counted.get(state, 0) + 1
    table = _table(request, institution, rows)
    context = {
        "institution": institution,
        "waiting": counted.get("draft", 0) + counted.get("returned", 0),
        "total": sum(counted.values()),
        "counts": [(state, counted.get(state, 0)) for state in enrolment.STATES if counted.get(state)],
        "batches": [(each, enrolment.stage(each)) for each in enrolment.batches_of([institution.pk])[:5]],
    }
    return table.respond("institution/candidates.html", context)


def _table(request: HttpRequest, institution: people.Organisation, rows: Any) -> Table:
    roads: dict[int, Any] = {}

    def road(row: enrolment.Application) -> Any:
        return (
            render_to_string("shell/parts/road_mini.html", road_mini(roads[row.pk]))
            if row.pk in roads
            else ""
        )

    table = Table(
        request,
        rows,
        name="candidates",
        title=pgettext("list", "考生"),
        columns=[
            Column(
                "person.name",
                _("姓名"),
                "code",
                sort="person__name",
                url=lambda row: _address(institution, row),
            ),
            Column("person.document_masked", _("证件号码"), "code"),
            Column("number", _("申请号"), "code", sort=True),
            Column("programme", _("项目"), value=_programme, sort=True),
            Column("exam_day", _("考试日"), "day", value=_exam_date, sort=True),
            Column("state", _("状态"), "state:application", sort=True),
            Column("road", _("进度"), "html", value=road, export=False),
        ],
        search=["person__name", "number"],
        search_label=_("姓名或申请号"),
        filters=[
            Filter("state", _("状态"), [(code, words[0]) for code, words in STATES["application"].items()]),
            Filter("programme", _("项目"), [(view.code, named(view)) for view in programmes.programmes()]),
            Filter("exam_day", _("考试日"), _days(rows)),
        ],
        empty=Empty(
            _("还没有考生"),
            _("下载申报表模板，填好后与照片、资料一起打包上传。"),
            reverse("institution:import", args=[institution.code]),
            _("批量报名"),
        ),
    )
    shown = enrolment.applications_by_id(row.pk for row in table.page.object_list)
    roads.update(steps_of(shown.values(), at=clock.now(), own=False))
    return table


def _address(institution: people.Organisation, row: enrolment.Application) -> str:
    return reverse("institution:application", args=[institution.code, row.number])


def _programme(row: enrolment.Application) -> str:
    return full_name(programmes.definition_of(row.edition_id), row.level, row.speciality)


def _exam_date(row: enrolment.Application) -> Any:
    day = enrolment.exam_day_or_none(row.exam_day)
    return day.date if day else None


def _days(rows: Any) -> list[tuple[str, str]]:
    keys = sorted(set(rows.order_by().values_list("exam_day", flat=True)))
    found = ((key, enrolment.exam_day_or_none(key)) for key in keys)
    return [
        (key, f"{short_text(day.date)} · {named(programmes.definition(day.programme))}")
        for key, day in found
        if day
    ]
