"""Variants of a model: the same file with some figures changed by path, computed and compared."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from tancai.engines.carbon.errors import CarbonError, Place, Problem
from tancai.engines.carbon.footprint.model import Model, model_from
from tancai.engines.carbon.footprint.result import Footprint, footprint


@dataclass(frozen=True)
class Variant:
    name: str
    value: float
    change: float
    relative: float
    problems: tuple[Problem, ...]


def variants(base: Footprint) -> list[Variant]:
    """Every ``[[scenario]]`` of the model: ``name`` and ``set``, a table of path to value.

    A path names a list by the id or flow of its entry: ``factor.steel-coil.value``, ``process.forming.allocation``,
    ``electricity.electricity.year``, ``method.gwp``.
    """
    return [_variant(base, scenario) for scenario in base.model.scenarios]


def changed(model: Model, changes: dict[str, Any]) -> Footprint:
    """The model with some values changed. Raises CarbonError for a path that leads nowhere."""
    values = copy.deepcopy(model.values)
    values.pop("scenario", None)
    for path, value in changes.items():
        _put(values, path.split("."), value, path)
    return footprint(model_from(values, model.name))


def _variant(base: Footprint, scenario: dict[str, Any]) -> Variant:
    name = str(scenario.get("name", ""))
    try:
        found = changed(base.model, dict(scenario.get("set", {})))
    except CarbonError as error:
        return Variant(name, float("nan"), float("nan"), float("nan"), error.problems)
    change = found.total.value - base.total.value
    relative = change / base.total.value if base.total.value else float("nan")
    new = tuple(
        p for p in found.problems if p.level == "refused" and p.code not in {q.code for q in base.problems}
    )
    return Variant(name, found.total.value, change, relative, new)


def _put(values: Any, steps: list[str], value: Any, path: str) -> None:
    head, rest = steps[0], steps[1:]
    if isinstance(values, list):
        found = [
            one
            for one in values
            if isinstance(one, dict) and head in (one.get("id"), one.get("flow"), one.get("name"))
        ]
        if not found or not rest:
            raise CarbonError(
                Problem("factor_unknown", place=Place("", 0, path), params={"value": head, "table": path})
            )
        for one in found:
            _put(one, rest, value, path)
    elif not rest and isinstance(values, dict):
        values[head] = value
    else:
        if not isinstance(values, dict) or head not in values:
            raise CarbonError(
                Problem("factor_unknown", place=Place("", 0, path), params={"value": head, "table": path})
            )
        _put(values[head], rest, value, path)
