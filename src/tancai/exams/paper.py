"""What a candidate gets to see: the form's questions without keys, in the sitting's own order.

The bytes of a form are the same for everybody and are kept in memory; a sitting adds only its order.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tancai.exams import rules
from tancai.exams.models import Sitting
from tancai.items import api as items


@dataclass(frozen=True)
class Question:
    """One question as one candidate sees it: ``number`` is shown, ``position`` names it in log and sheet."""

    number: int
    entry: items.Entry

    @property
    def position(self) -> int:
        return self.entry.position


@dataclass(frozen=True)
class Section:
    """Neighbouring questions of one part and kind, each worth ``marks``."""

    part: str
    kind: str
    marks: int
    questions: tuple[Question, ...]

    @property
    def total(self) -> int:
        return sum(question.entry.marks for question in self.questions)


@lru_cache(maxsize=64)
def form_view(form_id: int, made_at: Any) -> items.FormView:
    """A drawn form never changes; ``made_at`` tells apart rows of a thrown-away database."""
    return items.form(form_id)


def form_of(sitting: Sitting) -> items.FormView:
    return form_view(sitting.form.form_id, sitting.form.form.made_at)


def shown_order(sitting: Sitting) -> list[int]:
    """Positions in the order this candidate sees them."""
    entries = [(entry.position, f"{entry.part}/{entry.kind}") for entry in form_of(sitting).entries]
    return rules.order(entries, random.Random(sitting.seed))


def own_public(sitting: Sitting) -> dict[int, dict[str, Any]]:
    """What this sitting alone sees: the questions with its own numbers, by position."""
    return items.varied(sitting.form.form_id, sitting.variants) if sitting.variants else {}


def sections(sitting: Sitting) -> list[Section]:
    by_position = {entry.position: entry for entry in form_of(sitting).entries}
    for position, public in own_public(sitting).items():
        by_position[position] = replace(by_position[position], public=public)
    found: list[Section] = []
    for number, position in enumerate(shown_order(sitting), start=1):
        entry = by_position[position]
        question = Question(number, entry)
        last = found[-1] if found else None
        if last is not None and (last.part, last.kind, last.marks) == (entry.part, entry.kind, entry.marks):
            found[-1] = Section(last.part, last.kind, last.marks, (*last.questions, question))
        else:
            found.append(Section(entry.part, entry.kind, entry.marks, (question,)))
    return found


@lru_cache(maxsize=2_000)
def _question_bytes(form_id: int, made_at: Any) -> dict[int, bytes]:
    return {entry.position: _as_bytes(entry) for entry in form_view(form_id, made_at).entries}


def _as_bytes(entry: items.Entry) -> bytes:
    return json.dumps(
        {"position": entry.position, "kind": entry.kind, "marks": entry.marks, "public": entry.public},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def paper(sitting: Sitting) -> bytes:
    """The paper as JSON: ``{"sitting", "questions": [{"position", "kind", "marks", "public"}]}``, no keys."""
    cached = _question_bytes(sitting.form.form_id, sitting.form.form.made_at)
    own = own_public(sitting)
    if own:
        entries = {entry.position: entry for entry in form_of(sitting).entries}
        changed = {place: _as_bytes(replace(entries[place], public=public)) for place, public in own.items()}
        cached = {**cached, **changed}
    shown = b",".join(cached[position] for position in shown_order(sitting))
    return b'{"sitting":%d,"questions":[%s]}' % (sitting.pk, shown)
