"""How a character applies, is returned, corrects, withdraws or is refused: the same actions the pages call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tancai.demo import claims, fates, papers
from tancai.demo.cast import Actor
from tancai.demo.portraits import portrait
from tancai.enrolment import api as enrolment
from tancai.people import api as people
from tancai.programmes import api as programmes


def sign_up(actor: Actor, *, password: str, email: str | None = None, at: datetime) -> Any:
    """An account with a verified phone, and the identity behind it; returns the person."""
    user = people.register(phone=actor.phone, email=email, password=password, at=at)
    people.give_consent(user, "privacy", text_version="1", by=user, at=at)
    return people.identify(
        user,
        name=actor.name,
        sex=actor.sex,
        birth=actor.birth,
        document_kind="resident_id",
        document=actor.document,
        by=user,
        at=at,
    )


def apply(actor: Actor, person: Any, *, exam_day: str, at: datetime) -> Any:
    """Fill in, hand in everything asked for and submit; the application, submitted or (no condition met) a draft."""
    application = enrolment.start_application(
        person,
        programme=actor.programme,
        level=actor.level,
        speciality=actor.speciality,
        exam_day=exam_day,
        by=person.user,
        at=at,
    )
    said = claims.falling_short() if actor.fate == fates.CONDITION_NOT_MET else _claims(actor, at)
    application = enrolment.set_claims(application, said, by=person.user, at=at)
    hand_in(actor, application, at=at)
    try:
        return enrolment.submit(application, by=person.user, at=at)
    except enrolment.Incomplete:
        if actor.fate != fates.CONDITION_NOT_MET:
            raise
        return application


def _claims(actor: Actor, at: datetime) -> Any:
    definition = programmes.definition(actor.programme, on=at.date())
    return claims.meeting(definition, actor.level, actor.claims["line"], at.date())


def hand_in(actor: Actor, application: Any, *, at: datetime, only: frozenset[str] | None = None) -> None:
    """Attach a picture for every material that is missing or was rejected."""
    check = enrolment.check(application, at=at)
    for kind in dict.fromkeys([*check.missing, *check.rejected]):
        if only is not None and kind not in only:
            continue
        data = _portrait(actor, check.definition) if kind == "portrait" else papers.picture(kind)
        enrolment.attach_material(application, kind, data, f"{kind}.jpg", by=application.person.user, at=at)


def _portrait(actor: Actor, definition: Any) -> bytes:
    rule = definition.portrait
    return portrait(
        actor.number, width=rule.width, height=rule.height, background=rule.background, sex=actor.sex
    )


def review(actor: Actor, application: Any, *, by: Any, at: datetime) -> Any:
    """What the reviewer makes of a submitted application, by the character's fate."""
    if actor.fate in (fates.RETURNED_THEN_PASS, fates.RETURNED_AND_SILENT):
        reasons = [("portrait", "head_covered", "请提交免冠照片，露出双耳。")]
        return enrolment.return_for_correction(application, reasons, by=by, at=at)
    if actor.fate == fates.DOCUMENT_REFUSED:
        return enrolment.refuse(application, "工作证明与所述年限不符，经核实不满足报考条件。", by=by, at=at)
    return enrolment.approve(application, by=by, at=at)


def correct(actor: Actor, application: Any, *, at: datetime) -> Any:
    """Replace what was returned and submit again."""
    hand_in(actor, application, at=at)
    return enrolment.submit(application, by=application.person.user, at=at)
