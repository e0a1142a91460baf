"""Exam sites at the office: applications, decisions, contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST

from tancai.lib import clock
from tancai.people import api as people
from tancai.venues import api as venues
from tancai.web.office import publishing_access as access
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem, NavEntry
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.who import signed_in

STATES = [
    ("submitted", gettext_lazy("待审核")),
    ("accepted", gettext_lazy("已通过")),
    ("refused", gettext_lazy("未通过")),
    ("closed", gettext_lazy("已停用")),
]
DONE = {
    "accepted": gettext_lazy("考点已通过，已通知申请人。"),
    "refused": gettext_lazy("已通知申请人未通过及理由。"),
    "closed": gettext_lazy("考点已停用，已通知申请人。"),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("会原样告诉申请人。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _rows(user: Any) -> list[venues.SiteView]:
    found = venues.sites(body_ids=access.held(user))
    return sorted(
        found, key=lambda row: (row.state != "submitted", row.id if row.state == "submitted" else -row.id)
    )


@access.office_only
def sites(request: HttpRequest) -> HttpResponse:
    """Sites of the user's bodies; applications that wait come first, the oldest of them on top."""
    rows = _rows(request.user)
    table = Table(
        request,
        rows,
        name="sites",
        title=_("考点"),
        columns=[
            Column(
                "number",
                _("编号"),
                "code",
                sort=True,
                url=lambda row: reverse("office:site", args=[row.number]),
            ),
            Column("name", _("考点名称"), sort=True),
            Column("region", _("地区"), sort=True),
            Column("seats", _("机位"), "number", sort=True, total=True),
            Column("body", _("发证机构"), value=lambda row: named(row, "body")),
            Column("state", _("状态"), "state:site", sort=True),
            Column("applied_at", _("申请日期"), "day", sort=True),
        ],
        search=["number", "name", "region", "address"],
        filters=[Filter("state", _("状态"), STATES)],
        empty=Empty(_("还没有考点申请"), _("单位在公开页面申请后会列在这里。")),
    )
    waiting = sum(row.state == "submitted" for row in rows)
    return table.respond("office/sites.html", {"waiting": waiting})


def _mine(request: HttpRequest, number: str) -> venues.SiteView:
    try:
        found = venues.site(number)
    except venues.UnknownSite as error:
        raise Http404 from error
    held = access.held(request.user)
    if held is not None and found.body_id not in held:
        raise Http404
    return found


@access.office_only
def site(request: HttpRequest, number: str) -> HttpResponse:
    found = _mine(request, number)
    steps = [(step, people.staff_name(people.user(step.by_id)) if step.by_id else "") for step in found.steps]
    return render(
        request,
        "office/site.html",
        {
            "site": found,
            "phone": venues.contact_phone(number),
            "steps": steps,
            "reason": ReasonForm(),
            "own": found.applicant_id == request.user.pk,
        },
    )


@require_POST
@access.office_only
def site_decide(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    found = _mine(request, number)
    if kind not in DONE or found.applicant_id == request.user.pk:
        raise Http404
    link = reverse("site:exam_site", args=[number])
    try:
        venues.decide_site(
            number,
            kind=kind,
            reason=request.POST.get("reason", ""),
            link=link,
            by=signed_in(request),
            at=clock.now(),
        )
        messages.success(request, DONE[kind])
    except venues.NotNow as error:
        messages.error(
            request,
            _("请写明理由。") if error.code == "no_reason" else _("这个考点的状态已经变了，请再看一遍。"),
        )
    except venues.BadSite:
        messages.error(request, _("理由太长，请不超过 300 字。"))
    return redirect("office:site", number=number)


venue_urls = [
    path("sites/", sites, name="sites"),
    path("sites/<slug:number>/", site, name="site"),
    path("sites/<slug:number>/<slug:kind>/", site_decide, name="site_decide"),
]


def venue_nav(request: HttpRequest) -> list[NavEntry]:
    """The entry for the rail of the office."""
    if not people.access_any(request.user, access.ROLES):
        return []
    waiting = venues.sites_waiting(access.held(request.user))
    return [NavEntry(pgettext("list", "考点"), reverse("office:sites"), badge=waiting, icon="building")]


def venue_due(request: HttpRequest) -> list[DueItem]:
    """Applications for exam sites that wait for a decision."""
    if not people.access_any(request.user, access.ROLES):
        return []
    waiting = venues.sites_waiting(access.held(request.user))
    if not waiting:
        return []
    title = ngettext("%(n)d 个考点申请等待审核", "%(n)d 个考点申请等待审核", waiting) % {"n": waiting}
    return [DueItem(title, url=reverse("office:sites"))]
