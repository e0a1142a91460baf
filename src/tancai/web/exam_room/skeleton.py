"""Pages of which all but a few values are the same for everybody: printed once, then only filled in.

A ``Skeleton`` renders its template from values that are no candidate's own, with a mark wherever one is. It never sees
those values: they are escaped and put in between the pieces for each request anew, so a kept page can show nothing of
somebody else. A page is kept for each language, prefix of our addresses and set of ``kind``; each
web process has its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import conditional_escape
from django.utils.translation import get_language

_MARK = re.compile("\ue000([a-z_]+)\ue001")
_ALWAYS = ("csrf_token", "address")


class Skeleton:
    """``template`` with ``own`` as names of texts that differ; ``shared(*kind)`` gives all other values.

    ``bare`` pages show nothing of an account. The others are kept for visitors without one, and rendered as usual for
    those who have signed in, since navigation and unread messages are theirs. A visitor for whom a message waits gets
    the page rendered as usual, too.
    """

    def __init__(
        self,
        template: str,
        own: tuple[str, ...],
        shared: Callable[..., Mapping[str, Any]],
        *,
        bare: bool = False,
    ) -> None:
        self._template, self._own, self._shared, self._bare = template, own, shared, bare
        self._pieces = lru_cache(maxsize=64)(self._print)

    def page(
        self,
        request: HttpRequest,
        own: Mapping[str, Any],
        *kind: Hashable,
        besides: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """The page with these values; they are escaped unless marked safe. KeyError where one is missing.

        ``besides`` are values of this request alone, such as a form filled in: then nothing kept is used.
        """
        signed_in = not (self._bare or request.user.is_anonymous)
        if besides or signed_in or settings.DEBUG or len(get_messages(request)):
            return render(request, self._template, {**self._shared(*kind), **own, **(besides or {})})
        texts = {
            "csrf_token": get_token(request),
            "address": request.get_full_path(),
            **{name: own[name] for name in self._own},
        }
        pieces = self._pieces(get_language() or "", get_script_prefix(), *kind)
        found = [pieces[0]]
        for name, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            found += (conditional_escape(texts[name]), piece)
        return HttpResponse("".join(found))

    def _print(self, language: str, prefix: str, *kind: Hashable) -> list[str]:
        """Text and names of own values in turn."""
        marks = {name: f"\ue000{name}\ue001" for name in (*self._own, *_ALWAYS)}
        context = {**self._shared(*kind), **marks}
        return _MARK.split(render_to_string(self._template, context, _Nobody(marks["address"])))


class _Nobody(HttpRequest):
    """The request of a visitor of whom nothing is known; its address is a mark."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.method, self.path, self.path_info = "GET", "/exam/", "/exam/"
        self._address = address
        self.user, self.session = AnonymousUser(), SessionBase()

    def get_full_path(self, force_append_slash: bool = False) -> str:
        return self._address
