"""A session that checks identity, candidates in it, pictures, and an adapter for faces that says what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tancai.demo import portraits
from tancai.enrolment.models import Material
from tancai.exams import api as exams
from tancai.files import api as files
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.proctoring.identity.faces.port import MEASURED, NO_FACE, SEVERAL, Measured
from tancai.programmes import api as programmes
from tests.exams import world

AT = world.AT
DAY = "dcne-2026-11-28"
SIZE = {"width": 480, "height": 640, "background": "white"}


def picture(number: int = 1) -> bytes:
    """A drawn person that the cascade takes for one face."""
    return portraits.portrait(number, **SIZE)


def nobody() -> bytes:
    return portraits.empty_ground(**SIZE)


@dataclass
class Told:
    """An adapter that gives the answers it was told, in turn, and remembers what it was asked."""

    answers: list[Measured]
    recognises: bool = True
    name: str = "told"
    asked: list[tuple[bytes, bytes | None]] = field(default_factory=list)

    def measure(self, picture: bytes, reference: bytes | None) -> Measured:
        self.asked.append((picture, reference))
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def score(value: float, *, threshold: float = 0.4) -> Measured:
    return Measured(MEASURED, 1, score=value, threshold=threshold, adapter="told", model="m")


def faces(count: int) -> Measured:
    return Measured(NO_FACE if count == 0 else SEVERAL, count, adapter="told", model="m", threshold=0.4)


COVERED = Measured(NO_FACE, 0, covered=True, adapter="told", model="m")


def demand(**exam: Any) -> None:
    """From now on the programme of the tests checks identity, as staff would set it."""
    definition = programmes.definition("dcne", on=AT.date())
    plain = definition.exam.model_dump(mode="json")
    wanted = {"camera_required": True, "identity_check": "face_local", "snapshot_seconds": 30, **exam}
    programmes.revise(
        "dcne",
        changes={"exam": {**plain, **wanted}},
        note="身份核验",
        effective_from=AT.date() - timedelta(days=1),
        by=None,
        at=AT,
    )


def session_of(*candidates: Any, **exam: Any) -> exams.Session:
    demand(**exam)
    return world.prepared(*candidates, exam_day=DAY)


def admission_of(session: exams.Session, person: Any) -> exams.Admission:
    found = exams.admission(world.admission_of(session, person).pk)
    assert found is not None
    return found


def give_portrait(admission: exams.Admission, data: bytes | None = None) -> Any:
    """The approved portrait of the application."""
    file = files.store_image(
        data or picture(), purpose="portrait", name="p.jpg", owner_person=admission.person, by=None, at=AT
    )
    Material.objects.create(application=admission.application, kind="portrait", file=file, attached_at=AT)
    return file


def staff(role: str = "invigilator", *, email: str = "watch@example.test") -> Any:
    user = people.register(email=email, password="tancai-demo-2026", by=None, at=AT)
    body = people.organisation(programmes.definition("dcne").body)
    people.grant_role(user, role, organisation=body, by=None, at=AT)
    return user


def checked(admission: exams.Admission, at: datetime, *, how: str = "camera") -> Any:
    """Agreed and handed in; the check-in."""
    person = admission.person
    proctoring.choose_way(admission, "camera", by=person.user, at=at)
    return proctoring.hand_in_check(
        admission, card=picture(1), live=picture(1), how=how, by=person.user, at=at
    )


def passed(admission: exams.Admission, at: datetime, by: Any) -> Any:
    """Agreed, handed in and found to be the same person by ``by``."""
    check_in = checked(admission, at)
    proctoring.decide_check_in(check_in, "same", note="", by=by, at=at)
    return check_in


def snapshot(admission: exams.Admission, number: int, at: datetime, data: bytes | None = None) -> Any:
    return proctoring.receive_picture(admission, data or picture(), number=number, taken_at=at, at=at)
