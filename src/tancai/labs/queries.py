"""Reads: tasks beside the statements of the standard, and pieces of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tancai.labs.errors import NoSuchWork, OtherVersion
from tancai.labs.folding import State, fold
from tancai.labs.models import Work, WorkEntry
from tancai.labs.tasks import matrix as pages
from tancai.labs.tasks.answers import tidy
from tancai.labs.tasks.marking import Marked, mark
from tancai.labs.tasks.protocol import Case
from tancai.labs.tasks.registry import task, tasks
from tancai.programmes import api as programmes

if TYPE_CHECKING:
    from tancai.people.api import User

STANDARD = "cmc"


def posts() -> tuple[Any, ...]:
    """The nine posts with their statements, from the definition that ships with the program."""
    framework = programmes.shipped_definition(STANDARD).framework
    return framework.posts if framework is not None else ()


def matrix() -> str:
    """The page ``docs/laboratories.md``."""
    return pages.page(posts(), tasks())


def unexamined() -> list[str]:
    """Skill clauses without a task."""
    return pages.unexamined(posts(), tasks())


def works(owner: User, *, bench: str = "", away: bool = False) -> QuerySet[Work]:
    """Pieces of work of one person, last touched first: those in the list, or those put away.

    Each carries ``name`` (the newest title), ``touched`` and ``handed_in``.
    """
    entries = WorkEntry.objects.filter(work=OuterRef("id")).order_by("-seq")
    moves = entries.filter(kind__in=[WorkEntry.PUT_AWAY, WorkEntry.TAKE_BACK])
    found = Work.objects.filter(owner=owner).annotate(
        last_move=Subquery(moves.values("kind")[:1]),
        renamed=Subquery(entries.filter(kind=WorkEntry.RENAME).values("value")[:1]),
        touched=Coalesce(Subquery(entries.values("at")[:1]), "started_at"),
        handed_in=Exists(entries.filter(kind=WorkEntry.HAND_IN)),
    )
    found = found.filter(bench=bench) if bench else found
    put_away = Q(last_move=WorkEntry.PUT_AWAY)
    return found.filter(put_away if away else ~put_away | Q(last_move=None)).order_by("-touched", "-id")


def work_of(owner: User, work_id: int) -> Work:
    """A piece of work of this person. Raises NoSuchWork, also for somebody else's."""
    renames = WorkEntry.objects.filter(work=OuterRef("id"), kind=WorkEntry.RENAME).order_by("-seq")
    found = Work.objects.filter(owner=owner, id=work_id).annotate(
        renamed=Subquery(renames.values("value")[:1])
    )
    work = found.first()
    if work is None:
        raise NoSuchWork()
    return work


def state_of(work: Work) -> State:
    """The work as it stands: values by name, the last number, whether it is handed in or put away."""
    return fold(work.entries.order_by("seq"))


def case_of(work: Work) -> Case:
    """The case of a work on a task. Raises NoSuchTask, or OtherVersion when the task has changed since."""
    one = task(work.task)
    if one.version != work.version:
        raise OtherVersion()
    return one.case(work.seed or 0)


def marked(work: Work, state: State | None = None) -> Marked:
    """The work marked as it stands. Raises as ``case_of``."""
    case = case_of(work)
    return mark(case, tidy((state or state_of(work)).values, case.field_names))


@dataclass(frozen=True)
class Result:
    """What somebody reached on a task: ``best`` and ``last`` out of 100, the works handed in, newest first."""

    best: float
    last: float
    works: tuple[tuple[int, float, datetime], ...]


def results(owner: User) -> dict[str, Result]:
    """By task, from everything handed in, put away or not."""
    found: dict[str, list[tuple[int, float, datetime]]] = {}
    handed = WorkEntry.objects.filter(work__owner=owner, kind=WorkEntry.HAND_IN).exclude(work__task="")
    for work, code, value, at in handed.order_by("-at", "-id").values_list(
        "work", "work__task", "value", "at"
    ):
        total = float(value["total"]) if isinstance(value, dict) else 0.0
        found.setdefault(code, []).append((work, total, at))
    return {
        code: Result(max(total for _, total, _ in some), some[0][1], tuple(some))
        for code, some in found.items()
    }


def outcomes(owner: User, bench: str) -> dict[int, dict[str, Any]]:
    """By work of a bench what was said when it was closed: ``{"total": …}`` of a task, else what its bench says."""
    handed = WorkEntry.objects.filter(work__owner=owner, work__bench=bench, kind=WorkEntry.HAND_IN)
    return {work: value for work, value in handed.values_list("work", "value") if isinstance(value, dict)}
