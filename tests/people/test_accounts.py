"""Accounts, claims, organisations, consents and leaving, through the door."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from tancai.audit import api as audit
from tancai.people import api as people
from tancai.people import erasure as leaving
from tancai.people import export as taking

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NUMBER = "11010519491231002X"
LEI = {"name": "李雷", "document_kind": "resident_id", "document": NUMBER}

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db):
    return people.register(phone="13800138000", password="long enough 1", at=AT)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "missing"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"phone": "+86 138 0013 8000"}, "phone_taken"),
        ({"email": "TAKEN@example.com"}, "email_taken"),
    ],
)
def test_an_account_needs_an_address_of_its_own(given, code, user):
    people.register(email="taken@example.com", at=AT)
    with pytest.raises(people.BadContact) as refused:
        people.register(**given, at=AT)
    assert refused.value.code == code


def test_the_number_is_nowhere_in_the_database_in_clear(user):
    people.identify(user, **LEI, by=user, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person")
        row = b" ".join(
            bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in cursor.fetchone()
        )
    assert NUMBER.encode() not in row and b"110105********002X" in row
    assert not any(NUMBER in str(entry.detail) for entry in audit.entries())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"document": "110105194912310021"}, "document_check_digit"),
        ({"sex": "male"}, "sex_differs"),
        ({"birth": date(1950, 1, 1)}, "birth_differs"),
        ({"document_kind": "passport", "document": "E12345678"}, "sex"),
        ({"document_kind": "library_card"}, "document_unknown_kind"),
    ],
)
def test_a_bad_identity_leaves_nothing(change, code, user):
    with pytest.raises(people.BadIdentity) as refused:
        people.identify(user, **{**LEI, **change}, by=user, at=AT)
    assert code in refused.value.params["codes"]
    assert people.person_of(user) is None


def test_one_identity_an_account_and_one_account_an_identity(user):
    people.identify(user, **LEI, by=user, at=AT)
    with pytest.raises(people.AlreadyIdentified):
        people.identify(user, **LEI, by=user, at=AT)
    other = people.register(phone="13800138001", at=AT)
    with pytest.raises(people.DocumentTaken):
        people.identify(other, **LEI, by=other, at=AT)


def test_an_institution_enters_a_document_once():
    one = people.enter_person(**LEI, by=None, at=AT)
    again = people.enter_person(**{**LEI, "name": "李 雷"}, phone="13900139000", by=None, at=AT)
    assert again == one and people.person(one.pk).phone == "+8613900139000"
    with pytest.raises(people.NameMismatch):
        people.enter_person(**{**LEI, "name": "韩梅梅"}, by=None, at=AT)


@pytest.mark.parametrize("phone", ["13800138000", "13900139000", None])
def test_claiming_an_entered_person(phone, user):
    entered = people.enter_person(**LEI, phone=phone, by=None, at=AT)
    if phone == "13800138000":
        assert people.identify(user, **LEI, by=user, at=AT) == entered
        (line,) = audit.entries(action="people.claim")
        assert line.target_id == str(entered.pk)
        return
    for _ in range(2):
        with pytest.raises(people.ClaimWaiting):
            people.identify(user, **LEI, by=user, at=AT)
    (claim,) = people.waiting_claims()
    people.decide_claim(claim, confirmed=True, by=None, at=AT)
    assert people.person_of(user) == entered
    with pytest.raises(people.AlreadyIdentified):
        people.decide_claim(claim, confirmed=False, by=None, at=AT)


def test_a_phone_that_never_answered_a_code_proves_nothing():
    people.enter_person(**LEI, phone="13800138005", by=None, at=AT)
    unproved = people.register(phone="13800138005", verified=False, at=AT)
    with pytest.raises(people.ClaimWaiting):
        people.identify(unproved, **LEI, by=unproved, at=AT)


def test_a_claim_under_another_name_is_no_claim(user):
    people.enter_person(**LEI, phone="13800138000", by=None, at=AT)
    with pytest.raises(people.NameMismatch):
        people.identify(user, **{**LEI, "name": "韩梅梅"}, by=user, at=AT)
    assert people.person_of(user) is None


def test_nobody_judges_their_own_case(user):
    person = people.identify(user, **LEI, by=user, at=AT)
    body = people.found_organisation(
        code="aaa", kind="certifying_body", name="甲会", name_en="A", by=None, at=AT
    )
    people.grant_role(user, "reviewer", organisation=body, by=None, at=AT)
    other = people.enter_person(**{**LEI, "document": "440308199901010012"}, by=None, at=AT)
    assert people.access_judge(user, ["reviewer"], [body.pk], other)
    assert not people.access_judge(user, ["reviewer"], [body.pk], person)
    assert people.access_person(user, person) and not people.access_person(user, other)


def test_a_closed_account_opens_nothing(user):
    people.grant_role(user, "office", by=None, at=AT)
    user.is_active = False
    assert people.roles_of(user) == () and not people.access_any(user, ["office"])


def test_the_last_administrator_neither_goes_nor_loses_the_role(user):
    grant = people.grant_role(user, "platform_admin", by=None, at=AT)
    with pytest.raises(people.BadRole):
        people.revoke_role(grant, reason="x", by=None, at=AT)
    with pytest.raises(people.CannotErase):
        people.erase_account(user, by=user, at=AT)
    other = people.register(phone="13800138001", at=AT)
    people.grant_role(other, "platform_admin", by=None, at=AT)
    people.revoke_role(grant, reason="换人", by=None, at=AT)
    assert not people.access_any(user, ["office"])


def test_consents_of_account_and_person_are_one(user):
    people.give_consent(user, "privacy", text_version="1", by=user, at=AT)
    person = people.identify(user, **LEI, by=user, at=AT)
    assert people.has_consent(person, "privacy") and not people.has_consent(person, "biometric")
    first = people.give_consent(person, "biometric", text_version="1", by=user, at=AT)
    assert people.give_consent(person, "biometric", text_version="1", by=user, at=AT) == first
    assert people.give_consent(person, "biometric", text_version="2", by=user, at=AT) != first
    assert people.withdraw_consent(user, "biometric", by=user, at=AT) == 2
    assert not people.has_consent(person, "biometric")


def test_an_invitation_is_answered_by_the_owner_of_the_address_only(user):
    house = people.apply_institution(
        name="海西碳学院",
        credit_code="91350100M000100Y43",
        region="福建",
        address="路 1 号",
        contact_name="林",
        contact_phone="13800138000",
        by=user,
        at=AT,
    )
    people.approve_institution(house, by=None, at=AT)
    invitation = people.invite_staff(house, address="Mate@Example.com", by=user, at=AT)
    assert people.invite_staff(house, address="mate@example.com", by=user, at=AT) == invitation
    thief = people.register(email="mate@example.com", verified=False, at=AT)
    assert not people.invitations_to(thief)
    with pytest.raises(people.BadRole):
        people.answer_invitation(invitation, accepted=True, by=thief, at=AT)
    people.verify_contact(thief, "mate@example.com", by=thief, at=AT)
    people.answer_invitation(invitation, accepted=True, by=thief, at=AT)
    assert people.access_at(thief, ["institution_staff"], [house.pk])
    with pytest.raises(people.BadRole):
        people.take_back_invitation(invitation, by=user, at=AT)


@pytest.fixture
def rooms(monkeypatch):
    """A room above that holds something until a date, and its share of the export."""
    until = {"date": date(2028, 1, 1)}
    erased = []
    monkeypatch.setattr(leaving, "_rooms", dict(leaving._rooms))
    monkeypatch.setattr(taking, "_contributions", dict(taking._contributions))
    people.register_holdings(
        "enrolment",
        kept=lambda person, at: [people.Held("applications", "records", until["date"])],
        erase=lambda person, at: erased.append(person.pk),
    )
    people.register_export("enrolment", lambda person: {"person": person.pk, "files": {"a/b.txt": b"x"}})
    return until, erased


def test_what_must_be_kept_outlives_the_account_and_then_goes(user, rooms):
    until, erased = rooms
    person = people.identify(user, **LEI, by=user, at=AT)
    assert people.plan_erasure(user, AT).until == date(2028, 1, 1)
    row = people.erase_account(user, by=user, at=AT)
    assert row.kept == [{"what": "applications", "why": "records", "until": "2028-01-01"}]
    user.refresh_from_db()
    person.refresh_from_db()
    assert (user.phone, user.is_active, user.has_usable_password()) == (None, False, False)
    assert person.name == "李雷" and person.user is None and not erased
    assert people.anonymise_due(AT + timedelta(days=600)) == 0
    until["date"] = date(2029, 1, 1)
    assert people.anonymise_due(datetime(2028, 1, 2, tzinfo=UTC)) == 0
    assert people.anonymise_due(datetime(2029, 1, 2, tzinfo=UTC)) == 1
    person.refresh_from_db()
    assert (person.name, person.document_index, erased) == ("", None, [person.pk])
    assert people.anonymise_due(datetime(2030, 1, 2, tzinfo=UTC)) == 0


def test_who_comes_back_in_time_keeps_the_identity(user, rooms):
    person = people.identify(user, **LEI, by=user, at=AT)
    people.erase_account(user, by=user, at=AT)
    again = people.register(phone="13800138000", at=AT)
    with pytest.raises(people.ClaimWaiting):
        people.identify(again, **LEI, by=again, at=AT)
    people.decide_claim(people.waiting_claim_of(again), confirmed=True, by=None, at=AT)
    assert people.anonymise_due(datetime(2029, 1, 2, tzinfo=UTC)) == 0
    assert people.person(person.pk).name == "李雷"


def test_the_export_has_every_room_s_share(user, rooms):
    person = people.identify(user, **LEI, by=user, at=AT)
    archive = zipfile.ZipFile(io.BytesIO(people.export_person_data(person, by=user, at=AT)))
    assert json.loads(archive.read("enrolment.json")) == {"person": person.pk}
    assert archive.read("enrolment/a_b.txt") == b"x"
    assert {"account.json", "identity.json", "consents.json", "messages.json", "files.json"} <= set(
        archive.namelist()
    )


def test_a_room_that_says_nothing_is_taken_to_need_its_rows(user, monkeypatch):
    from tancai.files import api as files

    person = people.identify(user, **LEI, by=user, at=AT)
    files.store(b"x", purpose="note", name="x", owner_person=person, by=user, at=AT)
    monkeypatch.setattr(leaving, "_rooms", {})
    (kept,) = people.plan_erasure(user, AT).kept
    assert (kept.what, kept.until) == ("files", date(2036, 3, 1))
