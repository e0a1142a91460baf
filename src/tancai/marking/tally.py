"""What each admission of a session comes to: the sum of its marks, by part and kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.marking import rules
from tancai.marking.editions import definitions
from tancai.marking.later import changed, later_marks, together
from tancai.marking.models import AutoScore, OpenAnswer, Script

SCORED, ABSENT, RUNNING, UNSCORED, OPEN, WAITING = (
    "scored",
    "absent",
    "running",
    "unscored",
    "open",
    "waiting",
)


@dataclass(frozen=True)
class Tally:
    """One admission as marking sees it now.

    ``state``: ``waiting`` (not begun, entry still open), ``absent``, ``running``, ``unscored``, ``open`` (answers to
    mark) or ``scored``. ``total`` is None until everything is marked.
    """

    admission: Any
    state: str
    auto: Decimal | None
    human: Decimal | None
    total: Decimal | None
    open_answers: int
    out_of: Decimal
    pass_mark: Decimal
    breakdown: tuple[dict[str, Any], ...]
    how: str

    @property
    def passed(self) -> bool:
        return rules.passes(self.total, self.pass_mark)


def entry_closed(session: Any, at: Any) -> bool:
    """Nobody who has not begun may begin any more."""
    return at > session.entry_until or session.events.filter(kind="closed").exists()


def tallies(session: Any, *, at: Any) -> list[Tally]:
    """Every admission of a session that was not withdrawn, in ticket order."""
    sittings: dict[int, Any] = {s.admission_id: s for s in exams.sittings(session)}
    scripts = {s.sitting_id: s for s in Script.objects.filter(session=session)}
    auto: dict[int, list[tuple[int, Decimal, Decimal]]] = defaultdict(list)
    rows = AutoScore.objects.filter(script__session=session).order_by("position")
    for script_id, position, marks, out_of in rows.values_list("script", "position", "marks", "out_of"):
        auto[script_id].append((position, marks, out_of))
    opened: dict[int, list[OpenAnswer]] = defaultdict(list)
    for answer in OpenAnswer.objects.filter(session=session).order_by("position"):
        opened[answer.script_id].append(answer)
    absent = {admission.pk for admission in exams.absent(session)}
    started = exams.sittings(session).filter(events__kind="started").values_list("admission_id", flat=True)
    began = {s.admission_id for s in sittings.values() if getattr(s, "sheet", None)} | set(started)
    closed = entry_closed(session, at)
    places: dict[int, dict[int, tuple[str, str]]] = {}
    later = later_marks([script.pk for script in scripts.values()])
    found = []
    admissions = list(exams.admissions(session))
    editions = definitions(admission.application.edition_id for admission in admissions)
    for admission in admissions:
        exam = editions[admission.application.edition_id].exam
        sitting: Any = sittings.get(admission.pk)
        if admission.pk not in began:
            if admission.pk in absent:
                found.append(_without(admission, exam, ABSENT if closed else WAITING))
            continue
        script = scripts.get(sitting.pk)
        if script is None:
            state = UNSCORED if getattr(sitting, "sheet", None) else RUNNING
            found.append(_without(admission, exam, state))
            continue
        form_id = sitting.form.form_id
        if form_id not in places:
            places[form_id] = {e.position: (e.part, e.kind) for e in items.form(form_id).entries}
        found.append(
            _scored(
                admission,
                exam,
                sitting,
                auto[script.pk],
                opened[script.pk],
                later.get(script.pk, {}),
                places[form_id],
            )
        )
    return found


def _without(admission: Any, exam: Any, state: str) -> Tally:
    return Tally(admission, state, None, None, None, 0, Decimal(exam.out_of), Decimal(exam.pass_mark), (), "")


def _scored(
    admission: Any,
    exam: Any,
    sitting: Any,
    auto: list[tuple[int, Decimal, Decimal]],
    opened: list[OpenAnswer],
    later: dict[int, tuple[Decimal, Decimal | None]],
    places: dict[int, tuple[str, str]],
) -> Tally:
    waiting = sum(bool(answer.needs) for answer in opened)
    first = {position: (won, of) for position, won, of in auto}
    alone = {position for position, _won, _of in auto}
    for answer in opened:
        given = (answer.marks or Decimal(0), answer.out_of)
        first[answer.position] = together(first.get(answer.position), given)
    marks = changed(first, later)
    in_part = {answer.position for answer in opened} & alone
    by_machine = sum((marks[position][0] for position in alone - in_part), Decimal(0))
    by_machine += sum(
        (won for position, won, _of in auto if position in in_part and position not in later), Decimal(0)
    )
    total = sum((won for won, _of in marks.values()), Decimal(0))
    out_of = sum((of for _won, of in marks.values()), Decimal(0))
    return Tally(
        admission=admission,
        state=OPEN if waiting else SCORED,
        auto=by_machine,
        human=total - by_machine,
        total=None if waiting else total,
        open_answers=waiting,
        out_of=out_of,
        pass_mark=rules.pass_mark_of(
            Decimal(exam.pass_mark), out_of, sum((of for _won, of in first.values()), Decimal(0))
        ),
        breakdown=breakdown(marks, places),
        how=sitting.sheet.how,
    )


def breakdown(
    marks: dict[int, tuple[Decimal, Decimal]], places: dict[int, tuple[str, str]]
) -> tuple[dict[str, Any], ...]:
    """Rows ``{part, kind, count, marks, out_of}`` in order of the paper; marks as plain numbers."""
    rows: dict[tuple[str, str], list[Decimal]] = {}
    for position in sorted(marks):
        won, of = marks[position]
        row = rows.setdefault(places[position], [Decimal(0), Decimal(0), Decimal(0)])
        row[0] += 1
        row[1] += won
        row[2] += of
    return tuple(
        {"part": part, "kind": kind, "count": int(n), "marks": float(won), "out_of": float(of)}
        for (part, kind), (n, won, of) in rows.items()
    )
