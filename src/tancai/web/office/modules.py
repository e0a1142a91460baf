"""The office's pages bring their own addresses, navigation and due items; this finds them by name.

A module of this desk may offer lists named ``…_urls`` and functions named ``…_nav`` or ``…_entries`` and ``…_due``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import tancai.web.office as desk

_SHARED = {"urls", "nav", "today", "apps", "modules"}


@cache
def pages() -> tuple[ModuleType, ...]:
    """The desk's page modules in order of their names."""
    names = sorted(each.name for each in iter_modules(desk.__path__) if not each.ispkg)
    return tuple(import_module(f"{desk.__name__}.{name}") for name in names if name not in _SHARED)


@cache
def offered(*endings: str) -> tuple[Any, ...]:
    """What the modules themselves define under a name with one of these endings."""
    return tuple(
        value
        for module in pages()
        for name, value in vars(module).items()
        if name.endswith(endings)
        and not name.startswith("_")
        and getattr(value, "__module__", module.__name__) == module.__name__
    )
