"""The invigilator's page of a full room: only lines that changed are touched, wherever the page is used.

With ``TANCAI_SWEEP`` the room has five hundred lines and the test prints what the browser spent
(``docs/benchmarks/full-room.md``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tests.browser.asgi import served
from tests.browser.conftest import WIDE
from tests.exams import world
from tests.installed import install

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.anydatabase]
LINES = 500 if os.environ.get("TANCAI_SWEEP") else 60
CHANGED = LINES // 5

WATCH = """() => {
  window.touched = new Map();
  const note = (node) => {
    const row = (node.nodeType === 1 ? node : node.parentElement)?.closest("tr");
    if (row) touched.set(row.dataset.id, (touched.get(row.dataset.id) ?? 0) + 1);
  };
  new MutationObserver((records) => {
    for (const one of records) {
      if (one.target.matches?.("[data-lines]")) [...one.addedNodes, ...one.removedNodes].forEach(note);
      else note(one.target);
    }
  }).observe(document.querySelector("[data-lines]"), {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
}"""

TICK = """() => {
  const room = document.querySelector("tc-room");
  for (const one of room.lines.all.values()) room.lines.tick(one, room.feed.now());
}"""


class FullRoom:
    """Lines as the log and the database would tell them, changed by the test."""

    def __init__(self, session: exams.Session) -> None:
        self.session = session
        now = int(clock.now().timestamp() * 1000)
        ends = now + 3_600_000
        states = ["running"] * 9 + ["finished"]
        self.lines = [
            exams.LiveSitting(
                admission_id=n,
                sitting_id=n,
                ticket=f"DCNE-20261128-{n:04d}",
                name=f"示例{n:03d}",
                state=states[n % 10],
                connected=n % 25 != 0,
                heard=now - 5_000,
                last_save=now - 1000 * n,
                ends=ends,
                answered=n % 40,
                questions=45,
                needs=("silent",) if n % 25 == 0 else (),
            )
            for n in range(1, LINES + 1)
        ]

    def refresh(self, at: Any) -> exams.Room:
        return exams.Room(self.session, tuple(self.lines), True, int(at.timestamp() * 1000))

    def answers(self, places: range) -> set[str]:
        """These candidates save one more answer; the numbers of their lines."""
        now = int(clock.now().timestamp() * 1000)
        for place in places:
            line = self.lines[place]
            self.lines[place] = replace(line, answered=line.answered + 1, last_save=now)
        return {str(self.lines[place].admission_id) for place in places}


class Spent:
    """What the browser has spent on a page, by the protocol of its developer tools."""

    NAMES = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")

    def __init__(self, page: Page) -> None:
        self._line = page.context.new_cdp_session(page)
        self._line.send("Performance.enable")
        self.rows: list[tuple[str, dict[str, float]]] = []

    def _now(self) -> dict[str, float]:
        found = {one["name"]: one["value"] for one in self._line.send("Performance.getMetrics")["metrics"]}
        return {name: found[name] for name in self.NAMES}

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        before = self._now()
        yield
        after = self._now()
        self.rows.append((what, {name: 1000 * (after[name] - before[name]) for name in self.NAMES}))

    def told(self) -> str:
        head = f"{LINES} lines; ms of script, layout, style, all"
        lines = [
            f"{what:40} " + " ".join(f"{spent[name]:7.1f}" for name in self.NAMES)
            for what, spent in self.rows
        ]
        return "\n".join([head, *lines])


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[FullRoom]:
    from tancai.web.invigilator import feed

    feed.forget_all()
    install(world.AT)
    session = exams.open_session(world.DAY, by=None, at=world.AT)
    with clock.moved(session.starts_at + timedelta(minutes=30)):
        full = FullRoom(session)
        monkeypatch.setattr(exams.Watch, "refresh", lambda _watch, at: full.refresh(at))
        monkeypatch.setattr(feed, "FRESH", 0.0)
        yield full
    feed.forget_all()


def signed_in(page: Page, address: str) -> None:
    user = people.register(email="watch@ccia.example", password="carbon-2060-demo", at=world.AT)
    people.grant_role(user, "invigilator", organisation=people.organisation("ccia"), by=None, at=world.AT)
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )


def touched(page: Page) -> set[str]:
    """Lines whose row was changed or moved since the last question."""
    return set(page.evaluate("() => { const found = [...touched.keys()]; touched.clear(); return found; }"))


def test_a_line_that_did_not_change_is_not_touched(visit: Any, room: FullRoom, capsys: Any) -> None:
    with served() as address:
        page = visit(WIDE)
        signed_in(page, address)
        spent = Spent(page)
        rows = page.locator("[data-lines] tr")
        with spent.on("open"):
            page.goto(address + reverse("invigilator:room", args=[room.session.pk]))
            expect(rows).to_have_count(LINES)
        expect(page.locator("[data-live]")).to_have_text("实时更新中")
        page.locator("[data-sort]").select_option("ticket")
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        page.evaluate(WATCH)

        with spent.on("a tick of the clock"):
            page.evaluate(TICK)
        # from here on the clock does not touch lines whose minute or second has changed
        page.evaluate("document.querySelector('tc-room').lines.tick = () => {}")
        touched(page)
        with spent.on(f"{CHANGED} lines told"):
            changed = room.answers(range(CHANGED))
            last = page.locator(f"[data-lines] tr[data-id='{CHANGED}'] .room-progress .number")
            expect(last).to_have_text(f"{room.lines[CHANGED - 1].answered} / 45")
        assert touched(page) == changed

        box, last = page.locator("[data-lines] tr[data-id='7'] input"), page.locator("[data-lines] tr").last
        with spent.on("search, letter by letter"):
            for typed in ("示", "示例", "示例0", "示例00", "示例007"):
                page.locator("[data-search]").fill(typed)
            expect(page.locator("[data-lines] tr:not([hidden])")).to_have_count(1)
        box.check()
        page.locator("[data-search]").fill("")
        with spent.on("scroll to the end"):
            last.scroll_into_view_if_needed()
            page.wait_for_timeout(100)
        box.focus()
        touched(page)
        with spent.on("50 chosen"):
            for n in range(1, 51):
                if n != 7:
                    page.evaluate(f"document.querySelector(\"[data-lines] tr[data-id='{n}'] input\").click()")
        expect(page.locator("[data-chosen]")).to_have_text("已选 50 人")
        assert touched(page) == set()
        with spent.on("a telling while 50 are chosen"):
            changed = room.answers(range(3))
            three = page.locator("[data-lines] tr[data-id='3'] .room-progress .number")
            expect(three).to_have_text(f"{room.lines[2].answered} / 45")
        assert touched(page) == changed
        assert page.evaluate("document.activeElement.closest('tr')?.dataset.id") == "7"
        expect(page.locator("[data-chosen]")).to_have_text("已选 50 人")
        assert page.locator("[data-order] [name=only]").first.input_value().count(",") == 49

        with spent.on("sort by what is needed"):
            page.locator("[data-sort]").select_option("needs")
        with spent.on("the message's dialog"):
            page.get_by_role("button", name="发通知", exact=True).click()
            expect(page.locator("dialog[open] [data-target]")).to_contain_text("等 50 人")
        page.keyboard.press("Escape")
        page.goto("about:blank")
    if LINES == 500:
        with capsys.disabled():
            print(f"\nfirst paint {paint:.0f} ms\n{spent.told()}")
