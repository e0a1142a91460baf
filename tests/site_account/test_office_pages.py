"""The office's pages about people: roles, institutions, identities."""

import pytest
from django.test import Client

from tancai.audit import api as audit
from tancai.files import api as files
from tancai.messages import api as messages
from tancai.people import api as people
from tests.site_account.world import AT

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "11010519491231002X"


def client_of(user: people.User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bodies(db):
    def found(code):
        return people.found_organisation(
            code=code, kind="certifying_body", name=f"{code} 协会", name_en=code, by=None, at=AT
        )

    return found("aaa"), found("bbb")


@pytest.fixture
def staff(bodies):
    users = {}
    for n, (role, organisation) in enumerate(
        [("platform_admin", None), ("office", bodies[0]), ("supervisor", bodies[0]), ("reviewer", bodies[0])]
    ):
        user = people.register(phone=f"1380013810{n}", at=AT)
        people.grant_role(user, role, organisation=organisation, by=None, at=AT)
        users[role] = user
    return users


def test_only_those_who_may_see_roles_see_them(staff, lucy):
    for role, status in [("platform_admin", 200), ("office", 200), ("supervisor", 200), ("reviewer", 404)]:
        assert client_of(staff[role]).get("/office/roles/").status_code == status
    assert client_of(lucy).get("/office/roles/").status_code == 404
    assert Client().get("/office/roles/").status_code == 302


def test_the_office_of_a_body_sees_and_grants_only_there(staff, bodies, lucy):
    office = client_of(staff["office"])
    assert "全平台" not in str(office.get("/office/roles/").context["table"].body())
    grant = {"who": "13800138000", "role": "reviewer"}
    assert office.post("/office/roles/grant/", {**grant, "organisation": bodies[1].pk}).status_code == 422
    assert office.post("/office/roles/grant/", {**grant, "organisation": ""}).status_code == 422
    admin = {"who": "13800138000", "role": "platform_admin", "organisation": ""}
    assert office.post("/office/roles/grant/", admin).status_code == 422
    assert office.post("/office/roles/grant/", {**grant, "organisation": bodies[0].pk}).status_code == 302
    assert people.access_at(lucy, ["reviewer"], [bodies[0].pk])
    assert messages.unread_count(lucy) == 1
    again = office.post("/office/roles/grant/", {**grant, "organisation": bodies[0].pk})
    assert "已经有" in str(again.context["form"].errors)
    assert client_of(staff["supervisor"]).get("/office/roles/grant/").status_code == 404


def test_revoking_needs_a_reason_and_the_right(staff, bodies, lucy):
    there = people.grant_role(lucy, "reviewer", organisation=bodies[1], by=None, at=AT)
    here = people.grant_role(lucy, "reviewer", organisation=bodies[0], by=None, at=AT)
    office = client_of(staff["office"])
    assert office.post(f"/office/roles/{there.pk}/revoke/", {"reason": "x"}).status_code == 404
    assert client_of(staff["supervisor"]).get(f"/office/roles/{here.pk}/revoke/").status_code == 404
    assert office.get(f"/office/roles/{here.pk}/revoke/").status_code == 200
    assert office.post(f"/office/roles/{here.pk}/revoke/", {"reason": ""}).status_code == 422
    assert office.post(f"/office/roles/{here.pk}/revoke/", {"reason": "换岗"}).status_code == 302
    assert not people.access_at(lucy, ["reviewer"], [bodies[0].pk])
    assert office.get(f"/office/roles/{here.pk}/revoke/").status_code == 404


def test_the_last_administrator_stays(staff):
    admin = client_of(staff["platform_admin"])
    grant = people.grants(user=staff["platform_admin"]).get()
    assert "最后一位" in str(
        admin.post(f"/office/roles/{grant.pk}/revoke/", {"reason": "x"}).context["form"].errors
    )


def test_roles_are_found_by_phone_email_and_role(staff, bodies, lucy):
    people.grant_role(lucy, "author", organisation=bodies[0], by=None, at=AT)
    admin = client_of(staff["platform_admin"])
    for query in ("q=13800138000", "q=lucy@example", "role=author"):
        assert admin.get(f"/office/roles/?{query}").context["table"].count == 1
    assert admin.get("/office/roles/?q=nobody").context["table"].count == 0


@pytest.fixture
def institution(lucy):
    return people.apply_institution(
        name="海西碳学院（虚构）",
        credit_code="91350100M000100Y43",
        region="福建",
        address="示范路 1 号",
        contact_name="林老师",
        contact_phone="13800138000",
        by=lucy,
        at=AT,
    )


def test_the_office_reviews_institutions(staff, institution, lucy):
    office, page = client_of(staff["office"]), f"/office/institutions/{institution.code}/"
    assert office.get("/office/institutions/").context["table"].count == 1
    assert client_of(staff["reviewer"]).get(page).status_code == 404
    assert client_of(staff["supervisor"]).post(page, {"step": "approve"}).status_code == 404
    assert "reason" in office.post(page, {"step": "refuse", "reason": ""}).context["form"].errors
    office.post(page, {"step": "refuse", "reason": "执照看不清"})
    assert people.organisation(institution.code).state == "refused"
    assert office.post(page, {"step": "approve"}).status_code == 422
    kinds = [messages.show(m).body for m in messages.inbox(lucy)]
    assert any("执照看不清" in body for body in kinds)


def test_nobody_approves_their_own_institution(institution, lucy):
    people.grant_role(lucy, "office", by=None, at=AT)
    page = f"/office/institutions/{institution.code}/"
    assert client_of(lucy).post(page, {"step": "approve"}).status_code == 422
    assert people.organisation(institution.code).state == "applied"


def test_the_licence_is_for_the_office(staff, institution, lucy):
    stored = files.store(
        b"%PDF-1.4",
        purpose="institution_licence",
        name="x.pdf",
        owner_organisation=institution,
        by=lucy,
        at=AT,
    )
    path = f"/office/institutions/{institution.code}/licence/{stored.token}/"
    response = client_of(staff["office"]).get(path)
    assert response.content == b"%PDF-1.4" and response["X-Content-Type-Options"] == "nosniff"
    assert client_of(lucy).get(path).status_code == 404


@pytest.fixture
def entered(db):
    return people.enter_person(
        name="李雷", document_kind="resident_id", document=NUMBER, phone="13900139000", by=None, at=AT
    )


def test_a_clerk_confirms_a_claim_but_never_their_own(staff, lucy, entered):
    with pytest.raises(people.ClaimWaiting):
        people.identify(lucy, name="李雷", document_kind="resident_id", document=NUMBER, by=lucy, at=AT)
    claim = people.waiting_claim_of(lucy)
    people.grant_role(lucy, "office", by=None, at=AT)
    assert client_of(lucy).get(f"/office/identities/claims/{claim.pk}/").status_code == 404
    office = client_of(staff["office"])
    assert office.get("/office/identities/").status_code == 200
    assert office.post(f"/office/identities/claims/{claim.pk}/", {"step": "refuse"}).status_code == 422
    assert office.post(f"/office/identities/claims/{claim.pk}/", {"step": "confirm"}).status_code == 302
    assert people.person_of(lucy) == entered
    assert office.get(f"/office/identities/claims/{claim.pk}/").status_code == 404


def test_people_are_found_without_the_number_in_an_address(staff, entered):
    office = client_of(staff["office"])
    for query in ("李雷", NUMBER, NUMBER.lower()):
        assert office.post("/office/identities/", {"q": query}).context["found"] == [entered]
    assert NUMBER not in office.post("/office/identities/", {"q": NUMBER}).content.decode()


def test_seeing_the_full_number_needs_a_reason_and_leaves_a_line(staff, entered):
    office, path = client_of(staff["office"]), f"/office/identities/{entered.pk}/number/"
    assert office.post(path, {"reason": ""}).status_code == 302
    assert NUMBER in office.post(path, {"reason": "核对证书"}).content.decode()
    (line,) = audit.entries(action="people.reveal_document")
    assert line.actor_id == staff["office"].pk and line.detail["reason"] == "核对证书"
    assert client_of(staff["reviewer"]).post(path, {"reason": "x"}).status_code == 404


def test_an_identity_is_corrected_with_a_reason_and_the_old_one_kept(staff, entered):
    office, path = client_of(staff["office"]), f"/office/identities/{entered.pk}/"
    data = {
        "name": "李蕾",
        "document_kind": "resident_id",
        "sex": "female",
        "birth": "1949-12-31",
        "reason": "核对证件",
    }
    assert office.post(path, {**data, "sex": "male"}).status_code == 422
    assert office.post(path, data).status_code == 302
    entered.refresh_from_db()
    assert entered.name == "李蕾" and entered.corrections.get().before["name"] == "李雷"
