"""Authors see the banks of their bodies' programmes and the shared one; to anybody else the desk is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from tancai.items import api as items
from tancai.people import api as people
from tancai.programmes import api as programmes

AUTHOR = ("author",)
SHARED = "shared"

View = Callable[..., HttpResponse]


def programme_codes(user: Any) -> list[str]:
    """Programmes whose items this user writes; empty for everybody who is no author."""
    if not people.access_any(user, AUTHOR):
        return []
    return programmes.codes_of_organisations(people.access_organisations(user, AUTHOR))


def collections(user: Any) -> list[str]:
    """Collections this user works on: the programmes' own and the shared one."""
    codes = programme_codes(user)
    return [*codes, SHARED] if codes else []


def author_only(view: View) -> View:
    @login_required
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not collections(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def own_item(request: HttpRequest, code: str) -> items.Item:
    """The item, when it belongs to one of the user's collections; else not found."""
    item = items.find(code)
    if item is None or item.collection not in collections(request.user):
        raise Http404
    return item


def own_programme(request: HttpRequest, code: str) -> programmes.Definition:
    """The newest definition of one of the user's programmes; else not found."""
    if code not in programme_codes(request.user):
        raise Http404
    return programmes.definition(code)
