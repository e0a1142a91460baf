"""Threads of remarks on versions, and whether they are settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tancai.items.models import Comment, CommentMark, ItemVersion

_OPEN = Q(mark=None) | Q(mark=CommentMark.REOPENED)


@dataclass(frozen=True)
class Thread:
    """A remark with its answers in order; ``settled`` by the newest mark."""

    head: Comment
    replies: tuple[Comment, ...]
    settled: bool
    settled_by: Any


def _with_mark(rows: QuerySet[Comment]) -> QuerySet[Any]:
    newest = CommentMark.objects.filter(comment=OuterRef("pk")).order_by("-id")
    return rows.annotate(mark=Subquery(newest.values("mark")[:1]))


def open_heads(rows: QuerySet[Comment]) -> set[int]:
    found = _with_mark(rows.filter(answers=None)).filter(_OPEN)
    return set(found.values_list("pk", flat=True))


def open_threads(version: ItemVersion) -> int:
    """How many remarks on this version are not settled."""
    return len(open_heads(Comment.objects.filter(version=version)))


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
