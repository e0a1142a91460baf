"""What desks hand to the shell: entries of the navigation and items that are due.

A desk writes ``nav.py`` with ``entries(request) -> list[NavEntry]`` and, if it has work that waits,
``today.py`` with ``due(request) -> list[DueItem]``. Both return only what this request may see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.http import HttpRequest

from tancai.lib.clock import SHANGHAI

PUBLIC_DESKS = ("site", "verify")
OWN_DESKS = ("candidate", "workshop")
"""Desks of everybody who is signed in; who works for a body finds the workshop in the rail as well."""


@dataclass(frozen=True)
class NavEntry:
    """One line of navigation. ``badge`` is a short text or a count; 0 and "" show nothing."""

    label: str
    url: str
    badge: str | int = ""
    icon: str = ""
    group: str = ""


@dataclass(frozen=True)
class DueItem:
    """Something that waits for this user. ``level`` is ``"info"``, ``"near"`` or ``"overdue"``."""

    title: str
    detail: str = ""
    url: str = ""
    due_at: datetime | date | None = None
    level: str = "info"


@dataclass(frozen=True)
class NavGroup:
    """The entries of one desk under its heading."""

    desk: str
    heading: str
    entries: list[NavEntry] = field(default_factory=list)


@cache
def _desk_modules(name: str) -> list[tuple[str, ModuleType]]:
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("tancai.web.") and find_spec(f"{config.name}.{name}"):
            found.append((config.name.rpartition(".")[2], import_module(f"{config.name}.{name}")))
    return found


def groups(request: HttpRequest) -> list[NavGroup]:
    """Every desk's entries for this request, in the order of the installed desks; empty desks are left out."""
    result: list[NavGroup] = []
    for desk, module in _desk_modules("nav"):
        split: dict[str, list[NavEntry]] = {}
        for entry in module.entries(request):
            split.setdefault(str(entry.group or getattr(module, "HEADING", "")), []).append(entry)
        result.extend(NavGroup(desk, heading, entries) for heading, entries in split.items())
    return result


def rail(found: list[NavGroup]) -> list[NavGroup]:
    """The groups beside staff pages: their desks and the workshop; empty for who has no desk of a body."""
    inside = [group for group in found if group.desk not in (*PUBLIC_DESKS, "candidate")]
    return inside if any(group.desk not in OWN_DESKS for group in inside) else []


def _order(item: DueItem) -> tuple[int, datetime]:
    moment = item.due_at
    if moment is None:
        moment = datetime.max.replace(tzinfo=SHANGHAI)
    elif not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.max, SHANGHAI)
    return {"overdue": 0, "near": 1}.get(item.level, 2), moment


def due_items(request: HttpRequest) -> list[DueItem]:
    """What is due for this user at all desks: overdue first, then by date."""
    items = [item for _desk, module in _desk_modules("today") for item in module.due(request)]
    return sorted(items, key=_order)
