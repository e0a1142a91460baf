"""Item parameters as files: what ``calibrate --json`` prints is what linking and assembly read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tancai.engines.psychometrics.calibration import Calibration
from tancai.engines.psychometrics.classical import ItemStatistics, PaperStatistics
from tancai.engines.psychometrics.curves import Item, item_from_locations
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.linking import Link


def calibration_record(found: Calibration) -> dict[str, Any]:
    """The calibration as plain values for JSON: single numbers for items with two scores, lists for more."""
    items = []
    for item, error in zip(found.items, found.errors, strict=True):
        record = item_record(item)
        record["se_a"] = error.a
        record["se_d"] = _single(error.d) if error.d is not None else None
        if item.model == "3pl":
            record["se_c"] = error.c
        items.append(record)
    return {
        "model": found.model,
        "loglik": found.log_likelihood,
        "converged": found.converged,
        "reason": found.reason,
        "n": found.n,
        "patterns": found.patterns,
        "iterations": found.iterations,
        "parameters": found.free_parameters,
        "aic": found.aic,
        "bic": found.bic,
        "errors": found.error_kind,
        "priors": {
            name: list(value)
            for name, value in (
                ("log_a", found.priors.slope),
                ("d", found.priors.intercept),
                ("c_beta", found.priors.guessing),
            )
            if value is not None
        },
        "items": items,
        "notes": [note.as_dict() for note in found.notes],
    }


def item_record(item: Item) -> dict[str, Any]:
    record: dict[str, Any] = {"id": item.id, "a": item.a, "d": _single(item.d), "b": _single(item.b)}
    if item.model == "3pl":
        record["c"] = item.c
    return record


def _single(values: Sequence[float]) -> float | list[float | None] | None:
    finite = [float(value) if np.isfinite(value) else None for value in values]
    return finite[0] if len(finite) == 1 else finite


def link_record(found: Link, items: Sequence[Item], model: str) -> dict[str, Any]:
    """The link and the new items on the base scale."""
    return {
        "method": found.method,
        "A": found.slope,
        "B": found.shift,
        "loss": found.loss,
        "converged": found.converged,
        "anchors": [
            {
                "id": anchor.id,
                "b_gap": anchor.b_gap,
                "log_a_gap": anchor.log_a_gap,
                "robust_z": anchor.robust_z,
                "adrift": anchor.adrift,
            }
            for anchor in found.anchors
        ],
        "model": model,
        "items": [item_record(found.item(item)) for item in items],
    }


def analysis_record(found: PaperStatistics) -> dict[str, Any]:
    return {
        "n": found.n,
        "mean": found.mean,
        "sd": found.sd,
        "lowest": found.lowest,
        "highest": found.highest,
        "alpha": found.alpha,
        "kr20": found.kr20,
        "sem": found.sem,
        "perfect": found.perfect,
        "zero": found.zero,
        "items": [_item_analysis(item) for item in found.items],
        "notes": [note.as_dict() for note in found.notes],
    }


def _item_analysis(item: ItemStatistics) -> dict[str, Any]:
    return {
        "id": item.id,
        "n": item.n,
        "p": item.difficulty,
        "mean": item.mean,
        "sd": item.sd,
        "highest": item.highest,
        "r_rest": item.discrimination,
        "r_total": item.item_total,
        "alpha_without": item.alpha_without,
        "omitted": item.omitted,
        "flags": list(item.flags),
        "options": [
            {
                "option": option.option,
                "key": option.is_key,
                "count": option.count,
                "share": option.share,
                "r": option.discrimination,
                "mean_rest": option.mean_rest,
            }
            for option in item.options
        ],
    }


def read_items(path: Path) -> tuple[str, tuple[Item, ...]]:
    """Model and items of a parameter file; each item needs ``id``, ``a`` and ``d`` (or ``b``), 3PL also ``c``.

    Raises MeasurementError naming the item for anything that does not fit.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MeasurementError("unreadable", f"{path} cannot be opened: {error.strerror}.") from error
    except ValueError as error:
        raise MeasurementError(
            "not_json", f"{path.name} is not JSON ({error}): give what calibrate --json prints."
        ) from (error)
    if not isinstance(record, dict) or not isinstance(record.get("items"), list) or not record["items"]:
        raise MeasurementError(
            "no_items", f"{path.name} holds no list of items: give what calibrate --json prints."
        )
    model = str(record.get("model", ""))
    items = tuple(_item(path, model, number, entry) for number, entry in enumerate(record["items"], start=1))
    names = [item.id for item in items]
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise MeasurementError("repeated_item", f"{path.name}: item {double} stands there twice.")
    return model, items


def _item(path: Path, model: str, number: int, entry: Any) -> Item:
    try:
        name, a = str(entry["id"]), float(entry["a"])
        c = float(entry.get("c") or 0.0)
        if entry.get("d") is None:
            return item_from_locations(name, model, a, entry["b"], c)
        return Item(name, model, a, tuple(float(d) for d in np.atleast_1d(entry["d"])), c)
    except MeasurementError as error:
        raise MeasurementError(error.code, f"{path.name}: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MeasurementError(
            "item_shape", f"{path.name}: item {number} needs id, a, and d or b as numbers ({error})."
        ) from error
