"""Every response of a session with its marks, paper by paper, for those who analyse answers elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.marking.later import Marks, changed, first_marks, later_marks
from tancai.marking.models import OpenAnswer, Script
from tancai.marking.queries.results import newest_results

CHUNK = 200


@dataclass(frozen=True)
class Answered:
    """One question of one candidate. ``score`` None: still to be marked; ``first_score`` before any later change."""

    question: items.Question
    given: tuple[items.Variable, ...]
    variant: tuple[tuple[str, str], ...]
    score: Decimal | None
    out_of: Decimal
    first_score: Decimal | None
    seconds: float | None
    """From the start to the last change of the answer; None where the log no longer knows."""


@dataclass(frozen=True)
class AnsweredPaper:
    """One candidate's paper: ``code`` stands for the person; ``ticket`` and ``name`` only where they were asked for."""

    session: str
    form: int
    code: str
    ticket: str
    name: str
    ended_at: datetime
    seconds: float | None
    passed: bool | None
    answers: tuple[Answered, ...]

    @property
    def score(self) -> Decimal | None:
        """None while an answer waits for its marks."""
        marks = [one.score for one in self.answers]
        return None if None in marks else sum((mark for mark in marks if mark is not None), Decimal(0))

    @property
    def out_of(self) -> Decimal:
        return sum((one.out_of for one in self.answers), Decimal(0))


def answered_count(session: Any) -> int:
    """Papers of a session that are scored as far as machines can."""
    return Script.objects.filter(session=session).count()


def answered_papers(session: Any, *, names: bool = False) -> Iterator[AnsweredPaper]:
    """Papers in the order of their codes, which is nobody's order of seats or names; read in pieces."""
    scripts = Script.objects.filter(session=session).select_related(
        "sitting__form", "sitting__sheet", "sitting__admission__person"
    )
    questions: dict[int, list[items.Question]] = {}
    last = ""
    while chunk := list(scripts.filter(code__gt=last).order_by("code")[:CHUNK]):
        last = chunk[-1].code
        yield from _read(session, chunk, questions, names)


def _read(
    session: Any, scripts: Sequence[Script], questions: dict[int, list[items.Question]], names: bool
) -> Iterator[AnsweredPaper]:
    ids = [script.pk for script in scripts]
    first, later = first_marks(ids), later_marks(ids)
    waiting = set(
        OpenAnswer.objects.filter(script__in=ids).exclude(needs="").values_list("script", "position")
    )
    sittings = [script.sitting for script in scripts]
    times = exams.answer_times(sittings)
    admissions = [sitting.admission_id for sitting in sittings]
    passed = dict(newest_results().filter(admission__in=admissions).values_list("admission", "passed"))
    begun = exams.started_at(sittings)
    for script in scripts:
        sitting = script.sitting
        form_id = sitting.form.form_id
        if form_id not in questions:
            questions[form_id] = items.paper_questions(form_id)
        marks = changed(first[script.pk], later.get(script.pk, {}))
        open_ = {position for script_id, position in waiting if script_id == script.pk}
        began = begun.get(sitting.pk)
        yield AnsweredPaper(
            session=session.exam_day,
            form=form_id,
            code=script.code,
            ticket=sitting.admission.ticket_number if names else "",
            name=sitting.admission.person.name if names else "",
            ended_at=sitting.sheet.ended_at,
            seconds=(sitting.sheet.ended_at - began).total_seconds() if began else None,
            passed=passed.get(sitting.admission_id),
            answers=tuple(
                _answered(question, sitting, marks, first[script.pk], open_, times.get(sitting.pk, {}))
                for question in questions[form_id]
            ),
        )


def _answered(
    question: items.Question,
    sitting: Any,
    marks: Marks,
    first: Marks,
    open_: set[int],
    times: dict[int, float],
) -> Answered:
    place = question.position
    # a question that a ruling settled needs no marker any more
    settled = place not in open_ or marks[place] != first[place]
    return Answered(
        question=question,
        given=items.answer_variables(question, sitting.sheet.answers.get(str(place))),
        variant=tuple((sitting.variants or {}).get(str(place), {}).items()),
        score=marks[place][0] if settled else None,
        out_of=marks[place][1],
        first_score=None if place in open_ else first[place][0],
        seconds=times.get(place),
    )
