"""Identity with a real camera interface: check-in by camera, snapshots while answering, taking agreement back."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.proctoring.models import Picture
from tests.browser.conftest import until
from tests.browser.stage import Calendar
from tests.exams import world as exam_world
from tests.exams.conftest import programmes_there  # noqa: F401 - a fixture of the exams room
from tests.proctoring import world

pytestmark = [pytest.mark.anydatabase, pytest.mark.usefixtures("programmes_there")]
LOOK = os.environ.get("TANCAI_LOOK", "")


def look(page: Page, name: str) -> None:
    """A picture of the page for whoever asked to look (``TANCAI_LOOK=folder``)."""
    if not LOOK:
        return
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(150)
        page.screenshot(path=str(Path(LOOK) / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def sign_in(page: Page, user: Any) -> None:
    """A signed-in browser without walking through the sign-in pages."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    address = page.context.pages[0].evaluate("location.origin")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def test_from_check_in_to_snapshots_with_a_camera(
    transactional_db: None, visit: Any, log_process: str
) -> None:
    person, calendar = exam_world.candidate(1), Calendar()
    session = world.session_of(person, snapshot_seconds=5)
    admission = world.admission_of(session, person)
    world.give_portrait(admission)
    invigilator = world.staff()
    page, desk = visit(), visit()
    try:
        calendar.to(session.starts_at - timedelta(minutes=5), log=True)
        for browser, user in ((page, person.user), (desk, invigilator)):
            browser.goto("/")
            sign_in(browser, user)
        page.goto(f"/exam/{admission.pk}/")
        look(page, "check-choose")
        page.get_by_role("link", name="选择核验方式").click()
        look(page, "identity-choose")
        page.get_by_role("button", name="同意，用摄像头核验").click()
        shots = page.locator("tc-shot")
        expect(shots).to_have_count(2)
        for shot in shots.all():
            shot.get_by_role("button", name="打开摄像头").click()
            shot.get_by_role("button", name="拍照", exact=True).click()
            expect(shot.get_by_role("button", name="重拍")).to_be_visible()
        look(page, "identity-pictures")
        page.get_by_role("button", name="提交核对").click()
        expect(page.get_by_text("等待核对照片")).to_be_visible()
        look(page, "identity-waiting")
        desk.goto(f"/invigilate/{session.pk}/checkin/")
        look(desk, "desk-checkin")
        desk.get_by_role("link", name=admission.ticket_number).click()
        expect(desk.locator("figure.face img")).to_have_count(3)
        look(desk, "desk-checkin-one")
        desk.get_by_label("是本人", exact=True).check()
        desk.get_by_role("button", name="记录结论").click()
        expect(desk.locator(".chip", has_text="已核验")).to_be_visible()
        expect(page.get_by_text("身份已经核验，可以返回进入考场。")).to_be_visible()
        page.get_by_role("link", name="返回入场核对").click()
        page.get_by_role("button", name="进入考场").click()
        camera = page.locator("tc-exam-camera")
        expect(camera).to_have_attribute("data-state", "on")
        calendar.to(session.starts_at + timedelta(seconds=5), log=True)
        page.reload()
        expect(page.locator('[data-room][data-state="ready"]')).to_be_visible()
        snapshots = Picture.objects.filter(kind="snapshot")
        until(page, lambda: snapshots.count() >= 2)
        look(page, "room")
        proctoring.analyse(clock.now())
        assert {view.kind for view in proctoring.flags_of(session.pk)} <= {"no_face", "covered"}
        desk.goto(f"/invigilate/{session.pk}/faces/")
        expect(desk.locator(".pair img")).to_have_count(2)
        look(desk, "desk-faces")
        desk.goto(f"/invigilate/{session.pk}/flags/")
        look(desk, "desk-flags")
        view = proctoring.flags_of(session.pk)[0]
        desk.goto(f"/invigilate/flags/{view.id}/")
        look(desk, "desk-flag")
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator(".camera-more summary").click()
        page.get_by_role("button", name="停止拍摄，改由人工看考").click()
        expect(camera).to_have_attribute("data-state", "human")
        until(page, lambda: proctoring.stored_faces() == 0)
        count = snapshots.count()
        page.locator('input[type="radio"]').first.check()
        expect(page.locator("[data-save]")).to_have_text("已保存")
        assert snapshots.count() == count
        assert exams.answer_sheet(admission.sitting.pk) is None
        if LOOK:
            _look_at_the_office(desk, session, admission)
    finally:
        calendar.close()


def _look_at_the_office(desk: Page, session: Any, admission: Any) -> None:
    """The remaining pages, only for looking: human way, statement, second look, report."""
    from tancai.proctoring.identity.actions.checking import compare, note_reading
    from tancai.proctoring.identity.actions.snapshots import note_sign

    at = session.starts_at + timedelta(minutes=2)
    desk.goto(f"/invigilate/checkin/{admission.pk}/")
    look(desk, "desk-human")
    row = Picture.objects.filter(kind="snapshot").first()
    for index in range(12):
        fresh = Picture.objects.create(
            admission=admission, kind="snapshot", number=index + 1, how="camera", taken_at=at, received_at=at
        )
        note_reading(fresh, "portrait", world.score(0.2 + index * 0.05), at)
        note_sign(admission, "other_person", at=at + timedelta(minutes=10 * index), picture=fresh)
    assert row
    check_in = proctoring.check_in_of(admission)
    compare(check_in, at=at, adapter=world.Told([world.score(0.8)]))
    office = world.staff("office", email="office@example.test")
    watcher = world.staff(email="second@example.test")
    for index, view in enumerate(v for v in proctoring.flags_of(session.pk) if v.kind == "other_person"):
        flag = proctoring.flag(view.id)
        outcome = "doubt" if index % 2 else "harmless"
        proctoring.review(flag, 1, outcome, reason="stand_in", note="面容不同", by=watcher, at=at)
        if index % 4 == 3:
            later = at + timedelta(days=4)
            proctoring.review(flag, 2, "upheld", reason="stand_in", note="一致", by=office, at=later)
    sign_in(desk, office)
    desk.goto("/office/identity/flags/")
    look(desk, "office-flags")
    desk.get_by_role("link", name="与证件照相似度低").first.click()
    look(desk, "office-flag")
    desk.goto("/office/identity/report/")
    look(desk, "office-report")
    sign_in(desk, admission.person.user)
    desk.goto(f"/exam/{admission.pk}/statement/")
    look(desk, "statement")
    desk.goto("/account/consents/")
    look(desk, "consents")
