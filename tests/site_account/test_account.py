"""我的账户: identity, contacts, consents, messages, leaving."""

import io
import json
import zipfile

import pytest
from django.contrib.auth import get_user
from django.test import Client

from tancai.messages import api as messages
from tancai.people import api as people
from tests.site_account.world import AT, PASSWORD, code_in

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "11010519491231002X"
PAGES = [
    "",
    "identity/",
    "contact/phone/",
    "contact/email/",
    "consents/",
    "messages/",
    "institution/apply/",
    "data/",
]
PAGES += ["delete/", "password/change/"]


def identify(client: Client, **more):
    data = {
        "name": "李雷",
        "document_kind": "resident_id",
        "document": NUMBER,
        "sex": "",
        "birth": "",
        **more,
    }
    return client.post("/account/identity/", data)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_stand_and_are_closed_to_visitors(path, browser):
    assert browser.get(f"/account/{path}").status_code == 200
    response = Client().get(f"/account/{path}")
    assert response.status_code == 302 and "/account/login/" in response.url


def test_identifying_once_and_seeing_the_number_masked(lucy, browser):
    assert identify(browser).url == "/account/"
    page = browser.get("/account/").content.decode()
    assert "李雷" in page and "110105********002X" in page and NUMBER not in page
    assert identify(browser, name="别人").status_code == 200
    assert people.person_of(lucy).name == "李雷"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"document": "110105194912310021"}, "document"),
        ({"document": "1101051949123100"}, "document"),
        ({"name": "李"}, "name"),
        ({"sex": "male"}, "sex"),
        ({"birth": "1950-01-01"}, "birth"),
        ({"document_kind": "passport", "document": "E12345678"}, "sex"),
        ({"document_kind": "passport", "document": "!", "sex": "male", "birth": "1990-01-01"}, "document"),
    ],
)
def test_what_cannot_be_true_is_explained_beside_its_field(more, field, lucy, browser):
    response = identify(browser, **more)
    assert response.status_code == 422 and field in response.context["form"].errors
    assert people.person_of(lucy) is None


def test_the_next_page_follows_only_inside_the_site(browser):
    assert identify(browser, next="https://evil.example/").url == "/account/"


def test_claiming_what_an_institution_entered(lucy, browser):
    entered = people.enter_person(
        name="李雷", document_kind="resident_id", document=NUMBER, phone="13800138000", by=None, at=AT
    )
    identify(browser)
    assert people.person_of(lucy) == entered


def test_a_claim_with_another_phone_waits_for_a_clerk(lucy, browser):
    entered = people.enter_person(
        name="李雷", document_kind="resident_id", document=NUMBER, phone="13900139000", by=None, at=AT
    )
    identify(browser)
    assert people.person_of(lucy) is None
    assert "正在确认" in browser.get("/account/").content.decode()
    people.decide_claim(people.waiting_claim_of(lucy), confirmed=True, by=None, at=AT)
    assert people.person_of(lucy) == entered


def test_a_document_under_another_name_or_account_is_refused(lucy, browser):
    people.enter_person(name="韩梅梅", document_kind="resident_id", document=NUMBER, by=None, at=AT)
    assert "name" in identify(browser).context["form"].errors
    other = people.register(phone="13800138001", at=AT)
    people.identify(
        other,
        name="王芳",
        document_kind="passport",
        document="E12345678",
        sex="female",
        birth=AT.date().replace(year=1990),
        by=other,
        at=AT,
    )
    taken = identify(
        browser, name="王芳", document_kind="passport", document="E12345678", sex="female", birth="1990-03-02"
    )
    assert "另一个账户" in str(taken.context["form"].non_field_errors())


@pytest.mark.parametrize(
    ("kind", "new", "normal"),
    [("phone", "139 0013 9000", "+8613900139000"), ("email", "New@B.cn", "new@b.cn")],
)
def test_changing_an_address_takes_password_and_code_and_tells_the_old_one(
    kind, new, normal, lucy, browser, letters
):
    old = getattr(lucy, kind)
    wrong = browser.post(f"/account/contact/{kind}/", {"address": new, "password": "nope"})
    assert wrong.status_code == 422 and not letters()
    response = browser.post(f"/account/contact/{kind}/", {"address": new, "password": PASSWORD})
    assert response.url == "/account/contact/confirm/"
    assert browser.post(response.url, {"action": "resend"}).url == response.url
    code = code_in(letters()[-1])
    bad = "000000" if code != "000000" else "111111"
    assert browser.post(response.url, {"code": bad}).status_code == 422
    assert browser.post(response.url, {"code": code}).url == "/account/"
    lucy.refresh_from_db()
    assert getattr(lucy, kind) == normal and normal in people.verified_addresses(lucy)
    assert letters()[-1]["to"] == old and "已更改" in letters()[-1]["subject"]
    login = Client().post("/account/login/", {"login": new, "password": PASSWORD})
    assert login.url == "/today/"
    assert Client().post("/account/login/", {"login": old, "password": PASSWORD}).status_code == 200
    assert set(lucy.emailaddress_set.values_list("email", "verified")) == {(lucy.email, True)}


def test_taking_somebody_elses_address_looks_the_same_and_never_works(lucy, browser, letters):
    people.register(phone="13900139000", at=AT)
    response = browser.post("/account/contact/phone/", {"address": "13900139000", "password": PASSWORD})
    assert response.url == "/account/contact/confirm/"
    assert "已经有账户" in letters()[-1]["subject"]
    for _ in range(5):
        browser.post(response.url, {"code": "123456"})
    assert browser.post(response.url, {"code": ""}).status_code == 302
    lucy.refresh_from_db()
    assert lucy.phone == "+8613800138000"


def test_one_address_may_go_while_the_other_is_verified(lucy, browser, letters):
    browser.post("/account/contact/phone/remove/")
    lucy.refresh_from_db()
    assert lucy.phone is None
    browser.post("/account/contact/email/remove/")
    lucy.refresh_from_db()
    assert lucy.email == "lucy@example.com"


def test_consents_are_given_and_withdrawn_with_their_history(lucy, browser):
    assert people.active_consent(lucy, "biometric") is None
    browser.post("/account/consents/biometric/give/")
    assert people.active_consent(lucy, "biometric").text_version
    browser.post("/account/consents/biometric/withdraw/")
    assert people.active_consent(lucy, "biometric") is None
    assert people.consents_of(lucy).count() == 1
    assert browser.get("/account/consents/").status_code == 200
    assert browser.post("/account/consents/telepathy/give/").status_code == 404


def test_messages_are_listed_opened_and_closed_to_others(lucy, browser):
    params = {"programme": "碳排放管理师", "number": "A-1"}
    message = messages.send(user=lucy, kind="approved", params=params, link="/me/", at=AT)
    assert "报名审核已通过" in browser.get("/account/messages/?unread=1").content.decode()
    assert browser.get(f"/account/messages/{message.pk}/").status_code == 200
    assert messages.unread_count(lucy) == 0
    other = Client()
    other.force_login(people.register(phone="13800138001", at=AT))
    assert other.get(f"/account/messages/{message.pk}/").status_code == 404


def test_the_language_is_kept_for_pages_and_letters(lucy, browser):
    browser.post("/account/language/", {"language": "en"})
    lucy.refresh_from_db()
    assert lucy.language == "en" and browser.cookies["django_language"].value == "en"
    assert browser.post("/account/language/", {"language": "xx"}).status_code == 404


def test_the_export_holds_account_identity_consents_and_messages(lucy, browser):
    identify(browser)
    people.give_consent(lucy, "privacy", text_version="1", by=lucy, at=AT)
    messages.send(user=lucy, kind="approved", params={"programme": "x", "number": "A-1"}, at=AT)
    response = browser.post("/account/data/")
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    content = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert content["account.json"]["phone"] == "+8613800138000"
    assert content["identity.json"]["document"] == NUMBER
    assert content["consents.json"][0]["kind"] == "privacy"
    assert content["messages.json"]["messages"][0]["kind"] == "approved"


def test_closing_the_account_needs_the_password_and_ends_everything(lucy, browser):
    identify(browser)
    person = people.person_of(lucy)
    assert browser.post("/account/delete/", {"sure": "on", "password": "wrong"}).status_code == 422
    assert browser.post("/account/delete/", {"password": PASSWORD}).status_code == 422
    assert browser.post("/account/delete/", {"sure": "on", "password": PASSWORD}).status_code == 200
    assert not get_user(browser).is_authenticated
    assert Client().post("/account/login/", {"login": "13800138000", "password": PASSWORD}).status_code == 200
    person.refresh_from_db()
    assert (person.name, person.document, person.document_index, person.birth) == ("", None, None, None)
    again = people.register(phone="13800138000", email="lucy@example.com", at=AT)
    assert people.identify(again, name="李雷", document_kind="resident_id", document=NUMBER, by=again, at=AT)
