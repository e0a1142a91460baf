"""Before the results are released no answer of the exam room holds a key, a score or anything of another candidate."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tancai.exams import api as exams
from tancai.exams.queries import live_code
from tancai.items import api as items
from tancai.lib import clock
from tests.exams import world
from tests.exams.log.world import LogProcess

pytestmark = pytest.mark.usefixtures("programmes_there")
OPEN = {"door", "trial_door", "client_guide", "client_file", "leave"}
"""Pages that belong to nobody or whose address is itself the secret."""


class Walk:
    """Two candidates at the same paper; every answer that the first one gets is kept."""

    def __init__(self, log: LogProcess) -> None:
        self.log = log
        self.person, self.other = world.candidate(1), world.candidate(2, name="周明")
        self.session = world.prepared(self.person, self.other)
        self.admission = world.admission_of(self.session, self.person)
        self.others = world.admission_of(self.session, self.other)
        self.client = Client()
        self.client.force_login(self.person.user)
        self.seen: list[tuple[str, str]] = []
        log.control.move_clock(int(self.session.starts_at.timestamp() * 1000))

    def get(self, address: str, method: str = "get", **data: Any) -> Any:
        answer = getattr(self.client, method)(address, data)
        streaming = getattr(answer, "streaming", False)
        body = b"" if streaming else answer.content
        self.seen.append((f"{method} {address}", body.decode(errors="replace") + str(dict(answer.headers))))
        return answer

    def post_log(self, name: str, token: str, message: Any) -> dict[str, Any]:
        place = urlsplit(self.log.url)
        line = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=10)
        line.request("POST", f"/{name}", f"{token}\n{json.dumps(message)}".encode())
        answer = line.getresponse()
        text = answer.read().decode()
        self.seen.append((f"log {name}", text))
        line.close()
        found: dict[str, Any] = json.loads(text)
        return found | {"status": answer.status}

    def enter(self, admission: Any, client: Client) -> dict[str, Any]:
        page = client.get(client.post(reverse("exam_room:enter", args=[admission.pk]))["Location"])
        found = re.search(r'<script id="exam-config"[^>]*>(.*?)</script>', page.content.decode())
        assert found
        config: dict[str, Any] = json.loads(found[1])
        return config


@pytest.fixture
def walk(exam_log: LogProcess) -> Iterator[Walk]:
    found = Walk(exam_log)
    with clock.moved(found.session.starts_at):
        yield found


def secrets_of(walk: Walk) -> dict[str, str]:
    """What must not be read by the first candidate, by what it is."""
    found = {}
    for place, key in items.keys(walk.admission.sitting.form.form_id).items():
        found[f"explanation {place}"] = key.explanation[:24]
        if reference := str(key.solution.get("reference", "")):
            found[f"reference {place}"] = reference[:24]
    other = walk.others
    found |= {
        "name": walk.other.name,
        "ticket": other.ticket_number,
        "document": walk.other.document_masked,
        "code": live_code(other).code,
        "answer": "只有第二位考生知道的话",
    }
    return {what: text for what, text in found.items() if text}


def test_no_answer_of_an_exam_holds_a_key_a_score_or_anything_of_another(walk: Walk) -> None:
    neighbour = Client()
    neighbour.force_login(walk.other.user)
    theirs = walk.enter(walk.others, neighbour)
    beside = exams.SittingClient(theirs["log"], theirs["token"])
    beside.claim()
    beside.answer(44, "只有第二位考生知道的话")

    mine = walk.enter(walk.admission, walk.client)
    walk.get(reverse("exam_room:door"))
    for name in ("check", "client", "identity", "trial"):
        walk.get(reverse(f"exam_room:{name}", args=[walk.admission.pk]))
    walk.get(reverse("exam_room:room", args=[walk.admission.sitting.pk]))
    walk.get(mine["paper"])
    token = mine["token"]
    claim = walk.post_log("claim", token, {"claim": "a page of mine"})
    at = claim["now"]
    events = [{"seq": 1, "at": at, "kind": "answer", "item": "1", "value": "A"}, {"seq": 2, "broken": True}]
    walk.post_log("events", token, {"epoch": claim["epoch"], "known": 0, "events": events})
    walk.post_log("state", token, {})
    hand_in = {"seq": 2, "at": at, "kind": "hand_in", "item": "", "value": None}
    walk.post_log("events", token, {"epoch": claim["epoch"], "known": 0, "events": [hand_in]})
    walk.get(mine["finish"], "post")
    receipt = walk.get(mine["receipt"])
    assert receipt.status_code == 200
    sheet = exams.answer_sheet(walk.admission.sitting.pk)
    assert sheet is not None
    walk.get(mine["receipt"], "post", code=sheet.receipt)
    walk.get(reverse("candidate:exams"))
    walk.get(reverse("candidate:results"))
    walk.get(reverse("candidate:home"))

    hidden = secrets_of(walk)
    assert len(hidden) > 50
    leaks = [(where, what) for where, text in walk.seen for what, secret in hidden.items() if secret in text]
    assert leaks == []
    for where, text in walk.seen:
        assert not re.search(r'"(solution|score|key|correct|points?)"\s*:', text), where


def test_no_other_sitting_can_be_reached_by_another_number(walk: Walk) -> None:
    """Every address of the room that names an exam or a sitting, with the number of somebody else."""
    neighbour = Client()
    neighbour.force_login(walk.other.user)
    walk.enter(walk.others, neighbour)
    walk.enter(walk.admission, walk.client)
    numbers = {"admission_id": walk.others.pk, "sitting_id": walk.others.sitting.pk}
    tried = 0
    for name in exam_room_names():
        for parameter, number in numbers.items():
            address = address_of(name, parameter, number)
            if address is None:
                continue
            for method in ("get", "post"):
                for visitor in (walk.client, Client()):
                    answer = getattr(visitor, method)(address)
                    hidden = answer.status_code in (403, 404, 405) or "/login" in answer.get("Location", "")
                    assert hidden, f"{method} {address}: {answer.status_code}"
                    assert walk.other.name not in answer.content.decode(errors="replace")
                    tried += 1
    assert tried >= 40


def exam_room_names() -> set[str]:
    resolver = next(r for r in get_resolver().url_patterns if getattr(r, "app_name", "") == "exam_room")
    return {str(pattern.name) for pattern in resolver.url_patterns} - OPEN


def address_of(name: str, parameter: str, number: int) -> str | None:
    from django.urls import NoReverseMatch

    try:
        return reverse(f"exam_room:{name}", kwargs={parameter: number})
    except NoReverseMatch:
        return None


def test_a_token_opens_its_own_sitting_and_nothing_else(walk: Walk) -> None:
    mine = walk.enter(walk.admission, walk.client)
    token = mine["token"]
    body, signature = token.split(".")
    forged = [
        (body[:-2] + ("AA" if body[-2:] != "AA" else "BB")) + "." + signature,
        body + "." + signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB"),
        body,
        "",
    ]
    for wrong in forged:
        for name in ("claim", "events", "state"):
            answer = walk.post_log(name, wrong, {"claim": "somebody else", "epoch": 1, "events": []})
            assert answer["status"] == 403, name
            assert set(answer) == {"error", "status"}
    assert walk.post_log("control", token, {})["status"] in (400, 403)
    assert exams.history(walk.admission.sitting).events == 0


def test_a_stolen_page_after_hand_in_gives_the_receipt_and_no_answers_back_to_change(walk: Walk) -> None:
    mine = walk.enter(walk.admission, walk.client)
    page = exams.SittingClient(mine["log"], mine["token"])
    page.claim()
    page.answer(1, "A")
    page.hand_in()
    assert walk.client.get(mine["paper"]).status_code in (200, 404, 425)
    walk.get(mine["finish"], "post")
    assert walk.client.get(mine["paper"]).status_code == 425, "the paper is closed with the sitting"
    late = exams.SittingClient(mine["log"], mine["token"])
    late.claim()
    assert late.answer(1, "B") in ("closed", "superseded", "unclaimed")
    assert exams.sheet(walk.admission.sitting.pk) == {1: "A"}
