"""The work surface of a laboratory task: what is typed and chosen becomes the work, and fills the page again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser, Page, Route

import tancai.labs
import tancai.web.exam_room
from tancai.labs.api import mark, task
from tancai.labs.tasks.solvers import perfect
from tests.browser.conftest import until
from tests.labs.test_kind import CONTENT, kind

pytestmark = pytest.mark.anydatabase
STATIC = [Path(room.__file__).parent / "static" for room in (tancai.web.exam_room, tancai.labs)]
SCRIPT = """
import { Answers } from "/exam_room/answers.js";
window.changes = [];
window.answers = new Answers(document.querySelector("main"), (item, value) => window.changes.push([item, value]));
"""


@pytest.fixture
def surface(chromium: Browser) -> Any:
    """``surface(code)``: a page with the task as the exam room draws it, and the room's own scripts."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})

    def shown(code: str, value: Any = None) -> Page:
        public = kind().public({**CONTENT, "task": code, "seed": 3})
        with translation.override("zh-hans"):
            html = render_to_string(
                "items/kinds/laboratory.html",
                {"entry": {"position": 1, "public": public, "marks": 40}, "value": value, "number": 1},
            )
        page = context.new_page()
        page.set_default_timeout(10_000)

        def answer(route: Route) -> None:
            name = route.request.url.split("/", 3)[3]
            if name.endswith(".js"):
                path = next(folder / name for folder in STATIC if (folder / name).is_file())
                route.fulfill(body=path.read_text(encoding="utf-8"), content_type="text/javascript")
            else:
                body = f'<main><article data-item="1">{html}</article></main><script type="module">{SCRIPT}</script>'
                route.fulfill(body=f"<!doctype html>{body}", content_type="text/html; charset=utf-8")

        page.route("**/*", answer)
        page.goto("http://lab.test/")
        until(page, "Boolean(window.answers)")
        return page

    yield shown
    context.close()


def give(page: Page, name: str, value: Any) -> None:
    for one in value if isinstance(value, list) else [value]:
        field = page.locator(f'[data-field="{name}"]')
        if field.first.get_attribute("type") in ("checkbox", "radio"):
            page.locator(f'[data-field="{name}"][value="{one}"]').check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(one)
        else:
            field.fill(one)


@pytest.mark.parametrize("code", ["verification-heat-balance", "strategy-supplier-assessment"])
def test_work_typed_in_is_the_work_that_is_marked(surface: Any, code: str) -> None:
    case = task(code).case(3)
    page = surface(code)
    work = perfect(case)
    for name, value in work.items():
        give(page, name, value)
    page.evaluate("window.answers.settle()")
    item, value = page.evaluate("window.changes.at(-1)")
    assert item == "1" and mark(case, kind().response(value)).total == 100
    assert value == {name: given for name, given in work.items() if given}
    again = surface(code)
    again.evaluate("value => window.answers.set('1', value)", value)
    assert again.evaluate("window.changes.at(-1)")[1] == value
    first = next(one.name for one in case.fields if one.kind == "number")
    assert again.locator(f'[data-field="{first}"]').input_value() == work[first]
    again.evaluate("window.answers.set('1', null)")
    assert again.locator(f'[data-field="{first}"]').input_value() == ""


def test_a_unit_goes_with_its_figure_only(surface: Any) -> None:
    page = surface("accounting-bought-heat")
    page.locator('[data-field="e_in@"]').select_option("kgCO2")
    assert page.evaluate("window.changes.length") == 0 or page.evaluate("window.changes.at(-1)")[1] is None
    give(page, "e_in", "1200")
    page.evaluate("window.answers.settle()")
    assert page.evaluate("window.changes.at(-1)")[1] == {"e_in": "1200", "e_in@": "kgCO2"}


def test_a_locked_surface_takes_nothing_more(surface: Any) -> None:
    page = surface("verification-heat-balance")
    page.evaluate("window.answers.lock()")
    assert page.locator("select").first.is_disabled()
    assert page.locator('input[type="text"]').first.get_attribute("readonly") is not None
