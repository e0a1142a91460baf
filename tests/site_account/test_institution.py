"""Registering an institution and working with its staff."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tancai.files import api as files
from tancai.people import api as people
from tests.site_account.world import AT

pytestmark = pytest.mark.django_db(transaction=True)
CREDIT_CODE = "91350100M000100Y43"


def data(**more) -> dict:
    return {
        "name": "海西碳学院（虚构）",
        "name_en": "",
        "credit_code": CREDIT_CODE,
        "region": "福建厦门",
        "address": "示范路 1 号",
        "contact_name": "林老师",
        "contact_phone": "13800138000",
        "licence": SimpleUploadedFile("licence.pdf", b"%PDF-1.4 licence", "application/pdf"),
        **more,
    }


@pytest.fixture
def clerk(db) -> people.User:
    user = people.register(phone="13800138009", at=AT)
    people.grant_role(user, "office", by=None, at=AT)
    return user


@pytest.fixture
def institution(lucy, browser) -> people.Organisation:
    browser.post("/account/institution/apply/", data())
    (found,) = people.institutions_of(lucy)
    return found


def test_an_application_waits_with_its_licence_and_tells_the_office(lucy, institution, browser):
    assert institution.state == "applied"
    assert not people.access_any(lucy, ["institution_manager"])
    (licence,) = files.files_of(organisation=institution)
    assert files.read(licence) == b"%PDF-1.4 licence"
    assert browser.get("/account/institution/").status_code == 200
    assert browser.get(f"/account/institution/{institution.code}/").status_code == 200


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"credit_code": "91350100M000100Y44"}, "credit_code"),
        ({"contact_phone": "123"}, "contact_phone"),
        ({"name": "甲"}, "name"),
        ({"licence": SimpleUploadedFile("x.pdf", b"", "application/pdf")}, "licence"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_left_behind(more, field, lucy, browser):
    response = browser.post("/account/institution/apply/", data(**more))
    assert response.status_code == 422 and field in response.context["form"].errors
    assert people.institutions_of(lucy) == []


def test_refused_corrected_approved_and_then_inviting_staff(lucy, institution, browser, clerk, letters):
    people.refuse_institution(institution, reason="执照看不清", by=clerk, at=AT)
    page = browser.get(f"/account/institution/{institution.code}/apply/")
    assert "执照看不清" in page.content.decode()
    again = data(address="示范路 2 号")
    again.pop("licence")
    assert browser.post(f"/account/institution/{institution.code}/apply/", again).status_code == 302
    institution = people.organisation(institution.code)
    assert (institution.state, institution.address) == ("applied", "示范路 2 号")
    people.approve_institution(institution, by=clerk, at=AT)
    assert people.access_at(lucy, ["institution_manager"], [institution.pk])

    known = people.register(email="mate@example.com", at=AT)
    page = f"/account/institution/{institution.code}/"
    answers = [browser.post(page, {"address": a}) for a in ("mate@example.com", "nobody@example.com")]
    assert {(a.status_code, a.url) for a in answers} == {(302, page)}
    assert {letter["to"] for letter in letters()} == {"mate@example.com", "nobody@example.com"}
    mate = Client()
    mate.force_login(known)
    (invitation,) = people.invitations_to(known)
    assert (
        browser.post(f"/account/institution/invitations/{invitation.pk}/", {"answer": "accept"}).status_code
        == 404
    )
    mate.post(f"/account/institution/invitations/{invitation.pk}/", {"answer": "accept"})
    assert people.access_at(known, ["institution_staff"], [institution.pk])
    grant = people.grants(user=known).get()
    assert mate.post(f"{page}staff/{grant.pk}/dismiss/").status_code == 404
    browser.post(f"{page}staff/{grant.pk}/dismiss/")
    assert not people.access_any(known, ["institution_staff"])
    own = people.grants(user=lucy).get()
    browser.post(f"{page}staff/{own.pk}/dismiss/")
    assert people.access_any(lucy, ["institution_manager"])


def test_a_suspended_institution_lends_no_roles(lucy, institution, clerk):
    people.approve_institution(institution, by=clerk, at=AT)
    people.suspend_organisation(institution, reason="检查", by=clerk, at=AT)
    assert not people.access_any(lucy, ["institution_manager"])
    people.resume_organisation(institution, by=clerk, at=AT)
    assert people.access_any(lucy, ["institution_manager"])


def test_nobody_sees_another_institution(institution):
    other = Client()
    other.force_login(people.register(phone="13800138001", at=AT))
    for path in ("", "apply/"):
        assert other.get(f"/account/institution/{institution.code}/{path}").status_code == 404
