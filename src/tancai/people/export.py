"""One's own data in one ZIP, made on demand and kept nowhere.

Rooms above contribute through ``register_export``: their functions get the person, or the account where the room
knows only accounts, and return a JSON-able dict; its key ``files`` may hold ``{"name.jpg": bytes}``, which go into a
folder of the room's name.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.people import queries
from tancai.people.models import Person, User

OfPerson = Callable[[Person], dict[str, Any]]
OfAccount = Callable[[User], dict[str, Any]]


@dataclass(frozen=True)
class _Room:
    of_person: OfPerson | None
    of_account: OfAccount | None

    def share(self, user: User | None, person: Person | None) -> dict[str, Any] | None:
        """What the room has of somebody; None when it has nothing to say of them."""
        shares = []
        if person is not None and self.of_person is not None:
            shares.append(self.of_person(person))
        if user is not None and self.of_account is not None:
            shares.append(self.of_account(user))
        return {key: value for share in shares for key, value in share.items()} if shares else None


_contributions: dict[str, _Room] = {}


def register_export(
    name: str, contribute: OfPerson | None = None, *, of_account: OfAccount | None = None
) -> None:
    """Let a room add ``<name>.json`` and files to the export; called from its AppConfig.ready.

    ``of_account`` is for rooms whose rows belong to an account, whether or not a person stands behind it.
    """
    _contributions[name] = _Room(contribute, of_account)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _account(user: User) -> dict[str, Any]:
    return {
        "phone": user.phone,
        "email": user.email,
        "language": user.language,
        "joined_at": user.joined_at,
        "last_login": user.last_login,
        "verified": list(user.verified_contacts.values("address", "verified_at")),
        "roles": [
            {
                "role": grant.role,
                "organisation": grant.organisation.name if grant.organisation else None,
                "granted_at": grant.at,
                "revoked_at": grant.revocation.at if hasattr(grant, "revocation") else None,
            }
            for grant in user.grants.select_related("organisation", "revocation")
        ],
        "institutions": [{"name": o.name, "state": o.state} for o in queries.institutions_of(user)],
    }


def _identity(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "sex": person.sex,
        "birth": person.birth,
        "document_kind": person.document_kind,
        "document": person.document,
        "phone": person.phone,
        "email": person.email,
        "corrections": [
            {"at": row.at, "reason": row.reason, "before": row.before}
            for row in person.corrections.order_by("pk")
        ],
    }


def _consents(somebody: Person | User) -> list[dict[str, Any]]:
    return [
        {
            "kind": consent.kind,
            "text_version": consent.text_version,
            "given_at": consent.given_at,
            "withdrawn_at": consent.withdrawal.at if hasattr(consent, "withdrawal") else None,
        }
        for consent in queries.consents_of(somebody)
    ]


def _zipped(user: User | None, person: Person | None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: object) -> None:
            archive.writestr(f"{name}.json", json.dumps(content, ensure_ascii=False, indent=2, default=_text))

        if user is not None:
            put("account", _account(user))
        if person is not None:
            put("identity", _identity(person))
        somebody = person or user
        put("consents", _consents(somebody) if somebody else [])
        for name, room in sorted(_contributions.items()):
            content = room.share(user, person)
            if content is None:
                continue
            files = content.pop("files", {})
            put(name, content)
            for file, data in files.items():
                archive.writestr(f"{name}/{re.sub(r'[/:*?<>|]', '_', file)}", data)
    return out.getvalue()


def export_person_data(person: Person, *, by: User | None, at: datetime) -> bytes:
    """Everything held about a person (and the account behind) as a ZIP of JSON and files."""
    data = _zipped(person.user, person)
    with transaction.atomic():
        audit.record("people.export", by=by, at=at, target=("person", person.pk))
    return data


def export_account_data(user: User, *, by: User | None, at: datetime) -> bytes:
    """The same for an account, whether or not it has an identity."""
    person = queries.person_of(user)
    if person is not None:
        return export_person_data(person, by=by, at=at)
    data = _zipped(user, None)
    with transaction.atomic():
        audit.record("people.export", by=by, at=at, target=("user", user.pk))
    return data
