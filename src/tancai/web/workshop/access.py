"""Everybody who is signed in works in the workshop, each on their own work; somebody else's is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from tancai.labs import api as labs

View = Callable[..., HttpResponse]


def own_work(bench: str) -> Callable[[View], View]:
    """``view(request, work, …)`` for an address with ``work_id``; only the owner's work of this bench is found."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def wrapped(request: HttpRequest, work_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                work = labs.work_of(request.user, work_id)  # type: ignore[arg-type]
            except labs.NoSuchWork:
                raise Http404 from None
            if work.bench != bench:
                raise Http404
            return view(request, work, *args, **kwargs)

        return wrapped

    return decorate
