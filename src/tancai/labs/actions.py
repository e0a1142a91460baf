"""Writes: pieces of work, begun, changed, handed in, put away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.labs.errors import Closed, NoName
from tancai.labs.folding import MOST_ENTRIES, Entry, new_ones
from tancai.labs.models import Work, WorkEntry
from tancai.labs.queries import marked, state_of
from tancai.labs.tasks.marking import Marked
from tancai.labs.tasks.registry import task as task_of

if TYPE_CHECKING:
    from tancai.people.api import User


LONGEST_TITLE = 120


@transaction.atomic
def begin(bench: str, *, title: str, by: User, at: datetime, task: str = "", seed: int | None = None) -> Work:
    """A new piece of work of ``by``. With a ``task`` it is on the case of ``seed``; raises NoSuchTask."""
    version = task_of(task).version if task else None
    work = Work.objects.create(
        owner=by,
        bench=bench,
        title=title[:LONGEST_TITLE],
        task=task,
        version=version,
        seed=seed,
        started_at=at,
    )
    audit.record("labs.begin", by=by, at=at, target=("work", work.id), detail={"bench": bench, "task": task})
    return work


@transaction.atomic
def write(work: Work, entries: Sequence[Entry], *, by: User, at: datetime) -> int:
    """Append what is new of ``entries`` and return the last number; the same entries again change nothing.

    Raises Closed when the work was handed in or put away, Misfit when the entries do not fit (see ``folding``).
    Entries leave no audit line, they are the record.
    """
    high, known = _locked(work, entries)
    fresh = new_ones(entries, high=high, known=known)
    if not fresh:
        return high
    _must_be_open(work)
    WorkEntry.objects.bulk_create(
        WorkEntry(work=work, seq=one.seq, kind=WorkEntry.VALUE, name=one.name, value=one.value, at=at, by=by)
        for one in fresh
    )
    return fresh[-1].seq


@transaction.atomic
def fill(work: Work, values: Mapping[str, Any], *, by: User, at: datetime) -> int:
    """Append many values after what is there (an example, a file, a sheet) and return the last number.

    Raises Closed and Misfit as ``write`` does.
    """
    high = state_of(work).high
    entries = [Entry(high + k, name, value) for k, (name, value) in enumerate(values.items(), 1)]
    for start in range(0, len(entries), MOST_ENTRIES):
        high = write(work, entries[start : start + MOST_ENTRIES], by=by, at=at)
    return high


@transaction.atomic
def hand_in(work: Work, *, by: User, at: datetime) -> Marked:
    """Close a work on a task and mark it.

    Raises Closed when it was handed in before or put away, NoSuchTask or OtherVersion when its case is gone.
    """
    high, _known = _locked(work, ())
    _must_be_open(work)
    found = marked(work)
    _append(work, high + 1, WorkEntry.HAND_IN, by=by, at=at, value={"total": found.total})
    audit.record("labs.hand_in", by=by, at=at, target=("work", work.id), detail={"total": found.total})
    return found


@transaction.atomic
def finish(work: Work, result: dict[str, Any], *, by: User, at: datetime) -> None:
    """Close a work that is not marked as a task; ``result`` is what its bench says of it. Raises Closed."""
    high, _known = _locked(work, ())
    _must_be_open(work)
    _append(work, high + 1, WorkEntry.HAND_IN, by=by, at=at, value=result)
    audit.record("labs.finish", by=by, at=at, target=("work", work.id))


@transaction.atomic
def put_away(work: Work, *, by: User, at: datetime) -> None:
    """Take a work out of its owner's list; ``take_back`` undoes it."""
    _move(work, WorkEntry.PUT_AWAY, by=by, at=at)


@transaction.atomic
def take_back(work: Work, *, by: User, at: datetime) -> None:
    """Put a work back into its owner's list."""
    _move(work, WorkEntry.TAKE_BACK, by=by, at=at)


@transaction.atomic
def rename(work: Work, title: str, *, by: User, at: datetime) -> None:
    """Give a work another name; open, handed in or put away. Raises NoName for an empty one."""
    clean = " ".join(title.split())[:LONGEST_TITLE]
    if not clean:
        raise NoName()
    high, _known = _locked(work, ())
    if clean == (state_of(work).title or work.title):
        return
    _append(work, high + 1, WorkEntry.RENAME, by=by, at=at, value=clean)


def _move(work: Work, kind: str, *, by: User, at: datetime) -> None:
    high, _known = _locked(work, ())
    if state_of(work).away == (kind == WorkEntry.PUT_AWAY):
        return
    _append(work, high + 1, kind, by=by, at=at)
    audit.record(f"labs.{kind}", by=by, at=at, target=("work", work.id))


def _locked(work: Work, entries: Sequence[Entry]) -> tuple[int, dict[int, tuple[str, Any]]]:
    """One writer at a time: the last number, and what stands under the numbers given."""
    Work.objects.select_for_update().get(id=work.id)
    newest = work.entries.order_by("-seq").values_list("seq", flat=True).first() or 0
    asked = [one.seq for one in entries if one.seq <= newest]
    known = {
        seq: (name, value)
        for seq, name, value in work.entries.filter(seq__in=asked).values_list("seq", "name", "value")
    }
    return newest, known


def _must_be_open(work: Work) -> None:
    moves = work.entries.exclude(kind__in=[WorkEntry.VALUE, WorkEntry.RENAME])
    kinds = list(moves.order_by("seq").values_list("kind", flat=True))
    if WorkEntry.HAND_IN in kinds or (kinds and kinds[-1] == WorkEntry.PUT_AWAY):
        raise Closed()


def _append(work: Work, seq: int, kind: str, *, by: User, at: datetime, value: Any = None) -> None:
    WorkEntry.objects.create(work=work, seq=seq, kind=kind, value=value, at=at, by=by)
