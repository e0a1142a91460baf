"""What can go wrong on exam day, in a real browser; each ends with the right answer sheet and an honest word."""

from __future__ import annotations

import contextlib
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.exam_room.access import SESSION_KEY
from tests.browser.conftest import WIDE, until
from tests.browser.exam_hall import (  # noqa: F401 - fixtures of the hall
    Candidate,
    Hall,
    choose,
    exam_hall,
    hall,
    hand_in,
    receipt,
    saved,
    show,
    transactional_db,
)

pytestmark = pytest.mark.anydatabase


def test_five_minutes_without_network_lose_nothing(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(timers=True)
    first, second = candidate.place("single"), candidate.place("single", 1)
    text = candidate.place("short")
    choose(page, first, "A")
    saved(page)
    page.context.set_offline(True)
    choose(page, second, "B")
    choose(page, first, "C")
    show(page, text)
    page.locator(f"[data-item='{text}'] textarea").fill("核算边界")
    hall.ahead(page, minutes=5)
    expect(page.locator("[data-save]")).to_contain_text("3 处修改已存在本机")
    page.locator("[data-hand-in]").click()
    expect(page.get_by_role("dialog")).to_contain_text("还有 42 题未作答或未答完")
    page.locator("[data-summary-back]").click()
    assert candidate.values() == {first: "A"}
    page.context.set_offline(False)
    saved(page)
    assert candidate.values() == {first: "C", second: "B", text: "核算边界"}
    hand_in(page)
    receipt(page)
    assert candidate.sheet() == {int(first): "C", int(second): "B", int(text): "核算边界"}


def test_the_network_back_while_an_answer_is_on_its_way_is_not_forgotten(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    held: list[Any] = []
    page.route("**/events", lambda route: held.append((route, route.fetch())), times=1)
    choose(page, candidate.place("single"), "A")
    until(page, lambda: held)
    exams.order(candidate.sitting, "pause", by=None, at=clock.now(), reason="network")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(100)
    expect(page.locator("[data-cover]")).to_be_hidden()
    route, response = held.pop()
    route.fulfill(response=response)
    expect(page.locator("[data-cover]")).to_be_visible()


def test_a_reload_keeps_what_was_unsent_and_where_it_was(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    place, text = candidate.place("multiple"), candidate.place("short")
    page.route("**/events", lambda route: route.abort())
    choose(page, place, "A")
    choose(page, place, "C")
    show(page, text)
    page.locator(f"[data-item='{text}'] textarea").press_sequentially("边界", delay=5)
    page.locator("[data-flag]").click()
    expect(page.locator("[data-save]")).to_contain_text("处修改已存在本机")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/events")
    page.reload()
    expect(page.locator("[data-room][data-state=ready]")).to_be_visible()
    saved(page)
    assert candidate.values() == {place: ["A", "C"], text: "边界"}
    assert candidate.folded.flags == {text: True}
    assert candidate.folded.set_aside == 0
    show(page, text)
    expect(page.locator(f"[data-item='{text}'] textarea")).to_have_value("边界")
    hand_in(page)
    receipt(page)
    assert candidate.sheet() == {int(place): ["A", "C"], int(text): "边界"}


def test_a_crash_of_the_page_loses_nothing(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    page = candidate.room(context)
    first, second = candidate.place("single"), candidate.place("single", 1)
    choose(page, first, "D")
    saved(page)
    page.route("**/events", lambda route: route.abort())
    choose(page, second, "A")
    expect(page.locator("[data-save]")).to_contain_text("1 处修改已存在本机")
    crash(page)
    page.close()
    assert candidate.values() == {first: "D"}
    page = candidate.room(context)
    saved(page)
    assert candidate.values() == {first: "D", second: "A"}
    hand_in(page)
    receipt(page)
    assert candidate.sheet() == {int(first): "D", int(second): "A"}


def kept_room(hall: Hall, candidate: Candidate, context: BrowserContext) -> Page:  # noqa: F811
    """The room by way of the page before it, as candidates come, once this browser can show it without network."""
    page = context.new_page()
    hall.listen(page)
    page.goto(reverse("exam_room:check", args=[candidate.admission.pk]))
    room = reverse("exam_room:room", args=[candidate.sitting.pk])
    active = (
        "async room => (await navigator.serviceWorker.getRegistration(room))?.active?.state === 'activated'"
    )
    until(page, lambda: page.evaluate(active, room))
    page.get_by_role("button", name="回到考场").click()
    expect(page.locator("[data-room][data-state=ready][data-kept]")).to_be_visible()
    return page


def resumed(page: Page) -> None:
    expect(page.locator("[data-room][data-state=ready]")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-notices]")).to_contain_text("本页已从这台设备恢复，您的作答都在")


KEPT = "async () => [await caches.keys(), await navigator.serviceWorker.getRegistrations()].flat().length"


def test_a_reload_and_a_crash_without_network_go_on_where_the_page_was(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    page = kept_room(hall, candidate, context)
    first, second, third = (candidate.place("single", n) for n in range(3))
    text = candidate.place("short")
    choose(page, first, "A")
    saved(page)
    context.set_offline(True)
    page.evaluate("navigator.sendBeacon = () => false")  # what a closing page sends passes by the emulation
    choose(page, second, "B")
    show(page, text)
    page.locator(f"[data-item='{text}'] textarea").press_sequentially("边界", delay=5)
    page.reload()
    resumed(page)
    expect(page.locator(f"[data-item='{first}'] input[value=A]")).to_be_checked()
    expect(page.locator(f"[data-item='{second}'] input[value=B]")).to_be_checked()
    expect(page.locator(f"[data-item='{text}'] textarea")).to_have_value("边界")
    choose(page, first, "C")
    expect(page.locator("[data-save]")).to_contain_text("3 处修改已存在本机")
    crash(page)
    page.close()
    page = context.new_page()
    hall.listen(page)
    page.goto(reverse("exam_room:room", args=[candidate.sitting.pk]))
    resumed(page)
    choose(page, third, "D")
    # a request may have got out though its answer did not come back: the page cannot know, and sends it again
    assert set(candidate.values()) <= {first, second}
    context.set_offline(False)
    saved(page)
    expect(page.locator("[data-notices]")).not_to_contain_text("网络中断")
    assert candidate.values() == {first: "C", second: "B", third: "D", text: "边界"}
    assert candidate.client()._post("state", {})["epoch"] == 1, "the same page in the eyes of the log"
    hand_in(page)
    receipt(page)
    assert candidate.sheet() == {int(first): "C", int(second): "B", int(third): "D", int(text): "边界"}
    assert candidate.folded.set_aside == 0
    assert page.evaluate(KEPT) == 0, "nothing of the exam stays in the browser"


def test_who_signs_out_leaves_no_room_in_the_browser(hall: Hall) -> None:  # noqa: F811
    """The kept room goes with the account, and a reload without network shows nothing; what was saved stands."""
    candidate = hall.candidate()
    account = people.register(email="signs-out@example.test", password=None, by=None, at=clock.now())
    client = Client()
    client.force_login(account)
    session = client.session
    session[SESSION_KEY] = candidate.admission.pk
    session.save()
    context = hall.context(WIDE)
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": hall.url}]
    )
    page = kept_room(hall, candidate, context)
    first = candidate.place("single")
    choose(page, first, "A")
    saved(page)
    kept = f"async () => (await caches.keys()).filter(one => one === 'tancai-exam-room-{candidate.sitting.pk}').length"
    assert page.evaluate(kept) == 1
    other = context.new_page()
    hall.listen(other)
    other.goto("/")
    with other.expect_navigation():
        other.evaluate("document.querySelector('form[data-signing-out]').requestSubmit()")
    assert other.evaluate(kept) == 0
    context.set_offline(True)
    with pytest.raises(PlaywrightError, match="ERR_"):
        page.goto(reverse("exam_room:room", args=[candidate.sitting.pk]))
    assert candidate.values() == {first: "A"}


def test_what_another_device_took_over_meanwhile_stays_there(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    page = kept_room(hall, candidate, context)
    first, second = candidate.place("single"), candidate.place("single", 1)
    choose(page, first, "A")
    saved(page)
    context.set_offline(True)
    page.reload()
    resumed(page)
    choose(page, second, "B")
    beside = context.new_page()
    hall.listen(beside)
    beside.goto(reverse("exam_room:room", args=[candidate.sitting.pk]))
    expect(beside.locator("[data-cover-text]")).to_contain_text(
        "在这台设备的另一个页面上开着", timeout=15_000
    )
    beside.close()
    other = candidate.room()
    choose(other, first, "D")
    saved(other)
    context.set_offline(False)
    expect(page.locator("[data-cover-text]")).to_contain_text("最后 1 处作答没有计入", timeout=15_000)
    assert candidate.values() == {first: "D"}
    assert candidate.folded.set_aside == 1
    hand_in(other)
    receipt(other)
    assert candidate.sheet() == {int(first): "D"}


def test_numbers_the_page_before_could_not_write_down_are_not_used_again(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    page = kept_room(hall, candidate, context)
    first, second = candidate.place("single"), candidate.place("single", 1)
    page.evaluate(FULL)
    choose(page, first, "A")
    saved(page)
    context.set_offline(True)
    page.reload()
    resumed(page)
    expect(page.locator(f"[data-item='{first}'] input:checked")).to_have_count(0)
    choose(page, second, "B")
    context.set_offline(False)
    saved(page)
    expect(page.locator(f"[data-item='{first}'] input[value=A]")).to_be_checked()
    assert candidate.values() == {first: "A", second: "B"}
    assert candidate.folded.set_aside == 0


HELD_DISK = """() => {
    window.held = [];
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
        const made = begin.call(this, stores, mode, options);
        if (mode !== "readwrite") return made;
        let then = null;
        Object.defineProperty(made, "oncomplete", { set: (value) => { then = value; } });
        made.addEventListener("complete", (event) => {
            const told = () => then?.(event);
            window.held ? window.held.push(told) : told();
        });
        return made;
    };
}"""


def test_kept_on_this_device_is_said_when_it_is_and_not_before(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    page = candidate.room(context)
    first, second = candidate.place("single"), candidate.place("single", 1)
    context.set_offline(True)
    choose(page, first, "A")
    line = page.locator("[data-save]")
    expect(line).to_contain_text("1 处修改已存在本机")
    page.evaluate(HELD_DISK)
    choose(page, second, "B")
    until(page, "window.held.length === 1")
    expect(line).to_contain_text("1 处修改已存在本机")
    page.evaluate("() => { const held = window.held; window.held = null; held.forEach((told) => told()); }")
    expect(line).to_contain_text("2 处修改已存在本机")
    context.set_offline(False)
    saved(page)
    assert candidate.values() == {first: "A", second: "B"}


def test_what_happens_while_a_sending_is_under_way_is_asked_for_right_after_it(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    held: list[Any] = []
    page.route("**/events", lambda route: route.continue_() if held else held.append(route))
    page.evaluate("dispatchEvent(new Event('online'))")
    until(page, lambda: held)
    answer = held[0].fetch()
    exams.order(candidate.sitting, "message", by=None, at=clock.now(), reason="notice", text="请检查作答")
    page.evaluate("dispatchEvent(new Event('online'))")
    held[0].fulfill(response=answer)
    expect(page.locator("[data-notices]")).to_contain_text("请检查作答")


def crash(page: Page) -> None:
    """End the page's process as a fault of the browser would; nothing of the page runs any more."""
    with contextlib.suppress(PlaywrightError):
        page.goto("chrome://crash", timeout=3_000)


def test_a_second_tab_takes_over_and_the_first_says_so(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    old = candidate.room(context)
    text, place = candidate.place("short"), candidate.place("single")
    show(old, text)
    old.locator(f"[data-item='{text}'] textarea").press_sequentially("写到一半", delay=5)
    new = candidate.room(context)
    expect(old.locator("[data-cover-text]")).to_contain_text("另一页面或设备上继续")
    expect(old.locator("[data-main]")).to_be_hidden()
    expect(new.locator(f"[data-item='{text}'] textarea")).to_have_value("写到一半")
    choose(new, place, "B")
    saved(new)
    assert candidate.values() == {text: "写到一半", place: "B"}
    hand_in(new)
    receipt(new)
    assert candidate.sheet() == {int(text): "写到一半", int(place): "B"}
    assert candidate.folded.set_aside == 0


def test_a_second_browser_wins_and_the_answers_of_the_first_are_offered_not_mixed_in(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    first, second = candidate.place("single"), candidate.place("single", 1)
    context = candidate.context()
    old = candidate.room(context)
    choose(old, first, "A")
    saved(old)
    context.set_offline(True)
    choose(old, second, "A")
    new = candidate.room(timers=True)
    choose(new, first, "B")
    saved(new)
    context.set_offline(False)
    expect(old.locator("[data-cover-text]")).to_contain_text("最后 1 处作答没有计入")
    assert candidate.values() == {first: "B"}
    again = candidate.room(context)
    new.clock.fast_forward(17_500)
    expect(new.locator("[data-cover-text]")).to_contain_text("另一页面或设备上继续")
    expect(again.locator("[data-notices]")).to_contain_text("有 1 处作答")
    again.get_by_role("button", name="改用这些作答").click()
    saved(again)
    assert candidate.values() == {first: "B", second: "A"}
    hand_in(again)
    receipt(again)
    assert candidate.sheet() == {int(first): "B", int(second): "A"}


def test_a_server_away_during_hand_in_delays_it_only(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(timers=True)
    place = candidate.place("single")
    choose(page, place, "B")
    saved(page)
    hall.kill_log()
    choose(page, place, "C")
    hand_in(page)
    page.clock.fast_forward(6_500)
    expect(page.locator("[data-cover-text]")).to_contain_text("交卷正在等待送达")
    code = page.locator("[data-code-text]").inner_text().replace("-", "")
    assert re.fullmatch(r"[A-Z2-9]{8}", code)
    hall.start_log()
    hall.to(clock.now())
    exams.queue_hand_in(candidate.sitting, code, by=None, at=clock.now())
    page.clock.fast_forward(10_000)
    receipt(page)
    assert candidate.sheet() == {int(place): "C"}
    happened = candidate.sitting.events.get(kind="handed_in")
    assert happened.detail["code_matches"] is True


def test_time_over_while_offline_is_handed_in_and_flagged_late(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(timers=True)
    place = candidate.place("single")
    page.context.set_offline(True)
    choose(page, place, "D")
    hall.ahead(page, minutes=hall.session.minutes + 1)
    expect(page.locator("[data-main]")).to_be_hidden()
    page.clock.fast_forward(6_500)
    expect(page.locator("[data-code-text]")).to_have_text(re.compile("^[A-Z2-9]{4}-[A-Z2-9]{4}$"))
    assert candidate.values() == {}
    page.context.set_offline(False)
    receipt(page)
    expect(page.get_by_text(re.compile("其中 1 条在考试结束后送达"))).to_be_visible()
    assert candidate.sheet() == {int(place): "D"}
    assert exams.answer_sheet(candidate.sitting.pk).late == 1


def test_answers_that_arrive_after_the_grace_are_kept_but_do_not_count(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(timers=True)
    first, second = candidate.place("single"), candidate.place("single", 1)
    choose(page, first, "A")
    saved(page)
    page.context.set_offline(True)
    choose(page, second, "D")
    hall.ahead(page, minutes=hall.session.minutes + 11)
    page.context.set_offline(False)
    expect(page.locator("[data-cover-text]")).to_contain_text("最后 1 处作答送达太晚")
    exams.sweep(clock.now())
    page.clock.fast_forward(17_500)
    receipt(page)
    assert candidate.sheet() == {int(first): "A"}
    assert exams.answer_sheet(candidate.sitting.pk).set_aside >= 1


def test_time_granted_while_offline_opens_the_paper_again(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(timers=True)
    place = candidate.place("single")
    page.context.set_offline(True)
    hall.ahead(page, minutes=hall.session.minutes + 1)
    expect(page.locator("[data-main]")).to_be_hidden()
    exams.order(candidate.sitting, "extra", by=None, at=clock.now(), reason="network", seconds=600)
    page.context.set_offline(False)
    expect(page.locator("[data-main]")).to_be_visible()
    choose(page, place, "A")
    saved(page)
    assert candidate.folded.closing is None
    hand_in(page)
    receipt(page)
    assert candidate.sheet() == {int(place): "A"}


def test_a_page_opened_when_time_is_over_hands_in_what_was_left(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    page = candidate.room(context)
    place = candidate.place("single")
    context.set_offline(True)
    page.evaluate("navigator.sendBeacon = () => false")
    choose(page, place, "D")
    expect(page.locator("[data-save]")).to_contain_text("1 处修改已存在本机", timeout=15_000)
    crash(page)
    page.close()
    hall.ahead(minutes=hall.session.minutes + 1)
    context.set_offline(False)
    page = context.new_page()
    hall.listen(page)
    page.goto(reverse("exam_room:room", args=[candidate.sitting.pk]))
    receipt(page)
    assert candidate.sheet() == {int(place): "D"}
    assert exams.answer_sheet(candidate.sitting.pk).late == 1


def test_held_back_timers_of_a_background_tab_change_neither_clock_nor_hand_in(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    place = candidate.place("single")
    page.evaluate(HELD_BACK)
    choose(page, place, "C")
    saved(page)
    hall.to(candidate.entry.ends - timedelta(seconds=2))
    page.evaluate("dispatchEvent(new Event('online'))")  # the page asks what time it is
    receipt(page)
    assert candidate.sheet() == {int(place): "C"}
    assert exams.answer_sheet(candidate.sitting.pk).late == 0


def test_a_frozen_tab_shows_the_right_time_when_it_wakes(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    session = page.context.new_cdp_session(page)
    before = shown_seconds(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(2.5)
    session.send("Page.setWebLifecycleState", {"state": "active"})
    page.wait_for_timeout(400)
    left = (candidate.entry.ends - clock.now()).total_seconds()
    assert before - shown_seconds(page) >= 2
    assert abs(shown_seconds(page) - left) <= 1.5


HELD_BACK = """() => {
  const [timeout, interval] = [window.setTimeout, window.setInterval];
  window.setTimeout = (work, pause = 0) => timeout(work, Math.max(pause, 60_000));
  window.setInterval = (work, pause = 0) => interval(work, Math.max(pause, 60_000));
}"""
"""What a browser does to the timers of a page long in the background: once a minute at most."""


def shown_seconds(page: Page) -> int:
    seconds = 0
    for part in page.locator("[data-clock]").inner_text().split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


# Failures that other systems are known for.


def test_changing_the_section_at_once_does_not_skip_the_save(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    text, place = candidate.place("short"), candidate.place("single")
    show(page, text)
    area = page.locator(f"[data-item='{text}'] textarea")
    area.press_sequentially("基准线", delay=5)
    show(page, place)
    show(page, text)
    area.press_sequentially("情景", delay=5)
    page.keyboard.press("Alt+ArrowLeft")
    saved(page)
    assert candidate.values() == {text: "基准线情景"}


def test_handing_in_while_a_save_is_under_way_and_five_clicks(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    place = candidate.place("single")
    held: list[Any] = []
    page.route("**/events", lambda route: route.continue_() if held else held.append(route))
    choose(page, place, "A")
    until(page, lambda: held)
    choose(page, place, "B")
    page.locator("[data-hand-in]").click()
    page.evaluate("for (let i = 0; i < 5; i += 1) document.querySelector('[data-summary-confirm]').click()")
    held[0].continue_()
    receipt(page)
    assert candidate.sheet() == {int(place): "B"}
    assert candidate.folded.set_aside == 0
    assert candidate.folded.events == 3, "two answers and one hand-in"


def test_editing_in_a_second_browser_after_the_hand_in_changes_nothing(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    place = candidate.place("single")
    context = candidate.context()
    first = candidate.room(context)
    context.set_offline(True)
    second = candidate.room()
    choose(second, place, "B")
    hand_in(second)
    receipt(second)
    choose(first, place, "D")
    context.set_offline(False)
    expect(first.locator("[data-cover-text]")).to_contain_text("最后 1 处作答没有计入")
    assert candidate.sheet() == {int(place): "B"}
    assert candidate.values() == {place: "B"}
    first.reload()
    receipt(first)


def test_a_browser_that_refuses_storage_says_so_and_still_saves(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    context.add_init_script("indexedDB.open = () => { throw new DOMException('refused', 'SecurityError'); }")
    page = candidate.room(context, timers=True)
    place = candidate.place("single")
    expect(page.locator("[data-notices]")).to_contain_text("不能在本机保存作答")
    choose(page, place, "A")
    saved(page)
    context.set_offline(True)
    choose(page, place, "B")
    page.clock.fast_forward(60_000)
    expect(page.locator("[data-save]")).to_contain_text("请不要关闭页面")
    context.set_offline(False)
    saved(page)
    assert candidate.values() == {place: "B"}


def test_a_full_disk_is_told_and_made_good_when_there_is_room_again(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    context = candidate.context()
    page = candidate.room(context, timers=True)
    place, other = candidate.place("single"), candidate.place("single", 1)
    page.evaluate(FULL)
    context.set_offline(True)
    choose(page, place, "A")
    page.clock.fast_forward(60_000)
    expect(page.locator("[data-save]")).to_contain_text("尚未保存")
    page.evaluate("() => { IDBObjectStore.prototype.put = window.realPut; }")
    choose(page, other, "B")
    expect(page.locator("[data-save]")).to_contain_text("2 处修改已存在本机")
    crash(page)
    page.close()
    context.set_offline(False)
    page = candidate.room(context)
    saved(page)
    assert candidate.values() == {place: "A", other: "B"}


FULL = """() => {
  window.realPut = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
