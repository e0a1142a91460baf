"""The language of the account: of the pages, and of what is sent to its owner."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tancai.lib import clock
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest


@login_required
@require_POST
def change(request: SignedInRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    people.change_language(request.user, language, by=request.user, at=clock.now())
    response = redirect("account_pages:home")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
