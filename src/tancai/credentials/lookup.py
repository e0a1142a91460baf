"""The public question: is there such a certificate?

Nothing found, too little given and a combination the programme does not accept are one answer, and cost the same:
the same indexes are computed and the same query runs, and sealed facts are opened only for what is answered.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from tancai.credentials import queries, rules
from tancai.credentials.indexes import document_index, name_index
from tancai.credentials.models import Certificate, Printing
from tancai.lib import clock, identity
from tancai.people import api as people
from tancai.programmes import api as programmes

_MOST = 20


@dataclass(frozen=True)
class PublicRecord:
    """What anybody may see who knew enough to ask. ``document`` is masked; ``post`` bears the level as printed."""

    certificate_id: int
    programme: str
    title: str
    title_en: str
    body: str
    body_en: str
    name: str
    sex: str
    post: str
    post_en: str
    level: str
    level_en: str
    document: str
    number: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    state: str
    state_since: date
    corrected_on: date | None
    replaced_by: str


def look_up(
    *, number: str = "", document: str = "", name: str = "", programme: str | None = None, at: datetime
) -> list[PublicRecord]:
    """Certificates that agree with everything given, where the programme accepts what was given; newest first.

    ``document`` is a full document number, ``name`` a full name; both are compared without regard to width, spaces
    and case. An empty list says nothing about why.
    """
    number, name_key = rules.normal_number(number), rules.looked_up_name(name)
    document_key = identity.normal_document(document)
    given = {
        field for field, text in zip(rules.FIELDS, (number, document_key, name_key), strict=True) if text
    }
    by_name, by_document = name_index(name), document_index(document)
    rows = queries.newest_printings()
    if "number" in given or not given:
        rows = rows.filter(certificate__number=number or "-")
    if "document" in given:
        rows = rows.filter(document_index=by_document)
    if "name" in given:
        rows = rows.filter(name_index=by_name)
    if programme is not None:
        rows = rows.filter(certificate__programme=programme)
    today = clock.local_date(at)
    found = _permitted(
        rows.defer("facts").select_related("certificate").order_by("-certificate_id"), given, today
    )
    return [record(each, on=today) for each in _certificates(found)]


def _permitted(rows: QuerySet[Printing], given: set[str], today: date) -> list[int]:
    """Ids of the certificates whose programme accepts the fields given, by its rule of today."""
    accepts = {each.code: rules.accepted(query, given) for each, query in accepted_sets(on=today)}
    return [each.certificate_id for each in rows[:_MOST] if accepts.get(each.certificate.programme)]


def _certificates(ids: list[int]) -> list[Certificate]:
    return list(queries.full(Certificate.objects.filter(pk__in=ids))) if ids else []


def by_code(number: str, code: str, *, at: datetime) -> PublicRecord | None:
    """What the paper in one's hand says: its number and the code printed beside it must agree."""
    found = queries.full(Certificate.objects.filter(number=rules.normal_number(number))).first()
    expected = found.code if found else "-" * 10
    agrees = hmac.compare_digest(expected.encode(), code.strip().encode())
    return record(found, on=clock.local_date(at)) if found is not None and agrees else None


def record(certificate: Certificate, *, on: date) -> PublicRecord:
    """The public record of a certificate on a day."""
    seen = queries.view(certificate, on)
    definition = queries.definition_for(seen)
    body = people.organisation(definition.body)
    return PublicRecord(
        certificate_id=seen.id,
        programme=seen.programme,
        title=definition.certificate.title,
        title_en=definition.certificate.title_en,
        body=body.name if body else "",
        body_en=body.name_en if body else "",
        name=seen.facts.name,
        sex=seen.facts.sex,
        post=seen.facts.post,
        post_en=seen.facts.post_en,
        level=seen.facts.level,
        level_en=seen.facts.level_en,
        document=seen.facts.document_masked,
        number=seen.number,
        issued_on=seen.issued_on,
        valid_from=seen.valid_from,
        valid_until=seen.valid_until,
        state=seen.state,
        state_since=seen.state_since,
        corrected_on=seen.corrected_on,
        replaced_by=seen.replaced_by,
    )


def accepted_sets(*, on: date) -> list[tuple[programmes.ProgrammeView, tuple[tuple[str, ...], ...]]]:
    """Per programme the sets of fields that its look-up accepts."""
    return [(each, each.definition.certificate.query) for each in programmes.programmes(on=on)]
