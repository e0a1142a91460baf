from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tancai.web.shell import navigation


class Navigation:
    """The navigation of one request: ``top`` for everybody, ``own`` for the candidate, ``rail`` for staff."""

    def __init__(self, request: HttpRequest) -> None:
        groups = navigation.groups(request)
        self.top = [e for g in groups if g.desk in navigation.PUBLIC_DESKS for e in g.entries]
        self.own = [e for g in groups if g.desk in navigation.OWN_DESKS for e in g.entries]
        self.rail = navigation.rail(groups)
        everything = [*self.top, *self.own, *(entry for group in self.rail for entry in group.entries)]
        self.here = _longest_match(request.path, [entry.url for entry in everything])
        # Staff see the candidate's bar only where they are candidates themselves.
        self.shows_own = bool(self.own) and (not self.rail or any(e.url == self.here for e in self.own))


def _longest_match(path: str, urls: list[str]) -> str:
    """The most specific navigation address that the path lies under, or an empty text."""
    under = [url for url in urls if url == path or (url != "/" and path.startswith(url.partition("?")[0]))]
    return max(under, key=len, default="")


def shell(request: HttpRequest) -> dict[str, object]:
    return {"shell_nav": SimpleLazyObject(lambda: Navigation(request))}
