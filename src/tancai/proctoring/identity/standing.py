"""How identity stands for an admission: gathered from the rows for the rules and the pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.files import api as files
from tancai.people import api as people
from tancai.proctoring.identity import consent, rules
from tancai.proctoring.models import CheckIn, Flag, HumanCheck, Picture, WayChoice
from tancai.programmes import api as programmes

PORTRAIT = "portrait"


def exam_rule(admission: Any) -> Any:
    """The exam's rules in the edition of the session."""
    return programmes.definition_of(admission.session.edition_id).exam


def demanded(admission: Any) -> bool:
    """Whether identity is checked in this session at all; a test run of the technique asks nobody."""
    return admission.session.kind != exams.Session.REHEARSAL and exam_rule(admission).checks_identity


def way_of(admission: Any) -> WayChoice | None:
    return WayChoice.objects.filter(admission_id=admission.pk).order_by("-id").first()


def human_check_of(admission: Any) -> HumanCheck | None:
    return HumanCheck.objects.filter(admission_id=admission.pk).order_by("-id").first()


def check_in_of(admission: Any) -> CheckIn | None:
    """The newest check-in with its pictures and decisions."""
    found = CheckIn.objects.filter(admission_id=admission.pk).select_related("card__file", "live__file")
    return found.prefetch_related("decisions", "live__readings").order_by("-id").first()


def check_state(check_in: CheckIn | None) -> str:
    """``""``, ``waiting``, ``same``, ``other`` or ``again``."""
    if check_in is None:
        return ""
    decisions = sorted(check_in.decisions.all(), key=lambda row: row.pk)
    return str(decisions[-1].outcome) if decisions else "waiting"


def agreed(admission: Any) -> bool:
    """Whether the candidate agrees at this moment that a camera looks at his or her face."""
    way = way_of(admission)
    return way is not None and way.way == WayChoice.CAMERA and _consents(admission)


def _consents(admission: Any) -> bool:
    return people.has_consent(admission.person, consent.KIND)


def facts(admission: Any) -> rules.StartFacts:
    """Everything that decides about the start."""
    if not demanded(admission):
        return rules.StartFacts(demanded=False)
    way = way_of(admission)
    camera_at = Picture.objects.filter(
        admission_id=admission.pk, how="camera", kind__in=(Picture.LIVE, Picture.READY, Picture.SNAPSHOT)
    ).aggregate(at=Max("received_at"))["at"]
    return rules.StartFacts(
        demanded=True,
        camera_required=exam_rule(admission).camera_required,
        begun=has_begun(admission),
        way=way.way if way else "",
        agreed=_consents(admission),
        human_checked=human_check_of(admission) is not None,
        check=check_state(check_in_of(admission)),
        camera_at=camera_at,
    )


def has_begun(admission: Any) -> bool:
    sitting = getattr(admission, "sitting", None)
    return sitting is not None and any(event.kind == "started" for event in sitting.events.all())


def takes_snapshots(admission: Any) -> bool:
    """Whether this candidate's camera takes pictures now: the programme wants it, the candidate agrees, and no
    member of staff has taken over watching."""
    return (
        demanded(admission)
        and exam_rule(admission).takes_snapshots
        and agreed(admission)
        and human_check_of(admission) is None
    )


def may_start(admission: Any, at: datetime) -> rules.Verdict:
    return rules.may_start(facts(admission), at)


def portrait_of(admission: Any) -> Any | None:
    """The approved portrait of the application as a stored file, if its bytes are still there."""
    materials = enrolment.newest_materials(admission.application).get(PORTRAIT, [])
    return materials[0].file if materials and materials[0].file is not None else None


def bytes_of(file: Any | None) -> bytes | None:
    """The bytes of a stored file; None when there is none or it is gone."""
    if file is None:
        return None
    try:
        return files.read(file)
    except files.FileGone:
        return None


def newest_pictures(admission_ids: Iterable[int]) -> dict[int, Picture]:
    """The newest snapshot of each admission that can still be seen."""
    rows = (
        Picture.objects.filter(admission_id__in=list(admission_ids), kind=Picture.SNAPSHOT)
        .values("admission_id")
        .annotate(newest=Max("id"))
        .values_list("newest", flat=True)
    )
    return {row.admission_id: row for row in Picture.objects.filter(pk__in=list(rows))}


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag as it stands: ``state`` open, doubt, harmless, set_aside or upheld."""

    id: int
    admission_id: int
    ticket_number: str
    name: str
    kind: str
    since: datetime
    until: datetime
    signs: int
    state: str
    picture_id: int | None
    first_by_id: int | None = None
    first_at: datetime | None = None
    stated: bool = False


def view_of(flag: Flag) -> FlagView:
    """``flag`` with admission, person, signs, reviews and statements at hand."""
    signs = sorted(flag.signs.all(), key=lambda sign: sign.at)
    reviews = {review.stage: review for review in flag.reviews.all()}
    first = reviews.get(rules.FIRST)
    return FlagView(
        id=flag.pk,
        admission_id=flag.admission_id,
        ticket_number=flag.admission.ticket_number,
        name=flag.admission.person.name,
        kind=flag.kind,
        since=signs[0].at if signs else flag.opened_at,
        until=signs[-1].at if signs else flag.opened_at,
        signs=len(signs),
        state=rules.flag_state((review.stage, review.outcome) for review in reviews.values()),
        picture_id=next((sign.picture_id for sign in reversed(signs) if sign.picture_id), None),
        first_by_id=first.by_id if first else None,
        first_at=first.at if first else None,
        stated=bool(flag.statements.all()),
    )
