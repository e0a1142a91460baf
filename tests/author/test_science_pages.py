"""Papers and analysis at the author's desk, corrections at the office: whose they are, and what the pages say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.installed import install
from tests.marking.world import AT, account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank() -> Any:
    install(AT, bank=True)
    with clock.moved(AT):
        yield


def client(role: str, code: str = "cem") -> Client:
    found = Client()
    found.force_login(account(role, people.organisation(programmes.definition(code).body)))
    return found


def asked(**more: Any) -> items.PaperSet:
    definition = programmes.definition("cem")
    facts: dict[str, Any] = {"count": 2, "overlap": 0, "seed": "x", **more}
    level, speciality = definition.level_codes[-1], definition.speciality_codes[0]
    return items.ask_for_papers(definition, level=level, speciality=speciality, by=None, at=AT, **facts)


def test_papers_of_another_body_and_other_roles_are_not_there() -> None:
    wanted = asked()
    addresses = [
        reverse("author:paper_set", args=[wanted.pk]),
        reverse("author:paper_progress", args=[wanted.pk]),
        reverse("author:paper", args=[wanted.pk, 1]),
    ]
    other = next(
        code
        for code in ("dcne", "csa")
        if programmes.definition(code).body != programmes.definition("cem").body
    )
    for stranger in (client("author", other), client("office"), client("marker")):
        assert [stranger.get(address).status_code for address in addresses] == [404, 404, 404]
        assert stranger.post(reverse("author:paper_decide", args=[wanted.pk, "accepted"])).status_code == 404
    assert client("author").get(reverse("office:rulings")).status_code == 404
    assert client("author").get(addresses[0]).status_code == 200


def test_why_there_are_no_papers_is_said_in_both_languages() -> None:
    wanted = asked(count=9)
    items.search_papers(wanted, programmes.definition("cem"), by=None, at=AT)
    page = client("author")
    address = reverse("author:paper_set", args=[wanted.pk])
    text = page.get(address).content.decode()
    assert "两份试卷最多有 0 道相同的题" in text and "就能组成" in text
    english = page.get(address, headers={"accept-language": "en"}).content.decode()
    assert "At most 0 common items between two papers" in english


def test_a_number_out_of_range_is_refused_beside_the_field() -> None:
    page = client("author")
    answer = page.post(
        reverse("author:papers_new") + "?programme=cem", {"count": 99, "overlap": 0, "aim": "mix", "last": 0}
    )
    assert answer.status_code == 200 and "count" in answer.context["form"].errors
    assert not items.paper_sets(["cem"]).exists()
