"""Who the account's owner is: name and identity document, checked and sealed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.lib import clock, limits
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest
from tancai.web.site.account import words


class IdentityForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=100,
        help_text=gettext_lazy("与证件完全一致，证书将印制这个姓名。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    document_kind = forms.ChoiceField(label=gettext_lazy("证件类型"), choices=people.Person.DOCUMENT_KINDS)
    document = forms.CharField(
        label=gettext_lazy("证件号码"),
        max_length=40,
        help_text=gettext_lazy("加密保存，页面上只显示首尾几位。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("性别"),
        choices=people.Person.SEXES,
        widget=forms.RadioSelect,
        required=False,
        help_text=gettext_lazy("居民身份证和居住证的号码里已有性别和出生日期，可以不填。"),
    )
    birth = forms.DateField(
        label=gettext_lazy("出生日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _next(request: SignedInRequest) -> str:
    to = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return to if safe else ""


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """Show the identity, or ask for it once."""
    user = request.user
    person, claim = people.person_of(user), people.waiting_claim_of(user)
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and person is None and claim is None and form.is_valid():
        outcome = _identify(request, form)
        if outcome is not None:
            return outcome
    context: dict[str, Any] = {"form": form, "person": person, "claim": claim, "next": _next(request)}
    return render(request, "site/account/identity.html", context, status=422 if form.errors else 200)


def _identify(request: SignedInRequest, form: IdentityForm) -> HttpResponse | None:
    user, at = request.user, clock.now()
    if not limits.allow(f"identify:{user.pk}", limit=10, seconds=86_400):
        form.add_error(None, _("今天尝试的次数太多，请明天再试或联系办公室。"))
        return None
    data = form.cleaned_data
    try:
        people.identify(
            user,
            name=data["name"],
            sex=data["sex"] or None,
            birth=data["birth"],
            document_kind=data["document_kind"],
            document=data["document"],
            by=user,
            at=at,
        )
    except people.ClaimWaiting:
        toasts.info(request, _("机构为您登记过，但手机号不同。工作人员确认后会通知您。"))
        return redirect("account_pages:identity")
    except people.PeopleError as error:
        words.put(form, error)
        return None
    toasts.success(request, _("身份信息已登记。"))
    return redirect(_next(request) or "account_pages:home")
