"""An exam hall for browser tests: one session on own time, many candidates, the real log, clocks that move together.

Set up once for a module. Every test takes its own candidate and its own pages, so nothing has to be cleaned between.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import SESSION_KEY
from tests.browser.conftest import WIDE
from tests.exams import world
from tests.exams.conftest import address_of

CANDIDATES = 40
HARMLESS = ("net::ERR_", "status of 4", "status of 503", "beforeunload", "when fetching the script")


class Candidate:
    """One admitted candidate who has entered; ``page()`` opens the room in a browser of its own."""

    def __init__(self, hall: Hall, admission: Any) -> None:
        self.hall, self.admission = hall, admission
        self.entry = exams.enter(admission, at=clock.now(), by=None)
        self.sitting = self.entry.sitting

    def context(self, viewport: dict[str, int] = WIDE, **options: Any) -> BrowserContext:
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[SESSION_KEY] = self.admission.pk
        store.create()
        context = self.hall.context(viewport, **options)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": store.session_key, "url": self.hall.url}]
        )
        return context

    def room(self, context: BrowserContext | None = None, *, timers: bool = False, **options: Any) -> Page:
        """The exam room with its questions open; with ``timers`` the page's clock can be moved."""
        page = (context or self.context(**options)).new_page()
        self.hall.listen(page)
        if timers:
            page.clock.install(time=datetime.now())
        page.goto(reverse("exam_room:room", args=[self.sitting.pk]))
        expect(page.locator("[data-room][data-state=ready]")).to_be_visible()
        return page

    def client(self) -> exams.SittingClient:
        """The protocol without a browser."""
        return exams.SittingClient(self.entry.log_url, self.entry.token)

    @property
    def folded(self) -> Any:
        return exams.history(self.sitting)

    def values(self) -> dict[str, Any]:
        """What the log holds as answers now."""
        return self.folded.values

    def sheet(self) -> dict[int, Any]:
        """The answer sheet as marking gets it; fails when the sitting is not finished."""
        assert exams.answer_sheet(self.sitting.pk) is not None
        return exams.sheet(self.sitting.pk)

    def place(self, kind: str, nth: int = 0) -> str:
        """The position, as the log names it, of the nth question of a kind in this candidate's order."""
        return [
            str(question.position)
            for section in exams.sections(self.sitting)
            for question in section.questions
            if question.entry.kind == kind
        ][nth]


def show(page: Page, place: str) -> None:
    """Go to a question by the answer card."""
    number = page.locator(f"[data-item='{place}']").get_attribute("data-number")
    if page.locator("[data-grid-details]").get_attribute("open") is None:
        page.locator("[data-grid-details] summary").click()
    page.locator("[data-grid] .cell", has_text=re.compile(f"^{number}$")).click()


def choose(page: Page, place: str, letter: str) -> None:
    show(page, place)
    page.locator(f"[data-item='{place}'] input[value={letter}]").check()


def saved(page: Page) -> None:
    expect(page.locator("[data-save]")).to_have_text("已保存")


def hand_in(page: Page) -> None:
    page.locator("[data-hand-in]").click()
    page.locator("[data-summary-confirm]").click()


def receipt(page: Page) -> None:
    expect(page.get_by_role("heading", name="交卷回执")).to_be_visible(timeout=20_000)


class Hall:
    def __init__(self, browser: Browser, server: LiveServer) -> None:
        self.browser, self.url = browser, server.url
        self.problems: list[str] = []
        self._contexts: list[BrowserContext] = []
        self._stack = ExitStack()
        self._log: subprocess.Popen[bytes] | None = None
        self.start_log()
        self._waiting = iter(self._admit())

    def _admit(self) -> list[Any]:
        persons = [world.candidate(n, account=False) for n in range(1, CANDIDATES + 1)]
        session = world.prepared(*persons, own_time=True, entry_until=world.AT + timedelta(days=60))
        self.session = session
        self.to(session.starts_at + timedelta(minutes=1))
        return list(exams.admissions(session))

    def candidate(self) -> Candidate:
        return Candidate(self, next(self._waiting))

    def candidate_with(self, paper: Callable[..., Any]) -> Candidate:
        """A candidate with a paper of another make: ``paper(like, at=)``."""
        admission = next(self._waiting)
        sitting, at = admission.sitting, clock.now()
        form = paper(sitting.form.form, at=at)
        sitting.form = exams.SessionForm.objects.create(
            session=self.session,
            level=sitting.form.level,
            speciality=sitting.form.speciality,
            series=self.session.forms.count() + 1,
            form=form,
            prepared_at=at,
        )
        sitting.variants = items.variants(form.pk, [(sitting.pk, sitting.seed)])[sitting.pk]
        sitting.save()
        return Candidate(self, admission)

    # -- time and servers

    def to(self, moment: datetime) -> None:
        self._stack.close()
        self._stack.enter_context(clock.moved(moment))
        exams.control().move_clock(int(moment.timestamp() * 1000))

    def ahead(self, *pages: Page, **amount: float) -> None:
        """Let time pass on the servers and on these pages (opened with ``timers``)."""
        step = timedelta(**amount)
        self.to(clock.now() + step)
        for page in pages:
            page.clock.fast_forward(int(step.total_seconds() * 1000))

    def start_log(self) -> None:
        from django.db import connection

        place = urlsplit(settings.LOG_ADDRESS)
        command = [sys.executable, "-m", "tancai.exams.log", "--port", str(place.port), "--movable-clock"]
        environment = dict(os.environ)
        if connection.vendor == "postgresql":
            environment["TANCAI_DATABASE"] = address_of(connection.get_connection_params())
        self._log = subprocess.Popen([*command, "--origin", self.url], env=environment)
        end = time.monotonic() + 20
        while True:
            try:
                exams.control().health()
                return
            except exams.LogDown:
                assert self._log.poll() is None and time.monotonic() < end, "the log process did not start"
                time.sleep(0.05)

    def kill_log(self) -> None:
        assert self._log is not None
        self._log.kill()
        self._log.wait()

    # -- browsers

    def context(self, viewport: dict[str, int] = WIDE, **options: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport=viewport, base_url=self.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        return context

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("console", lambda message: self._note(message))

    def _note(self, message: Any) -> None:
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def clear(self) -> None:
        """After each test: no page stays open, and no script has failed."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        found, self.problems = self.problems, []
        assert found == [], found

    def close(self) -> None:
        self._stack.close()
        if self._log is not None:
            self._log.terminate()
            self._log.wait(10)


@pytest.fixture(scope="module")
def exam_hall(chromium: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[Hall]:
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        try:
            programmes.load_definitions(by=None, at=world.AT)
            items.load_bank(by=None, at=world.AT)
            hall = Hall(chromium, server)
            try:
                yield hall
            finally:
                hall.close()
        finally:
            server.stop()
            server._live_server_modified_settings.disable()
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture
def transactional_db(exam_hall: Hall) -> None:
    """In place of the ordinary fixture: the database of the hall stays from test to test."""


@pytest.fixture
def hall(transactional_db: None, exam_hall: Hall) -> Iterator[Hall]:
    yield exam_hall
    exam_hall.clear()
