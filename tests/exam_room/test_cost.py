"""What entering, the paper and handing in ask of the database: a fixed number of statements, however many sit."""

from __future__ import annotations

import json
import re
import time
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import mark_safe
from django.utils.translation import override

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock, kept
from tancai.programmes import api as programmes
from tancai.web.exam_room import printing
from tests.exams import world
from tests.exams.log.world import LogProcess

pytestmark = pytest.mark.usefixtures("programmes_there")

MOST = {"enter": 7, "room": 0, "paper": 0, "finish": 8, "receipt": 3}
"""Statements, transactions not counted: two of the entry and three of the hand-in are what they write down,
and the two pages that follow an entry at once ask nothing.

On PostgreSQL the log is read through the same connection, one statement more."""


def statements(ask: Any) -> tuple[HttpResponse, int]:
    with CaptureQueriesContext(connection) as seen:
        answer = ask()
    spoken = [query["sql"].split()[0] for query in seen.captured_queries]
    return answer, sum(word in ("SELECT", "INSERT", "UPDATE", "DELETE") for word in spoken)


def opened(client: Client, session: Any, person: Any) -> str:
    """Ticket and code at the door; the check page they lead to."""
    admission = world.admission_of(session, person)
    code = exams.live_code(admission)
    assert code is not None
    answer = client.post("/exam/", {"ticket": admission.ticket_number, "code": code.code})
    return answer["Location"]


def entered(client: Client, session: Any, person: Any) -> str:
    """The room of a person with an account."""
    client.force_login(person.user)
    return client.post(f"/exam/{world.admission_of(session, person).pk}/enter/")["Location"]


def day(log: LogProcess, session: Any, person: Any) -> dict[str, int]:
    """One candidate with ticket and code through the pages; statements of each step."""
    client = Client()
    check = opened(client, session, person)
    client.get(check)
    found = {}
    answer, found["enter"] = statements(lambda: client.post(f"{check}enter/"))
    room = answer["Location"]
    answer, found["room"] = statements(lambda: client.get(room))
    config = json.loads(
        unescape(re.search(r'id="exam-config"[^>]*>(.*?)</script>', answer.content.decode(), re.S)[1])
    )
    answer, found["paper"] = statements(lambda: client.get(config["paper"]))
    assert answer.content.count(b"data-item=") == 45
    page = exams.SittingClient(log.url, config["token"])
    page.claim()
    page.put(1, "A")
    page.hand_in()
    answer, found["finish"] = statements(lambda: client.post(config["finish"]))
    assert answer.json()["done"]
    _answer, found["receipt"] = statements(lambda: client.get(config["receipt"]))
    assert client.get(room)["Location"] == config["receipt"]
    return found


def test_the_cost_is_fixed_and_small(exam_log: LogProcess) -> None:
    people = [world.candidate(serial, account=False) for serial in range(1, 13)]
    session = world.prepared(*people)
    exam_log.control.move_clock(int(session.starts_at.timestamp() * 1000))
    with clock.moved(session.starts_at):
        costs = [day(exam_log, session, person) for person in people[:4]]
    # the first candidate's pages are the ones that fill what is kept
    assert all(cost == costs[1] for cost in costs[2:]), costs
    assert all(costs[1][step] <= most for step, most in MOST.items()), costs[1]


def plainly(sitting: Any) -> bytes:
    """The paper rendered as a whole, without anything kept."""
    parts = {part.code: part for part in programmes.definition_of(sitting.session.edition_id).paper.parts}
    shown = []
    for section in exams.sections(sitting):
        drawn = []
        for question in section.questions:
            kind = f"items/kinds/{question.entry.kind}.html"
            context = {"entry": question.entry, "value": None, "number": question.number, "kind": kind}
            drawn.append((question, mark_safe(render_to_string("items/with_files.html", context))))
        shown.append(
            {
                "part": parts.get(section.part) if len(parts) > 1 else None,
                "heading": items.kind_name(section.kind),
                "section": section,
                "questions": drawn,
            }
        )
    return render_to_string("exam_room/paper.html", {"sections": shown}).encode()


@pytest.mark.parametrize("day_key", [world.DAY, "cem-2026-12-26"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_paper_filled_in_is_the_paper_rendered(db: None, day_key: str, language: str) -> None:
    people = [world.candidate(serial, account=False) for serial in range(1, 4)]
    session = world.prepared(*people, exam_day=day_key)
    with override(language):
        papers = []
        for sitting in exams.sittings(session):
            printed = printing.paper(exams.sitting_for_page(sitting.pk))
            assert printed == plainly(sitting)
            papers.append(printed)
    assert len(set(papers)) == len(papers)


def test_a_kept_entry_opens_nothing_for_others(exam_log: LogProcess) -> None:
    person, other = world.candidate(1), world.candidate(2, name="周明")
    session = world.prepared(person, other)
    with clock.moved(session.starts_at):
        own, stranger = Client(), Client()
        stranger.force_login(other.user)
        room = entered(own, session, person)
        assert own.get(room).status_code == 200
        assert own.get(f"{room}paper/").status_code == 200
        for client in (stranger, Client()):
            assert client.get(room).status_code == 404
            assert client.get(f"{room}paper/").status_code == 404


def test_another_ticket_in_the_same_browser_closes_the_first_ones_room(exam_log: LogProcess) -> None:
    first, second = world.candidate(1, account=False), world.candidate(2, account=False, name="周明")
    session = world.prepared(first, second)
    client = Client()
    with clock.moved(session.starts_at):
        room = client.post(f"{opened(client, session, first)}enter/")["Location"]
        assert client.get(room).status_code == client.get(f"{room}paper/").status_code == 200
        own = client.post(f"{opened(client, session, second)}enter/")["Location"]
        assert client.get(room).status_code == client.get(f"{room}paper/").status_code == 404
        assert client.get(own).status_code == 200


def test_a_session_that_was_closed_opens_a_kept_entry_for_some_seconds_at_most(
    exam_log: LogProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    client = Client()
    with clock.moved(session.starts_at):
        room = entered(client, session, person)
        client.session.flush()
        later = time.monotonic() + 11
        monkeypatch.setattr(kept, "monotonic", lambda: later)
        assert client.get(room).status_code == client.get(f"{room}paper/").status_code == 404


def test_a_site_behind_one_address_gets_in_and_guessing_does_not(db: None) -> None:
    people = [world.candidate(serial, account=False) for serial in range(1, 4)]
    session = world.prepared(*people)
    tickets = [world.admission_of(session, person).ticket_number for person in people]
    codes = [exams.live_code(world.admission_of(session, person)).code for person in people]
    with clock.moved(session.starts_at):
        for _ in range(2):
            for serial in range(100, 129):
                assert (
                    Client().post("/exam/", {"ticket": f"DCNE-{serial}", "code": "WRONG"}).status_code == 200
                )
        assert Client().post("/exam/", {"ticket": tickets[0], "code": codes[0]}).status_code == 302
        for serial in (1, 2):
            Client().post("/exam/", {"ticket": f"DCNE-{serial}", "code": "WRONG"})
        assert Client().post("/exam/", {"ticket": tickets[1], "code": codes[1]}).status_code == 200
        elsewhere = Client(REMOTE_ADDR="10.0.0.9")
        assert elsewhere.post("/exam/", {"ticket": tickets[2], "code": codes[2]}).status_code == 302


def test_a_kept_entry_is_used_for_a_minute_and_forgotten_with_the_hand_in(
    exam_log: LogProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    client = Client()
    exam_log.control.move_clock(int(session.starts_at.timestamp() * 1000))
    with clock.moved(session.starts_at):
        room = entered(client, session, person)
        client.get(f"{room}paper/")  # what all candidates share is printed now
        _answer, asked = statements(lambda: client.get(f"{room}paper/"))
        later = time.monotonic() + 61
        monkeypatch.setattr(kept, "monotonic", lambda: later)
        answer, anew = statements(lambda: client.get(f"{room}paper/"))
        assert answer.status_code == 200
        assert asked < anew, "the kept entry spares no question"
        entered(client, session, person)
        client.post(f"{room}finish/")
        _sent, asked_then = statements(lambda: client.get(f"{room}paper/"))
        assert asked_then == anew, "what was kept is forgotten"
