"""The site below a path of its host, as in https://host.example/tancai, for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.urls import clear_script_prefix, set_script_prefix

PREFIX = "/tancai"


@contextmanager
def below_a_path(settings: Any, host: str = "https://host.example") -> Iterator[None]:
    """What settings make of such a public address (``tests/exam_room/test_below_a_path.py`` holds that they do)."""
    settings.PUBLIC_ADDRESS = host + PREFIX
    settings.FORCE_SCRIPT_NAME = PREFIX
    settings.STATIC_URL = f"{PREFIX}/static/"
    settings.SESSION_COOKIE_PATH = settings.CSRF_COOKIE_PATH = f"{PREFIX}/"
    settings.CSRF_TRUSTED_ORIGINS = [host]
    staticfiles_storage.__dict__.pop("base_url", None)
    set_script_prefix(f"{PREFIX}/")
    try:
        yield
    finally:  # a test that fails here leaves the others where they are
        clear_script_prefix()
        staticfiles_storage.__dict__.pop("base_url", None)


class Below(Client):
    """The test client names a path as the view sees it: without what the server takes away."""

    def generic(self, method: str, path: Any, *args: Any, **more: Any) -> Any:
        assert str(path).startswith(f"{PREFIX}/"), f"leads out of the site: {path}"
        return super().generic(method, str(path).removeprefix(PREFIX), *args, **more)


def addresses_in(html: str) -> set[str]:
    """Every address of this host that a page offers, loads or tells its scripts."""
    found = re.findall(r'(?:href|src|action|hx-get|hx-post|formaction)="(/[^"]*)"', html)
    return set(found) | set(re.findall(r'": "(/[a-z][^" ]*/)"', html))
