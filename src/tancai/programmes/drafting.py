"""Changing parts of a definition before they become an edition. Pure, on plain JSON values."""

from __future__ import annotations

from typing import Any

from tancai.programmes import loader
from tancai.programmes.checks import cross_check
from tancai.programmes.definition import Definition
from tancai.programmes.errors import BadChange, BadDefinition
from tancai.programmes.revisions import changed
from tancai.programmes.schema import check_data
from tancai.programmes.toml_lines import Path
from tancai.programmes.toml_text import part_text


def apply(plain: dict[str, Any], changes: dict[str, Any], lines: dict[Path, int] | None = None) -> Definition:
    """The checked definition with parts replaced.

    Raises ``BadChange`` (``no_change``, ``unknown_part``, ``code_fixed``) or ``BadDefinition``.
    """
    name = f"{plain['code']}.toml"
    definition = check_data(changed(plain, changes), name, lines)
    faults = cross_check(definition, name, lines or {})
    if faults:
        raise BadDefinition(faults)
    if _facts(loader.content(definition)) == _facts(plain):
        raise BadChange("no_change")
    return definition


def text_of(definition: Definition, part: str) -> str:
    """One part as TOML without what is default; empty parts as they would be written."""
    plain = definition.model_dump(mode="json", exclude_none=True, include={part}, exclude_defaults=True)
    if part not in plain:
        plain = definition.model_dump(mode="json", exclude_none=True, include={part})
    return part_text(part, plain.get(part, []))


def _facts(plain: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != "effective_from"}
