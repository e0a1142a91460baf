"""An assembly as plain values for JSON."""

from __future__ import annotations

from typing import Any

from tancai.engines.assembly.assembling import Assembly
from tancai.engines.assembly.bank import Bank
from tancai.engines.assembly.blueprint import Blueprint, Measure
from tancai.engines.assembly.checking import Check, chosen, measured
from tancai.engines.assembly.conflicts import Conflict

SCHEMA = 1


def record(bank: Bank, blueprint: Blueprint, found: Assembly) -> dict[str, Any]:
    """Forms, what each requirement comes to, measures of the objective, overlap, gap, the conflict if any."""
    return {
        "schema": SCHEMA,
        "title": blueprint.title,
        "status": found.status,
        "goal": blueprint.objective.goal,
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "gap_allowed": found.gap_allowed,
        "way": found.way,
        "late": found.late,
        "seed": found.seed,
        "seconds": round(found.seconds, 3),
        "forms": [{"number": k, "items": list(form)} for k, form in enumerate(found.forms, 1)],
        "requirements": [_check(check) for check in found.checks] if found.forms else [],
        "measures": [
            {"measure": str(measure), "target": target, "values": values}
            for measure, target, values in aims(bank, blueprint, found)
        ],
        "shared": [list(row) for row in found.shared],
        "conflict": _conflict(found.conflict) if found.conflict else None,
        "notes": [note.as_dict() for note in found.notes],
    }


def aims(
    bank: Bank, blueprint: Blueprint, found: Assembly
) -> list[tuple[Measure, float | None, list[float]]]:
    """Each aim of the objective with its target and its value in each form."""
    forms = chosen(bank, found.forms)
    closest = blueprint.objective.goal == "closest"
    return [
        (
            aim.measure,
            aim.target if closest else None,
            measured(bank, aim.measure, forms, f"objective, {aim.measure}"),
        )
        for aim in blueprint.objective.aims
    ]


def _check(check: Check) -> dict[str, Any]:
    return {
        "requirement": str(check.requirement),
        "line": check.requirement.line or None,
        "min": check.low,
        "max": check.high,
        "values": list(check.values),
        "holds": check.holds,
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "smallest": conflict.smallest,
        "proof": conflict.proof,
        "repair": [{"requirement": str(one), "line": one.line or None} for one in conflict.repair],
        "requirements": [
            {
                "requirement": str(one.requirement),
                "line": one.requirement.line or None,
                "giving_it_is_enough": one.enough,
                "needed": one.needed,
                "words": one.words,
            }
            for one in conflict.relaxations
        ],
    }
