"""Two candidates at the same watched exam, and visitors that keep every answer they get.

The second candidate brings secrets along: answers, pictures, an entry code, a statement. What a visitor was told is
kept as text whatever it was (pages, JSON, PDF, workbook, stream), with the name of the view that gave it.
"""

from __future__ import annotations

import http.client
import io
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pypdfium2
import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.web.shell import streams
from tests.exams import world
from tests.exams.log.world import LogProcess
from tests.proctoring import world as identity

MINUTE = timedelta(minutes=1)
SECRET_ANSWER = "只有第二位考生知道的话"
SECRET_STATEMENT = "第二位考生写给复核人员的说明"
TEXT = ("text/", "application/json", "application/javascript")


def patterns(desk: str) -> dict[str, URLPattern]:
    """Every address of a desk by the name of its view."""
    resolver = next(each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == desk)
    return {f"{desk}:{each.name}": each for each in resolver.url_patterns}


def parameters(pattern: URLPattern) -> set[str]:
    return set(pattern.pattern.converters)


def upload(number: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("p.jpg", identity.picture(number), content_type="image/jpeg")


@dataclass(frozen=True)
class Told:
    """One answer: which view, how asked, status, what it says as text, its raw bytes."""

    view: str
    asked: str
    status: int
    text: str
    body: bytes


@dataclass
class Visitor:
    """A browser that remembers every answer."""

    user: Any = None
    told: list[Told] = field(default_factory=list)

    @cached_property
    def client(self) -> Client:
        client = Client()
        if self.user is not None:
            client.force_login(self.user)
        return client

    def ask(self, address: str, method: str = "get", data: Any = None, **more: Any) -> Any:
        answer = getattr(self.client, method)(address, data, **more)
        self.keep(f"{method} {address}", resolve(urlsplit(address).path).view_name, answer)
        return answer

    def get(self, view: str, *args: Any, **query: Any) -> Any:
        return self.ask(reverse(view, args=args), data=query)

    def post(self, view: str, *args: Any, data: Any = None, **more: Any) -> Any:
        return self.ask(reverse(view, args=args), "post", data or {}, **more)

    def keep(self, asked: str, view: str, answer: Any) -> None:
        body = b"" if getattr(answer, "streaming", False) else answer.content
        kind = answer.get("Content-Type", "")
        self.told.append(Told(view, asked, answer.status_code, as_text(body, kind) + headers(answer), body))

    def listen(self, view: str, *args: Any) -> str:
        """What a stream of server-sent events says in its first moment."""
        address = reverse(view, args=args)
        session = self.client.cookies["sessionid"].value

        async def first() -> tuple[int, str]:
            client = AsyncClient()
            client.cookies["sessionid"] = session
            answer = await client.get(address)
            return answer.status_code, b"".join([part async for part in answer.streaming_content]).decode()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(streams, "LIFE", 0.1)
            patch.setattr(streams, "HEARTBEAT", 0.05)
            status, text = async_to_sync(first)()
        self.told.append(Told(view, f"stream {address}", status, text, text.encode()))
        return text

    def reached(self) -> set[str]:
        """Views that gave something other than "not there" and "not so"; a form may have found fault with the data."""
        return {each.view for each in self.told if each.status < 400 or each.status == 422}

    def finds(self, secrets: dict[str, str | bytes]) -> list[tuple[str, str]]:
        """Where a secret was told."""
        return [
            (each.asked, what)
            for each in self.told
            for what, secret in secrets.items()
            if (secret in each.body if isinstance(secret, bytes) else secret in each.text)
        ]


def as_text(body: bytes, kind: str) -> str:
    if kind.startswith("application/pdf"):
        document = pypdfium2.PdfDocument(io.BytesIO(body))
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(body))
        return "\n".join(str(row) for sheet in book for row in sheet.values)
    return body.decode(errors="replace") if kind.startswith(TEXT) or not kind else ""


def headers(answer: Any) -> str:
    return "\n" + "\n".join(f"{name}: {value}" for name, value in answer.headers.items())


class Hall:
    """The session, both candidates, the staff of its body and of another."""

    def __init__(self, log: LogProcess) -> None:
        self.log = log
        self.persons = world.candidate(1), world.candidate(2, name="周明")
        self.elsewhere = world.candidate(3, name="沈若兰")
        identity.demand(client_required=True)
        self.session = world.prepared(*self.persons)
        self.far = world.prepared(self.elsewhere, exam_day="cem-2026-12-26")
        self.mine, self.theirs = (identity.admission_of(self.session, each) for each in self.persons)
        self.foreign = identity.admission_of(self.far, self.elsewhere)
        for place, admission in enumerate((self.mine, self.theirs), 1):
            identity.give_portrait(admission, identity.picture(10 + place))
        proctoring.grant_exceptions([self.mine, self.theirs], reason="device", by=None, at=world.AT)
        self.watch = Visitor(identity.staff("invigilator"))
        self.me, self.other = (Visitor(each.user) for each in self.persons)
        self.window = exams.rehearsal_window(self.session)
        self.pictures: dict[str, bytes] = {}

    def to(self, moment: Any) -> Any:
        """Set the log's clock; gives the block in which the site's clock goes along."""
        self.log.control.move_clock(int(moment.timestamp() * 1000))
        return clock.moved(moment)

    # -- what a candidate does, each step at the right hour

    def rehearses(self, who: Visitor, admission: exams.Admission) -> None:
        """The whole test run with its practice paper."""
        device = {"durable": True, "quota": 500, "reached": True, "delay": 20, "clock": 0.1, "upload": 5000}
        who.get("exam_room:trial_door")
        who.get("exam_room:trial", admission.pk)
        who.post("exam_room:trial_begin", admission.pk)
        posted = json.dumps({**device, "missing": [], "camera": "ok"})
        who.post("exam_room:trial_result", admission.pk, data=posted, content_type="application/json")
        room = who.post("exam_room:trial_practice", admission.pk)["Location"]
        config = config_of(who.ask(room))
        who.ask(config["paper"])
        page = exams.SittingClient(config["log"], config["token"])
        page.claim()
        page.hand_in()
        who.ask(config["finish"], "post")
        who.ask(config["receipt"])
        who.get("exam_room:trial", admission.pk)

    def identifies(self, who: Visitor, admission: exams.Admission, pictures: int) -> None:
        """Agreement, card and portrait, decided by the invigilator; the camera is ready."""
        pk = admission.pk
        who.get("exam_room:door")
        who.get("exam_room:check", pk)
        who.get("exam_room:client", pk)
        who.post("exam_room:client_prove", pk)
        who.get("exam_room:identity", pk)
        who.post("exam_room:identity_choose", pk, data={"way": "camera"})
        given = {"card": upload(pictures), "live": upload(pictures + 1), "how": "camera"}
        who.post("exam_room:identity_pictures", pk, data=given)
        who.get("exam_room:identity", pk)
        who.get("exam_room:identity_standing", pk)
        found = proctoring.check_in_of(admission)
        proctoring.decide_check_in(found, "same", note="", by=self.watch.user, at=clock.now())
        who.get("exam_room:identity", pk)
        ready = identity.picture(pictures + 2)
        who.post("exam_room:camera_ready", pk, data=ready, content_type="image/jpeg")

    def writes(self, who: Visitor, admission: exams.Admission, answer: str, picture: int) -> dict[str, Any]:
        """Enter, read the paper, answer and show the camera something doubtful; the room's settings."""
        room = who.post("exam_room:enter", admission.pk)["Location"]
        page = who.ask(room)
        config = config_of(page)
        config["camera"] = json.loads(script_of(page, "camera-config"))
        assert who.ask(config["paper"]).status_code == 200
        line = exams.SittingClient(config["log"], config["token"])
        line.claim()
        line.answer(1, "A")
        line.answer(45, answer)
        sent = {"X-Camera": config["camera"]["token"], "X-Number": "1", "X-Age": "0"}
        who.ask(
            config["camera"]["pictures"],
            "post",
            identity.picture(picture),
            content_type="image/jpeg",
            headers=sent,
        )
        who.ask(config["camera"]["told"], "post", {"what": "stopped"}, headers={"X-Camera": sent["X-Camera"]})
        config["page"] = line
        return config

    def hands_in(self, who: Visitor, config: dict[str, Any]) -> str:
        config["page"].hand_in()
        who.ask(config["finish"], "post")
        shown = who.ask(config["receipt"])
        assert shown.status_code == 200
        sheet = exams.answer_sheet(config["sitting"])
        assert sheet is not None
        who.ask(config["receipt"], "post", {"code": sheet.receipt})
        who.get("exam_room:receipt_check")
        who.post(
            "exam_room:receipt_check",
            data={"ticket": sheet.sitting.admission.ticket_number, "code": sheet.receipt},
        )
        return str(sheet.receipt)

    def doubts(self) -> list[Any]:
        """The invigilator doubts every flag; both candidates are asked for a statement."""
        proctoring.analyse(clock.now(), adapter=identity.Told([identity.score(0.2)]))
        flags = proctoring.flags_of_admission(self.mine.pk) + proctoring.flags_of_admission(self.theirs.pk)
        for flag in flags:
            proctoring.review(
                flag, 1, "doubt", reason="stand_in", note="面容不同", by=self.watch.user, at=clock.now()
            )
        return flags

    # -- what nobody may read

    def of_the_paper(self) -> dict[str, str]:
        """Explanations and model answers of the paper both write."""
        found = {}
        for place, key in items.keys(self.mine.sitting.form.form_id).items():
            found[f"explanation {place}"] = key.explanation[:24]
            if reference := str(key.solution.get("reference", "")):
                found[f"reference {place}"] = reference[:24]
        return {what: text for what, text in found.items() if text}

    def of_another(self) -> dict[str, str]:
        """What the first candidate must not read of the second."""
        person, admission = self.persons[1], self.theirs
        code = exams.live_code(admission)
        return {
            "name": person.name,
            "ticket": admission.ticket_number,
            "document": person.document_masked,
            "number": world.resident_number(2),
            "code": code.code if code else "",
            "answer": SECRET_ANSWER,
            "statement": SECRET_STATEMENT,
        }

    def of_the_other_session(self) -> dict[str, str]:
        return {
            "name": self.elsewhere.name,
            "ticket": self.foreign.ticket_number,
            "room": reverse("invigilator:room", args=[self.far.pk]),
        }


def script_of(page: Any, name: str) -> str:
    found = re.search(rf'<script id="{name}"[^>]*>(.*?)</script>', page.content.decode())
    assert found, name
    return found[1]


def config_of(page: Any) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(script_of(page, "exam-config"))
    return config


def ask_log(url: str, name: str, token: str, message: Any) -> tuple[int, str]:
    """One message to the log as a page sends it; status and text."""
    place = urlsplit(url)
    line = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=10)
    line.request("POST", f"/{name}", f"{token}\n{json.dumps(message)}".encode())
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, text


def elsewhere(role: str, email: str) -> Visitor:
    """Staff of a body that has nothing to do with the exam."""
    user = people.register(email=email, password="tancai-demo-2026", by=None, at=world.AT)
    people.grant_role(user, role, organisation=people.organisation("ceca"), by=None, at=world.AT)
    return Visitor(user)
