"""Remarks on versions: said, answered, settled and opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.items.errors import BadComment
from tancai.items.models import Comment, CommentMark, ItemVersion
from tancai.items.queries.remarks import open_heads

LONGEST = 2000


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
    if answers is not None and answers.pk not in open_heads(Comment.objects.filter(pk=answers.pk)):
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
    is_open = comment.pk in open_heads(Comment.objects.filter(pk=comment.pk))
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
