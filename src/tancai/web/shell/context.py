from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tancai.web.shell import navigation


class Navigation:
    """The navigation of one request: ``top`` for visitors and candidates, ``rail`` for staff."""

    def __init__(self, request: HttpRequest) -> None:
        groups = navigation.groups(request)
        self.top = [e for g in groups if g.desk in navigation.PUBLIC_DESKS for e in g.entries]
        self.rail = [g for g in groups if g.desk not in navigation.PUBLIC_DESKS]
        self.here = _longest_match(
            request.path, [e.url for e in self.top] + [e.url for g in self.rail for e in g.entries]
        )


def _longest_match(path: str, urls: list[str]) -> str:
    """The most specific navigation address that the path lies under, or an empty text."""
    under = [url for url in urls if url == path or (url != "/" and path.startswith(url.partition("?")[0]))]
    return max(under, key=len, default="")


def shell(request: HttpRequest) -> dict[str, object]:
    return {"shell_nav": SimpleLazyObject(lambda: Navigation(request))}
