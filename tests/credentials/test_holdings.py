"""What people take with them, what stays, what goes in the end."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta

import pytest

from tancai.credentials import api as credentials
from tancai.credentials import holdings
from tancai.people import api as people
from tests.credentials import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    w.ready()


def test_the_export_holds_the_certificate() -> None:
    row = w.issued("cem", "张晓岚")
    archive = zipfile.ZipFile(io.BytesIO(people.export_person_data(row.person, by=None, at=w.AT)))
    (found,) = json.loads(archive.read("certificates.json"))["certificates"]
    assert found["number"] == row.number and found["printed"][0]["name"] == "张晓岚"


def test_a_certificate_stays_verifiable_and_loses_its_name_in_the_end() -> None:
    row = w.issued("cem", "张晓岚")
    credentials.request_change(row, "correct", text="我叫张晓岚", by=row.person.user, at=w.AT)
    person = people.person(row.person_id)
    (held,) = [each for each in people.plan_erasure(person.user, w.AT).kept if each.what == "certificates"]
    assert (held.why, held.until) == ("verification", date(2038, 11, 1))
    people.erase_account(person.user, by=None, at=w.AT)
    assert credentials.look_up(name="张晓岚", number=row.number, at=w.AT + timedelta(days=365))
    holdings.remove(person, w.AT + timedelta(days=365 * 14))
    assert credentials.look_up(name="张晓岚", number=row.number, at=w.AT) == []
    left = credentials.certificate(row.number)
    assert left.facts.name == left.facts.document == "" and left.facts.post == "碳排放管理师（中级）"
    assert row.requests.get().text == ""
