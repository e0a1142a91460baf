"""Remarks on versions: threads at a place, answered, settled and opened again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tancai.audit import api as audit
from tancai.items.errors import BadComment
from tancai.items.models import Comment, CommentMark, ItemVersion

LONGEST = 2000
_OPEN = Q(mark=None) | Q(mark=CommentMark.REOPENED)


@dataclass(frozen=True)
class Thread:
    """A remark with its answers in order; ``settled`` by the newest mark."""

    head: Comment
    replies: tuple[Comment, ...]
    settled: bool
    settled_by: Any


@transaction.atomic
def add_comment(
    version: ItemVersion, *, text: str, place: str = "", answers: Comment | None = None, by: Any, at: datetime
) -> Comment:
    """Say something about a version, or answer a thread; raises BadComment (``empty``, ``too_long``, ``elsewhere``).

    An answer to a settled thread opens it again.
    """
    text = text.strip()
    if not text:
        raise BadComment("empty")
    if len(text) > LONGEST:
        raise BadComment("too_long")
    if answers is not None and (answers.version_id != version.pk or answers.answers_id is not None):
        raise BadComment("elsewhere")
    comment = Comment.objects.create(
        version=version,
        place=answers.place if answers else place[:40],
        text=text,
        answers=answers,
        at=at,
        by=by,
    )
    if answers is not None and answers.pk not in _open_heads(Comment.objects.filter(pk=answers.pk)):
        CommentMark.objects.create(comment=answers, mark=CommentMark.REOPENED, at=at, by=by)
    audit.record(
        "items.comment", by=by, at=at, target=("item", version.item_id), detail={"comment": comment.pk}
    )
    return comment


@transaction.atomic
def mark_comment(comment: Comment, mark: str, *, by: Any, at: datetime) -> None:
    """Settle a thread or open it again; saying what is so already changes nothing.

    Raises BadComment (``elsewhere``: no head of a thread, or no such mark).
    """
    if comment.answers_id is not None or mark not in (CommentMark.SETTLED, CommentMark.REOPENED):
        raise BadComment("elsewhere")
    Comment.objects.select_for_update().get(pk=comment.pk)
    is_open = comment.pk in _open_heads(Comment.objects.filter(pk=comment.pk))
    if is_open == (mark == CommentMark.REOPENED):
        return
    CommentMark.objects.create(comment=comment, mark=mark, at=at, by=by)
    audit.record(
        "items.comment_mark",
        by=by,
        at=at,
        target=("item", comment.version.item_id),
        detail={"comment": comment.pk, "mark": mark},
    )


def _with_mark(rows: QuerySet[Comment]) -> QuerySet[Any]:
    newest = CommentMark.objects.filter(comment=OuterRef("pk")).order_by("-id")
    return rows.annotate(mark=Subquery(newest.values("mark")[:1]))


def _open_heads(rows: QuerySet[Comment]) -> set[int]:
    found = _with_mark(rows.filter(answers=None)).filter(_OPEN)
    return set(found.values_list("pk", flat=True))


def open_threads(version: ItemVersion) -> int:
    """How many remarks on this version are not settled."""
    return len(_open_heads(Comment.objects.filter(version=version)))


def open_on_version(outer: str) -> Exists:
    """For queries over versions: whether a remark is open."""
    rows = Comment.objects.filter(version=OuterRef(outer), answers=None)
    return Exists(_with_mark(rows).filter(_OPEN))


def threads(versions: Iterable[ItemVersion]) -> dict[int, list[Thread]]:
    """Threads by version id, oldest first."""
    ids = [version.pk for version in versions]
    rows = list(
        Comment.objects.filter(version__in=ids)
        .select_related("by")
        .prefetch_related("marks__by")
        .order_by("pk")
    )
    replies: dict[int, list[Comment]] = {}
    for row in rows:
        if row.answers_id is not None:
            replies.setdefault(row.answers_id, []).append(row)
    found: dict[int, list[Thread]] = {pk: [] for pk in ids}
    for row in rows:
        if row.answers_id is None:
            last = max(row.marks.all(), key=lambda mark: mark.pk, default=None)
            settled = last is not None and last.mark == CommentMark.SETTLED
            found[row.version_id].append(
                Thread(row, tuple(replies.get(row.pk, ())), settled, last.by if settled and last else None)
            )
    return found


def comment(comment_id: int) -> Comment | None:
    """A remark with its version and item."""
    return Comment.objects.filter(pk=comment_id).select_related("version__item").first()
