"""The front page is there, in both languages, on both screens, and its scripts run under the strict policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tancai.lib import clock
from tests.browser.conftest import NARROW, WIDE, no_sideways_scrolling
from tests.installed import install

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_front_page_leads_to_every_programme(visit, viewport) -> None:
    install(clock.now())
    page = visit(viewport)
    page.goto("/")
    for name in ("碳排放管理师", "数字碳中和工程师", "碳汇计量评估师"):
        expect(page.get_by_role("link", name=name).first).to_be_visible()
    no_sideways_scrolling(page)
