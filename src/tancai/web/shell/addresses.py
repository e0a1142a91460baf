"""Addresses of our pages as people see them, also where the site lies below a path of its host."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings


def public(path: str) -> str:
    """The absolute address of a path, with or without the site's own prefix.

    Scheme, host and prefix are those of PUBLIC_ADDRESS, whatever proxy stands between; a Host header is not believed.
    """
    site = urlsplit(settings.PUBLIC_ADDRESS)
    prefix = site.path.rstrip("/")
    if prefix and not path.startswith(f"{prefix}/"):
        path = prefix + path
    return f"{site.scheme}://{site.netloc}{path}"
