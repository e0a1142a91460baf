"""Passing results of fictional people in any programme, without sitting an exam, and the clerks of their bodies."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from PIL import Image, ImageDraw

from tancai.credentials import api as credentials
from tancai.enrolment.models import Application, Material
from tancai.exams.models import Admission, Session
from tancai.files import api as files
from tancai.lib.clock import SHANGHAI
from tancai.lib.identity import check_character
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.installed import install

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
RELEASED = datetime(2026, 11, 3, 15, 0, tzinfo=SHANGHAI)
PROGRAMMES = ("dcne", "cem", "crp", "csa")
_serial = count(1)


def resident_number(serial: int) -> str:
    """A well-formed resident number of a region code that was never given out."""
    first = f"11019919900307{serial % 1000:03d}"
    return first + check_character(first)


def ready() -> None:
    install(AT)
    programmes.load_working_days(by=None, at=AT)


def account(role: str = "", programme: str = "cem") -> Any:
    """A user, perhaps with a role at the certifying body of a programme."""
    user = people.register(phone=f"138{next(_serial):08d}", password="Long-enough-1!", at=AT)
    if role:
        body = people.organisation(programmes.definition(programme).body)
        people.grant_role(user, role, organisation=body, by=None, at=AT)
    return user


def somebody(name: str, *, document: str = "") -> Any:
    """A person with an account."""
    number = document or resident_number(next(_serial))
    person = people.enter_person(
        name=name,
        document_kind="resident_id",
        document=number,
        sex="male" if int(number[16]) % 2 else "female",
        birth=date(1990, 3, 7),
        by=None,
        at=AT,
    )
    person.user = account()
    person.save(update_fields=["user"])
    return person


@cache
def _picture() -> bytes:
    image = Image.new("RGB", (413, 579), (70, 130, 200))
    ImageDraw.Draw(image).ellipse((130, 120, 283, 320), fill=(235, 205, 180))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def passing(
    programme: str = "cem",
    name: str = "张晓岚",
    *,
    person: Any = None,
    passed: bool = True,
    released: datetime = RELEASED,
    portrait: bool = False,
) -> marking.ResultView:
    """A released result of a new person."""
    definition = programmes.definition(programme)
    person = person or somebody(name)
    serial = next(_serial)
    level = definition.level_codes[1] if len(definition.level_codes) > 1 else ""
    application = Application.objects.create(
        number=f"T{serial:06d}",
        person=person,
        programme=programme,
        edition_id=definition.edition_id,
        level=level,
        speciality=definition.speciality_codes[0],
        exam_day=f"{programme}-{serial}",
        state="approved",
        started_at=AT,
    )
    start = released - timedelta(days=10)
    session = Session.objects.create(
        exam_day=f"{programme}-{serial}",
        programme=programme,
        edition_id=definition.edition_id,
        date=start.date(),
        starts_at=start,
        minutes=90,
        entry_until=start,
    )
    admission = Admission.objects.create(
        application=application,
        session=session,
        person=person,
        level=level,
        speciality=application.speciality,
        ticket_number=f"{serial:010d}",
        admitted_at=start,
    )
    row = marking.Result.objects.create(
        admission=admission,
        session=session,
        total=Decimal(80 if passed else 40),
        out_of=Decimal(100),
        pass_mark=Decimal(60),
        passed=passed,
        released_at=released,
        at=released,
    )
    if portrait:
        stored = files.store(
            _picture(), purpose="portrait", name="portrait.jpg", owner_person=person, by=None, at=AT
        )
        Material.objects.create(application=application, kind="portrait", file=stored, attached_at=AT)
    found = marking.result(row.pk)
    assert found is not None
    return found


def corrected_to_fail(result: marking.ResultView) -> None:
    """A later row says that the exam was not passed after all."""
    before = marking.Result.objects.get(pk=result.id)
    marking.Result.objects.create(
        admission=before.admission,
        session=before.session,
        kind="corrected",
        total=Decimal(50),
        out_of=before.out_of,
        pass_mark=before.pass_mark,
        passed=False,
        released_at=before.released_at,
        at=AT,
    )


def issued(programme: str = "cem", name: str = "张晓岚", **more: Any) -> credentials.Certificate:
    return credentials.issue(passing(programme, name, **more), by=None, at=AT)


def changed(certificate: Any, change: str, *, by: Any = None, second: Any = None, **changes: str) -> Any:
    """Propose and confirm by two people; the certificate that counts now."""
    proposal = credentials.propose(
        certificate, change, reason="核对原件", changes=changes, by=by or account(), at=AT
    )
    return credentials.confirm(proposal, by=second or account(), at=AT)
