"""Papers drawn or assembled by a blueprint, and kept as forms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.engines.assembly.assembling import Assembly
from tancai.engines.assembly.blueprint import Objective
from tancai.engines.psychometrics.curves import Item as Curve
from tancai.items import rules
from tancai.items.errors import CannotAssemble, NotEnoughItems
from tancai.items.models import Form, FormEntry
from tancai.items.queries.forms import assemble_papers, draw_picks


@dataclass(frozen=True)
class AssembledForms:
    """Parallel papers as they are kept, and what is proven about them (ids of items as texts)."""

    forms: tuple[Form, ...]
    found: Assembly


@transaction.atomic
def draw_form(
    definition: Any,
    *,
    level: str,
    speciality: str,
    seed: str,
    exclude_item_ids: frozenset[int] = frozenset(),
    by: Any,
    at: datetime,
) -> Form:
    """Draw a paper by the definition's blueprint from the active items; the same seed and bank give the same paper.

    Raises NotEnoughItems naming, section by section, what the bank lacks.
    """
    blueprint = definition.blueprint(level, speciality)
    drawn = draw_picks(blueprint, level, seed, exclude_item_ids)
    if drawn.shortages:
        raise NotEnoughItems(list(drawn.shortages))
    form = keep_form(definition.code, blueprint, drawn.picks, seed=seed, at=at)
    audit.record(
        "items.draw_form", by=by, at=at, target=("form", form.pk), detail={"entries": len(drawn.picks)}
    )
    return form


def keep_form(
    programme: str, blueprint: Any, picks: Sequence[rules.Pick], *, seed: str, at: datetime
) -> Form:
    """A paper as it was picked, frozen."""
    form = Form.objects.create(
        programme=programme,
        level=blueprint.level,
        speciality=blueprint.speciality,
        seed=seed,
        blueprint=blueprint.model_dump(mode="json"),
        made_at=at,
    )
    FormEntry.objects.bulk_create(
        [
            FormEntry(
                form=form,
                position=pick.position,
                version_id=pick.candidate.version_id,
                marks=pick.marks,
                part=pick.part,
            )
            for pick in picks
        ]
    )
    return form


def assemble_forms(
    definition: Any,
    *,
    level: str,
    speciality: str,
    count: int,
    seed: str,
    overlap: int = 0,
    exclude_item_ids: Collection[int] = frozenset(),
    curves: Mapping[int, Curve] | None = None,
    objective: Objective | None = None,
    seconds: float = 300.0,
    by: Any,
    at: datetime,
) -> AssembledForms:
    """``count`` parallel papers of the definition's blueprint that share at most ``overlap`` items two by two.

    Difficulties come near the wished mix in all of them, or ``objective`` is aimed at (``curves`` by version id for
    information). The same seed and bank give the same papers. The search runs before the transaction. Raises
    CannotAssemble naming the fewest demands that stand against each other.
    """
    blueprint = definition.blueprint(level, speciality)
    found = assemble_papers(
        blueprint,
        level,
        count,
        seed=seed,
        overlap=overlap,
        excluded=frozenset(exclude_item_ids),
        curves=curves,
        objective=objective,
        seconds=seconds,
    )
    if not found.picks:
        raise CannotAssemble(found.hindrances, proven=found.found.status == "infeasible")
    with transaction.atomic():
        forms = tuple(
            keep_form(definition.code, blueprint, picks, seed=f"{seed}:{k}"[:80], at=at)
            for k, picks in enumerate(found.picks, 1)
        )
        audit.record(
            "items.assemble_forms",
            by=by,
            at=at,
            target=("form", forms[0].pk),
            detail={"forms": [form.pk for form in forms], "overlap": overlap, "gap": found.found.gap},
        )
    return AssembledForms(forms, found.found)
