"""What the account's owner agreed to, in which version, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tancai.lib import clock
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest

PRIVACY_VERSION = "2026-01"
BIOMETRIC_VERSION = "2026-01"
VERSIONS = {"privacy": PRIVACY_VERSION, "biometric": BIOMETRIC_VERSION}


def privacy_address() -> str:
    return reverse("site:privacy")


def privacy_label() -> Any:
    """The words beside the box at sign-up, with the link to the text."""
    return format_html(
        '{} <a href="{}" target="_blank" rel="noopener">{}</a>',
        _("我已阅读并同意"),
        privacy_address(),
        _("《个人信息处理说明》"),
    )


@dataclass(frozen=True)
class ConsentLine:
    kind: str
    title: str
    text: str
    given_at: datetime | None
    text_version: str
    current: bool


_TITLES = {
    "privacy": gettext_lazy("个人信息处理"),
    "biometric": gettext_lazy("人脸信息处理"),
}
_TEXTS = {
    "privacy": gettext_lazy(
        "为报名、学习、考试和发证处理您的姓名、证件、联系方式和学习考试记录。撤回后不能继续报名和考试，已有的记录按规定保存。"
    ),
    "biometric": gettext_lazy(
        "考试时在本机比对您的面部与已审核的证件照，确认是本人。不同意的，可以选择人工监考核验，不影响报名。"
    ),
}


def lines(user: people.User) -> list[ConsentLine]:
    found = []
    for kind in ("privacy", "biometric"):
        held = people.active_consent(user, kind)
        found.append(
            ConsentLine(
                kind=kind,
                title=str(_TITLES[kind]),
                text=str(_TEXTS[kind]),
                given_at=held.given_at if held else None,
                text_version=held.text_version if held else VERSIONS[kind],
                current=held is not None and held.text_version == VERSIONS[kind],
            )
        )
    return found


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """The consents of this account, with their history."""
    history = people.consents_of(request.user)
    return render(
        request,
        "site/account/consents.html",
        {"lines": lines(request.user), "history": list(history)[::-1], "privacy_url": privacy_address()},
    )


@login_required
@require_POST
def change(request: SignedInRequest, kind: str, step: str) -> HttpResponse:
    """Give or withdraw one consent."""
    if kind not in VERSIONS or step not in {"give", "withdraw"}:
        raise Http404
    if step == "give":
        people.give_consent(request.user, kind, text_version=VERSIONS[kind], by=request.user, at=clock.now())
        toasts.success(request, _("已记录您的同意。"))
    else:
        people.withdraw_consent(request.user, kind, by=request.user, at=clock.now())
        toasts.success(request, _("已撤回同意。"))
    return redirect("account_pages:consents")
