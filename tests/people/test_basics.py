"""Accounts and identities through the door."""

from datetime import UTC, datetime

import pytest

from tancai.people import api as people

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NUMBER = "11010519491231002X"

pytestmark = pytest.mark.django_db


def test_a_person_is_found_by_the_document_and_never_by_its_text():
    user = people.register(phone="138 0013 8000", password="long enough 1", at=AT)
    person = people.identify(
        user, name="李 雷", document_kind="resident_id", document=NUMBER.lower(), by=user, at=AT
    )
    assert (person.name, person.sex, str(person.birth)) == ("李雷", "female", "1949-12-31")
    assert people.find_by_document("resident_id", NUMBER) == person
    assert people.find_by_document("passport", NUMBER) is None
    assert person.document_masked == "110105********002X"
    assert people.person(person.pk).document == NUMBER


def test_a_role_counts_where_it_was_granted():
    user = people.register(email="Lucy@Example.com", at=AT)
    here = people.found_organisation(
        code="ccia", kind="certifying_body", name="甲", name_en="A", by=None, at=AT
    )
    there = people.found_organisation(
        code="miit", kind="certifying_body", name="乙", name_en="B", by=None, at=AT
    )
    grant = people.grant_role(user, "reviewer", organisation=here, by=None, at=AT)
    assert people.access_at(user, ["reviewer"], [here.pk])
    assert not people.access_at(user, ["reviewer"], [there.pk])
    assert people.access_organisations(user, ["reviewer", "office"]) == {here.pk}
    people.revoke_role(grant, reason="换岗", by=None, at=AT)
    assert not people.access_any(user, ["reviewer"])
