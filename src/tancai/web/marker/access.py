"""Only markers come in; to anybody else the desk is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from tancai.people import api as people

View = Callable[..., HttpResponse]


def marker_only(view: View) -> View:
    @login_required
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not people.access_any(request.user, ["marker"]):
            raise Http404
        return view(request, *args, **kwargs)

    return checked
