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
from tancai.proctoring import api as proctoring
from tancai.web.shell.requests import SignedInRequest

PRIVACY_VERSION = "2026-01"
KINDS = ("privacy", "biometric")


def version_of(kind: str) -> str:
    """The version of the text in force."""
    return proctoring.consent_version() if kind == "biometric" else PRIVACY_VERSION


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
        "考试入场和考试中拍摄画面，与已审核的证件照比对，确认是本人。不同意的，由监考老师核验并看考，考试和成绩不受影响。撤回后不再拍摄，已有的照片和画面随即删除。"
    ),
}


def lines(user: people.User) -> list[ConsentLine]:
    found = []
    for kind in KINDS:
        held = people.active_consent(user, kind)
        found.append(
            ConsentLine(
                kind=kind,
                title=str(_TITLES[kind]),
                text=str(_TEXTS[kind]),
                given_at=held.given_at if held else None,
                text_version=held.text_version if held else version_of(kind),
                current=held is not None and held.text_version == version_of(kind),
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
    if kind not in KINDS or step not in {"give", "withdraw"}:
        raise Http404
    if step == "give":
        people.give_consent(
            request.user, kind, text_version=version_of(kind), by=request.user, at=clock.now()
        )
        toasts.success(request, _("已记录您的同意。"))
    else:
        _withdraw(request.user, kind)
        toasts.success(request, _("已撤回同意。"))
    return redirect("account_pages:consents")


def _withdraw(user: people.User, kind: str) -> None:
    at, person = clock.now(), people.person_of(user)
    if kind == "biometric" and person is not None:
        proctoring.withdraw_camera(person, by=user, at=at)
    else:
        people.withdraw_consent(user, kind, by=user, at=at)
