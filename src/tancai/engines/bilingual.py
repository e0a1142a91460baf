"""Texts of the engines say everything twice, ``中文|English``: one string, no catalogue, usable without a framework."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

LANGUAGES = ("zh", "en")


def said(value: Any, language: str) -> Any:
    """The part of a text ``中文|English`` in one language; anything else as it is."""
    if isinstance(value, str) and value.count("|") == 1:
        return value.split("|")[LANGUAGES.index(language)]
    return value


def counted(count: Any, one: str, many: str) -> str:
    """``1 plot``, ``3 plots``."""
    return f"{count} {one if str(count) == '1' else many}"


class _Words(Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        if "/" in format_spec:
            return counted(value, *format_spec.split("/", 1))
        return super().format_field(value, format_spec)


def filled(template: str, params: Mapping[str, Any], language: str) -> str:
    """A template with its parameters in one language; ``{count:plot/plots}`` writes the word that fits the number."""
    return _Words().vformat(template, (), {name: said(value, language) for name, value in params.items()})
