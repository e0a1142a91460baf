"""Item kinds: the seam behind which every sort of question hides.

A kind is a folder with ``KIND``, an object of the protocol below, named in ``settings.TANCAI_ITEM_KINDS`` and drawn by
the template ``items/kinds/<code>.html``. Nothing else in the house branches on a kind's name.
"""

from __future__ import annotations

import functools
import importlib
import random
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.utils.functional import Promise

from tancai.items.errors import Fault
from tancai.items.kinds.score import Score


class Kind(Protocol):
    code: str
    name: str | Promise
    """What people call a question of this kind."""
    letter: str
    """Stands for the kind in the codes of its items."""
    shape: str
    """How authors write it: ``choices`` (lettered options, key of letters), ``points`` (marking points), ``lines``, or
    ``questions`` (several of other kinds; ``kinds`` are their codes, ``composed`` puts them together).

    A kind written in lines or questions has besides: ``lines`` (fields of the answer side), ``written(content, key)``
    and ``read(stem, given)`` between these and its shapes, ``bodies`` and ``from_file(raw)`` for the files of the bank.
    A kind whose numbers differ from candidate to candidate has ``vary``, ``resolved`` and ``explained``, and
    ``varies(content)`` where that is so for some items only.

    A kind that people mark by points has ``points_and_room(content, key, marks)``: how many points there are, and how
    many half marks a paper that gives ``marks`` has for them.

    Where answers may be scored again by another key that is written in lines, ``key_lines`` names these lines and
    ``rekeyed(content, key, given)`` makes the key of them: lines not given stay, None where the content knows no such
    answer. Of a key of letters ``other_keys`` knows by the shape.
    """

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        """What is wrong with an item of this kind (empty when nothing)."""

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        """What a candidate may see before release: no key, no marking points."""

    def response(self, raw: Any) -> Any:
        """A response in its normal form, or None for no answer; raises BadResponse."""

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        """Marks for a normal response, or a score that needs a human."""

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        """The key in a form to show after release and to markers."""

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> Any:
        """A normal response as somebody gives it who knows the answer, or who errs: for rehearsals and trials.

        A right one wins all marks that are not for people to give, a wrong one fewer; content and key are resolved.
        """


@functools.cache
def kinds() -> dict[str, Kind]:
    """Every kind of this installation by code."""
    found = (importlib.import_module(_module(name)).KIND for name in settings.TANCAI_ITEM_KINDS)
    return {kind.code: kind for kind in found}


def kind_name(code: str) -> str:
    """What people call a question of this kind, in the language of the reader; a kind that is gone by its code."""
    found = kinds().get(code)
    return code if found is None else str(found.name)


def varies(kind: str, content: dict[str, Any] | None = None) -> bool:
    """Every candidate has an own variant of this item; without a content, of items of this kind."""
    found: Any = kinds()[kind]
    if content is None or not hasattr(found, "varies"):
        return hasattr(found, "vary")
    return bool(found.varies(content))


def printed_marks(content: dict[str, Any], key: dict[str, Any]) -> int:
    """What an item is worth by itself: its marking points, or the questions of a case; else 1."""
    parts = [*key.get("points", []), *content.get("questions", [])]
    return sum(part["marks"] for part in parts if isinstance(part.get("marks"), int)) or 1


def for_people(solution: dict[str, Any]) -> dict[str, Any]:
    """The part of a solution that markers work with: ``reference`` and ``points``."""
    return solution.get("by_people", solution)


def vary(kind: str, content: dict[str, Any], generator: random.Random) -> dict[str, str] | None:
    """A variant for one candidate, None for kinds that do not vary."""
    found: Any = kinds()[kind]
    return found.vary(content, generator) if varies(kind, content) else None


def resolved(
    kind: str, content: dict[str, Any], key: dict[str, Any], variant: dict[str, str] | None
) -> tuple[Kind, dict[str, Any], dict[str, Any]]:
    """The kind, content and key that a candidate with this variant has before him or her."""
    found: Any = kinds()[kind]
    if variant is None or not varies(kind, content):
        return found, content, key
    return found.of_variant, *found.resolved(content, key, variant)


def explained(kind: str, explanation: str, content: dict[str, Any], key: dict[str, Any]) -> str:
    """The explanation with the numbers of the sample or of a resolved item."""
    found: Any = kinds()[kind]
    return found.explained(explanation, content, key) if varies(kind) else explanation


def _module(name: str) -> str:
    return name if "." in name else f"tancai.items.kinds.{name}"


__all__ = [
    "Kind",
    "Score",
    "explained",
    "for_people",
    "kind_name",
    "kinds",
    "printed_marks",
    "resolved",
    "varies",
    "vary",
]
