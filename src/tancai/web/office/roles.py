"""角色: who may do what where; granting and revoking with a reason.

The platform's administrators grant everything; the office of a body grants what is done for that body.
Supervisors look.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from tancai.lib import clock, identity
from tancai.messages import api as inbox
from tancai.people import api as people
from tancai.web.shell.names import named
from tancai.web.shell.requests import SignedInRequest
from tancai.web.shell.tables import Column, Empty, Filter, Table

NAMES: dict[str, Promise] = {
    "platform_admin": gettext_lazy("平台管理员"),
    "office": gettext_lazy("办公室"),
    "reviewer": pgettext_lazy("role", "审核员"),
    "invigilator": gettext_lazy("监考员"),
    "marker": gettext_lazy("阅卷员"),
    "author": gettext_lazy("命题员"),
    "supervisor": gettext_lazy("监管人员（只读）"),
    "organiser_staff": gettext_lazy("组织单位人员"),
    "institution_manager": gettext_lazy("机构管理员"),
    "institution_staff": gettext_lazy("机构工作人员"),
    "finance": gettext_lazy("财务"),
}
MAY_GRANT = ("office",)
MAY_SEE = ("office", "supervisor")


def role_name(role: str) -> str:
    """The name of a role in the active language."""
    return str(NAMES.get(role, role))


def both_languages(role: str) -> dict[str, str]:
    names = {}
    for language in ("zh-hans", "en"):
        with override(language):
            names[language] = role_name(role)
    return names


def is_admin(user: people.User) -> bool:
    return any(held.role == "platform_admin" for held in people.roles_of(user))


def _seen(request: SignedInRequest) -> set[int] | None:
    """Organisations whose grants this user sees (None = all); 404 for everybody else."""
    if not people.access_any(request.user, MAY_SEE):
        raise Http404
    return people.access_organisations(request.user, MAY_SEE)


def may_change(user: people.User, role: str, organisation_id: int | None) -> bool:
    """May this user grant or revoke the role there?"""
    if is_admin(user):
        return True
    if role == "platform_admin":
        return False
    places = people.access_organisations(user, MAY_GRANT)
    return places is None or (organisation_id is not None and organisation_id in places)


def _address(user: people.User) -> str:
    """Who grants and revokes must see exactly whom; an account without a role stays masked."""
    if people.staff_name(user) in (user.email, user.phone):
        return str(user.email or user.phone)
    return identity.mask_phone(user.phone) if user.phone else identity.mask_email(user.email or "")


def _name(user: people.User) -> str:
    found = people.person_of(user)
    return found.name if found is not None else _("未登记姓名")


def _revoke_link(user: people.User, row: people.RoleGrant) -> SafeString | str:
    if not may_change(user, row.role, row.organisation_id):
        return ""
    return format_html('<a href="{}">{}</a>', reverse("office:revoke_role", args=[row.pk]), _("收回"))


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """Every role held now, as far as this user may know."""
    seen = _seen(request)
    rows = people.grants(organisation_ids=seen)
    organisations = people.organisations(active=False)
    if seen is not None:
        organisations = organisations.filter(pk__in=seen)
    table = Table(
        request,
        rows,
        name="roles",
        columns=[
            Column("user", _("姓名"), value=lambda g: _name(g.user)),
            Column("address", _("号码或邮箱"), "code", value=lambda g: _address(g.user), beneath="user"),
            Column("role", _("角色"), value=lambda g: role_name(g.role), sort="role"),
            Column(
                "organisation",
                _("范围"),
                value=lambda g: named(g.organisation) or _("全平台"),
            ),
            Column("at", _("授予时间"), "day", sort=True),
            Column("by", _("授予人"), "code", value=lambda g: people.staff_name(g.by) if g.by else _("系统")),
            Column("act", "", "html", value=lambda g: _revoke_link(request.user, g), export=False),
        ],
        search=["user__person__name", "user__phone", "user__email"],
        search_label=_("姓名、手机号或邮箱"),
        filters=[
            Filter("role", _("角色"), list(NAMES.items())),
            Filter("organisation", _("范围"), [(str(o.pk), named(o)) for o in organisations]),
        ],
        order="-at",
        empty=Empty(_("没有符合条件的角色"), _("换个条件再查，或授予新的角色。")),
    )
    may_grant = people.access_any(request.user, MAY_GRANT)
    return table.respond("office/roles.html", {"may_grant": may_grant})


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("角色"))
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("范围"),
        queryset=people.Organisation.objects.none(),
        required=False,
        help_text=gettext_lazy("审核员、办公室等可以限定到一个机构；不选表示全平台。"),
    )

    def __init__(self, by: people.User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        admin = is_admin(by)
        role: Any = self.fields["role"]
        role.choices = [
            ("", _("请选择")),
            *((r, name) for r, name in NAMES.items() if admin or r != "platform_admin"),
        ]
        places = people.access_organisations(by, MAY_GRANT)
        found = people.organisations()
        scope: Any = self.fields["organisation"]
        scope.queryset = found if places is None else found.filter(pk__in=places)
        scope.empty_label = _("全平台") if places is None else _("请选择")
        scope.required = places is not None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        organisation = data.get("organisation")
        if data.get("role") and not may_change(
            self.by, data["role"], organisation.pk if organisation else None
        ):
            raise forms.ValidationError(_("您不能在这个范围授予这个角色。"))
        return data


_WORDS = {
    "already_granted": gettext_lazy("这个账户已经有这个角色。"),
    "needs_organisation": gettext_lazy("这个角色必须指定机构。"),
    "wrong_organisation": gettext_lazy("这个角色不适用于所选的机构。"),
    "already_revoked": gettext_lazy("这个角色已经收回。"),
    "last_admin": gettext_lazy("这是最后一位平台管理员，请先把这个角色授予别人。"),
    "reason": gettext_lazy("请填写理由。"),
}


@login_required
def grant(request: SignedInRequest) -> HttpResponse:
    """Find the account by phone or e-mail, then choose role and scope."""
    if not people.access_any(request.user, MAY_GRANT):
        raise Http404
    who = (request.POST.get("who") or request.GET.get("who") or "").strip()
    user = people.user_by_address(who) if who else None
    form = GrantForm(request.user, request.POST if request.method == "POST" and user else None)
    if request.method == "POST" and user is not None and form.is_valid():
        role, organisation = form.cleaned_data["role"], form.cleaned_data["organisation"]
        at = clock.now()
        try:
            people.grant_role(user, role, organisation=organisation, by=request.user, at=at)
        except people.BadRole as error:
            form.add_error(None, _WORDS.get(error.code, gettext_lazy("没有完成，请检查后再试。")))
        else:
            _tell(user, "role_granted", role, organisation, at, request.user)
            toasts.success(request, _("已授予 %(role)s。") % {"role": role_name(role)})
            return redirect("office:roles")
    context = {
        "who": who,
        "found": user,
        "found_name": _name(user) if user else "",
        "found_address": _address(user) if user else "",
        "held": [(role_name(g.role), g.organisation) for g in people.grants(user=user)] if user else [],
        "form": form,
    }
    return render(request, "office/roles_grant.html", context, status=422 if form.errors else 200)


def _tell(
    user: people.User,
    kind: str,
    role: str,
    organisation: people.Organisation | None,
    at: Any,
    by: people.User,
    **more: str,
) -> None:
    place = organisation.name if organisation else {"zh-hans": "全平台", "en": "the whole platform"}
    params = {"role": both_languages(role), "organisation": place, **more}
    inbox.send(user=user, kind=kind, params=params, link="/today/", at=at, by=by)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会通知本人，并记入审计日志。"),
    )


@login_required
def revoke(request: SignedInRequest, grant_id: int) -> HttpResponse:
    """Name what ends and ask for the reason."""
    row = get_object_or_404(people.grants(organisation_ids=_seen(request)), pk=grant_id)
    if not may_change(request.user, row.role, row.organisation_id):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at, reason = clock.now(), form.cleaned_data["reason"]
        try:
            people.revoke_role(row, reason=reason, by=request.user, at=at)
        except people.BadRole as error:
            form.add_error(None, _WORDS.get(error.code, gettext_lazy("没有完成，请检查后再试。")))
        else:
            _tell(row.user, "role_revoked", row.role, row.organisation, at, request.user, reason=reason)
            toasts.success(request, _("已收回 %(role)s。") % {"role": role_name(row.role)})
            return redirect("office:roles")
    context = {
        "grant": row,
        "name": _name(row.user),
        "address": _address(row.user),
        "role": role_name(row.role),
        "form": form,
    }
    return render(request, "office/roles_revoke.html", context, status=422 if form.errors else 200)


role_urls = [
    path("roles/", page, name="roles"),
    path("roles/grant/", grant, name="grant_role"),
    path("roles/<int:grant_id>/revoke/", revoke, name="revoke_role"),
]
