"""A real browser against a real server: Debian's Chromium, the live Django server, the log process on its own port."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import SKIPPED

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
expect.set_options(timeout=15_000)  # what is awaited comes late on a busy machine
HARMLESS = ("favicon", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_ABORTED", "status of 404", "status of 503")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker("browser")
            if "browser" in SKIPPED:
                item.add_marker(pytest.mark.skip(reason="browser left out by TANCAI_SKIP"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(
            "no Chromium on this machine: run scripts/system-packages, or leave out with TANCAI_SKIP=browser"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: object) -> Iterator[object]:
    """``visit(width)`` opens a fresh person's page; errors in any console fail the test at its end."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(viewport: dict[str, int] = WIDE, **options: object) -> Page:
        context = chromium.new_context(
            viewport=viewport,
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("console", lambda message: _note(message, problems))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def until(page: Page, condition: str | Callable[[], object], seconds: float = 20) -> None:
    """Wait until ``condition`` holds: a call, or an expression asked of the page.

    Playwright's own ``wait_for_function`` evaluates its text inside the page, which the pages' security policy refuses
    from the second time on."""
    deadline = time.monotonic() + seconds
    while not (page.evaluate(condition) if isinstance(condition, str) else condition()):
        assert time.monotonic() < deadline, f"did not happen in {seconds:g} s: {condition}"
        page.wait_for_timeout(20)


def whole(page: Page) -> Page:
    """The page once it has come in whole: a click that leaves a page returns when the next one begins, so ask here
    before ``evaluate``, ``all`` and ``count``, which take what there is."""
    page.wait_for_load_state()
    return page


def no_sideways_scrolling(page: Page) -> None:
    found = whole(page).evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert found[0] <= found[1], f"{page.url} is {found[0]} px wide on {found[1]}"


def _note(message: object, problems: list[str]) -> None:
    if message.type == "error" and not any(word in message.text for word in HARMLESS):
        problems.append(f"console: {message.text} ({message.location.get('url', '')})")


@contextmanager
def response_log(origin: str) -> Iterator[str]:
    """The response log on the address the settings name, with a clock that the test may move; pages of ``origin`` may
    post to it."""
    port = settings.LOG_ADDRESS.rsplit(":", 1)[1]
    command = [
        sys.executable,
        "-m",
        "tancai.exams.log",
        "--port",
        port,
        "--movable-clock",
        "--origin",
        origin,
    ]
    process = subprocess.Popen(command, env=dict(os.environ))
    deadline = time.monotonic() + 15
    while True:
        try:
            urllib.request.urlopen(f"{settings.LOG_ADDRESS}/health", timeout=1).read()
            break
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                pytest.fail("the log process did not start")
            time.sleep(0.05)
    yield settings.LOG_ADDRESS
    process.terminate()
    process.wait(10)


@pytest.fixture
def log_process(live_server: object) -> Iterator[str]:
    with response_log(live_server.url) as address:
        yield address
