"""Kept pages: the same bytes as rendered from scratch, and nothing of one candidate in the page of another."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.exams.models import AnswerSheet, Sitting
from tancai.lib import clock
from tancai.web.exam_room import check, room, skeleton
from tests.exams import world

pytestmark = pytest.mark.usefixtures("programmes_there")

MASKED = re.compile(r'(csrf-token" content="|csrfmiddlewaretoken" value=")[^"]+')


def entered(session: Any, person: Any) -> tuple[Client, str]:
    """A candidate with a code in the exam room, and the room's address."""
    client, address = at_the_door(world.admission_of(session, person))
    return client, client.post(f"{address}enter/")["Location"]


def at_the_door(admission: exams.Admission) -> tuple[Client, str]:
    """A candidate who has shown ticket and code, and the address of the check page."""
    client, code = Client(), exams.live_code(admission)
    assert code is not None
    return client, client.post("/exam/", {"ticket": admission.ticket_number, "code": code.code})["Location"]


def own_texts(session: Any, person: Any, page: str) -> list[str]:
    found = world.admission_of(session, person)
    token = re.search(r'"token": "([^"]+)"', page)
    assert token
    return [found.ticket_number, token[1], f'"sitting": {found.sitting.pk},', f"/exam/{found.pk}/"]


def test_a_kept_room_shows_nothing_of_others(db: None) -> None:
    people = [
        world.candidate(1, name="林<b>知远", account=False),
        world.candidate(2, name='周"明', account=False),
    ]
    session = world.prepared(*people)
    exams.accommodate(world.admission_of(session, people[1]), 30, reason="试验", by=None, at=world.AT)
    room._SKELETON._pieces.cache_clear()
    with clock.moved(session.starts_at):
        visits = [entered(session, person) for person in people]
        pages = [
            client.get(address, headers={"accept-language": language}).content.decode()
            for language in ("zh-CN", "en")
            for client, address in visits
        ]
    assert room._SKELETON._pieces.cache_info().currsize == 2
    texts = [own_texts(session, person, pages[number]) for number, person in enumerate(people)]
    for number, page in enumerate(pages):
        mine, other = texts[number % 2], texts[1 - number % 2]
        assert all(text in page for text in mine)
        assert not any(text in page for text in other)
        assert not re.search("[\ue000-\uf8ff]", page)
    assert "林&lt;b&gt;知远" in pages[0]
    assert "周&quot;明" in pages[3]
    assert "交卷" in pages[0] and "交卷" not in re.sub(r"(?s)<h1>.*?</h1>", "", pages[2])


def test_a_kept_page_is_the_page_rendered(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.candidate(1, account=False)
    session = world.prepared(person)
    with clock.moved(session.starts_at):
        client, address = entered(session, person)
        sitting = Sitting.objects.get(admission__person=person)
        AnswerSheet.objects.create(
            sitting=sitting,
            how="expired",
            answers={"1": "A"},
            receipt="0f" * 32,
            events=3,
            late=2,
            set_aside=1,
            ended_at=session.starts_at + timedelta(hours=1),
            pulled_at=session.starts_at,
        )
        kept = [client.get(f"{address}receipt/"), Client().get("/exam/")]
        # with a value of its own a page is rendered whole
        monkeypatch.setattr(skeleton, "get_messages", lambda request: ["一"])
        whole = [client.get(f"{address}receipt/"), Client().get("/exam/")]
    for one, other in zip(kept, whole, strict=True):
        assert MASKED.sub("", one.content.decode()) == MASKED.sub("", other.content.decode())
    assert "3 条，其中 2 条在考试结束后送达；另有 1 条已保存但不计入" in kept[0].content.decode()


def test_a_kept_check_page_is_one_s_own(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before and after the entry, with extra time, in both languages: as rendered whole, and nobody else's."""
    people = [
        world.candidate(1, name="林<b>知远", account=False),
        world.candidate(2, name='周"明', account=False),
        world.candidate(3, name="沈若兰", account=False),
    ]
    session = world.prepared(*people)
    exams.accommodate(world.admission_of(session, people[1]), 30, reason="试验", by=None, at=world.AT)
    check._SKELETON._pieces.cache_clear()
    found = [world.admission_of(session, person) for person in people]
    with clock.moved(session.starts_at):
        clients = [entered(session, people[0])[0]]
        clients += [at_the_door(admission)[0] for admission in found[1:]]

        def pages() -> list[str]:
            return [
                one.get(f"/exam/{admission.pk}/", headers={"accept-language": language}).content.decode()
                for one, admission in zip(clients, found, strict=True)
                for language in ("zh-CN", "en")
            ]

        kept = pages()
        assert check._SKELETON._pieces.cache_info().currsize == 6
        monkeypatch.setattr(skeleton, "get_messages", lambda request: ["一"])
        whole = pages()
    for number, page in enumerate(kept):
        assert MASKED.sub("", page) == MASKED.sub("", whole[number])
        for admission in found:
            own = (admission.ticket_number, f'action="/exam/{admission.pk}/enter/"', f"/exam/{admission.pk}/")
            assert all((text in page) == (admission == found[number // 2]) for text in own)
        assert not re.search("[\ue000-\uf8ff]", page)
    assert "林&lt;b&gt;知远" in kept[0] and "周&quot;明" in kept[2]
    assert "回到考场" in kept[0] and "回到考场" not in kept[4]
    extra = session.minutes + 30
    assert f"{extra} 分钟" in kept[2] and f"{extra} 分钟" not in kept[4]


def test_a_check_page_that_refuses_is_never_kept(db: None) -> None:
    person = world.candidate(1, account=False)
    session = world.prepared(person)
    check._SKELETON._pieces.cache_clear()
    with clock.moved(session.starts_at):
        client, address = at_the_door(world.admission_of(session, person))
        assert f"{address}enter/" in client.get(address).content.decode()
        exams.cancel_session(session, reason="试验", by=None, at=session.starts_at)
        page = client.get(address).content.decode()
    assert f"{address}enter/" not in page and "现在还不能进入考场" in page
    assert check._SKELETON._pieces.cache_info().currsize == 1


def test_a_message_that_waits_is_shown_and_not_kept(db: None) -> None:
    people = [world.candidate(serial, account=False) for serial in (1, 2)]
    session = world.prepared(*people)
    with clock.moved(session.starts_at):
        (client, address), (other, elsewhere) = (entered(session, person) for person in people)
        exams.cancel_session(session, reason="试验", by=None, at=session.starts_at)
        refused = client.post(f"/exam/{world.admission_of(session, people[0]).pk}/enter/")
        assert "/room/" not in refused["Location"], "a cancelled session lets nobody in, at once"
        assert 'class="toast error"' in client.get(address).content.decode()
        for one, there in ((client, address), (other, elsewhere)):
            assert 'class="toast error"' not in one.get(there).content.decode()


def test_a_forgotten_entry_is_looked_up_again(db: None) -> None:
    """What an entry has looked up is kept a minute at most, and not beyond the collecting of the answers."""
    person = world.candidate(1, account=False)
    session = world.prepared(person)
    with clock.moved(session.starts_at):
        client, address = entered(session, person)
        assert client.get(address).status_code == 200
        client.post(f"{address}finish/")
        sitting = Sitting.objects.get(admission__person=person)
        AnswerSheet.objects.create(
            sitting=sitting,
            how="ended",
            receipt="0" * 64,
            events=0,
            ended_at=session.starts_at,
            pulled_at=session.starts_at,
        )
        assert client.get(address)["Location"] == reverse("exam_room:receipt", args=[sitting.pk])
