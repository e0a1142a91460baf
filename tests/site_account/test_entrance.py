"""Signing up, signing in and recovering, by phone and by e-mail, without telling who is known."""

import pytest
from django.contrib.auth import get_user
from django.test import Client

from tancai.people import api as people
from tests.site_account.world import AT, PASSWORD, code_in

pytestmark = pytest.mark.django_db(transaction=True)


def sign_up(client: Client, contact: str, **more):
    data = {"contact": contact, "password1": PASSWORD, "privacy": "on", **more}
    return client.post("/account/signup/", data)


def sign_in(client: Client, login: str, password: str = PASSWORD):
    return client.post("/account/login/", {"login": login, "password": password})


def confirm(client: Client, response, code: str):
    return client.post(response.url, {"code": code, "action": "verify"})


@pytest.mark.parametrize("contact", ["138 0013 8000", "Lucy@Example.com"])
def test_signing_up_needs_the_code_and_records_the_consent(contact, letters):
    client = Client()
    response = sign_up(client, contact)
    assert response.status_code == 302
    assert not get_user(client).is_authenticated
    (letter,) = letters()
    assert letter["channel"] == ("email" if "@" in contact else "sms")
    assert client.get(response.url).status_code == 200
    assert confirm(client, response, "000000" if code_in(letter) != "000000" else "111111").status_code == 200
    assert not get_user(client).is_authenticated
    after = confirm(client, response, code_in(letter))
    assert after.status_code == 302 and after.url == "/today/"
    user = get_user(client)
    assert people.active_consent(user, "privacy") is not None
    assert people.verified_addresses(user) == {user.phone or user.email}
    assert Client().post("/account/login/", {"login": contact, "password": PASSWORD}).url == "/today/"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"contact": "12345"}, "contact"),
        ({"contact": "lucy@"}, "contact"),
        ({"contact": ""}, "contact"),
        ({"privacy": ""}, "privacy"),
        ({"password1": "12345678"}, "password1"),
    ],
)
def test_a_sign_up_that_cannot_be_is_explained_beside_the_field(data, field, letters):
    response = sign_up(Client(), **{"contact": "13800138000", **data})
    assert response.status_code == 200 and list(response.context["form"].errors) == [field]
    assert not letters()


@pytest.mark.anydatabase
@pytest.mark.parametrize("password", ["k7#", "12345678"])
def test_a_password_is_refused_in_the_language_of_the_page(password):
    def told(language: str) -> str:
        client = Client(headers={"accept-language": language})
        response = sign_up(client, "13800138000", password1=password)
        return "".join(response.context["form"].errors["password1"])

    assert told("zh-hans") and not any("a" <= letter <= "z" for letter in told("zh-hans").casefold())
    assert told("en") and told("en").isascii()


@pytest.mark.parametrize("contact", ["13800138000", "lucy@example.com"])
def test_signing_up_with_a_known_address_looks_like_any_other(contact, lucy, letters):
    known = Client()
    response = sign_up(known, contact)
    stranger = sign_up(Client(), "13800138009" if "@" not in contact else "new@example.com")
    assert (response.status_code, response.url) == (stranger.status_code, stranger.url)
    pages = [known.get(response.url)]
    assert pages[0].status_code == 200
    about = [letter for letter in letters() if letter["to"] in {lucy.phone, lucy.email}]
    assert len(about) == 1 and "已经有账户" in about[0]["subject"]
    assert known.post(response.url, {"code": "", "action": "verify"}).status_code == 200
    assert not get_user(known).is_authenticated


@pytest.mark.parametrize("login", ["13800138000", "+86 138-0013-8000", "LUCY@example.com"])
def test_signing_in_by_phone_or_email_however_it_is_written(login, lucy):
    client = Client()
    assert sign_in(client, login).url == "/today/"
    assert get_user(client) == lucy


def test_a_wrong_password_and_an_unknown_account_look_the_same(lucy):
    pages = [
        sign_in(Client(), login, "not-the-password-1")
        for login in ("13800138000", "13800138007", "x@y.cn", "nobody")
    ]
    assert {p.status_code for p in pages} == {200}
    assert len({str(p.context["form"].non_field_errors()) for p in pages}) == 1


def test_guessing_one_account_is_stopped_and_others_still_sign_in(lucy):
    other = people.register(phone="13800138001", password=PASSWORD, at=AT)
    guesser = Client()
    for _ in range(8):
        sign_in(guesser, "13800138000", "wrong-wrong-1")
    assert "太多" in str(sign_in(guesser, "13800138000").context["form"].errors)
    client = Client()
    assert sign_in(client, "13800138001").url == "/today/"
    assert get_user(client) == other


@pytest.mark.parametrize("contact", ["13800138000", "lucy@example.com"])
def test_recovery_by_code_sets_a_new_password_and_ends_other_sessions(contact, lucy, letters):
    elsewhere = Client()
    sign_in(elsewhere, "13800138000")
    client = Client()
    response = client.post("/account/password/reset/", {"contact": contact})
    assert response.url == "/account/password/reset/confirm/"
    assert client.get(response.url).status_code == 200
    response = client.post(response.url, {"code": code_in(letters()[-1])})
    assert response.url == "/account/password/reset/complete/"
    assert client.get(response.url).status_code == 200
    response = client.post(response.url, {"password1": "another-Long-2"})
    assert response.status_code == 302
    assert client.get(response.url).status_code == 200
    assert not get_user(elsewhere).is_authenticated
    assert sign_in(Client(), contact, "another-Long-2").url == "/today/"
    assert sign_in(Client(), contact, PASSWORD).status_code == 200


def test_recovering_an_unknown_account_looks_the_same_and_no_code_fits(lucy, letters):
    client = Client()
    response = client.post("/account/password/reset/", {"contact": "13800138009"})
    assert response.url == "/account/password/reset/confirm/"
    (letter,) = letters()
    assert "还没有账户" in letter["subject"]
    for code in ("", "000000", "123456"):
        client.post(response.url, {"code": code})
    assert client.get("/account/password/reset/complete/").status_code == 302


def test_the_password_change_needs_the_present_one_and_keeps_this_session(lucy, browser):
    assert (
        browser.post(
            "/account/password/change/", {"oldpassword": "wrong", "password1": "another-Long-2"}
        ).status_code
        == 200
    )
    response = browser.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": "another-Long-2"}
    )
    assert response.url == "/account/"
    assert get_user(browser) == lucy
    assert sign_in(Client(), "13800138000", "another-Long-2").url == "/today/"


def test_signing_out_of_other_devices_keeps_this_one(lucy, browser):
    elsewhere = Client()
    sign_in(elsewhere, "13800138000")
    browser.post("/account/sessions/close/")
    assert get_user(browser) == lucy and not get_user(elsewhere).is_authenticated


@pytest.mark.parametrize("path", ["login", "signup", "password/reset"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_entrance_pages_are_drawn_in_both_languages(path, language):
    response = Client(headers={"accept-language": language}).get(f"/account/{path}/")
    assert response.status_code == 200
    assert ("密码" in response.content.decode()) == (language == "zh-hans")


@pytest.mark.anydatabase
@pytest.mark.parametrize(
    ("contact", "password"),
    [
        ("138 0013 8000", "+86 138-0013-8000"),
        ("lucy.chen@example.com", "Lucy.Chen@example.com"),
    ],
)
def test_the_address_is_no_password(contact, password, letters):
    response = sign_up(Client(), contact, password1=password)
    assert "手机号或邮箱" in "".join(response.context["form"].errors["password1"])
    assert not letters()


@pytest.mark.parametrize("contact", ["13800138000", "13800138009"])
def test_a_recovery_code_is_sent_again_and_only_the_newest_fits(contact, lucy, letters):
    client = Client()
    page = client.get(client.post("/account/password/reset/", {"contact": contact}).url).content.decode()
    assert 'name="again"' in page, "known or not, the page offers it"
    again = client.post("/account/password/reset/", {"contact": "+86" + contact, "again": "1"})
    assert "重新发送" in client.get(again.url).content.decode()
    first, second = letters()
    if contact == lucy.phone.removeprefix("+86"):
        for code, fits in ((code_in(first), code_in(first) == code_in(second)), (code_in(second), True)):
            answer = client.post(again.url, {"code": code})
            assert (answer.status_code == 302) == fits
