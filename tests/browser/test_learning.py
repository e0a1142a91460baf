"""The lesson page in a real browser: it counts while read, says so, and stays readable on a phone."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from tancai.learning import api as learning
from tancai.lib import clock
from tests.browser.conftest import NARROW, WIDE, no_sideways_scrolling
from tests.enrolment.conftest import AT, resident_number
from tests.installed import install

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opened(transactional_db: None) -> Any:
    """An approved candidate and the session that opens the pages."""
    from tancai.enrolment import api as enrolment
    from tancai.people import api as people
    from tests.enrolment.test_road import complete
    from tests.programmes.conftest import signed_in

    install(AT)
    user = people.register(phone="13800138001", password="long-enough-7", at=AT)
    person = people.identify(
        user, name="林清源", document_kind="resident_id", document=resident_number(1), by=user, at=AT
    )
    application = enrolment.submit(complete(person), by=user, at=AT)
    reviewer = people.register(email="reviewer@example.org", password="long-enough-7", at=AT)
    enrolment.approve(application, by=reviewer, at=AT)
    with clock.moved(AT):
        session = signed_in(user).cookies["sessionid"].value
        yield person, application, session


def go(open_page: Any, session: str, address: str, viewport: dict[str, int], server: Any) -> Any:
    page = open_page(viewport)
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page.goto(address)
    return page


def keep(page: Any, name: str) -> None:
    """A picture for looking at, when a folder is named."""
    folder = os.environ.get("TANCAI_PICTURES")
    if folder:
        page.screenshot(
            path=os.path.join(folder, f"{name}-{page.viewport_size['width']}.png"), full_page=True
        )


def credited(person: Any) -> int:
    """Milliseconds of the first lesson, once the last beat of the page that was left has arrived."""
    course = learning.course("cem", "intermediate")
    deadline = time.monotonic() + 10
    while True:
        found = learning.lesson_states(person.pk, course)[0].milliseconds
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_reading_counts_and_the_page_says_so(
    opened: Any, live_server: Any, viewport: Any, visit: Any
) -> None:
    person, application, session = opened
    for name, address in (("centre", ""), ("course", f"{application.pk}/")):
        page = go(visit, session, f"/me/learning/{address}", viewport, live_server)
        assert page.locator(".share-bar").first.is_visible()
        no_sideways_scrolling(page)
        keep(page, name)

    page = go(visit, session, f"/me/learning/{application.pk}/cem-1-1/", viewport, live_server)
    page.wait_for_selector('tc-study[data-now="counting"]')
    assert "正在计时" in page.locator("[data-state]").inner_text()
    page.wait_for_timeout(1500)
    page.goto("about:blank")
    assert 1000 <= credited(person) <= 30_000
    page.goto(f"{live_server.url}/me/learning/{application.pk}/cem-1-2/")
    page.wait_for_selector('tc-study[data-now="counting"]')

    page.locator(".checks summary").first.click()
    assert page.locator(".checks details[open]").count() == 1
    no_sideways_scrolling(page)
    keep(page, "lesson")


def test_nothing_counts_while_nobody_moves(opened: Any, live_server: Any, visit: Any) -> None:
    _person, application, session = opened
    page = go(visit, session, "/me/learning/", WIDE, live_server)
    page.clock.install()
    page.goto(f"/me/learning/{application.pk}/cem-1-1/")
    page.wait_for_selector('tc-study[data-now="counting"]')
    page.clock.run_for((learning.IDLE + 2 * learning.BEAT) * 1000)
    page.wait_for_selector('tc-study[data-now="paused"]')
    assert "计时已暂停" in page.locator("[data-state]").inner_text()
    page.mouse.move(100, 100)
    page.wait_for_selector('tc-study[data-now="counting"]')
