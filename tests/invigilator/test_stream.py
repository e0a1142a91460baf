"""The live room as a stream, under the server it is served with."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tancai.lib import clock
from tests.browser.asgi import served
from tests.invigilator.test_desk import MINUTE, body_of, running, staff  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("programmes_there")


class Viewer:
    """A page that listens to the stream of a room."""

    def __init__(self, address: str, client: Client, path: str, mark: str = "") -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=15)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        self.connection.request("GET", path, headers={"Cookie": cookie, "Last-Event-ID": mark})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200
        assert self.answer.headers["Content-Type"] == "text/event-stream"

    def told(self) -> dict[str, Any]:
        """The next event; comments that keep the line open are passed over."""
        while True:
            line = self.answer.readline().decode()
            assert line, "the stream ended"
            if line.startswith("data: "):
                found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return found

    def leave(self) -> None:
        self.connection.close()


def test_every_viewer_is_told_what_changed_and_one_poller_looks(
    running: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tancai.web.invigilator import feed, stream
    from tancai.web.shell import streams

    monkeypatch.setattr(stream.rooms, "period", 0.2)
    monkeypatch.setattr(streams, "HEARTBEAT", 0.2)
    monkeypatch.setattr(feed, "FRESH", 0.0)
    session, page, admission = running
    client = staff(body=body_of("dcne"))
    path = reverse("invigilator:stream", args=[session.pk])
    with clock.moved(session.starts_at + MINUTE), served() as address:
        viewers = [Viewer(address, client, path) for _ in range(3)]
        first = [viewer.told() for viewer in viewers]
        assert all(one["full"] and one["lines"][0]["id"] == admission.pk for one in first)
        assert stream.rooms.watched == 1
        page.answer(7, "D")
        changed = [viewer.told() for viewer in viewers]
        assert [one["lines"][0]["answered"] for one in changed] == [2, 2, 2]
        assert not any(one["full"] for one in changed)
        for viewer in viewers:
            viewer.leave()
        again = Viewer(address, client, path, changed[0]["mark"])
        page.answer(8, "A")
        told = again.told()
        assert (told["full"], told["lines"][0]["answered"]) == (False, 3)
        again.leave()
        end = time.monotonic() + 10
        while stream.rooms.watched and time.monotonic() < end:
            time.sleep(0.05)
        assert not stream.rooms.watched, "a room that nobody watches is still looked at"


def test_a_server_that_cannot_stream_says_so_and_the_page_asks(running: Any) -> None:  # noqa: F811
    session, _page, _admission = running
    client = staff(body=body_of("dcne"))
    path = reverse("invigilator:stream", args=[session.pk])

    def ask() -> int:
        try:
            return int(client.get(path).status_code)
        finally:
            connection.close()

    # in a thread without an event loop, as a server has it that cannot stream
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(ask).result() == 204


def test_what_other_rooms_wait_for_is_needed_too(running: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from tancai.proctoring import api as proctoring

    session, _page, admission = running
    monkeypatch.setattr(proctoring, "waiting_in", lambda session: {admission.pk: ("flag", "client")})
    client = staff(body=body_of("dcne"))
    with clock.moved(session.starts_at + MINUTE):
        answer = client.get(reverse("invigilator:lines", args=[session.pk]))
    assert json.loads(answer.content)["lines"][0]["needs"] == ["client", "flag"]
