"""Writes of enrolment: one transaction and one audit line each. ``by`` is the acting user or None, ``at`` aware."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tancai.audit import api as audit
from tancai.enrolment import notices, portraits, queries, record, states
from tancai.enrolment.claims import Claims
from tancai.enrolment.errors import (
    AlreadyApplied,
    BadMaterial,
    Incomplete,
    NotPossible,
    OwnApplication,
)
from tancai.enrolment.models import Application, MajorAcceptance, Material, MaterialVerdict
from tancai.fees import api as fees
from tancai.files import api as files
from tancai.lib import clock
from tancai.programmes import api as programmes

MAX_FILE_BYTES = 12 * 1024 * 1024


def start_application(
    person: Any,
    *,
    programme: str,
    level: str = "",
    speciality: str = "",
    exam_day: str,
    channel: str = "individual",
    institution: Any = None,
    by: Any,
    at: datetime,
) -> Application:
    """Begin (or take up again) the person's application for this programme and exam day.

    A draft or returned one is continued with the new choice, a withdrawn or refused one is reopened. Raises
    AlreadyApplied when one is submitted or approved, NotPossible (``unknown_choice``, ``closed``, ``channel``).
    """
    definition = programmes.definition(programme, on=clock.local_date(at))
    check_choice(definition, level, speciality, channel)
    check_open(exam_day, programme, at)
    choice = {"level": level, "speciality": speciality}
    with transaction.atomic():
        found = _existing(person, programme, exam_day)
        if found is None:
            found = _create(person, definition, exam_day, channel, institution, choice, at)
            record.append(found, "drafted", by=by, at=at, audited={"programme": programme})
            return found
        if found.state in states.EDITABLE:
            _change(found, choice, by=by, at=at)
            return found
        if not states.may("drafted", found.state):
            raise AlreadyApplied(number=found.number, state=found.state)
        again = {
            **choice,
            "channel": channel,
            "institution": institution,
            "edition_id": definition.edition_id,
        }
        cleared = {"line": None, "submitted_at": None, "promised_by": None, "decided_at": None}
        record.append(found, "drafted", by=by, at=at, columns={**again, **cleared}, audited={"again": True})
        return found


def check_choice(definition: Any, level: str, speciality: str, channel: str) -> None:
    """Raises NotPossible when the programme does not offer this level, speciality or channel."""
    if level not in definition.level_codes and not (level == "" and not definition.levels):
        raise NotPossible("unknown_choice", field="level")
    if speciality not in definition.speciality_codes:
        raise NotPossible("unknown_choice", field="speciality")
    if channel not in definition.channels:
        raise NotPossible("channel", channel=channel)


def check_open(exam_day: str, programme: str, at: datetime) -> None:
    """Raises NotPossible when the exam day is unknown, called off or closed for enrolment."""
    day = queries.exam_day_or_none(exam_day)
    if day is None or day.programme != programme or programmes.is_cancelled(exam_day):
        raise NotPossible("unknown_choice", field="exam_day")
    if at >= day.closes_at:
        raise NotPossible("closed", closed_at=day.closes_at.isoformat())


def _existing(person: Any, programme: str, exam_day: str) -> Application | None:
    return (
        Application.objects.select_for_update()
        .filter(person_id=person.pk, programme=programme, exam_day=exam_day)
        .first()
    )


def _create(
    person: Any,
    definition: Any,
    exam_day: str,
    channel: str,
    institution: Any,
    choice: dict[str, str],
    at: datetime,
) -> Application:
    try:
        with transaction.atomic():
            made = Application.objects.create(
                person_id=person.pk,
                programme=definition.code,
                edition_id=definition.edition_id,
                exam_day=exam_day,
                channel=channel,
                institution=institution,
                started_at=at,
                **choice,
            )
    except IntegrityError as error:
        raise AlreadyApplied(programme=definition.code, exam_day=exam_day) from error
    made.number = f"{definition.code.upper()}{clock.local_date(at):%y%m}{made.pk:06d}"
    made.save(update_fields=["number"])
    return made


def _change(application: Application, choice: Mapping[str, Any], *, by: Any, at: datetime) -> None:
    changed = {name: value for name, value in choice.items() if getattr(application, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(application, name, value)
    application.save(update_fields=list(changed))
    audit.record(
        "enrolment.choose",
        by=by,
        at=at,
        target=("application", application.pk),
        detail={"changed": sorted(changed)},
    )


@transaction.atomic
def change_choice(
    application: Application,
    *,
    level: str | None = None,
    speciality: str | None = None,
    exam_day: str | None = None,
    by: Any,
    at: datetime,
) -> Application:
    """Choose another level, speciality or exam day while the application is still with the candidate."""
    application = _editable(application)
    definition = queries.definition_for(application)
    choice = {
        "level": application.level if level is None else level,
        "speciality": application.speciality if speciality is None else speciality,
    }
    check_choice(definition, choice["level"], choice["speciality"], application.channel)
    if exam_day is not None and exam_day != application.exam_day:
        check_open(exam_day, application.programme, at)
        if _existing(application.person, application.programme, exam_day) is not None:
            raise AlreadyApplied(programme=application.programme, exam_day=exam_day)
        choice["exam_day"] = exam_day
    _change(application, choice, by=by, at=at)
    return application


@transaction.atomic
def set_claims(
    application: Application, claims: Claims | Mapping[str, Any], *, by: Any, at: datetime
) -> Application:
    """Write the working claims of a draft or returned application. Raises BadClaims, NotPossible."""
    application = _editable(application)
    read = claims if isinstance(claims, Claims) else Claims.from_json(claims)
    application.claims = read.to_json()
    application.save(update_fields=["claims"])
    audit.record("enrolment.claims", by=by, at=at, target=("application", application.pk))
    return application


def _editable(application: Application) -> Application:
    application = record.locked(application)
    if application.state not in states.EDITABLE:
        raise NotPossible("wrong_state", state=application.state)
    return application


def attach_material(
    application: Application, kind: str, data: bytes, name: str, *, page: int = 1, by: Any, at: datetime
) -> Material:
    """Hand in a file for a material; the newest of a kind and page counts.

    Pictures are re-encoded; a portrait is inspected and refused with BadMaterial (``params["findings"]``) when a
    hard fault is found, its soft findings are kept for the reviewer. PDF is taken for everything but portraits.
    """
    application = record.row_of(application)
    definition = queries.definition_for(application)
    rule = next((rule for rule in definition.materials if rule.kind == kind), None)
    if rule is None or rule.source == "generated":
        raise BadMaterial("unknown_kind", kind=kind)
    if page != 1 and not rule.several:
        raise BadMaterial("one_page", kind=kind)
    application.refresh_from_db(fields=["state"])
    _check_takes(application, kind)
    findings: list[dict[str, Any]] = []
    if rule.source == "portrait":
        data, findings = portraits.prepare(data, definition.portrait)
    stored = _store(application, rule, data, name, by, at)
    with transaction.atomic():
        application = _editable(application)
        material = Material.objects.create(
            application=application,
            kind=kind,
            page=page,
            file=stored,
            findings=findings,
            attached_at=at,
            attached_by=by,
        )
        audit.record(
            "enrolment.attach", by=by, at=at, target=("application", application.pk), detail={"kind": kind}
        )
    return material


def _check_takes(application: Application, kind: str) -> None:
    if application.state not in states.EDITABLE:
        raise NotPossible("wrong_state", state=application.state)
    if application.state == states.RETURNED and not queries.may_replace(application, kind):
        raise NotPossible("material_accepted", kind=kind)


def _store(application: Application, rule: Any, data: bytes, name: str, by: Any, at: datetime) -> Any:
    if not data:
        raise BadMaterial("empty", kind=rule.kind)
    if len(data) > MAX_FILE_BYTES:
        raise BadMaterial("too_large", kind=rule.kind, most=MAX_FILE_BYTES // (1024 * 1024))
    purpose = "portrait" if rule.source == "portrait" else "material"
    common = {"purpose": purpose, "name": name, "owner_person": application.person, "by": by, "at": at}
    if data[:5] == b"%PDF-" and rule.source != "portrait":
        return files.store(data, mime="application/pdf", **common)
    if rule.source == "portrait":
        # already fitted to the pixels asked for; a second encoding would only lose quality
        return files.store(data, mime="image/jpeg", **common)
    try:
        return files.store_image(data, **common)
    except files.BadFile as error:
        # Pictures are not all that is taken here, so the words must name the PDF, too.
        code = "unopenable" if error.code == "not_an_image" else error.code
        raise BadMaterial(code, kind=rule.kind) from error


@transaction.atomic
def remove_material(application: Application, kind: str, *, page: int = 1, by: Any, at: datetime) -> None:
    """Take a material back while the application is with the candidate; the former rows stay."""
    application = _editable(application)
    _check_takes(application, kind)
    Material.objects.create(application=application, kind=kind, page=page, attached_at=at, attached_by=by)
    audit.record(
        "enrolment.detach", by=by, at=at, target=("application", application.pk), detail={"kind": kind}
    )


@transaction.atomic
def submit(application: Application, *, by: Any, at: datetime) -> Application:
    """Submit for review; the promised deadline counts working days from here.

    Raises Incomplete (``no_condition_met``, or ``materials`` with ``missing`` and ``rejected`` kinds) and
    NotPossible (``closed``, ``wrong_state``).
    """
    application = record.locked(application)
    check = queries.check(application, at=at)
    if check.closed:
        raise NotPossible("closed")
    if check.verdict.met is None:
        raise Incomplete("no_condition_met")
    if check.missing or check.rejected:
        raise Incomplete("materials", missing=list(check.missing), rejected=list(check.rejected))
    line, days = check.verdict.met, check.definition.promises.review_days
    promised = programmes.working_deadline(clock.local_date(at), days).date
    snapshot = {
        "claims": application.claims,
        "level": application.level,
        "speciality": application.speciality,
        "exam_day": application.exam_day,
        "line": line,
        "materials": check.material_ids,
    }
    columns = {"line": line, "submitted_at": at, "promised_by": promised, "decided_at": None}
    record.append(
        application, "submitted", by=by, at=at, detail=snapshot, columns=columns, audited={"line": line}
    )
    notices.tell(application, "submitted", by=by, at=at, promised_by=promised)
    return application


def _reviewable(application: Application, by: Any) -> Application:
    application = record.locked(application)
    if by is not None and application.person.user_id is not None and application.person.user_id == by.pk:
        raise OwnApplication()
    return application


@transaction.atomic
def return_for_correction(
    application: Application,
    reasons: Iterable[tuple[str, str, str]],
    *,
    remark: str = "",
    by: Any,
    at: datetime,
) -> Application:
    """Return with reasons ``(material kind, code, text)``; kind ``""`` speaks of the application as a whole.

    Materials named are rejected, so exactly those can be replaced.
    """
    listed = [{"material": kind, "code": code, "text": text} for kind, code, text in reasons]
    if not listed and not remark:
        raise NotPossible("no_reason")
    application = _reviewable(application, by)
    newest = queries.newest_materials(application)
    for reason in listed:
        for material in newest.get(reason["material"], ()):
            _verdict(material, False, reason["code"], reason["text"], by=by, at=at)
    record.append(
        application,
        "returned",
        by=by,
        at=at,
        detail={"reasons": listed, "remark": remark},
        columns={"decided_at": at},
        audited={"reasons": [f"{reason['material']}:{reason['code']}" for reason in listed]},
    )
    said = notices.reasons_in_words(application, listed, remark)
    notices.tell(application, "returned", by=by, at=at, reasons=said)
    return application


@transaction.atomic
def approve(
    application: Application, line: int | None = None, *, remark: str = "", by: Any, at: datetime
) -> Application:
    """Approve on a condition line (default: the one judged at submission).

    Raises NotPossible: ``line_not_met`` for a line that the claims do not meet, ``material_rejected`` while a
    material is marked for return.
    """
    application = _reviewable(application, by)
    verdict = queries.verdict_of(application, at=at)
    chosen = application.line if line is None else int(line)
    if chosen not in verdict.met_lines:
        raise NotPossible("line_not_met", line=chosen)
    newest = [each for rows in queries.newest_materials(application).values() for each in rows]
    if any(queries.newest_verdict(each, accepted=False) for each in newest):
        raise NotPossible("material_rejected")
    for material in newest:
        if not queries.newest_verdict(material, accepted=True):
            _verdict(material, True, "", "", by=by, at=at)
    record.append(
        application,
        "approved",
        by=by,
        at=at,
        detail={"line": chosen, "remark": remark},
        columns={"line": chosen, "decided_at": at},
        audited={"line": chosen},
    )
    _open_order(application, by=by, at=at)
    notices.tell(application, "approved", by=by, at=at)
    return application


def _open_order(application: Application, *, by: Any, at: datetime) -> None:
    """The enrolment fee falls due with the approval; nothing to pay settles itself."""
    fees.open_order(
        purpose="enrolment",
        reference=application.pk,
        person=application.person,
        amount=queries.definition_for(application).fees.enrolment,
        programme=application.programme,
        organisation=application.institution,
        by=by,
        at=at,
    )


@transaction.atomic
def refuse(
    application: Application, reason: str, *, code: str = "not_eligible", by: Any, at: datetime
) -> Application:
    """Refuse for good, with a reason; the person may start anew with other facts."""
    if not reason.strip():
        raise NotPossible("no_reason")
    application = _reviewable(application, by)
    detail = {"code": code, "remark": reason.strip()}
    record.append(
        application,
        "refused",
        by=by,
        at=at,
        detail=detail,
        columns={"decided_at": at},
        audited={"code": code},
    )
    notices.tell(application, "refused", by=by, at=at, reasons=reason.strip())
    return application


@transaction.atomic
def withdraw(application: Application, *, reason: str = "", by: Any, at: datetime) -> Application:
    """Withdraw at any time before the exam begins. Raises NotPossible ``exam_begun``."""
    application = record.locked(application)
    day = queries.exam_day_or_none(application.exam_day)
    if day is not None and application.state == states.APPROVED and at >= day.starts_at:
        raise NotPossible("exam_begun")
    record.append(
        application, "withdrawn", by=by, at=at, detail={"remark": reason.strip()}, columns={"decided_at": at}
    )
    order = fees.order_for("enrolment", application.pk)
    if order is not None and "cancelled" in order.next:
        fees.cancel(order, reason="withdrawn", by=by, at=at)
    notices.tell(application, "withdrawn", by=by, at=at)
    return application


@transaction.atomic
def correct(
    application: Application, *, line: int | None = None, reason: str, by: Any, at: datetime
) -> Application:
    """Correct an approved application's condition line; the former one stays in the events."""
    if not reason.strip():
        raise NotPossible("no_reason")
    application = _reviewable(application, by)
    chosen = application.line if line is None else int(line)
    detail = {"line": chosen, "before": application.line, "remark": reason.strip()}
    record.append(application, "corrected", by=by, at=at, detail=detail, columns={"line": chosen})
    return application


@transaction.atomic
def decide_material(
    material: Material, *, accepted: bool, code: str = "", text: str = "", by: Any, at: datetime
) -> MaterialVerdict:
    """A reviewer's word on one material of a submitted application."""
    application = _reviewable(material.application, by)
    if application.state != states.SUBMITTED:
        raise NotPossible("wrong_state", state=application.state)
    if not accepted and not (code or text.strip()):
        raise NotPossible("no_reason")
    return _verdict(material, accepted, code, text.strip(), by=by, at=at)


def _verdict(
    material: Material, accepted: bool, code: str, text: str, *, by: Any, at: datetime
) -> MaterialVerdict:
    made = MaterialVerdict.objects.create(
        material=material, accepted=accepted, code=code, text=text, at=at, by=by
    )
    audit.record(
        "enrolment.material",
        by=by,
        at=at,
        target=("application", material.application_id),
        detail={"kind": material.kind, "accepted": accepted, "code": code},
    )
    return made


@transaction.atomic
def accept_major(application: Application, *, reason: str, by: Any, at: datetime) -> MajorAcceptance:
    """Accept the claimed major as related for this application, with a reason."""
    application = _reviewable(application, by)
    major = Claims.from_json(application.claims).major
    if not major or not reason.strip():
        raise NotPossible("no_reason" if major else "no_major")
    made = MajorAcceptance.objects.create(
        application=application, major=major, reason=reason.strip(), at=at, by=by
    )
    audit.record("enrolment.accept_major", by=by, at=at, target=("application", application.pk))
    return made
