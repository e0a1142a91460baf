"""Texts of the engines say everything twice, ``中文|English``: one string, no catalogue, usable without a framework."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("zh", "en")


def said(value: Any, language: str) -> Any:
    """The part of a text ``中文|English`` in one language; anything else as it is."""
    if isinstance(value, str) and value.count("|") == 1:
        return value.split("|")[LANGUAGES.index(language)]
    return value
