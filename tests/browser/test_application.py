"""The application form on a slow network: what was filled in early, and two files at once, all arrive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tancai.demo.papers import picture
from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.enrolment.conftest import AT, resident_number
from tests.installed import install

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def form(visit: Any, live_server: Any, transactional_db: None) -> Any:
    """A draft of one's own and the page to open it on."""
    from tests.programmes.conftest import signed_in

    install(AT)
    user = people.register(phone="13800138001", password="long-enough-7", at=AT)
    person = people.identify(
        user, name="林清源", document_kind="resident_id", document=resident_number(1), by=user, at=AT
    )
    day = programmes.open_days("cem", at=AT)[0].key
    draft = enrolment.start_application(
        person, programme="cem", level="beginner", exam_day=day, by=user, at=AT
    )
    with clock.moved(AT):
        page = visit()
        cookie = {"name": "sessionid", "value": signed_in(user).cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": live_server.url}])
        yield page, draft.number


def choose(page: Page, folder: Path, kind: str) -> None:
    file = folder / f"{kind}.jpg"
    file.write_bytes(picture(kind))
    page.locator(f"#file-{kind}").set_input_files(file)


def test_what_was_filled_in_before_the_page_could_listen_is_saved(form: Any) -> None:
    page, number = form
    held: list[Any] = []
    page.route("**/shell*.js", lambda route: held.append(route))
    page.goto(f"/me/applications/{number}/", wait_until="commit")
    page.locator("[name=education]").select_option("bachelor")
    page.wait_for_timeout(100)
    with page.expect_response(lambda answer: answer.url.endswith("/claims/")):
        for route in held:
            route.continue_()
    assert enrolment.record_of(number).claims["education"] == "bachelor"


def test_a_second_file_while_the_first_is_on_its_way(form: Any, tmp_path: Path) -> None:
    page, number = form
    page.goto(f"/me/applications/{number}/", wait_until="load")
    held: list[Any] = []
    page.route("**/materials/identity_front/", lambda route: held.append(route))
    choose(page, tmp_path, "identity_front")
    choose(page, tmp_path, "identity_back")
    expect(page.locator("#material-identity_back")).to_contain_text("已上传")
    expect(page.locator("#finish")).not_to_contain_text("身份证国徽面")
    page.locator("[name=education]").select_option("bachelor")
    expect(page.locator("#outcome")).to_contain_text("毕业证")
    held[0].continue_()
    expect(page.locator("#material-identity_front")).to_contain_text("已上传")
    kinds = set(enrolment.newest_materials(enrolment.record_of(number)))
    assert kinds == {"identity_front", "identity_back"}
