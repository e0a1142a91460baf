"""The account pages speak English to whoever asks for it."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from tancai.messages import api as messages
from tancai.people import api as people
from tests.site_account.world import AT

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = """
account/ account/identity/ account/contact/phone/ account/contact/email/ account/consents/ account/messages/
account/messages/?unread=1 account/institution/ account/institution/apply/ account/data/ account/delete/
account/password/change/ account/logout/ office/roles/ office/roles/grant/?who=lucy@example.com
office/institutions/ office/identities/
""".split()


def han(html: str) -> set[str]:
    """Chinese words of the page body, without the switch that names its own language."""
    body = html[html.index("<main") : html.index("</main>")]
    body = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", body, flags=re.S)
    return set(re.findall(r"[㐀-鿿，。：（）]+", body))


@pytest.mark.parametrize("path", PAGES)
def test_no_chinese_is_left_on_an_english_page(path, lucy):
    people.grant_role(lucy, "platform_admin", by=None, at=AT)
    people.give_consent(lucy, "privacy", text_version="1", by=lucy, at=AT)
    messages.send(user=lucy, kind="approved", params={"programme": "CEM", "number": "A-1"}, at=AT)
    client = Client(headers={"accept-language": "en"})
    client.force_login(lucy)
    response = client.get(f"/{path}", follow=True)
    assert response.status_code == 200
    assert han(response.content.decode()) == set()


@pytest.mark.parametrize("path", ["login", "signup", "password/reset"])
def test_nor_at_the_entrance(path):
    response = Client(headers={"accept-language": "en"}).post(
        f"/account/{path}/", {"contact": "1", "login": "1"}
    )
    assert han(response.content.decode()) == set()


def test_every_refusal_has_english_words():
    from tancai.web.site.account.words import _WORDS

    with override("en"):
        assert not [code for code, (_field, text) in _WORDS.items() if re.search(r"[㐀-鿿]", str(text))]
