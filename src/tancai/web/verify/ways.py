"""The ways to ask: what a visitor may have in hand, and for which programmes that is enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tancai.credentials import api as credentials

_ORDER = (("number", "name"), ("document", "name"), ("number", "document"), ("number",))


@dataclass(frozen=True)
class Way:
    """One accepted set of fields: ``key`` for the address, a title, the programmes that accept it."""

    key: str
    fields: tuple[str, ...]
    title: str
    programmes: tuple[str, ...]
    all: bool


def words(field: str) -> str:
    """The name of a field."""
    return {"number": _("证书编号"), "document": _("证件号码"), "name": _("姓名")}[field]


def ways(on: date) -> list[Way]:
    """Every set of fields that some programme accepts, the usual ones first."""
    accepted: dict[tuple[str, ...], list[str]] = {}
    chinese = (get_language() or "zh-hans").startswith("zh")
    views = credentials.accepted_sets(on=on)
    for programme, sets in views:
        for each in {tuple(sorted(fields, key=_rank)) for fields in sets}:
            accepted.setdefault(each, []).append(programme.name if chinese else programme.name_en)
    known = [each for each in _ORDER if each in accepted]
    return [
        Way(
            key="-".join(fields),
            fields=fields,
            title=_title(fields),
            programmes=tuple(accepted[fields]),
            all=len(accepted[fields]) == len(views),
        )
        for fields in [*known, *sorted(set(accepted) - set(known))]
    ]


def _rank(field: str) -> int:
    return ("number", "document", "name").index(field)


def _title(fields: tuple[str, ...]) -> str:
    if len(fields) == 1:
        return _("只有%(field)s") % {"field": _inside(fields[0])}
    return _("%(one)s和%(other)s") % {"one": capfirst(words(fields[0])), "other": _inside(fields[-1])}


def _inside(field: str) -> str:
    """A field's name in the middle of a phrase."""
    name = words(field)
    return name[:1].lower() + name[1:]
