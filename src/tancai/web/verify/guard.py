"""What protects the look-up: a limit on each address, no traces in caches and search engines."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tancai.lib import limits

View = Callable[..., HttpResponse]
_SECONDS = 60


def address_of(request: HttpRequest) -> str:
    """The visitor's address; behind a trusted proxy the one that the proxy saw."""
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return chain[-hops] if hops and len(chain) >= hops else request.META.get("REMOTE_ADDR", "")


def wants_json(request: HttpRequest) -> bool:
    """A program asks; browsers prefer HTML."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def private(view: View) -> View:
    """Answers that no cache keeps and no search engine lists."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return wrapped


def limited(view: View) -> View:
    """At most ``TANCAI_VERIFY_PER_MINUTE`` answers a minute for one address, whatever is asked."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = limits.allow(
            f"verify:{address_of(request)}", limit=settings.TANCAI_VERIFY_PER_MINUTE, seconds=_SECONDS
        )
        return view(request, *args, **kwargs) if allowed else _wait(request)

    return private(wrapped)


def _wait(request: HttpRequest) -> HttpResponse:
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"error": "too_many_requests", "retry_after": _SECONDS}, status=429)
    else:
        response = render(request, "verify/wait.html", status=429)
    response["Retry-After"] = str(_SECONDS)
    return response
