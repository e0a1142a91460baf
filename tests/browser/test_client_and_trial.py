"""Test run and lock-down client in a real browser: a device measured, a proof given, the room covered."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tancai.exams import api as exams
from tancai.learning import api as learning
from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tests.browser.conftest import NARROW, WIDE, no_sideways_scrolling
from tests.browser.stage import Calendar, set_up
from tests.exams import world

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT = """
(() => {
  const hash = async (key) => {
    const bytes = new TextEncoder().encode(location.href.split("#")[0] + key);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  window.SafeExamBrowser = {
    version: "SEB_macOS_3.5",
    security: {
      configKey: "",
      browserExamKey: "",
      async updateKeys(callback) {
        this.configKey = await hash("%s");
        callback();
      },
    },
  };
})();
"""
"""The script interface of the client as its makers publish it: keys are there once they were asked for."""


class Stage:
    def __init__(self, server: Any, day: str) -> None:
        self.server, self.calendar = server, Calendar()
        self.staff = set_up(world.AT)
        self.person = world.candidate(1)
        level = "" if day.startswith("crp") else "beginner"
        world.approved(self.person, day, level=level)
        self.session = world.prepared(self.person, exam_day=day)
        self.admission = world.admission_of(self.session, self.person)
        self.window = exams.rehearsal_window(self.session)

    def page(self, visit: Any, viewport: dict[str, int] = WIDE, *, user: Any = None, **options: Any) -> Any:
        signed_in = Client()
        signed_in.force_login(user or self.person.user)
        page = visit(viewport, **options)
        cookie = {"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": self.server.url}
        page.context.add_cookies([cookie])
        return page

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"exam_room:{name}", args=args or [self.admission.pk])


def keep(page: Any, name: str) -> None:
    """A picture for looking at, when a folder is named; on a phone nothing may stick out."""
    no_sideways_scrolling(page)
    folder = os.environ.get("TANCAI_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_device_is_measured_and_the_practice_paper_done(
    live_server: Any, log_process: str, settings: Any, visit: Any, viewport: dict[str, int]
) -> None:
    settings.PUBLIC_ADDRESS = live_server.url
    stage = Stage(live_server, "csa-2027-01-16")
    stage.calendar.to(stage.window.opens, log=True)
    page = stage.page(visit, viewport)
    page.goto(stage.address("trial"))
    keep(page, "trial")
    page.get_by_role("button", name="开始检查").click()
    page.locator(".trial-findings").wait_for(timeout=30_000)
    keep(page, "trial-result")
    check = proctoring.trial_of(stage.admission).check
    assert check is not None
    found = {part: result["state"] for part, result in check.results.items()}
    assert found.pop("clock") == "warn", "the site's clock stands still in December, the device's does not"
    assert found == dict.fromkeys(("browser", "storage", "log", "speed", "camera"), "good")
    assert check.results["log"]["delay"] < 3000 and check.results["speed"]["upload"] > 100
    page.get_by_role("button", name="开始练习").click()
    page.get_by_text("考前测试练习卷").wait_for()
    page.locator("[data-main]").wait_for()
    page.locator('[data-item]:not([hidden]) input[type="radio"]').first.check()
    page.get_by_text("已保存").first.wait_for()
    keep(page, "trial-practice")
    page.get_by_role("button", name="交卷").click()
    page.locator("[data-summary-confirm]").click()
    page.get_by_text("这是练习卷，不评分").wait_for()
    keep(page, "trial-receipt")
    page.get_by_role("link", name="回到考前测试").click()
    page.get_by_text("您已完成考前测试").wait_for()
    assert proctoring.trial_of(stage.admission).state == "done"
    stage.calendar.close()


def test_the_client_proves_itself_and_a_lost_proof_covers_the_room(
    live_server: Any, log_process: str, settings: Any, visit: Any
) -> None:
    settings.PUBLIC_ADDRESS = live_server.url
    stage = Stage(live_server, "cem-2026-12-26")
    study_all(stage.person)
    stage.calendar.to(stage.session.starts_at, log=True)
    config = proctoring.configuration_of(stage.session, by=None, at=clock.now())

    ordinary = stage.page(visit)
    ordinary.goto(stage.address("check"))
    ordinary.get_by_text("您现在用的是普通浏览器").wait_for()
    assert ordinary.get_by_role("button", name="进入考场").count() == 0
    keep(ordinary, "check-without-client")
    ordinary.get_by_role("link", name="下载和启动客户端").click()
    ordinary.wait_for_url("**/client/**")
    keep(ordinary, "client")

    page = stage.page(visit, user_agent="Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/18.0 SEB/3.5")
    page.add_init_script(CLIENT % config.config_key)
    page.goto(stage.address("check"))
    page.get_by_role("button", name="进入考场").click()
    page.locator("[data-main]").wait_for()
    page.locator('[data-item]:not([hidden]) input[type="radio"]').first.check()
    page.get_by_text("已保存").first.wait_for()

    proctoring.replace_configuration(stage.session, reason="重新生成", by=None, at=clock.now())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("没有核对到考试客户端").wait_for()
    keep(page, "room-covered")
    proctoring.grant_exceptions([stage.admission], reason="device", by=None, at=clock.now())
    page.locator("[data-client]").wait_for(state="hidden", timeout=25_000)
    assert page.locator('[data-item]:not([hidden]) input[type="radio"]').first.is_checked()

    desk = stage.page(visit, user=stage.staff["invigilator"])
    for name in ("client", "trial"):
        desk.goto(reverse(f"invigilator:{name}", args=[stage.session.pk]))
        keep(desk, f"desk-{name}")
    office = stage.page(visit, user=stage.staff["office"])
    office.goto(reverse("office:session_client", args=[stage.session.pk]))
    keep(office, "office-client")
    stage.calendar.close()


def study_all(person: Any) -> None:
    """The hours that cem asks for before entry."""
    course, moment = learning.course("cem", "beginner"), world.AT
    for lesson in course.lessons:
        until = moment + timedelta(milliseconds=lesson.milliseconds)
        learning.study(person, course, [(lesson.code, moment, until)])
        moment = until + timedelta(minutes=1)
