"""The paper as HTML bytes: printed once for a form, a language and a sequence of sections, then only filled in.

What is kept is the same for all candidates of a form. A candidate's own paper differs in which question stands where;
that is put in between the pieces without rendering a template. Each web process prints its own copy at its first use:
when the first candidate opens the exam room, which is before the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.programmes import api as programmes

_NUMBER, _POSITION, _QUESTION = "\ue000", "\ue001", "\ue002"
"""Stand in a template for what differs between candidates."""

Shape = tuple[tuple[str, str, int, int], ...]
"""Part, kind, marks of a question and number of questions, section by section."""


def paper(sitting: exams.Sitting) -> bytes:
    """The questions of a sitting in its own order."""
    sections = exams.sections(sitting)
    language = get_language() or ""
    questions = _questions(sitting.form.form_id, sitting.form.form.made_at, language)
    parts = programmes.definition_of(sitting.session.edition_id).paper.parts
    named = tuple((part.code, part.name, part.name_en) for part in parts)
    pieces = _frame(_shape(sections), named, language)
    found = [pieces[0]]
    place = 1
    for section in sections:
        for question in section.questions:
            found.append(b"%d" % question.position)
            found.append(pieces[place])
            printed = _printed(question.entry) if question.entry.varies else questions[question.position]
            found.append((b"%d" % question.number).join(printed))
            found.append(pieces[place + 1])
            place += 2
    return b"".join(found)


def prepare(sitting: exams.Sitting) -> None:
    """Print what all candidates of this form share, if it has not been printed yet."""
    _questions(sitting.form.form_id, sitting.form.form.made_at, get_language() or "")


def _shape(sections: Sequence[exams.Section]) -> Shape:
    return tuple((each.part, each.kind, each.marks, len(each.questions)) for each in sections)


@lru_cache(maxsize=64)
def _questions(form_id: int, made_at: Any, language: str) -> dict[int, list[bytes]]:
    """Every question of a form by position, cut where its number belongs."""
    return {entry.position: _printed(entry) for entry in exams.form_view(form_id, made_at).entries}


def _printed(entry: Any) -> list[bytes]:
    context = {"entry": entry, "value": None, "number": _NUMBER}
    html = render_to_string("items/with_files.html", {**context, "kind": f"items/kinds/{entry.kind}.html"})
    return [piece.encode() for piece in html.split(_NUMBER)]


@lru_cache(maxsize=64)
def _frame(shape: Shape, named: tuple[tuple[str, str, str], ...], language: str) -> tuple[bytes, ...]:
    """The paper around its questions; between the pieces stand position and question in turn."""
    parts = {code: SimpleNamespace(code=code, name=name, name_en=english) for code, name, english in named}
    shown, number = [], 0
    for part, kind, marks, count in shape:
        questions = []
        for _ in range(count):
            number += 1
            question = SimpleNamespace(position=_POSITION, number=number)
            questions.append((question, mark_safe(_QUESTION)))
        shown.append(
            {
                "part": parts.get(part) if len(parts) > 1 else None,
                "heading": items.kind_name(kind),
                "section": SimpleNamespace(marks=marks, total=marks * count, questions=questions),
                "questions": questions,
            }
        )
    html = render_to_string("exam_room/paper.html", {"sections": shown})
    pieces = html.replace(_QUESTION, _POSITION).split(_POSITION)
    return tuple(piece.encode() for piece in pieces)
