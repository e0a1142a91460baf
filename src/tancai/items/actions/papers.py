"""Sets of parallel papers: asked for, searched for by a job, looked at, mended item by item, accepted or discarded.

A set is what an author asked for; its outcome is what the search proved; its papers are frozen forms. To replace an
item makes a new form under the same number, and the newest counts. Exams take papers of accepted sets before they
draw any.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.engines.assembly.blueprint import Objective
from tancai.engines.assembly.several import Progress
from tancai.engines.psychometrics.curves import Item as Curve
from tancai.items import rules
from tancai.items.actions.forms import keep_form
from tancai.items.assembling import Hindrance, Papers, information_aim
from tancai.items.errors import NotAllowed
from tancai.items.models import (
    Form,
    FormEntry,
    PaperSet,
    PaperSetForm,
    PaperSetOutcome,
    PaperSetStep,
)
from tancai.items.queries.figures import curves_of
from tancai.items.queries.forms import assemble_papers, candidates
from tancai.items.queries.papers import INFORMATION, MIX, fitting

AIMS = (MIX, INFORMATION)

MOST_PAPERS = 12

SEARCH_SECONDS = 120.0


@transaction.atomic
def ask_for_papers(
    definition: Any,
    *,
    level: str,
    speciality: str,
    count: int,
    overlap: int,
    aim: str = MIX,
    excluded: Collection[int] = (),
    why: Mapping[str, Any] | None = None,
    seed: str,
    by: Any,
    at: datetime,
) -> PaperSet:
    """Write down what is wanted; ``search_papers`` then looks for it. ``why`` says in plain values why items were
    left out. Raises ValueError for a number of papers, an overlap or an aim out of range."""
    if not 1 <= count <= MOST_PAPERS or overlap < 0 or aim not in AIMS:
        raise ValueError("number of papers, overlap or aim out of range")
    row = PaperSet.objects.create(
        programme=definition.code,
        level=level,
        speciality=speciality,
        count=count,
        overlap=overlap,
        aim=aim,
        rules=dict(why or {}),
        excluded=sorted(excluded),
        seed=seed,
        at=at,
        by=by,
    )
    audit.record("items.ask_for_papers", by=by, at=at, target=("paper_set", row.pk), detail={"count": count})
    return row


def search_papers(
    wanted: PaperSet,
    definition: Any,
    *,
    by: Any,
    at: datetime,
    progress: Progress | None = None,
    seconds: float = SEARCH_SECONDS,
) -> PaperSetOutcome:
    """Look for the papers of a set and keep them with what is proven; safe to repeat (a set is searched for once).

    The search runs before the transaction. Nothing found is an outcome too, with the demands in each other's way.
    """
    known = PaperSetOutcome.objects.filter(papers=wanted).first()
    if known is not None:
        return known
    blueprint = definition.blueprint(wanted.level, wanted.speciality)
    aim, curves, assumed = _aim(wanted, blueprint)
    found = assemble_papers(
        blueprint,
        wanted.level,
        wanted.count,
        seed=wanted.seed,
        overlap=wanted.overlap,
        excluded=frozenset(wanted.excluded),
        curves=curves,
        objective=aim,
        seconds=seconds,
        progress=progress,
    )
    return _keep(wanted, definition, blueprint, found, len(assumed), by=by, at=at)


def _aim(wanted: PaperSet, blueprint: Any) -> tuple[Objective | None, dict[int, Curve], frozenset[int]]:
    sections = [rules.Want(s.part, s.kind, s.count, s.marks, s.tiers) for s in blueprint.sections]
    topics = {topic for want in sections for tier in want.tiers for topic in tier}
    pool = candidates(topics=topics, level=wanted.level)
    curves, assumed = curves_of([candidate.version_id for candidate in pool])
    if wanted.aim != INFORMATION:
        return None, curves, assumed
    return information_aim(pool, sections, curves, frozenset(wanted.excluded)), curves, assumed


@transaction.atomic
def _keep(
    wanted: PaperSet,
    definition: Any,
    blueprint: Any,
    found: Papers,
    assumed: int,
    *,
    by: Any,
    at: datetime,
) -> PaperSetOutcome:
    PaperSet.objects.select_for_update().get(pk=wanted.pk)
    known = PaperSetOutcome.objects.filter(papers=wanted).first()
    if known is not None:
        return known
    for number, picks in enumerate(found.picks, 1):
        form = keep_form(definition.code, blueprint, picks, seed=f"{wanted.seed}:{number}"[:80], at=at)
        PaperSetForm.objects.create(papers=wanted, number=number, form=form, at=at, by=by)
    told = found.found
    outcome = PaperSetOutcome.objects.create(
        papers=wanted,
        status=told.status,
        value=told.value,
        bound=told.bound,
        gap=told.gap,
        gap_allowed=told.gap_allowed,
        late=told.late,
        assumed=assumed,
        seconds=told.seconds,
        hindrances=[_plain(hindrance) for hindrance in found.hindrances],
        at=at,
    )
    detail = {"status": told.status, "papers": len(found.picks), "gap": told.gap}
    audit.record("items.search_papers", by=by, at=at, target=("paper_set", wanted.pk), detail=detail)
    return outcome


def _plain(hindrance: Hindrance) -> dict[str, Any]:
    params = {
        name: list(value) if isinstance(value, tuple | frozenset) else value
        for name, value in hindrance.demand.params
    }
    return {
        "code": hindrance.demand.code,
        "params": params,
        "enough": hindrance.enough,
        "needed": hindrance.needed,
    }


@transaction.atomic
def decide_papers(wanted: PaperSet, step: str, *, reason: str = "", by: Any, at: datetime) -> PaperSetStep:
    """Accept a set for exams or discard it; raises NotAllowed: nothing_found, decided, reason_needed."""
    PaperSet.objects.select_for_update().get(pk=wanted.pk)
    last = wanted.steps.order_by("-pk").first()
    if not PaperSetForm.objects.filter(papers=wanted).exists() and step == PaperSetStep.ACCEPTED:
        raise NotAllowed("nothing_found")
    if last is not None and (last.step == step or last.step == PaperSetStep.DISCARDED):
        raise NotAllowed("decided")
    if last is not None and not reason.strip():
        raise NotAllowed("reason_needed")
    row = PaperSetStep.objects.create(papers=wanted, step=step, reason=reason.strip()[:300], at=at, by=by)
    audit.record(f"items.papers_{step}", by=by, at=at, target=("paper_set", wanted.pk))
    return row


@transaction.atomic
def replace_item(
    wanted: PaperSet, number: int, out: int, put_in: int, definition: Any, *, by: Any, at: datetime
) -> PaperSetForm:
    """Put another item (version id) in the place of one; the paper becomes a new form under the same number.

    Raises NotAllowed: decided, moved_on (the paper has changed meanwhile), does_not_fit.
    """
    PaperSet.objects.select_for_update().get(pk=wanted.pk)
    if wanted.steps.exists():
        raise NotAllowed("decided")
    row = PaperSetForm.objects.filter(papers=wanted, number=number).order_by("-pk").first()
    if row is None or not FormEntry.objects.filter(form=row.form_id, version=out).exists():
        raise NotAllowed("moved_on")
    if put_in not in {one.version_id for one in fitting(wanted, number, out, definition)}:
        raise NotAllowed("does_not_fit")
    old = Form.objects.get(pk=row.form_id)
    form = Form.objects.create(
        programme=old.programme,
        level=old.level,
        speciality=old.speciality,
        seed=old.seed,
        blueprint=old.blueprint,
        made_at=at,
    )
    FormEntry.objects.bulk_create(
        FormEntry(
            form=form,
            position=entry.position,
            version_id=put_in if entry.version_id == out else entry.version_id,
            marks=entry.marks,
            part=entry.part,
        )
        for entry in FormEntry.objects.filter(form=old)
    )
    made = PaperSetForm.objects.create(
        papers=wanted, number=number, form=form, taken_out_id=out, put_in_id=put_in, at=at, by=by
    )
    detail = {"number": number, "out": out, "in": put_in}
    audit.record("items.replace_item", by=by, at=at, target=("paper_set", wanted.pk), detail=detail)
    return made
