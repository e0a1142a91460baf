"""Answers as other systems read them: every question of a paper by name and version, a response in variables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tancai.items.errors import BadResponse
from tancai.items.exchange.result_write import RESPONSE, Variable, variables
from tancai.items.kinds import kinds
from tancai.items.models import FormEntry


@dataclass(frozen=True)
class Question:
    """One place of a paper: the item's code and version, and what its answers are made of; no key."""

    position: int
    code: str
    version: int
    kind: str
    part: str
    content: dict[str, Any]


def paper_questions(form_id: int) -> list[Question]:
    """The questions of a paper in order."""
    rows = FormEntry.objects.filter(form_id=form_id).select_related("version__item").order_by("position")
    return [
        Question(
            position=row.position,
            code=row.version.item.code,
            version=row.version.number,
            kind=row.version.item.kind,
            part=row.part,
            content=row.version.content,
        )
        for row in rows
    ]


def answer_variables(question: Question, raw: Any) -> tuple[Variable, ...]:
    """A response as it was kept, in variables; what is no answer to the question comes as its text."""
    try:
        response = kinds()[question.kind].response(raw)
    except BadResponse:
        text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        return (Variable(RESPONSE, "single", "string", (("", text),)),)
    return variables(question.kind, question.content, response)
