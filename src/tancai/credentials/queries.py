"""Reads: certificates as they stand, what is due for issue, what waits for a second person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from tancai.credentials import rules
from tancai.credentials.errors import NotThere
from tancai.credentials.indexes import document_index, name_index
from tancai.credentials.models import (
    Certificate,
    CertificateEvent,
    ChangeRequest,
    Printing,
    Proposal,
    ValidityPeriod,
)
from tancai.fees import api as fees
from tancai.lib import clock, identity
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes


@dataclass(frozen=True)
class Facts:
    """What a certificate prints about its holder. ``document`` is in clear: for the paper only, never for a page."""

    name: str
    sex: str
    document_kind: str
    document: str
    post: str
    post_en: str
    level: str
    level_en: str
    course: str
    exam_month: str

    @property
    def document_masked(self) -> str:
        return identity.mask_document(self.document)


@dataclass(frozen=True)
class Period:
    """A line of the registration record; ``valid_until`` None: for good."""

    number: int
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class CertificateView:
    """A certificate as it stands on a day. ``state`` is ``valid``, ``expired``, ``revoked`` or ``replaced``."""

    id: int
    number: str
    code: str
    programme: str
    edition_id: int
    level_code: str
    speciality: str
    application_id: int
    person_id: int
    result_id: int
    issued_on: date
    issued_at: datetime
    facts: Facts
    periods: tuple[Period, ...]
    state: str
    state_since: date
    corrected_on: date | None
    replaces: str
    replaced_by: str

    @property
    def valid_from(self) -> date:
        return self.periods[0].valid_from

    @property
    def valid_until(self) -> date | None:
        return self.periods[-1].valid_until

    @property
    def stands(self) -> bool:
        """Neither revoked nor replaced."""
        return self.state in {rules.VALID, rules.EXPIRED}


@dataclass(frozen=True)
class DueCertificate:
    """A released pass without a certificate, and the day by which one was promised."""

    result: marking.ResultView
    promised_by: date
    provisional: bool
    overdue: bool
    query_by: date | None


def row(certificate: Any) -> Certificate:
    """The row behind a certificate, its view, its id (int) or its number (text); raises NotThere."""
    if isinstance(certificate, Certificate):
        return certificate
    found = Certificate.objects.select_related("person", "replaces", "successor")
    if isinstance(certificate, str):
        hit = found.filter(number=rules.normal_number(certificate)).first()
    else:
        pk = certificate if isinstance(certificate, int) else certificate.id
        hit = found.filter(pk=pk).first()
    if hit is None:
        raise NotThere()
    return hit


def steps_of(events: Iterable[CertificateEvent]) -> list[rules.Step]:
    return [
        rules.Step(event.kind, clock.local_date(event.at)) for event in sorted(events, key=lambda e: e.pk)
    ]


def view(certificate: Certificate, on: date | None = None) -> CertificateView:
    """The certificate with its newest printing and its state on a day (today)."""
    printing = max(certificate.printings.all(), key=lambda each: each.pk)
    periods = tuple(
        Period(each.number, each.valid_from, each.valid_until)
        for each in sorted(certificate.periods.all(), key=lambda each: each.number)
    )
    state = rules.state(steps_of(certificate.events.all()), periods[-1].valid_until, on or clock.today())
    successor = getattr(certificate, "successor", None)
    return CertificateView(
        id=certificate.pk,
        number=certificate.number,
        code=certificate.code,
        programme=certificate.programme,
        edition_id=certificate.edition_id,
        level_code=certificate.level,
        speciality=certificate.speciality,
        application_id=certificate.application_id,
        person_id=certificate.person_id,
        result_id=certificate.result_id,
        issued_on=certificate.issued_on,
        issued_at=certificate.issued_at,
        facts=Facts(**printing.facts),
        periods=periods,
        state=state.code,
        state_since=state.since,
        corrected_on=state.corrected,
        replaces=certificate.replaces.number if certificate.replaces else "",
        replaced_by=successor.number if successor else "",
    )


def full(rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """With everything a view needs, in a fixed number of queries."""
    return rows.select_related("person", "replaces", "successor").prefetch_related(
        "printings", "periods", "events"
    )


def certificate(number_or_id: str | int, *, on: date | None = None) -> CertificateView:
    """One certificate by its number (text) or id; raises NotThere."""
    return view(row(number_or_id), on)


def certificates_of(person: Any, *, on: date | None = None) -> list[CertificateView]:
    """A person's certificates, newest first."""
    return [view(each, on) for each in full(Certificate.objects.filter(person_id=person.pk))]


def certificate_of_application(application_id: int, *, on: date | None = None) -> CertificateView | None:
    """The certificate of an application that counts now: the last of its line."""
    found = full(Certificate.objects.filter(application_id=application_id)).first()
    return view(found, on) if found else None


def certificates(
    organisation_ids: Iterable[int] | None, *, on: date, text: str = "", state: str = "", programme: str = ""
) -> QuerySet[Certificate]:
    """Certificates of these organisations (None: all), newest first, annotated with ``state`` on a day.

    ``text`` finds a number or its part, a whole name, or a whole document number.
    """
    rows: QuerySet[Any] = with_state(Certificate.objects.all(), on)
    if organisation_ids is not None:
        rows = rows.filter(programme__in=programmes.codes_of_organisations(organisation_ids))
    if programme:
        rows = rows.filter(programme=programme)
    if state:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(found_by(text))
    return full(rows)


def found_by(text: str) -> Q:
    """Certificates of this number (or its part), name or document."""
    found = Q(number__icontains=rules.normal_number(text))
    newest = _newest_printing()
    by_index = Printing.objects.filter(
        Q(name_index=name_index(text)) | Q(document_index=document_index(text)), pk=newest
    )
    return found | Q(Exists(by_index.filter(certificate=OuterRef("pk"))))


def _newest_printing() -> Subquery:
    same = Printing.objects.filter(certificate=OuterRef("certificate")).order_by("-id")
    return Subquery(same.values("pk")[:1])


def with_state(rows: QuerySet[Certificate], on: date) -> QuerySet[Certificate]:
    """Annotate ``state`` (as ``rules.state``) and ``valid_until``, for filters and sorting."""

    def has(kind: str) -> Exists:
        return Exists(CertificateEvent.objects.filter(certificate=OuterRef("pk"), kind=kind))

    last = ValidityPeriod.objects.filter(certificate=OuterRef("pk")).order_by("-number")
    return rows.annotate(until=Subquery(last.values("valid_until")[:1])).annotate(
        state=Case(
            When(has(CertificateEvent.REVOKED), then=Value(rules.REVOKED)),
            When(has(CertificateEvent.REPLACED), then=Value(rules.REPLACED)),
            When(until__lt=on, then=Value(rules.EXPIRED)),
            default=Value(rules.VALID),
            output_field=CharField(),
        )
    )


def due(
    organisation_ids: Iterable[int] | None = None, *, at: datetime, programme: str | None = None
) -> list[DueCertificate]:
    """Released passes still without a certificate, the earliest promise first.

    The promise counts working days from the day after the release of the result.
    """
    codes = programmes.codes_of_organisations(organisation_ids) if programme is None else [programme]
    issued = Certificate.objects.filter(application_id=OuterRef("admission__application_id"))
    waiting = marking.Result.objects.filter(~Exists(issued), passed=True, session__programme__in=codes)
    results = marking.results_of_admissions(waiting.values_list("admission_id", flat=True))
    by_application = {each.application_id: each for each in results.values() if each.passed}
    found = [_due(each, clock.local_date(at)) for each in by_application.values()]
    return sorted(found, key=lambda each: (each.promised_by, each.result.released_at, each.result.id))


def promised(result: marking.ResultView, *, at: datetime) -> DueCertificate | None:
    """The promise for one passing result; None once its certificate is issued or when it is no pass."""
    if not result.passed or Certificate.objects.filter(application_id=result.application_id).exists():
        return None
    return _due(result, clock.local_date(at))


def _due(result: marking.ResultView, today: date) -> DueCertificate:
    released = clock.local_date(result.released_at)
    promises = programmes.definition_of(result.edition_id).promises
    deadline = programmes.working_deadline(released, promises.certificate_days)
    query = promises.query_days
    query_by = None if query is None else programmes.working_deadline(released, query).date
    return DueCertificate(result, deadline.date, deadline.provisional, today > deadline.date, query_by)


def unfounded(organisation_ids: Iterable[int] | None, *, on: date) -> list[Certificate]:
    """Standing certificates whose result was corrected to a fail since: candidates for revocation."""
    rows: QuerySet[Any] = certificates(organisation_ids, on=on)
    standing = rows.filter(state__in=(rules.VALID, rules.EXPIRED))
    by_admission = {each.result.admission_id: each for each in standing.select_related("result")}
    now = marking.results_of_admissions(by_admission)
    return [each for key, each in by_admission.items() if key in now and not now[key].passed]


@dataclass(frozen=True)
class ProposalView:
    """A proposed change with its story. ``changes`` are the facts that would be printed instead."""

    id: int
    certificate: CertificateView
    change: str
    changes: dict[str, str]
    reason: str
    request_id: int | None
    at: datetime
    by: people.User | None
    outcome: str
    decided_reason: str
    decided_at: datetime | None
    decided_by: people.User | None

    @property
    def open(self) -> bool:
        return self.outcome == "open"


def proposal_view(proposal: Proposal, on: date | None = None) -> ProposalView:
    decision = getattr(proposal, "decision", None)
    outcome = "open" if decision is None else "confirmed" if decision.confirmed else "declined"
    return ProposalView(
        id=proposal.pk,
        certificate=view(proposal.certificate, on),
        change=proposal.change,
        changes=dict(proposal.changes),
        reason=proposal.reason,
        request_id=proposal.request_id,
        at=proposal.at,
        by=proposal.by,
        outcome=outcome,
        decided_reason=decision.reason if decision else "",
        decided_at=decision.at if decision else None,
        decided_by=decision.by if decision else None,
    )


def proposals(organisation_ids: Iterable[int] | None, *, only_open: bool = True) -> QuerySet[Proposal]:
    """Proposed changes of these organisations (None: all), oldest first."""
    rows = Proposal.objects.select_related(
        "certificate__person", "certificate__replaces", "certificate__successor", "by", "decision__by"
    )
    if only_open:
        rows = rows.filter(decision=None)
    if organisation_ids is not None:
        rows = rows.filter(certificate__programme__in=programmes.codes_of_organisations(organisation_ids))
    return rows.order_by("id")


def proposal(proposal_id: int) -> Proposal:
    """The row of a proposal; raises NotThere."""
    found = proposals(None, only_open=False).filter(pk=proposal_id).first()
    if found is None:
        raise NotThere()
    return found


def proposals_of(certificate: Any) -> list[ProposalView]:
    """All proposals about a certificate, newest first."""
    rows = proposals(None, only_open=False).filter(certificate_id=row(certificate).pk)
    return [proposal_view(each) for each in rows.order_by("-id")]


@dataclass(frozen=True)
class RequestView:
    """What a holder asked for. ``state``: ``unpaid``, ``open``, ``proposed``, ``refused`` or ``done``."""

    id: int
    certificate: CertificateView
    change: str
    text: str
    at: datetime
    state: str
    refusal: str
    order: fees.OrderView | None


FEE_PURPOSE = "replacement"


def request_view(request: ChangeRequest, on: date | None = None) -> RequestView:
    order = fees.order_for(FEE_PURPOSE, request.pk)
    refusal = getattr(request, "refusal", None)
    decisions = [getattr(each, "decision", None) for each in request.proposals.select_related("decision")]
    if any(each is not None and each.confirmed for each in decisions):
        state = "done"
    elif refusal is not None:
        state = "refused"
    elif order is not None and not order.settled:
        state = "unpaid"
    else:
        state = "proposed" if None in decisions else "open"
    return RequestView(
        id=request.pk,
        certificate=view(request.certificate, on),
        change=request.change,
        text=request.text,
        at=request.at,
        state=state,
        refusal=refusal.reason if refusal else "",
        order=order,
    )


def requests(organisation_ids: Iterable[int] | None) -> QuerySet[ChangeRequest]:
    """Requests neither refused nor fulfilled, oldest first."""
    rows = ChangeRequest.objects.select_related(
        "certificate__person", "certificate__replaces", "certificate__successor"
    ).filter(refusal=None)
    rows = rows.exclude(proposals__decision__confirmed=True)
    if organisation_ids is not None:
        rows = rows.filter(certificate__programme__in=programmes.codes_of_organisations(organisation_ids))
    return rows.order_by("id")


def request_of(request_id: int) -> ChangeRequest:
    """The row of a request; raises NotThere."""
    found = (
        ChangeRequest.objects.select_related("certificate__person", "refusal").filter(pk=request_id).first()
    )
    if found is None:
        raise NotThere()
    return found


def requests_of(certificate: Any) -> list[RequestView]:
    """All requests about a certificate, newest first."""
    rows = ChangeRequest.objects.filter(certificate_id=row(certificate).pk).select_related(
        "certificate__person", "refusal"
    )
    return [request_view(each) for each in rows.order_by("-id")]


@dataclass(frozen=True)
class EventView:
    """A step in the life of a certificate; a change names who proposed and who confirmed it."""

    kind: str
    at: datetime
    by: people.User | None
    proposed_by: people.User | None
    reason: str


def events_of(certificate: Any) -> list[EventView]:
    """The story of a certificate, oldest first."""
    rows = row(certificate).events.select_related("by", "proposal__by").order_by("id")
    return [
        EventView(
            kind=each.kind,
            at=each.at,
            by=each.by,
            proposed_by=each.proposal.by if each.proposal else None,
            reason=each.proposal.reason if each.proposal else "",
        )
        for each in rows
    ]


def definition_for(certificate: Certificate | CertificateView) -> programmes.Definition:
    """The definition of the edition under which the certificate was earned."""
    return programmes.definition_of(certificate.edition_id)


def newest_printings() -> QuerySet[Printing]:
    """The printing that counts of every certificate."""
    return Printing.objects.filter(pk=_newest_printing()).annotate(number=F("certificate__number"))
