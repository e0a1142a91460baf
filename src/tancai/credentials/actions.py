"""Writes: issue, propose, confirm, and what holders ask for. Every step appends rows."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from tancai.audit import api as audit
from tancai.credentials import queries, rules
from tancai.credentials.errors import CannotChange, CannotIssue
from tancai.credentials.indexes import document_index, name_index
from tancai.credentials.models import (
    Certificate,
    CertificateEvent,
    ChangeRequest,
    NumberSeries,
    Printing,
    Proposal,
    ProposalDecision,
    RequestRefusal,
    ValidityPeriod,
)
from tancai.fees import api as fees
from tancai.jobs import api as jobs
from tancai.lib import clock, identity
from tancai.marking import api as marking
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes

if TYPE_CHECKING:
    from tancai.people.api import Person, User

ISSUE_MANY = "credentials.issue_many"

# Without letters and digits that read alike; ten of them cannot be guessed through a rate limit.
_CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH = 10

_CHANGE_WORDS = {
    rules.CORRECT: {"zh-hans": "证书内容已更正", "en": "the printed details were corrected"},
    rules.REPLACE: {"zh-hans": "已换发新证书，原证书不再使用", "en": "it was replaced by a new certificate"},
    rules.REVOKE: {"zh-hans": "证书已撤销", "en": "it was revoked"},
}


def issue(result: marking.ResultView | int, *, by: User | None, at: datetime) -> Certificate:
    """Issue the certificate of a passing result, or return the one already issued for its application.

    ``result`` is a ResultView or the id of a result row. Raises CannotIssue.
    """
    seen = marking.result(result) if isinstance(result, int) else result
    if seen is None or not seen.passed:
        raise CannotIssue("not_passed")
    now = marking.result_of(seen.admission_id)
    if now is None or now.id != seen.id:
        raise CannotIssue("result_changed")
    person = people.person(seen.person_id)
    if person is None or not person.name or not person.document:
        raise CannotIssue("no_identity")
    try:
        return _issue_first(now, person, by=by, at=at)
    except IntegrityError:
        # Another clerk was quicker.
        found = _first_of(now.application_id)
        if found is None:
            raise
        return found


def issue_many(results: Iterable[int], *, by: User | None, at: datetime) -> jobs.Job:
    """Queue the issue of certificates for these results (ids), in this order: ``jobs.issue_many`` does it.

    What stands when it is stopped stands; asked again, nothing is issued twice.
    """
    return jobs.start(ISSUE_MANY, params={"results": list(results)}, by=by, at=at)


def _first_of(application_id: int) -> Certificate | None:
    return Certificate.objects.filter(application_id=application_id, replaces=None).first()


@transaction.atomic
def _issue_first(result: marking.ResultView, person: Person, *, by: User | None, at: datetime) -> Certificate:
    found = _first_of(result.application_id)
    if found is not None:
        return found
    definition = programmes.definition_of(result.edition_id)
    certificate = _create(
        definition,
        facts=_facts(definition, result, person),
        by=by,
        at=at,
        level=result.level,
        speciality=result.speciality,
        application_id=result.application_id,
        person_id=result.person_id,
        result_id=result.id,
    )
    start = certificate.issued_on
    _register(certificate, 1, start, rules.valid_until(start, definition.certificate.validity_years), by, at)
    _event(certificate, CertificateEvent.ISSUED, by=by, at=at)
    audit.record("credentials.issue", by=by, at=at, target=("certificate", certificate.pk))
    messages.send(
        person=person,
        kind="certificate_issued",
        params={
            "programme": {"zh-hans": definition.name, "en": definition.name_en},
            "number": certificate.number,
        },
        link=_link(certificate),
        at=at,
        by=by,
    )
    return certificate


def _facts(definition: Any, result: marking.ResultView, person: Person) -> dict[str, str]:
    level = definition.level(result.level)
    speciality = definition.speciality(result.speciality)
    course = (speciality.post if speciality else "") or definition.certificate.post or definition.name
    course_en = (speciality.post_en or speciality.name_en) if speciality else ""
    course_en = course_en or definition.certificate.post_en or definition.name_en
    bracketed = level is not None and definition.certificate.level_in_brackets
    return {
        "name": person.name,
        "sex": person.sex,
        "document_kind": person.document_kind,
        "document": person.document or "",
        "post": definition.post_name(result.level, result.speciality),
        "post_en": f"{course_en} ({level.name_en})" if bracketed else course_en,
        "level": level.name if level else "",
        "level_en": level.name_en if level else "",
        "course": course,
        "exam_month": f"{result.exam_date:%Y-%m}",
    }


def _create(
    definition: Any,
    *,
    facts: dict[str, str],
    by: User | None,
    at: datetime,
    replaces: Certificate | None = None,
    **where: Any,
) -> Certificate:
    day = clock.local_date(at)
    certificate = Certificate.objects.create(
        number=_next_number(definition.certificate.number_prefix, day),
        code="".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH)),
        programme=definition.code,
        edition_id=definition.edition_id,
        replaces=replaces,
        issued_on=day,
        issued_at=at,
        **where,
    )
    _print(certificate, facts, by, at)
    return certificate


def _next_number(prefix: str, day: date) -> str:
    NumberSeries.objects.get_or_create(prefix=prefix, year=day.year)
    series = NumberSeries.objects.select_for_update().get(prefix=prefix, year=day.year)
    number = None
    while number is None:
        series.last += 1
        number = rules.make_number(prefix, day.year, series.last)
    series.save(update_fields=["last"])
    return number


def _print(certificate: Certificate, facts: Mapping[str, str], by: User | None, at: datetime) -> None:
    Printing.objects.create(
        certificate=certificate,
        facts=dict(facts),
        name_index=name_index(facts["name"]),
        document_index=document_index(facts["document"]),
        at=at,
        by=by,
    )


def _register(
    certificate: Certificate, number: int, start: date, until: date | None, by: User | None, at: datetime
) -> None:
    ValidityPeriod.objects.create(
        certificate=certificate, number=number, valid_from=start, valid_until=until, at=at, by=by
    )


def _event(
    certificate: Certificate, kind: str, *, by: User | None, at: datetime, proposal: Proposal | None = None
) -> None:
    CertificateEvent.objects.create(certificate=certificate, kind=kind, proposal=proposal, at=at, by=by)


def _link(certificate: Certificate) -> str:
    return f"/me/certificates/{certificate.number}/"


@transaction.atomic
def propose(
    certificate: Any,
    change: str,
    *,
    reason: str,
    changes: Mapping[str, str] | None = None,
    request: ChangeRequest | None = None,
    by: User,
    at: datetime,
) -> Proposal:
    """Propose to ``correct``, ``replace`` or ``revoke`` a certificate; nothing changes until a second person confirms.

    ``changes`` (corrections) give the new ``name``, ``sex`` or ``document``. ``request`` is what the holder asked
    for; its fee must be settled. Raises CannotChange.
    """
    if change not in rules.CHANGES:
        raise CannotChange("unknown_change")
    if not reason.strip():
        raise CannotChange("no_reason")
    held = _locked(certificate)
    seen = queries.view(held, clock.local_date(at))
    if not rules.may_change(seen.state, change):
        raise CannotChange("wrong_state", state=seen.state)
    if held.proposals.filter(decision=None).exists():
        raise CannotChange("pending")
    if request is not None:
        _check_request(request, held, change)
    clean = _clean(changes or {}, seen.facts) if change == rules.CORRECT else {}
    row = Proposal.objects.create(
        certificate=held, change=change, changes=clean, reason=reason.strip(), request=request, at=at, by=by
    )
    audit.record(
        "credentials.propose", by=by, at=at, target=("certificate", held.pk), detail={"change": change}
    )
    return row


def _check_request(request: ChangeRequest, held: Certificate, change: str) -> None:
    state = queries.request_view(request).state
    if request.certificate_id != held.pk or request.change != change or state in {"done", "refused"}:
        raise CannotChange("wrong_request")
    if state == "unpaid":
        raise CannotChange("fee_open")


def _clean(changes: Mapping[str, str], facts: queries.Facts) -> dict[str, str]:
    """Normalised changes without those that change nothing; raises CannotChange."""
    clean = {key: value for key, value in changes.items() if value and value.strip()}
    if "name" in clean:
        clean["name"] = people.normal_name(clean["name"])
    document_ok = True
    if "document" in clean:
        checked = identity.check_document(facts.document_kind, clean["document"])
        clean["document"], document_ok = checked.normal, checked.ok
    now = {"name": facts.name, "sex": facts.sex, "document": facts.document}
    fault = rules.judge_facts(clean, now, document_ok=document_ok)
    if fault:
        raise CannotChange(fault)
    return {key: value for key, value in clean.items() if value != now[key]}


def _locked(certificate: Any) -> Certificate:
    pk = queries.row(certificate).pk
    Certificate.objects.select_for_update().get(pk=pk)
    return queries.row(pk)


@transaction.atomic
def confirm(proposal: Proposal, *, by: User, at: datetime) -> Certificate:
    """Carry a proposed change out, as the second person; returns the certificate that counts afterwards.

    Raises CannotChange: ``same_person``, ``own_certificate``, ``decided``, ``wrong_state``.
    """
    held = _decidable(proposal, by=by, at=at)
    ProposalDecision.objects.create(proposal=proposal, confirmed=True, at=at, by=by)
    _event(held, rules.EVENT_OF[proposal.change], by=by, at=at, proposal=proposal)
    counts = _carry_out(held, proposal, by=by, at=at)
    audit.record(
        "credentials.confirm",
        by=by,
        at=at,
        target=("certificate", held.pk),
        detail={"change": proposal.change, "proposal": proposal.pk},
    )
    messages.send(
        person=held.person,
        kind="certificate_changed",
        params={"number": held.number, "change": _CHANGE_WORDS[proposal.change]},
        link=_link(counts),
        at=at,
        by=by,
    )
    return counts


def _decidable(proposal: Proposal, *, by: User, at: datetime) -> Certificate:
    held = _locked(proposal.certificate_id)
    fault = rules.judge_decision(
        decided=ProposalDecision.objects.filter(proposal=proposal).exists(),
        proposer=proposal.by_id,
        decider=by.pk if by else None,
        holder=held.person.user_id,
    )
    if fault:
        raise CannotChange(fault)
    state = queries.view(held, clock.local_date(at)).state
    if not rules.may_change(state, proposal.change):
        raise CannotChange("wrong_state", state=state)
    return held


def _carry_out(held: Certificate, proposal: Proposal, *, by: User, at: datetime) -> Certificate:
    printing = held.printings.order_by("-id").first()
    assert printing is not None
    facts = dict(printing.facts)
    if proposal.change == rules.CORRECT:
        _print(held, {**facts, **proposal.changes}, by, at)
        return held
    if proposal.change == rules.REVOKE:
        return held
    successor = _create(
        programmes.definition_of(held.edition_id),
        facts=facts,
        by=by,
        at=at,
        replaces=held,
        level=held.level,
        speciality=held.speciality,
        application_id=held.application_id,
        person_id=held.person_id,
        result_id=held.result_id,
    )
    for period in held.periods.order_by("number"):
        _register(successor, period.number, period.valid_from, period.valid_until, by, at)
    _event(successor, CertificateEvent.ISSUED, by=by, at=at)
    return queries.row(successor.pk)


@transaction.atomic
def decline(proposal: Proposal, *, reason: str, by: User, at: datetime) -> None:
    """Turn a proposal down; whoever proposed it may also take it back so. Raises CannotChange."""
    if not reason.strip():
        raise CannotChange("no_reason")
    _locked(proposal.certificate_id)
    if ProposalDecision.objects.filter(proposal=proposal).exists():
        raise CannotChange("decided")
    ProposalDecision.objects.create(proposal=proposal, confirmed=False, reason=reason.strip(), at=at, by=by)
    audit.record(
        "credentials.decline",
        by=by,
        at=at,
        target=("certificate", proposal.certificate_id),
        detail={"proposal": proposal.pk},
    )


@transaction.atomic
def request_change(
    certificate: Any, change: str, *, text: str, by: User | None, at: datetime
) -> ChangeRequest:
    """The holder asks for a correction or a replacement; a replacement opens its fee order (0 settles itself).

    Raises CannotChange: ``unknown_change``, ``no_reason``, ``wrong_state``, ``pending``.
    """
    if change not in {rules.CORRECT, rules.REPLACE}:
        raise CannotChange("unknown_change")
    if not text.strip():
        raise CannotChange("no_reason")
    held = _locked(certificate)
    seen = queries.view(held, clock.local_date(at))
    if not rules.may_change(seen.state, change):
        raise CannotChange("wrong_state", state=seen.state)
    if any(each.state in {"unpaid", "open", "proposed"} for each in queries.requests_of(held)):
        raise CannotChange("pending")
    row = ChangeRequest.objects.create(certificate=held, change=change, text=text.strip(), at=at, by=by)
    if change == rules.REPLACE:
        fees.open_order(
            purpose=queries.FEE_PURPOSE,
            reference=row.pk,
            person=held.person,
            amount=queries.definition_for(held).fees.replacement,
            programme=held.programme,
            by=by,
            at=at,
        )
    audit.record(
        "credentials.request", by=by, at=at, target=("certificate", held.pk), detail={"change": change}
    )
    return row


@transaction.atomic
def refuse_request(request: ChangeRequest, *, reason: str, by: User, at: datetime) -> None:
    """Do not follow a request; its unpaid order is called off. Raises CannotChange."""
    if not reason.strip():
        raise CannotChange("no_reason")
    held = _locked(request.certificate_id)
    state = queries.request_view(request)
    if state.state not in {"unpaid", "open"}:
        raise CannotChange("decided")
    RequestRefusal.objects.create(request=request, reason=reason.strip(), at=at, by=by)
    if state.order is not None and "cancelled" in state.order.next:
        fees.cancel(state.order, reason=reason.strip(), by=by, at=at)
    audit.record("credentials.refuse_request", by=by, at=at, target=("certificate", held.pk))
    messages.send(
        person=held.person,
        kind="certificate_changed",
        params={
            "number": held.number,
            "change": {"zh-hans": "您的申请未获同意", "en": "your request was not granted"},
        },
        link=_link(held),
        at=at,
        by=by,
    )
