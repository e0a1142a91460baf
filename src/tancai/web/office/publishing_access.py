"""Who may speak for whom: an office for its own programmes and for itself, the platform for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from tancai.people import api as people
from tancai.programmes import api as programmes

if TYPE_CHECKING:
    from tancai.people.api import Organisation

ROLES = ("office",)


def held(user: Any) -> set[int] | None:
    """Organisations whose office the user works in; None = all."""
    return people.access_organisations(user, ROLES)


def codes(user: Any) -> list[str]:
    """Programmes that the user's offices are responsible for."""
    return programmes.codes_of_organisations(held(user))


def may_speak(user: Any, programme: str, publisher_id: int | None) -> bool:
    """Whether the user may change what carries this programme and publisher."""
    mine = held(user)
    if mine is None:
        return True
    return publisher_id in mine or (bool(programme) and programme in codes(user))


def publishers(user: Any) -> list[Organisation]:
    """In whose name the user may publish."""
    mine = held(user)
    if mine is None:
        return [*people.organisations("certifying_body"), *people.organisations("organiser")]
    return list(people.organisations_by_id(mine).values())


def office_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pages of the office; for everybody else they are not there."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not people.access_any(request.user, ROLES):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
