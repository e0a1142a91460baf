"""Exam sites: what may be applied for, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from tancai.messages import api as messages
from tancai.people import api as people
from tancai.venues import api as venues
from tancai.venues import rules
from tancai.venues.api import Fault, RoomFacts

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
TEXTS = {
    "name": "东城考点",
    "region": "北京市",
    "address": "示例路 1 号",
    "contact_name": "周一",
    "equipment": "",
}
ROOMS = [RoomFacts("机房一", 40, 2)]


@pytest.mark.parametrize(
    ("change", "rooms", "fault"),
    [
        ({"name": " "}, ROOMS, Fault("name", "empty")),
        ({"address": "长" * 201}, ROOMS, Fault("address", "too_long")),
        ({"contact_name": "110101199003077758"}, ROOMS, Fault("contact_name", "personal_number")),
        ({}, [], Fault("rooms", "no_rooms")),
        ({}, [RoomFacts("", 10)], Fault("rooms", "room_name")),
        ({}, [RoomFacts("甲", 10), RoomFacts("甲", 20)], Fault("rooms", "room_twice")),
        ({}, [RoomFacts("甲", 0)], Fault("rooms", "seats")),
        ({}, [RoomFacts("甲", 501)], Fault("rooms", "seats")),
        ({}, [RoomFacts("甲", 10, 101)], Fault("rooms", "cameras")),
        ({}, [RoomFacts(str(n), 10) for n in range(51)], Fault("rooms", "too_many_rooms")),
    ],
)
def test_each_fault_is_named_with_its_field(
    change: dict[str, str], rooms: list[RoomFacts], fault: Fault
) -> None:
    assert venues.judge({**TEXTS, **change}, rooms) == [fault]


def test_a_complete_application_has_no_fault() -> None:
    assert venues.judge(TEXTS, [RoomFacts("甲", 500, 100), RoomFacts("乙", 1)]) == []


@pytest.mark.parametrize(
    ("present", "kind", "may"),
    [
        ("submitted", "accepted", True),
        ("submitted", "refused", True),
        ("submitted", "closed", False),
        ("accepted", "closed", True),
        ("accepted", "refused", False),
        ("refused", "accepted", False),
        ("closed", "accepted", True),
    ],
)
def test_decisions_follow_the_state(present: str, kind: str, may: bool) -> None:
    assert rules.may(present, kind) is may


@pytest.fixture
def body(db: None) -> people.Organisation:
    return people.found_organisation(
        code="demo-body", kind="certifying_body", name="示范发证机构", name_en="Demo body", by=None, at=AT
    )


@pytest.fixture
def applicant(db: None) -> people.User:
    return people.register(email="site@demo.example", at=AT)


def _apply(body: people.Organisation, user: people.User, **more: object) -> venues.SiteView:
    facts = {**TEXTS, "contact_phone": "13800138000", "rooms": ROOMS, **more}
    return venues.apply_site(body=body, **facts, by=user, at=AT)  # type: ignore[arg-type]


def test_an_accepted_site_is_listed_with_its_seats(body: people.Organisation, applicant: people.User) -> None:
    made = _apply(body, applicant, rooms=[RoomFacts("甲", 40), RoomFacts("乙", 20)])
    assert venues.sites(state="accepted") == []
    venues.decide_site(made.number, kind="accepted", by=None, at=AT)
    assert [(each.name, each.seats) for each in venues.sites(state="accepted")] == [("东城考点", 60)]
    assert messages.unread_count(applicant) == 1


def test_a_refusal_needs_a_reason_that_the_applicant_reads(
    body: people.Organisation, applicant: people.User
) -> None:
    made = _apply(body, applicant)
    with pytest.raises(venues.NotNow) as caught:
        venues.decide_site(made.number, kind="refused", reason=" ", by=None, at=AT)
    assert caught.value.code == "no_reason"
    view = venues.decide_site(made.number, kind="refused", reason="没有监控", by=None, at=AT)
    assert (view.state, view.reason) == ("refused", "没有监控")


def test_a_closed_site_can_be_opened_again(body: people.Organisation, applicant: people.User) -> None:
    number = _apply(body, applicant).number
    venues.decide_site(number, kind="accepted", by=None, at=AT)
    venues.decide_site(number, kind="closed", reason="装修", by=None, at=AT)
    assert venues.decide_site(number, kind="accepted", by=None, at=AT).state == "accepted"


def test_the_same_site_waits_only_once(body: people.Organisation, applicant: people.User) -> None:
    _apply(body, applicant)
    with pytest.raises(venues.NotNow) as caught:
        _apply(body, applicant)
    assert caught.value.code == "same_again"


def test_a_phone_that_cannot_be_one_is_refused(body: people.Organisation, applicant: people.User) -> None:
    with pytest.raises(venues.BadSite) as caught:
        _apply(body, applicant, contact_phone="12345")
    assert (caught.value.field, caught.value.code) == ("contact_phone", "phone")
    assert venues.sites() == []


def test_the_phone_is_masked_in_views_and_sealed_in_the_table(
    body: people.Organisation, applicant: people.User
) -> None:
    made = _apply(body, applicant)
    assert made.phone.endswith("****8000")
    assert venues.contact_phone(made.number) == "+8613800138000"
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM venues_site")
        assert b"13800138000" not in bytes(cursor.fetchone()[0])


def test_a_body_sees_only_its_own_sites(body: people.Organisation, applicant: people.User) -> None:
    _apply(body, applicant)
    assert len(venues.sites(body_ids={body.pk})) == 1
    assert venues.sites(body_ids={body.pk + 1}) == []
    assert venues.sites(body_ids=set()) == []


def test_a_decided_application_no_longer_waits(body: people.Organisation, applicant: people.User) -> None:
    number = _apply(body, applicant).number
    assert (venues.sites_waiting({body.pk}), venues.sites_waiting({body.pk + 1})) == (1, 0)
    venues.decide_site(number, kind="accepted", by=None, at=AT)
    assert venues.sites_waiting() == 0
