"""The share of messages in the export of one's own data, and in closing an account."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tancai.messages.models import Message
from tancai.messages.queries import messages_of, show
from tancai.people import api as people

if TYPE_CHECKING:
    from tancai.people.api import Person, User


def exported(person: Person) -> dict[str, Any]:
    views = [show(message, "zh-hans") for message in messages_of(person)]
    return {"messages": [{"at": v.at, "kind": v.kind, "subject": v.subject, "body": v.body} for v in views]}


def remove(user: User, person: Person | None, at: datetime) -> None:
    mine = Q(user=user)
    if person is not None:
        mine |= Q(person=person)
    Message.objects.filter(mine).delete()


def register() -> None:
    people.register_export("messages", exported)
    people.register_holdings("inbox", at_once=remove)
