"""The questions of a case while it is written: one more, one less, another order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from tancai.items import api as items
from tancai.web.author.access import author_only
from tancai.web.author.answer_side import AnswerSide, initial_of

FIRST = ("single", "short")
"""What a new case begins with."""
MOST = 12


class QuestionForm(AnswerSide):
    """One question of a case; its fields are named ``q1-stem``."""

    marks = forms.IntegerField(min_value=1, max_value=100)

    def __init__(self, number: int, kind: items.Kind, data: Any = None, *, initial: Any = None) -> None:
        numbers_of_case = ("variables", "derived")
        super().__init__(kind, data, without=numbers_of_case, prefix=f"q{number}", initial=initial)
        self.number = number
        self.name = items.kind_name(kind.code)
        self.fields["stem"].widget.attrs["rows"] = 2
        self.fields["marks"].label = pgettext("marks", "分")


def questions(kind: Any, data: Any, version: Any) -> list[Any]:
    """The forms of the questions: as sent, as the version has them, or what a new case begins with."""
    if data is not None:
        return [
            QuestionForm(number, items.kinds()[code], data)
            for number, code in enumerate(_layout(kind, data), start=1)
        ]
    if version is None:
        return [QuestionForm(number, items.kinds()[code]) for number, code in enumerate(FIRST, start=1)]
    found = []
    pairs = zip(version.content["questions"], version.key["questions"], strict=True)
    for number, (question, key) in enumerate(pairs, start=1):
        own: Any = items.kinds()[question["kind"]]
        initial = {"marks": question["marks"], **initial_of(own, question["content"], key)}
        found.append(QuestionForm(number, own, initial=initial))
    return found


def _layout(kind: Any, data: Mapping[str, Any]) -> list[str]:
    """Kinds of the questions that were sent; what cannot be one is left out."""
    codes = str(data.get("questions", "")).split(",")
    return [code for code in codes if code in kind.kinds][:MOST]


def said(question: Any, name: str, error: str) -> str:
    """An error of a question, with its place."""
    label = question.fields[name].label if name in question.fields else ""
    place = _("第 %(n)s 小题") % {"n": question.number}
    return f"{place} {label}{_('：')}{error}" if label else f"{place}{_('：')}{error}"


@require_POST
@author_only
def rearrange(request: HttpRequest, kind: str) -> HttpResponse:
    """The questions after one step: ``do`` is ``add:single``, ``remove:2``, ``up:2`` or ``down:2``; none: as sent."""
    found = items.kinds().get(kind)
    if found is None or found.shape != "questions":
        raise Http404
    order = list(enumerate(_layout(found, request.POST), start=1))
    order, shown, button = _stepped(order, found, request.POST.get("do", ""))
    shown_forms = [
        QuestionForm(number, items.kinds()[code], initial=_sent(request.POST, old))
        for number, (old, code) in enumerate(order, start=1)
    ]
    context = {"questions": shown_forms, "shown": shown, "button": button, "parts": parts(found, shown_forms)}
    return render(request, "author/parts/case_questions.html", context)


def parts(kind: Any, shown: list[Any]) -> dict[str, Any]:
    """What the questions need besides their forms."""
    return {
        "layout": ",".join(form.kind.code for form in shown),
        "addable": [(code, items.kind_name(code)) for code in kind.kinds] if len(shown) < MOST else [],
        "code": kind.code,
    }


def _stepped(order: list[tuple[int, str]], kind: Any, step: str) -> tuple[list[tuple[int, str]], int, str]:
    """The questions (old number, kind) in their new order, the one to go on with, and its button or ``""``."""
    what, _colon, value = step.partition(":")
    if what == "add" and value in kind.kinds and len(order) < MOST:
        return [*order, (0, value)], len(order) + 1, ""
    place = int(value) - 1 if value.isdecimal() and len(value) < 3 else -1
    if not 0 <= place < len(order):
        return order, 0, ""
    if what == "remove":
        rest = order[:place] + order[place + 1 :]
        return rest, min(place + 1, len(rest)), ""
    to = place + {"up": -1, "down": 1}.get(what, 0)
    if not 0 <= to < len(order):
        return order, place + 1, what
    order[place], order[to] = order[to], order[place]
    return order, to + 1, what


def _sent(data: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What was typed in a question, by field."""
    head = f"q{number}-"
    return {name.removeprefix(head): value for name, value in data.items() if name.startswith(head)}
