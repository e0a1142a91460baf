"""Reads: tasks beside the statements of the standard, and pieces of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tancai.labs.errors import NoSuchWork
from tancai.labs.folding import State, fold
from tancai.labs.models import Work, WorkEntry
from tancai.labs.tasks import matrix as pages
from tancai.labs.tasks.registry import tasks
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
