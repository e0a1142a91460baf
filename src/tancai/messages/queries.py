"""Reading inboxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import get_script_prefix
from django.utils.translation import get_language

from tancai.messages import wording
from tancai.messages.models import Message

if TYPE_CHECKING:
    from tancai.people.api import Person


@dataclass(frozen=True)
class MessageView:
    """A message in the reader's language."""

    id: int
    kind: str
    subject: str
    body: str
    link: str
    at: datetime
    read: bool


def inbox(user: Any) -> QuerySet[Message]:
    """Messages to the user and to the person behind, newest first."""
    mine = Q(user_id=user.pk) | Q(person__user_id=user.pk)
    return Message.objects.filter(mine).select_related("read").order_by("-at", "-pk")


def messages_of(person: Person) -> QuerySet[Message]:
    mine = Q(person=person)
    if person.user_id:
        mine |= Q(user_id=person.user_id)
    return Message.objects.filter(mine).select_related("read").order_by("-at", "-pk")


def unread_count(user: Any) -> int:
    """Unread messages of a user; 0 for visitors."""
    if user is None or not user.pk:
        return 0
    return inbox(user).filter(read=None).count()


def message_of(user: Any, message_id: int) -> Message | None:
    """A message of this user's inbox; None when it is not there or not theirs."""
    return inbox(user).filter(pk=message_id).first()


def _below_the_prefix(link: str) -> str:
    """A page of the site where the site lies below a path of its host; the link is kept without it."""
    prefix = get_script_prefix()
    return f"{prefix}{link[1:]}" if link.startswith("/") and not link.startswith(prefix) else link


def show(message: Message, language: str | None = None) -> MessageView:
    """The message in words, in the language asked for or the active one."""
    words = wording.compose(message.kind, message.params, language or get_language() or "zh-hans")
    return MessageView(
        id=message.pk,
        kind=message.kind,
        subject=words.subject,
        body=words.body,
        link=_below_the_prefix(message.link),
        at=message.at,
        read=getattr(message, "read", None) is not None,
    )
