"""A site below a path of its host: no page leads out of it, and the exam works from the door to the receipt."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tancai.exams import api as exams
from tancai.exams.log.__main__ import origins
from tancai.lib import clock
from tancai.messages import api as messages
from tests.exam_room.below import PREFIX, Below, addresses_in, below_a_path
from tests.exams import world
from tests.exams.log.world import LogProcess

ASKED = """
import json
from tancai.config import settings as s
names = ["FORCE_SCRIPT_NAME", "STATIC_URL", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH", "CSRF_TRUSTED_ORIGINS"]
print(json.dumps([getattr(s, name) for name in names] + [s.CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"][1]]))
"""


@pytest.mark.anydatabase
def test_the_public_address_sets_everything(tmp_path: Any) -> None:
    given = {
        "TANCAI_PUBLIC_ADDRESS": "https://host.example/tancai/",
        "TANCAI_LOG_ADDRESS": "https://host.example/tancai-log",
        "TANCAI_DATA": str(tmp_path),
    }
    told = subprocess.run(
        [sys.executable, "-c", ASKED], env={**os.environ, **given}, capture_output=True, text=True, check=True
    )
    host = "https://host.example"
    assert json.loads(told.stdout) == ["/tancai", "/tancai/static/", "/tancai/", "/tancai/", [host], host]
    assert origins(["https://host.example/tancai"]) == [host]


@pytest.fixture
def below(settings: Any, programmes_there: None) -> Iterator[None]:
    with below_a_path(settings):
        yield


def test_an_exam_below_a_path(below: None, exam_log: LogProcess) -> None:
    person = world.candidate(1)
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    exam_log.control.move_clock(int(session.starts_at.timestamp() * 1000))
    client, pages = Below(), []

    def see(address: str) -> str:
        pages.append(client.get(address).content.decode())
        return pages[-1]

    with clock.moved(session.starts_at):
        door = reverse("exam_room:door")
        see(door)
        given = {"ticket": admission.ticket_number, "code": exams.live_code(admission).code}
        check = client.post(door, given)["Location"]
        see(check)
        room = client.post(f"{check}enter/")["Location"]
        config = json.loads(re.search(r'id="exam-config"[^>]*>(.*?)</script>', see(room))[1])
        assert "data-item=" in see(config["paper"])
        page = exams.SittingClient(config["log"], config["token"])
        page.claim()
        page.answer(1, "A")
        page.hand_in()
        assert client.post(config["finish"]).json()["receipt"] == config["receipt"]
        assert "<code" in see(config["receipt"]) or "回执" in pages[-1]
        client.force_login(person.user)
        for name in ("candidate:home", "candidate:exams", "site:home", "site:today"):
            see(reverse(name))
        pages.append(client.get(reverse("site:home") + "nowhere/").content.decode())
    assert exams.sheet(admission.sitting.pk) == {1: "A"}
    found = set().union(*map(addresses_in, pages))
    assert len(found) > 40
    assert [address for address in found if not address.startswith(f"{PREFIX}/")] == []


def test_a_message_leads_to_the_page_below_the_path(below: None) -> None:
    person = world.candidate(1)
    sent = messages.send(
        person=person, kind="claim_confirmed", params={}, link="/me/exams/", at=world.AT, by=None
    )
    assert messages.show(sent).link == f"{PREFIX}/me/exams/"
