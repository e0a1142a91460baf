"""What the export of one's own data, and the closing of an account, mean for devices: test runs and the client.

Exported: checks of one's devices, exceptions from the lock-down client, refusals. Once the records of exams may go, the
names of browsers go too.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.people import api as people
from tancai.proctoring.models import DeviceCheck, LockdownException, LockdownFailure

if TYPE_CHECKING:
    from tancai.people.api import Held, Person


def exported(person: Person) -> dict[str, Any]:
    own = {"admission__person": person}
    ticket = "admission__ticket_number"
    return {
        "device_checks": list(
            DeviceCheck.objects.filter(**own).values(ticket, "at", "state", "results", "user_agent")
        ),
        "client_exceptions": list(
            LockdownException.objects.filter(**own).values(ticket, "at", "kind", "reason", "text")
        ),
        "client_refusals": list(
            LockdownFailure.objects.filter(**own).values(ticket, "at", "code", "place", "user_agent")
        ),
    }


def kept(person: Person, at: datetime) -> list[Held]:
    """Nothing of its own: it goes with the records of the exams."""
    return []


def erase(person: Person, at: datetime) -> None:
    DeviceCheck.objects.filter(admission__person=person).update(user_agent="")
    LockdownFailure.objects.filter(admission__person=person).update(user_agent="")
    LockdownException.objects.filter(admission__person=person).update(text="")


def register() -> None:
    people.register_export("devices", exported)
    people.register_holdings("devices", kept=kept, erase=erase)
