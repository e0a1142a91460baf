"""The key pages against the rules of accessibility, wide and narrow, light and dark, in a served demo world."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tancai.demo.world import PASSWORD
from tests.browser.conftest import NARROW, WIDE
from tests.exams.log.world import free_port
from tests.house.conftest import world  # noqa: F401  the rehearsed world is a fixture of the house

pytestmark = pytest.mark.anydatabase

SCREENS = ((WIDE, "light"), (NARROW, "dark"))
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def served(world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: F811
    """The address of a copy of the rehearsed world, served as people serve it."""
    folder = tmp_path_factory.mktemp("served") / "world"
    shutil.copytree(world.folder, folder)
    port, log_port = free_port(), free_port()
    addresses = {
        "TANCAI_PUBLIC_ADDRESS": f"http://127.0.0.1:{port}",
        "TANCAI_LOG_ADDRESS": f"http://127.0.0.1:{log_port}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tancai.cli", "serve", "--no-worker"],
        env={**world.environment, **addresses, "TANCAI_DATA": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/", process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, "the demo world is not served"
            time.sleep(0.2)


Visitor = Callable[[str], Page]


@pytest.fixture(scope="module")
def visitor(chromium: Browser, served: str) -> Iterator[Visitor]:
    """``visitor(e-mail)``: a page of somebody signed in (or of nobody), each signed in once."""
    contexts: dict[str, BrowserContext] = {}

    def page_of(email: str) -> Page:
        if email not in contexts:
            context = contexts[email] = chromium.new_context(
                base_url=served, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=WIDE
            )
            context.set_default_timeout(20_000)
            if email:
                sign_in(context.new_page(), email)
        return contexts[email].new_page()

    yield page_of
    for context in contexts.values():
        context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url(re.compile("/today/$"))
    page.close()


def application(page: Page) -> None:
    page.goto("/me/")
    page.locator("main a[href^='/me/applications/CEM']").first.click()
    expect(page.get_by_role("heading", name="二、我的情况")).to_be_visible()


def review(page: Page) -> None:
    page.goto("/office/review/")
    page.locator("main a[href^='/office/review/']").first.click()
    expect(page.locator("article.review-card").first).to_be_visible()


def marking_desk(page: Page) -> None:
    page.goto("/mark/")
    page.locator("main form button.button-primary").first.click()
    expect(page.locator("fieldset.point").first).to_be_visible()


def exam_check(page: Page) -> None:
    page.goto("/me/exams/")
    page.locator("main a[href^='/exam/']").first.click()
    expect(page.get_by_role("button", name=re.compile("进入考场|回到考场"))).to_be_visible()


def exam_room(page: Page) -> None:
    exam_check(page)
    page.get_by_role("button", name=re.compile("进入考场|回到考场")).click()
    expect(page.locator("[data-main]")).to_be_visible()


def certificate(page: Page) -> None:
    page.goto("/office/certificates/?state=valid")
    row = page.locator("main tbody tr").first
    number = row.locator("a").first.inner_text().strip()
    page.goto(f"/office/certificates/{number}/")


def public_record(page: Page) -> None:
    """The public page of a certificate, by the number and name that its holder's office reads."""
    page.goto("/office/certificates/?state=valid")
    cells = page.locator("main tbody tr").first.locator("td")
    number, name = (cells.nth(place).inner_text().strip().splitlines()[-1] for place in (0, 1))
    page.goto("/verify/")
    page.locator("[name=number]").fill(number)
    page.locator("[name=name]").fill(name)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("有效").first).to_be_visible()


def at(address: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(address)

    return go


PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "front": ("", at("/")),
    "catalogue": ("", at("/programmes/")),
    "programme": ("", at("/programmes/cem/")),
    "sign-up": ("", at("/account/signup/")),
    "verify": ("", at("/verify/")),
    "exam door": ("", at("/exam/")),
    "application": ("returned@cem.example", application),
    "today": ("candidate@cem.example", at("/today/")),
    "learning": ("candidate@cem.example", at("/me/learning/")),
    "exam check": ("candidate@cem.example", exam_check),
    "exam room": ("candidate@cem.example", exam_room),
    "review": ("reviewer@cem.example", review),
    "marking desk": ("marker@cem.example", marking_desk),
    "office home": ("office@cem.example", at("/office/")),
    "certificate": ("office@cem.example", certificate),
    "public record": ("office@cem.example", public_record),
    "roles": ("admin@tancai.example", at("/office/roles/")),
    "institution": ("manager@school.example", at("/institution/demo-school/")),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_grave_fault_and_fits_the_screen(visitor: Visitor, name: str) -> None:
    email, go = PAGES[name]
    page = visitor(email)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    go(page)
    page.wait_for_load_state("networkidle")
    for viewport, scheme in SCREENS:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        # colours may fade into each other: judge them when they have arrived
        page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished))")
        problems += grave_faults(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            problems.append(f"{width} px wide on a screen of {viewport['width']}")
    page.close()
    assert problems == []


def grave_faults(page: Page) -> list[str]:
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
