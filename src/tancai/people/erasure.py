"""Closing an account: sign-in and contacts go at once, the identity when nothing needs it any more.

Rooms above say through ``register_holdings`` what they must keep, until when and why, and remove their own share.
A room that holds rows of a person and says nothing is taken to need them for ten years.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models.fields.reverse_related import ForeignObjectRel

from tancai.audit import api as audit
from tancai.lib import clock
from tancai.people import queries, rules
from tancai.people.actions import drop_email_rows
from tancai.people.errors import CannotErase
from tancai.people.models import Anonymisation, ConsentWithdrawal, Erasure, Person, RoleRevocation, User
from tancai.people.organisations import is_last_admin
from tancai.people.remembering import forget
from tancai.people.rules import Held

SILENT_YEARS = 10


@dataclass(frozen=True)
class _Room:
    kept: Callable[[Person, datetime], Sequence[Held]]
    at_once: Callable[[User, Person | None, datetime], None]
    erase: Callable[[Person, datetime], None]


def _nothing_kept(person: Person, at: datetime) -> Sequence[Held]:
    return ()


def _nothing(*args: object) -> None:
    return None


_rooms: dict[str, _Room] = {}


def register_holdings(
    label: str,
    *,
    kept: Callable[[Person, datetime], Sequence[Held]] = _nothing_kept,
    at_once: Callable[[User, Person | None, datetime], None] = _nothing,
    erase: Callable[[Person, datetime], None] = _nothing,
) -> None:
    """Speak for a room (its Django label): ``kept(person, at)`` lists what must stay; ``at_once(user, person, at)``
    runs when an account closes, ``erase(person, at)`` when nothing is kept any longer."""
    _rooms[label] = _Room(kept, at_once, erase)


def _silent_rooms(person: Person) -> set[str]:
    """Labels of rooms that hold rows of this person and registered nothing."""
    found = set()
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        rows: Any = relation.related_model
        label = rows._meta.app_label
        if label == "people" or label in _rooms or label in found:
            continue
        if rows._base_manager.filter(**{relation.field.name: person}).exists():
            found.add(label)
    return found


def held(person: Person, at: datetime) -> list[Held]:
    """What must be kept about a person, until when and why."""
    today = clock.local_date(at)
    found = [item for room in _rooms.values() for item in room.kept(person, at)]
    far = date(today.year + SILENT_YEARS, today.month, 1)
    found += [Held(what=label, why="records", until=far) for label in sorted(_silent_rooms(person))]
    return [item for item in found if item.until is None or item.until >= today]


@dataclass(frozen=True)
class ErasurePlan:
    """What closing an account would leave: ``kept`` items and the day after which they go (None = nothing kept)."""

    kept: tuple[Held, ...]
    until: date | None


def plan_erasure(user: User, at: datetime) -> ErasurePlan:
    """What would happen if the account closed now; nothing is changed."""
    person = queries.person_of(user)
    kept = tuple(held(person, at)) if person else ()
    return ErasurePlan(kept, rules.keep_until(kept))


@transaction.atomic
def erase_account(user: User, *, by: User | None, at: datetime) -> Erasure:
    """Close an account: sign-in, phone, e-mail, roles and consents end now; the identity is anonymised now, or
    when what must be kept has outlived its reason. Raises CannotErase("last_admin")."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if is_last_admin(user):
        raise CannotErase("last_admin")
    person = queries.person_of(user)
    plan = plan_erasure(user, at)
    for consent in queries.consents_of(person or user).filter(withdrawal=None):
        ConsentWithdrawal.objects.create(consent=consent, by=by, at=at)
    for room in _rooms.values():
        room.at_once(user, person, at)
    for grant in queries.active_grants().filter(user=user):
        RoleRevocation.objects.create(grant=grant, reason="account closed", by=by, at=at)
    forget()
    _close(user)
    if person is not None:
        person.user, person.phone, person.email = None, "", ""
        person.save(update_fields=["user", "phone", "email"])
    erasure = Erasure.objects.create(
        user=user,
        person=person,
        kept=[
            {"what": k.what, "why": k.why, "until": k.until.isoformat() if k.until else None}
            for k in plan.kept
        ],
        keep_until=plan.until,
        at=at,
    )
    audit.record("people.erase", by=by, at=at, target=("user", user.pk), detail={"kept": len(plan.kept)})
    if not plan.kept:
        _anonymise(erasure, at)
    return erasure


def _close(user: User) -> None:
    drop_email_rows(user)
    user.verified_contacts.all().delete()
    user.phone = user.email = None
    user.is_active = False
    user.session_round += 1
    user.set_unusable_password()
    user.save()


def _anonymise(erasure: Erasure, at: datetime) -> None:
    person = erasure.person
    if person is not None:
        for room in _rooms.values():
            room.erase(person, at)
        person.corrections.all().delete()
        person.name, person.sex, person.birth = "", "", None
        person.document, person.document_index, person.document_masked = None, None, ""
        person.save()
    Anonymisation.objects.create(erasure=erasure, at=at)
    audit.record("people.anonymise", by=None, at=at, target=("erasure", erasure.pk))


def anonymise_due(at: datetime) -> int:
    """Anonymise closed people whose records have outlived their reason; returns how many.

    Somebody who came back and claimed the identity again is left alone; what is still held moves the date.
    """
    done = 0
    due = Erasure.objects.filter(anonymisation=None, keep_until__lt=clock.local_date(at), person__user=None)
    for erasure in due.select_related("person").order_by("pk"):
        still = held(erasure.person, at) if erasure.person else []
        with transaction.atomic():
            if still:
                erasure.keep_until = rules.keep_until(still)
                erasure.save(update_fields=["keep_until"])
                continue
            _anonymise(erasure, at)
            done += 1
    return done
