"""Ten seconds for an employer: look up, result, certificate; on a phone, wide, and without scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tancai.credentials import api as credentials
from tests.browser.conftest import NARROW, WIDE, no_sideways_scrolling
from tests.credentials import world as w

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("TANCAI_SHOTS", "")


@pytest.fixture
def row(settings: Any, live_server: Any) -> Any:
    settings.PUBLIC_ADDRESS = live_server.url
    w.ready()
    return w.issued("csa", "张晓岚", portrait=True)


def fits(page: Any, name: str) -> None:
    """Nothing reaches beyond the screen."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    if name.startswith("plain"):  # without scripts the browser does not answer questions about itself
        return
    no_sideways_scrolling(page)


@pytest.mark.parametrize(
    ("size", "scripts", "name"), [(WIDE, True, "wide"), (NARROW, True, "phone"), (NARROW, False, "plain")]
)
def test_an_employer_checks_a_certificate(
    row: Any, visit: Any, size: dict[str, int], scripts: bool, name: str
) -> None:
    page = visit(size, java_script_enabled=scripts)
    page.goto("/verify/")
    fits(page, f"{name}-1-ask")
    page.get_by_label("证书编号").fill(row.number.lower())
    page.get_by_label("姓名").fill("张晓岚")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("heading", name="证书真实有效").wait_for()
    fits(page, f"{name}-2-result")
    page.get_by_role("link", name="查看证书").click()
    page.get_by_alt_text("持证人照片").wait_for()
    fits(page, f"{name}-3-certificate")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载查询副本").click()
    assert download.value.suggested_filename == f"{row.number}.pdf"
    page.goto("/verify/")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("heading", name="没有查到").wait_for()
    fits(page, f"{name}-4-nothing")


@pytest.mark.parametrize(("size", "name"), [(WIDE, "wide"), (NARROW, "phone")])
def test_the_paper_opens_its_record(row: Any, visit: Any, size: dict[str, int], name: str) -> None:
    w.changed(row, "revoke")
    page = visit(size)
    page.goto(f"/verify/c/{row.number}?k={row.code}")
    page.get_by_role("heading", name="证书已被撤销").wait_for()
    fits(page, f"{name}-5-revoked")


@pytest.mark.parametrize(("size", "name"), [(WIDE, "wide"), (NARROW, "phone")])
def test_holder_and_office_pages_fit(
    row: Any, visit: Any, client: Any, live_server: Any, size: dict[str, int], name: str
) -> None:
    w.passing("csa", "李明")
    text = "搬家时遗失，申请补发。"
    credentials.request_change(row, "replace", text=text, by=row.person.user, at=w.AT)
    for user, addresses in (
        (row.person.user, ["/me/certificates/", f"/me/certificates/{row.number}/"]),
        (
            w.account("office", "csa"),
            [
                "/office/certificates/due/",
                "/office/certificates/",
                f"/office/certificates/{row.number}/",
                "/office/certificates/changes/",
                f"/office/certificates/{row.number}/propose/correct/",
            ],
        ),
    ):
        client.force_login(user)
        page = visit(size)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        for place, address in enumerate(addresses):
            page.goto(address)
            assert page.locator("h1").count() == 1, address
            fits(page, f"{name}-{'me' if 'me' in address[:4] else 'office'}-{place}")
