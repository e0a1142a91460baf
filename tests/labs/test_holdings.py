"""Practical work in the export of one's own data, and after the account closes."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from tancai.labs import api as labs
from tancai.people import api as people

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_own_practical_work_is_exported_and_goes_with_the_account() -> None:
    somebody, other = (people.register(email=f"{name}@example.com", at=AT) for name in ("a", "b"))
    for user in (somebody, other):
        work = labs.begin("accounting", title=f"练习 {user.email}", by=user, at=AT)
        labs.write(work, [labs.Entry(1, "s.1.note", user.email)], by=user, at=AT)
    archive = zipfile.ZipFile(io.BytesIO(people.export_account_data(somebody, by=somebody, at=AT)))
    (told,) = json.loads(archive.read("labs.json"))["works"]
    assert (told["title"], told["values"]) == ("练习 a@example.com", {"s.1.note": "a@example.com"})

    people.erase_account(somebody, by=somebody, at=AT)
    assert not labs.works(somebody).exists() and labs.works(other).count() == 1
