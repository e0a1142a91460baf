"""Changing phone or e-mail: the password, the new address, a code sent to it, and a word to the old one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tancai.lib import clock, crypto, identity, limits
from tancai.messages import api as inbox
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest
from tancai.web.site.account import words
from tancai.web.site.account.forms import CONTACT_HELP, PhoneField, normal_contact, password_field

KINDS = ("phone", "email")
_CHANGED = {"phone": gettext_lazy("手机号已更改。"), "email": gettext_lazy("邮箱已更改。")}
_REMOVED = {"phone": gettext_lazy("手机号已移除。"), "email": gettext_lazy("邮箱已移除。")}
_PENDING = "account_contact_change"
_VALID = timedelta(minutes=15)
_TRIES = 5


class ChangeForm(forms.Form):
    """The new address of one kind, with the password where the account has one."""

    def __init__(self, user: people.User, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.kind = user, kind
        if kind == "phone":
            self.fields["address"] = PhoneField(
                label=gettext_lazy("新手机号"), help_text=CONTACT_HELP, max_length=40
            )
        else:
            self.fields["address"] = forms.EmailField(
                label=gettext_lazy("新邮箱"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
            )
        if user.has_usable_password():
            self.fields["password"] = password_field(gettext_lazy("当前密码"))

    def clean_address(self) -> str:
        address = normal_contact(self.cleaned_data["address"])
        if address == getattr(self.user, self.kind):
            raise forms.ValidationError(_("新的与现在的相同。"))
        return address

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not limits.allow(f"account-password:{self.user.pk}", limit=8, seconds=300):
            raise forms.ValidationError(_("尝试次数太多，请几分钟后再试。"))
        if not self.user.check_password(password):
            raise forms.ValidationError(_("当前密码不正确。"))
        return password


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def _mark(user: people.User, address: str, code: str) -> str:
    return crypto.blind_index(f"{user.pk}:{address}:{code}", "account.contact_code")


@sensitive_post_parameters("password")
@login_required
def change(request: SignedInRequest, kind: str) -> HttpResponse:
    """Ask for the new address and send a code to it."""
    if kind not in KINDS:
        raise Http404
    user = request.user
    form = ChangeForm(user, kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        if _may_send(user, address):
            _send(request, kind, address)
            return redirect("account_pages:contact_confirm")
        form.add_error(None, _("操作太频繁，请一小时后再试。"))
    present = getattr(user, kind)
    masked = (identity.mask_phone if kind == "phone" else identity.mask_email)(present) if present else ""
    other = user.email if kind == "phone" else user.phone
    context = {
        "form": form,
        "kind": kind,
        "present": masked,
        "removable": bool(present and other),
    }
    return render(request, "site/account/contact.html", context, status=422 if form.errors else 200)


def _may_send(user: people.User, address: str) -> bool:
    allowed = limits.allow(f"contact:{user.pk}", limit=6, seconds=3600)
    return allowed and limits.allow(f"contact:{crypto.blind_index(address, 'limit')}", limit=4, seconds=3600)


def _send(request: SignedInRequest, kind: str, address: str) -> None:
    """Send a code; an address that belongs to another account gets a hint instead, and no code will fit."""
    at = clock.now()
    owner = people.user_by_address(address)
    code = f"{secrets.randbelow(1_000_000):06}"
    if owner is None:
        inbox.send_code(address, code, at)
    else:
        inbox.send_notice(address, "account_exists", {}, at)
    request.session[_PENDING] = {
        "kind": kind,
        "address": address,
        "mark": _mark(request.user, address, code) if owner is None else "",
        "at": at.isoformat(),
        "tries": 0,
    }


def _pending(request: SignedInRequest) -> dict[str, Any] | None:
    state: dict[str, Any] | None = request.session.get(_PENDING)
    if state is None:
        return None
    too_old = clock.now() - datetime.fromisoformat(state["at"]) > _VALID
    if too_old or state["tries"] >= _TRIES:
        request.session.pop(_PENDING, None)
        return None
    return state


@login_required
def confirm(request: SignedInRequest) -> HttpResponse:
    """Take the code; the address changes now."""
    state = _pending(request)
    if state is None:
        toasts.error(request, _("验证码已失效，请重新获取。"))
        return redirect("account_pages:home")
    if request.POST.get("action") == "resend":
        _send_again(request, state)
        return redirect("account_pages:contact_confirm")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mark = _mark(request.user, state["address"], form.cleaned_data["code"].strip())
        if state["mark"] and secrets.compare_digest(mark, state["mark"]):
            return _change(request, state)
        state["tries"] += 1
        request.session[_PENDING] = state
        form.add_error("code", _("验证码不正确。请核对最近收到的一条。"))
    mask = identity.mask_phone if state["kind"] == "phone" else identity.mask_email
    context = {
        "form": form,
        "kind": state["kind"],
        "address": mask(state["address"]),
        "left": _TRIES - state["tries"],
    }
    return render(request, "site/account/contact_confirm.html", context, status=422 if form.errors else 200)


def _send_again(request: SignedInRequest, state: dict[str, Any]) -> None:
    """Another code to the same address; the former one no longer fits."""
    if _may_send(request.user, state["address"]):
        _send(request, state["kind"], state["address"])
        toasts.success(request, _("验证码已重新发送，请填写最近收到的一条。"))
    else:
        toasts.error(request, _("操作太频繁，请一小时后再试。"))


def _change(request: SignedInRequest, state: dict[str, Any]) -> HttpResponse:
    user, at, kind = request.user, clock.now(), state["kind"]
    before = getattr(user, kind)
    act = people.change_phone if kind == "phone" else people.change_email
    request.session.pop(_PENDING, None)
    try:
        act(user, state["address"], verified=True, by=user, at=at)
    except people.BadContact as error:
        toasts.error(request, words.words(error)[1])
        return redirect("account_pages:home")
    _tell(user, kind, before, at)
    toasts.success(request, _CHANGED[kind])
    return redirect("account_pages:home")


def _tell(user: people.User, kind: str, before: str | None, at: datetime) -> None:
    contact = {"phone": {"zh-hans": "手机号", "en": "phone"}, "email": {"zh-hans": "邮箱", "en": "e-mail"}}[
        kind
    ]
    params = {"contact": contact, "changed_at": at}
    inbox.send(user=user, kind="contact_changed", params=params, at=at)
    if before:
        inbox.send_notice(before, "contact_changed", params, at)


@login_required
@require_POST
def remove(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give one address up while the other remains."""
    if kind not in KINDS:
        raise Http404
    user, at = request.user, clock.now()
    before = getattr(user, kind)
    other = user.email if kind == "phone" else user.phone
    if not before:
        raise Http404
    if other not in people.verified_addresses(user):
        toasts.error(request, _("请先验证另一种联系方式。"))
        return redirect("account_pages:home")
    act = people.change_phone if kind == "phone" else people.change_email
    act(user, None, verified=False, by=user, at=at)
    _tell(user, kind, before, at)
    toasts.success(request, _REMOVED[kind])
    return redirect("account_pages:home")
