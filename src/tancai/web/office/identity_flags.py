"""The second look at identity: doubts of the exam room with the candidate's word, decided by somebody else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.roads import pictures
from tancai.web.roads.flag_reviews import SECOND, ReviewForm, reviews
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem, NavEntry

ROLES = ("office",)


def own_programmes(request: HttpRequest) -> list[str]:
    """Programmes whose doubts this user decides; 404 for everybody else."""
    if not people.access_any(request.user, ROLES):
        raise Http404
    return programmes.codes_of_organisations(people.access_organisations(request.user, ROLES))


@never_cache
@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    codes = own_programmes(request)
    context = {
        "waiting": [_row(flag) for flag in proctoring.doubted(codes)],
        "decided": [_row(flag) for flag in proctoring.decided(codes)],
    }
    return render(request, "office/identity_flags.html", context)


def _row(flag: proctoring.Flag) -> dict[str, Any]:
    view = proctoring.view_of(flag)
    return {
        "flag": view,
        "word": proctoring.FLAG_WORDS[view.kind],
        "chip": proctoring.FLAG_STATES[view.state],
        "programme": named(programmes.definition_of(flag.admission.session.edition_id)),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def one(request: HttpRequest, flag_id: int) -> HttpResponse:
    flag = _own(request, flag_id)
    form = ReviewForm(SECOND, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.give(flag, by=request.user, at=clock.now()):
        messages.success(request, _("已记录复核结论，并已告知考生。"))
        return redirect("office:identity_flags")
    status = 422 if form.errors else 200
    return render(request, "office/identity_flag.html", _context(request, flag, form), status=status)


def _own(request: HttpRequest, flag_id: int) -> proctoring.Flag:
    """A flag in doubt, or decided, of the user's programmes; never about oneself."""
    codes, flag = own_programmes(request), proctoring.flag(flag_id)
    if flag is None or flag.admission.session.programme not in codes:
        raise Http404
    if people.access_person(request.user, flag.admission.person):
        raise Http404
    if proctoring.view_of(flag).state not in ("doubt", "upheld", "set_aside"):
        raise Http404
    return flag


def _context(request: HttpRequest, flag: proctoring.Flag, form: ReviewForm) -> dict[str, Any]:
    at, row = clock.now(), _row(flag)
    refused = proctoring.may_review(flag, SECOND, "set_aside", by=request.user, at=at)
    return {
        **row,
        "session": flag.admission.session,
        "shown": pictures.of_flag(flag, by=request.user, at=at),
        "reviews": reviews(flag),
        "statements": list(flag.statements.all()),
        "days": settings.TANCAI_IDENTITY["statement_days"],
        "form": form if row["flag"].state == "doubt" and not refused else None,
        "refused": proctoring.say_error(refused, {}) if refused == "same_person" else "",
    }


def identity_nav(request: HttpRequest) -> list[NavEntry]:
    if not people.access_any(request.user, ROLES):
        return []
    return [NavEntry(_("疑点复核"), reverse("office:identity_flags"), icon="flag")]


def identity_due(request: HttpRequest) -> list[DueItem]:
    """Doubts that somebody other than the first reviewer should look at."""
    if not people.access_any(request.user, ROLES):
        return []
    waiting = [
        flag
        for flag in proctoring.doubted(own_programmes(request))
        if not proctoring.may_review(flag, SECOND, "set_aside", by=request.user, at=clock.now())
    ]
    if not waiting:
        return []
    return [
        DueItem(
            title=_("考试疑点待复核"),
            detail=_("{n} 个").format(n=len(waiting)),
            url=reverse("office:identity_flags"),
            due_at=None,
            level="near",
        )
    ]


identity_urls = [
    path("identity/flags/", index, name="identity_flags"),
    path("identity/flags/<int:flag_id>/", one, name="identity_flag"),
]
