"""An invigilator with fifty candidates and planted incidents: finds each, acts, and the report tells of all of them."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import openpyxl
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tancai.exams import api as exams
from tancai.exams.log import fold
from tancai.people import api as people
from tests.browser.asgi import served
from tests.browser.conftest import NARROW, WIDE, no_sideways_scrolling
from tests.browser.stage import Calendar
from tests.exams import world

pytestmark = pytest.mark.django_db(transaction=True)
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦"
)
MINUTE = timedelta(minutes=1)
GRAVE = ("serious", "critical")
LOST, OLD_PAGE, PASTED, QUEUED, LATE, MISBEHAVED, BROKEN = range(7)


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    moved = Calendar()
    yield moved
    moved.close()


class Room:
    """Fifty candidates of whom all but the late one write."""

    def __init__(self, calendar: Calendar) -> None:
        from tancai.items import api as items
        from tancai.programmes import api as programmes
        from tancai.web.invigilator import feed

        feed.forget_all()
        calendar.to(world.AT)
        programmes.load_definitions(by=None, at=world.AT)
        items.load_bank(by=None, at=world.AT)
        candidates = [
            world.candidate(n, name=f"{surname}示例", account=False) for n, surname in enumerate(SURNAMES, 1)
        ]
        self.calendar = calendar
        self.session = world.prepared(*candidates)
        self.admissions = list(exams.admissions(self.session))
        self.late = self.admissions[LATE]
        self.pages: dict[int, exams.SittingClient] = {}
        calendar.to(self.session.starts_at, log=True)
        for place, admission in enumerate(self.admissions):
            if place != LATE:
                self.pages[place] = self.enter(admission)

    def enter(self, admission: exams.Admission) -> exams.SittingClient:
        from tancai.lib import clock

        entry = exams.enter(admission, at=clock.now(), by=None)
        page = exams.SittingClient(entry.log_url, entry.token)
        page.claim()
        page.answer(1, "A")
        return page

    def minutes(self, minutes: float) -> None:
        self.calendar.to(self.session.starts_at + timedelta(minutes=minutes), log=True)

    def plant(self) -> None:
        """What goes wrong in the first half hour."""
        self.minutes(2)
        self.enter(self.admissions[OLD_PAGE])
        self.pages[OLD_PAGE].answer(2, "B")
        self.pages[PASTED].put("", {"code": "pasted"}, kind="note")
        self.pages[PASTED].flush()
        self.pages[QUEUED].put(2, "C")
        self.pages[QUEUED].put("", None, "hand_in")
        self.minutes((self.session.entry_until - self.session.starts_at) / MINUTE + 1)
        self.breathe()
        door = Client()
        code = exams.live_code(self.late)
        assert code is not None
        door.post(reverse("exam_room:door"), {"ticket": self.late.ticket_number, "code": code.code})
        assert door.get(reverse("exam_room:check", args=[self.late.pk])).status_code == 200

    def breathe(self) -> None:
        """Every page but the lost ones speaks to the log."""
        for place, page in self.pages.items():
            if place not in (LOST, QUEUED):
                page.read()

    def queued_code(self) -> str:
        page = self.pages[QUEUED]
        events = [*page.sent, *page.outbox]
        rows = [(one["seq"], one["at"], one["item"], _json(one["value"])) for one in events]
        sitting = exams.sitting(self.admissions[QUEUED].sitting.pk)
        assert sitting is not None
        return fold.outbox_code(sitting.pk, page.epoch, rows)


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def signed_in(page: Page, address: str) -> None:
    user = people.register(email="watch@ccia.example", password="carbon-2060-demo", at=world.AT)
    people.grant_role(user, "invigilator", organisation=people.organisation("ccia"), by=None, at=world.AT)
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}
    page.context.add_cookies([cookie])


def order(page: Page, button: str, **fields: str) -> None:
    """Open the dialog of an order, fill it in and send it."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.locator("dialog[open]")
    for name, value in fields.items():
        field = dialog.locator(f"[name$='-{name}']")
        if name == "reason":
            field.select_option(value)
        elif name == "seen":
            field.check()
        else:
            field.fill(value)
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_invigilator_finds_and_settles_every_incident(visit, calendar, log_process, tmp_path) -> None:
    room = Room(calendar)
    room.plant()
    with served() as address:
        page = visit(WIDE)
        signed_in(page, address)
        room.breathe()
        names = [f"{surname}示例" for surname in SURNAMES]
        room_page = address + reverse("invigilator:room", args=[room.session.pk])
        page.goto(room_page)
        expect(page.locator("[data-live]")).to_have_text("实时更新中")
        rows = page.locator("[data-lines] tr")
        expect(rows).to_have_count(50)
        needing = page.locator(".figure-needs")
        expect(needing.locator("b")).to_have_text("5")
        first = rows.evaluate_all("rows => rows.slice(0, 5).map(row => row.querySelector('b').textContent)")
        assert first == [names[place] for place in (LATE, LOST, QUEUED, OLD_PAGE, PASTED)]
        _snapshot(page, "room")
        needing.click()
        expect(page.locator("[data-lines] tr:visible")).to_have_count(5)
        page.get_by_role("button", name="到岗签到").click()

        # the late candidate
        page.get_by_role("link", name=names[LATE]).click()
        order(page, "准许迟到入场", reason="traffic", seen="yes", text="地铁停运")
        expect(page.get_by_text("已准许入场")).to_be_visible()
        room.pages[LATE] = room.enter(room.late)

        # the lost one is paused until the network is back; the stream tells of the return
        page.goto(room_page)
        page.get_by_role("checkbox", name=f"选择 {names[LOST]}").check()
        order(page, "暂停", reason="network", text="交换机重启")
        row = page.locator("[data-lines] tr", has_text=names[LOST])
        expect(row).to_contain_text("已暂停")
        room.pages[LOST].answer(2, "B")
        page.get_by_role("checkbox", name=f"选择 {names[LOST]}").check()
        order(page, "继续", reason="network")
        expect(row).to_contain_text("在线")

        # two who need a look
        for place, told in ((OLD_PAGE, "旧页面仍在提交"), (PASTED, "粘贴文字")):
            page.get_by_role("link", name=names[place]).click()
            expect(page.get_by_text(told).first).to_be_visible()
            page.locator("[name=text]").last.fill("已当面核查，无违纪")
            page.get_by_role("button", name="登记核查结果").click()
            expect(page.get_by_text("已登记核查结果")).to_be_visible()
            page.goto(room_page)

        # a hand-in without network
        page.get_by_role("link", name=names[QUEUED]).click()
        page.locator("[name=code]").fill(room.queued_code())
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.get_by_text("已登记。")).to_be_visible()
        room.pages[QUEUED].hand_in()
        exams.sweep(room.session.entry_until + 2 * MINUTE)
        page.reload()
        expect(page.get_by_text("凭码相符")).to_be_visible()

        # a broken machine, and somebody with a phone
        page.goto(room_page)
        page.get_by_role("link", name=names[BROKEN]).click()
        order(page, "换设备", reason="device", minutes="3", text="屏幕故障")
        code = page.locator(".fresh-code").inner_text()
        assert exams.use_entry_code(
            room.admissions[BROKEN].ticket_number, code, at=world.at_start(room.session, 35)
        )
        room.pages[BROKEN] = room.enter(room.admissions[BROKEN])
        page.goto(room_page)
        page.get_by_role("link", name=names[MISBEHAVED]).click()
        _snapshot(page, "candidate")
        order(page, "强制结束", reason="misconduct", text="使用手机")
        assert room.pages[MISBEHAVED].read()["state"] == "ended"

        # everybody
        page.goto(room_page)
        order(page, "发通知", text="外面有施工，请保持安静。")
        order(page, "延长时间", reason="disturbance", minutes="5")
        order(page, "收回补时", reason="mistake", minutes="2")
        told = [one["kind"] for one in room.pages[20].read()["orders"]]
        assert told == ["message", "extra", "extra"]
        page.locator("[data-search]").fill(names[MISBEHAVED])
        expect(page.locator("[data-lines] tr:visible")).to_have_count(1)
        expect(page.locator("[data-lines] tr:visible")).to_contain_text("已强制结束")
        room.breathe()  # the settling took its time, in which nobody has spoken
        room.pages[LOST].read()
        expect(needing.locator("b")).to_have_text("0")

        page.get_by_role("link", name="考场记录", exact=True).click()
        page.locator(".journal-note > summary").click()
        page.locator("[name=text]").fill("火警误报，未疏散")
        page.get_by_role("button", name="记入考场记录").click()
        expect(page.get_by_text("火警误报，未疏散")).to_be_visible()
        _snapshot(page, "journal")
        page.locator("[name=group]").select_option("order")
        expect(page.get_by_text("火警误报，未疏散")).to_have_count(0)
        export = page.request.get(f"{page.url.split('?')[0]}?export=xlsx").body()
        report = page.request.get(address + reverse("invigilator:report", args=[room.session.pk])).body()
        narrow = visit(NARROW, storage_state=page.context.storage_state())
        narrow.goto(room_page)
        expect(narrow.locator("[data-lines] tr").first).to_be_visible()
        no_sideways_scrolling(narrow)
        _snapshot(narrow, "narrow")
        for one in (page, narrow):
            one.goto("about:blank")  # a stream that is open would be cut by the end of the server
    _keep("report.pdf", report)
    happened = "\n".join(str(row) for row in openpyxl.load_workbook(io.BytesIO(export)).active.values)
    printed = "".join(
        one.get_textpage().get_text_bounded() for one in pypdfium2.PdfDocument(io.BytesIO(report))
    )
    printed = "".join(printed.split())
    expected = (
        "迟到，请求入场",
        "准许迟到入场",
        "地铁停运",
        "交换机重启",
        "旧页面仍在提交",
        "粘贴文字",
        "已当面核查，无违纪",
        "凭码相符",
        "换设备",
        "屏幕故障",
        "使用手机",
        "请保持安静",
        "延长5分钟",
        "收回补时2分钟",
        "火警误报",
    )
    for words in expected:
        assert words in happened.replace(" ", "")
        assert words == "凭码相符" or words in printed


def _snapshot(page: Page, name: str) -> None:
    """The page is in order for everybody; with TANCAI_SNAPSHOTS set to a folder, a picture to look at."""
    found = Axe().run(page).response["violations"]
    grave = [
        (one["id"], [node["target"] for node in one["nodes"][:3]]) for one in found if one["impact"] in GRAVE
    ]
    assert grave == [], name
    if folder := os.environ.get("TANCAI_SNAPSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=name != "room")


def _keep(name: str, content: bytes) -> None:
    if folder := os.environ.get("TANCAI_SNAPSHOTS"):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)
