"""机构: reviewing registrations, suspending and resuming."""

from __future__ import annotations

from django import forms
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.files import api as files
from tancai.lib import clock
from tancai.messages import api as inbox
from tancai.people import api as people
from tancai.web.shell.names import named
from tancai.web.shell.requests import SignedInRequest
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags.shell import chip

LICENCE = "institution_licence"
STATES = [
    ("applied", gettext_lazy("待审核")),
    ("approved", gettext_lazy("已通过")),
    ("refused", gettext_lazy("未通过")),
    ("suspended", gettext_lazy("已暂停")),
    ("resumed", gettext_lazy("已恢复")),
    ("founded", gettext_lazy("已设立")),
]


def may_decide(user: people.User) -> bool:
    return people.access_any(user, ["office"])


def may_see(user: people.User) -> bool:
    return people.access_any(user, ["office", "supervisor"])


_TONES = {"applied": "wait", "refused": "bad", "suspended": "bad"}


def _chip(state: str) -> SafeString:
    return chip(str(dict(STATES).get(state, state)), _TONES.get(state, "good"))


def waiting() -> int:
    """Registrations that wait for the office."""
    return people.organisations("institution", active=False).filter(state="applied").count()


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """All institutions, those that wait first."""
    if not may_see(request.user):
        raise Http404
    table = Table(
        request,
        people.organisations("institution", active=False),
        name="institutions",
        columns=[
            Column(
                "name",
                _("机构"),
                value=named,
                sort=True,
                url=lambda o: reverse("office:institution", args=[o.code]),
            ),
            Column("credit_code", _("统一社会信用代码"), "code"),
            Column("region", _("所在省市"), sort=True),
            Column("state", _("状态"), "html", value=lambda o: _chip(o.state), sort="state"),
            Column("state_since", _("更新时间"), "day", sort="state_since"),
        ],
        search=["name", "credit_code", "region", "contact_name"],
        filters=[Filter("state", _("状态"), STATES, apply=lambda rows, value: rows.filter(state=value))],
        order="-state_since",
        empty=Empty(_("没有机构"), _("培训机构在“我的账户 › 机构”申请注册后会出现在这里。")),
    )
    return table.respond("office/institutions.html", {"waiting": waiting()})


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("不通过或暂停时必填，申请人会看到。"),
    )


@login_required
def one(request: SignedInRequest, code: str) -> HttpResponse:
    """One institution with its licence and history; the office decides."""
    institution = people.organisation(code)
    if institution is None or institution.kind != "institution" or not may_see(request.user):
        raise Http404
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        if not may_decide(request.user):
            raise Http404
        if form.is_valid() and _decide(request, institution, form):
            return redirect("office:institution", code=code)
    applicant = people.applicant_of(institution)
    context = {
        "institution": institution,
        "state": dict(STATES).get(institution.state, institution.state),
        "applicant": people.display_name(applicant) if applicant else "",
        "own": applicant == request.user,
        "licences": files.files_of(organisation=institution, purpose=LICENCE),
        "events": institution.events.select_related("by").order_by("-pk"),
        "may_decide": may_decide(request.user),
        "form": form,
    }
    return render(request, "office/institution.html", context, status=422 if form.errors else 200)


def _decide(request: SignedInRequest, institution: people.Organisation, form: DecisionForm) -> bool:
    step, reason = request.POST.get("step", ""), form.cleaned_data["reason"]
    by, at, applicant = request.user, clock.now(), people.applicant_of(institution)
    if applicant == by and step in {"approve", "refuse"}:
        form.add_error(None, _("不能审核自己的申请，请由另一位同事办理。"))
        return False
    try:
        with transaction.atomic():
            if step == "approve":
                people.approve_institution(institution, by=by, at=at)
                told = ("institution_approved", {"institution": institution.name})
            elif step == "refuse":
                people.refuse_institution(institution, reason=reason, by=by, at=at)
                told = ("institution_refused", {"institution": institution.name, "reason": reason})
            elif step == "suspend":
                people.suspend_organisation(institution, reason=reason, by=by, at=at)
                told = None
            elif step == "resume":
                people.resume_organisation(institution, by=by, at=at)
                told = None
            else:
                raise Http404
            if told and applicant is not None:
                link = f"/account/institution/{institution.code}/"
                inbox.send(user=applicant, kind=told[0], params=told[1], link=link, at=at, by=by)
    except people.BadOrganisation as error:
        if error.code == "reason":
            form.add_error("reason", _("请填写理由。"))
        else:
            form.add_error(None, _("这项申请的状态已经变化，请刷新页面后再试。"))
        return False
    toasts.success(request, _("已办理。"))
    return True


@login_required
def licence(request: SignedInRequest, code: str, token: str) -> HttpResponse:
    """The licence that was handed in with the application."""
    institution, stored = people.organisation(code), files.file(token)
    if institution is None or stored is None or stored.owner_organisation_id != institution.pk:
        raise Http404
    if stored.purpose != LICENCE or not may_see(request.user):
        raise Http404
    return files.serve(stored)


institution_urls = [
    path("institutions/", page, name="institutions"),
    path("institutions/<slug:code>/", one, name="institution"),
    path("institutions/<slug:code>/licence/<slug:token>/", licence, name="institution_licence"),
]
