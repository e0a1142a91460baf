"""The public look-up: every combination of fields in every programme, and answers that give nothing away."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from tancai.credentials import api as credentials
from tancai.lib.identity import mask_document
from tests.credentials import world as w

pytestmark = pytest.mark.django_db
FIELDS = ("number", "document", "name")
SUBSETS = list(chain.from_iterable(combinations(FIELDS, size) for size in range(4)))
NOT_ENOUGH = {
    "dcne": {(), ("number",), ("document",), ("name",)},
    "cem": {(), ("number",), ("document",), ("name",), ("number", "document")},
    "crp": {(), ("document",), ("name",)},
    "csa": {(), ("document",), ("name",)},
}


@pytest.fixture(autouse=True)
def _ready() -> None:
    w.ready()


@pytest.mark.parametrize("programme", w.PROGRAMMES)
def test_what_each_programme_accepts(programme: str) -> None:
    row = w.issued(programme, "张晓岚")
    w.issued(programme, "李明")
    known = {"number": row.number, "document": row.person.document, "name": "张晓岚"}
    for fields in SUBSETS:
        given = {field: known[field] for field in fields}
        found = credentials.look_up(**given, at=w.AT)
        expected = [] if fields in NOT_ENOUGH[programme] else [row.number]
        assert [each.number for each in found] == expected, fields
        # everything given must be right, also what would not have been needed
        for field in fields:
            wrong = {"number": "CEM2026999999A", "document": w.resident_number(998), "name": "王五"}
            assert credentials.look_up(**{**given, field: wrong[field]}, at=w.AT) == []


def test_the_record_shows_what_is_printed_with_the_document_masked() -> None:
    row = w.issued("csa", "张晓岚")
    (found,) = credentials.look_up(name="张晓岚", number=row.number, at=w.AT)
    assert found.document == mask_document(row.person.document) != row.person.document
    assert (found.name, found.post, found.level, found.state) == (
        "张晓岚",
        "碳汇计量评估师（中级）",
        "中级",
        "valid",
    )
    assert found.title == "碳减排领域专业技能岗位证书" and found.body == "中国节能协会"
    assert row.person.document not in repr(found)


def test_spelling_does_not_matter() -> None:
    row = w.issued("cem", "阿依古丽·买买提")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in row.number)
    document = row.person.document
    for name in ("阿依古丽·买买提", " 阿依古丽•买买提 ", "阿依古丽买买提"):
        assert credentials.look_up(name=name, number=wide, at=w.AT)
        spaced = f"{document[:6]} {document[6:14]} {document[14:].lower()}"
        assert credentials.look_up(name=name, document=spaced, at=w.AT)


def test_two_certificates_of_one_person_are_both_found() -> None:
    person = w.somebody("张晓岚")
    numbers = {
        credentials.issue(w.passing(code, person=person), by=None, at=w.AT).number for code in ("cem", "csa")
    }
    found = credentials.look_up(name="张晓岚", document=person.document, at=w.AT)
    assert {each.number for each in found} == numbers
    assert [
        r.programme
        for r in credentials.look_up(name="张晓岚", document=person.document, programme="csa", at=w.AT)
    ] == ["csa"]


def test_state_of_what_was_changed() -> None:
    row = w.issued("cem", "张晓岚")
    new = w.changed(row, "replace")
    (old,) = credentials.look_up(name="张晓岚", number=row.number, at=w.AT)
    assert (old.state, old.replaced_by, old.state_since) == ("replaced", new.number, w.AT.date())
    w.changed(new, "revoke")
    (now,) = credentials.look_up(name="张晓岚", number=new.number, at=w.AT)
    assert (now.state, now.state_since) == ("revoked", w.AT.date())


def test_the_same_work_is_done_whether_or_not_enough_is_given() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    row = w.issued("cem", "张晓岚")
    document = row.person.document
    credentials.look_up(number="CEM2026000001M", name="王五", at=w.AT)
    counts = set()
    for given in (
        {},
        {"name": "张晓岚"},
        {"number": row.number},
        {"document": document},
        {"number": row.number, "document": document},
        {"number": row.number, "name": "王五"},
        {"number": "x", "document": "y", "name": "z"},
    ):
        with CaptureQueriesContext(connection) as queries:
            assert credentials.look_up(**given, at=w.AT) == []
        counts.add(len(queries))
        assert not any('"facts"' in each["sql"] for each in queries)
    assert len(counts) == 1


def test_the_printed_code_opens_its_own_certificate_only() -> None:
    one, other = w.issued(), w.issued()
    assert credentials.by_code(one.number.lower(), one.code, at=w.AT).number == one.number
    for number, code in ((one.number, other.code), (one.number, ""), ("CEM2026999999A", one.code), ("", "")):
        assert credentials.by_code(number, code, at=w.AT) is None
    assert one.code != other.code and len(one.code) == 10
