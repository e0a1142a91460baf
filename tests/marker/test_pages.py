"""The marking desk in the browser's eyes: rights, anonymity, marks, undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.lib import clock
from tancai.marking import api as marking
from tancai.marking.models import HumanMark, OpenAnswer
from tests.marking import world as w

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any) -> Any:
    settings.TANCAI_MARKING = {**settings.TANCAI_MARKING, "second": "never"}
    found = w.build(2)
    w.sit(found, 0)
    w.sit(found, 1)
    marking.score_session(found.session, by=None, at=found.over)
    with clock.moved(found.over):
        yield found


def client(user: Any) -> Client:
    found = Client()
    found.force_login(user)
    return found


def take(browser: Client, world: w.World) -> str:
    answer = browser.post(reverse("marker:next", args=[world.session.pk]))
    assert answer.status_code == 302
    return answer["Location"]


def marks(page: Any, share: float = 1.0) -> dict[str, str]:
    view = page.context["view"]
    given = {f"p{p.number}": str(int(float(p.most) * 2 * share) / 2) for p in view.points}
    return {"role": view.role, "comment": "要点齐全", **given}


def test_strangers_find_nothing(world: w.World) -> None:
    answer = OpenAnswer.objects.first()
    addresses = [reverse("marker:queue"), reverse("marker:mine"), reverse("marker:answer", args=[answer.pk])]
    for user in (world.candidates[0].user, world.office[0], w.account("platform_admin")):
        for address in addresses:
            assert client(user).get(address).status_code == 404
        assert client(user).post(reverse("marker:next", args=[world.session.pk])).status_code == 404
    for address in addresses:
        assert Client().get(address).status_code == 302


def test_a_marker_of_another_programme_finds_nothing(world: w.World) -> None:
    from tancai.people import api as people
    from tancai.programmes import api as programmes

    stranger = client(w.account("marker", people.organisation(programmes.definition("dcne").body)))
    assert "没有待评的考试" in stranger.get(reverse("marker:queue")).content.decode()
    answer = OpenAnswer.objects.first()
    assert stranger.get(reverse("marker:answer", args=[answer.pk])).status_code == 404
    assert stranger.post(reverse("marker:answer", args=[answer.pk]), {"p1": "1"}).status_code == 404
    assert stranger.post(reverse("marker:next", args=[world.session.pk])).status_code == 404


def test_the_desk_never_names_the_candidate(world: w.World) -> None:
    browser = client(world.markers[0])
    pages = [browser.get(reverse("marker:queue"))]
    for _ in range(10):
        page = browser.get(take(browser, world))
        browser.post(page.request["PATH_INFO"], marks(page))
        pages.append(page)
    pages.append(browser.get(reverse("marker:mine")))
    pages.append(browser.get(reverse("marker:mine"), {"export": "csv"}))
    shown = "".join(page.content.decode() for page in pages)
    for number, person in enumerate(world.candidates):
        for secret in (person.name, person.document_masked, world.admission(number).ticket_number):
            assert secret not in shown
    assert "我的答案" in shown


def test_marking_goes_on_to_the_next_until_nothing_is_left(world: w.World) -> None:
    browser = client(world.markers[0])
    address = take(browser, world)
    seen = []
    while address != reverse("marker:queue"):
        seen.append(address)
        page = browser.get(address)
        assert page.status_code == 200
        answer = browser.post(address, marks(page, 0.5))
        address = answer["Location"]
    assert len(set(seen)) == 10
    assert HumanMark.objects.count() == 10
    assert "已评完" in browser.get(address).content.decode()


def test_marks_that_are_missing_or_wrong_come_back_with_what_was_typed(world: w.World) -> None:
    browser = client(world.markers[0])
    address = take(browser, world)
    page = browser.get(address)
    given = marks(page)
    given.pop("p1")
    given["p2"] = "0.3"
    answer = browser.post(address, given)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "请给分" in text
    assert "要点齐全" in text
    assert not HumanMark.objects.exists()
    assert browser.post(address, {**marks(page), "p1": "nonsense"}).status_code == 200
    assert browser.post(address, {**marks(page), "p1": "99"}).status_code == 200
    # fits the field, but is no half mark
    answer = browser.post(address, {**marks(page), "p1": "0.3"})
    assert "0.5 的倍数" in answer.content.decode()
    assert not HumanMark.objects.exists()


def test_setting_aside_frees_the_answer(world: w.World) -> None:
    browser = client(world.markers[0])
    first = take(browser, world)
    number = first.rstrip("/").rpartition("/")[2]
    second = browser.post(reverse("marker:next", args=[world.session.pk]), {"after": number})["Location"]
    assert second != first
    other = client(world.markers[1])
    assert take(other, world) == first
    junk = browser.post(reverse("marker:next", args=[world.session.pk]), {"after": "nonsense"})
    assert junk.status_code == 302


def test_undo_brings_the_answer_back(world: w.World) -> None:
    browser = client(world.markers[0])
    address = take(browser, world)
    browser.post(address, marks(browser.get(address)))
    mark = HumanMark.objects.get()
    undo = reverse("marker:undo", args=[mark.pk])
    assert client(world.markers[1]).post(undo).status_code == 404
    assert browser.get(undo).status_code == 405
    assert browser.post(undo)["Location"] == address
    assert browser.get(address).status_code == 200


def test_marks_for_an_answer_gone_meanwhile_are_refused_kindly(world: w.World) -> None:
    browser = client(world.markers[0])
    address = take(browser, world)
    given = marks(browser.get(address))
    browser.post(address, given)
    answer = browser.post(address, given, follow=True)
    assert "没有重复计分" in answer.content.decode()
    assert HumanMark.objects.count() == 1


def test_today_and_navigation(world: w.World, rf: Any) -> None:
    from tancai.web.marker import nav, today

    request = rf.get("/")
    request.user = world.markers[0]
    assert nav.entries(request)[0].badge == 10
    (item,) = today.due(request)
    assert item.level == "info"
    request.user = world.office[0]
    assert nav.entries(request) == []
    assert today.due(request) == []


def test_the_desk_speaks_english(world: w.World) -> None:
    import re

    browser = client(world.markers[0])
    browser.cookies["django_language"] = "en"
    pages = [reverse("marker:queue"), reverse("marker:mine"), take(browser, world)]
    for address in pages:
        page = browser.get(address).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        # what stands in the item or was written by the candidate is data
        words = re.sub(r'<(p|span) class="(desk-text|point-text)"[^>]*>[^<]*', "", main)
        words = re.sub(r'<details class="disclosure">.*?</details>', "", words, flags=re.DOTALL)
        assert not re.findall(r"[一-鿿]+", words), address
