"""The exam room in a browser where the site lies below a path of its host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tancai.config import asgi
from tancai.exams import api as exams
from tests.browser.asgi import served
from tests.browser.conftest import WIDE, response_log
from tests.browser.exam_hall import choose, hand_in, receipt, saved
from tests.browser.stage import Calendar
from tests.exam_room.below import PREFIX, below_a_path
from tests.exams import world
from tests.installed import install

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.anydatabase]


def test_from_the_door_to_the_receipt_below_a_path(visit: Any, settings: Any) -> None:
    install(world.AT, bank=True)
    person, calendar = world.candidate(1, account=False), Calendar()
    session = world.prepared(person)
    admission = world.admission_of(session, person)
    code = exams.live_code(admission)
    assert code is not None
    strays: list[str] = []
    with below_a_path(settings), served(asgi.Handler(asgi.LANES.items())) as host, response_log(host) as log:
        calendar.to(session.starts_at, log=True)
        page = visit(WIDE)
        page.on(
            "request", lambda asked: strays.append(asked.url) if asked.url.startswith(f"{host}/") else None
        )
        page.goto(host + reverse("exam_room:door"))
        page.locator("[name=ticket]").fill(admission.ticket_number)
        page.locator("[name=code]").fill(code.code)
        page.locator("[name=code]").press("Enter")
        expect(page.get_by_role("button", name="进入考场")).to_be_visible()
        page.get_by_role("button", name="进入考场").click()
        expect(page.locator("[data-room][data-state=ready]")).to_be_visible()
        choose(page, "1", "A")
        saved(page)
        expect(page.locator("[data-room][data-kept]")).to_be_visible()
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("[data-notices]")).to_contain_text("本页已从这台设备恢复", timeout=15_000)
        expect(page.locator("[data-item='1'] input[value=A]")).to_be_checked()
        page.context.set_offline(False)
        saved(page)
        hand_in(page)
        receipt(page)
        expect(page).to_have_url(re.compile(f"^{host}{PREFIX}/exam/room/"))
        outside = [address for address in strays if not address.startswith(f"{host}{PREFIX}/")]
        page.goto("about:blank")
        calendar.close()
    assert outside == []
    assert log.startswith("http://127.0.0.1")
    assert exams.sheet(admission.sitting.pk)[1] == "A"
