"""The exam room for everybody: rules of accessibility in every state, keyboard alone, input methods, zoom, phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.marking.queries import rechecks
from tests.browser.conftest import NARROW, WIDE, until
from tests.browser.exam_hall import (  # noqa: F401 - fixtures of the hall
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
from tests.items import each_kind

pytestmark = pytest.mark.anydatabase

SCREENS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": WIDE},
    "narrow": {"viewport": NARROW, "color_scheme": "dark"},
    "zoomed": {"viewport": {"width": 640, "height": 450}},  # 1280 at 200 %
}


def faults(page: Page) -> list[str]:
    """Every violation axe knows, whatever its weight; and nothing may stand out to the side."""
    found = [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.parametrize("screen", SCREENS)
def test_every_state_of_the_room_follows_the_rules(hall: Hall, screen: str) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(**SCREENS[screen])
    states: dict[str, Callable[[], None]] = {
        "single": lambda: choose(page, candidate.place("single"), "A"),
        "multiple": lambda: choose(page, candidate.place("multiple"), "B"),
        "answer card": lambda: page.locator("[data-grid-details]").evaluate("card => { card.open = true; }"),
        "short": lambda: show(page, candidate.place("short")),
        "flagged": lambda: page.locator("[data-flag]").click(),
        "help": lambda: page.locator("[data-help-button]").click(),
        "summary": lambda: (page.keyboard.press("Escape"), page.locator("[data-hand-in]").click())[0],
        "message": lambda: (page.keyboard.press("Escape"), order("message", text="请安静"))[0],
        "offline": lambda: offline(page),
        "paused": lambda: (page.context.set_offline(False), order("pause"))[0],
        "handed in": lambda: finish(page),
    }

    def order(kind: str, **more: Any) -> None:
        exams.order(candidate.sitting, kind, by=None, at=clock.now(), reason="notice", **more)
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        if kind == "message":
            expect(page.locator("[data-notices]")).to_contain_text("请安静")
        else:
            expect(page.locator("[data-cover]")).to_be_visible()

    def finish(page: Page) -> None:
        exams.order(candidate.sitting, "resume", by=None, at=clock.now(), reason="notice")
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("[data-main]")).to_be_visible()
        hand_in(page)
        receipt(page)

    found = {}
    for name, reach in states.items():
        reach()
        if bad := faults(page):
            found[name] = bad
    assert found == {}


def offline(page: Page) -> None:
    page.context.set_offline(True)
    for _ in range(3):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(100)
    expect(page.locator("[data-save]")).to_contain_text("网络中断")


def test_waiting_for_the_start_follows_the_rules(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    now = clock.now()
    hall.to(candidate.entry.begins - (candidate.entry.ends - candidate.entry.begins) / 10)
    page = candidate.context(NARROW).new_page()
    hall.listen(page)
    page.goto(f"/exam/room/{candidate.sitting.pk}/")
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"^\d+:\d\d"))
    assert faults(page) == []
    hall.to(now)


def test_a_whole_paper_by_keyboard_alone(hall: Hall) -> None:  # noqa: F811
    """Nothing but keys: every question, a flag, the answer card, help, the summary, hand-in."""
    candidate = hall.candidate()
    page = candidate.room()
    wanted: dict[int, Any] = {}
    press = page.keyboard.press
    press("Alt+KeyH")
    expect(page.get_by_role("dialog", name="帮助")).to_be_visible()
    press("Escape")
    press("Alt+KeyG")
    expect(page.locator(".cell:focus")).to_have_text("1")
    press("End")
    press("Home")
    press("Enter")
    order = exams.shown_order(candidate.sitting)
    for number, place in enumerate(order, start=1):
        expect(page.locator(f"[data-item='{place}']")).to_be_visible()
        wanted[place] = answer_by_keys(page, str(place))
        if number == 7:
            press("Alt+KeyM")
        if number < len(order):
            press("Alt+ArrowRight")
    press("Alt+ArrowLeft")
    expect(page.locator(f"[data-item='{order[-2]}']")).to_be_visible()
    tab_to(page, "[data-hand-in]", "Shift+Tab")
    press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("全部 45 题都已作答")
    expect(dialog).to_contain_text("还有 1 题有标记")
    expect(page.locator("[data-summary-back]")).to_be_focused()
    tab_to(page, "[data-summary-confirm]", "Tab")
    press("Enter")
    receipt(page)
    assert candidate.sheet() == wanted


def answer_by_keys(page: Page, place: str) -> Any:
    question = page.locator(f"[data-item='{place}']")
    page.keyboard.press("Tab")
    if question.locator("textarea").count():
        page.keyboard.type("分点作答")
        return "分点作答"
    focused = page.evaluate("document.activeElement.closest('[data-item]')?.dataset.item")
    assert focused == place, "the first Tab leads into the question"
    ring = page.evaluate("getComputedStyle(document.activeElement.closest('.question-option')).outlineStyle")
    assert ring == "solid", "where the focus is can be seen"
    if question.locator("input[type=radio]").count():
        page.keyboard.press("ArrowDown")
        return "B"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    return ["A", "C"]


def tab_to(page: Page, goal: str, key: str) -> None:
    for _ in range(40):
        if page.evaluate("goal => document.activeElement.matches(goal)", goal):
            return
        page.keyboard.press(key)
    pytest.fail(f"{goal} cannot be reached with {key}")


def test_text_of_an_input_method_is_saved_when_it_is_chosen(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room()
    text = candidate.place("short")
    show(page, text)
    area = page.locator(f"[data-item='{text}'] textarea")
    area.press_sequentially("减排", delay=5)
    keys = page.context.new_cdp_session(page)
    compose = {"selectionStart": 9, "selectionEnd": 9}
    keys.send("Input.imeSetComposition", {"text": "tan'shi'ke", **compose})
    page.wait_for_timeout(1_500)
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    saved(page)
    assert candidate.values() == {text: "减排"}
    keys.send("Input.insertText", {"text": "碳市场"})
    expect(area).to_have_value("减排碳市场")
    page.wait_for_timeout(1_000)
    saved(page)
    assert candidate.values() == {text: "减排碳市场"}
    keys.send("Input.imeSetComposition", {"text": "pei'e", "selectionStart": 5, "selectionEnd": 5})
    exams.order(candidate.sitting, "end", by=None, at=clock.now(), reason="notice")
    page.evaluate("dispatchEvent(new Event('online'))")
    receipt(page)
    assert candidate.sheet() == {int(text): "减排碳市场"}


def test_weak_evidence_is_noted_few_and_beside_the_answers(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(timers=True)
    text = candidate.place("short")
    show(page, text)
    area = page.locator(f"[data-item='{text}'] textarea")
    area.focus()
    for _ in range(3):
        page.evaluate(PASTE)
    page.evaluate("dispatchEvent(new Event('blur'))")
    page.clock.fast_forward(3_000)
    page.clock.fast_forward(10_000)
    page.evaluate("dispatchEvent(new Event('focus'))")
    for _ in range(90):
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.clock.fast_forward(10_500)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(page, lambda: len(exams.notes_of(hall.session).get(candidate.sitting.pk, [])) >= 60)
    notes = exams.notes_of(hall.session)[candidate.sitting.pk]
    codes = [note.code for note in notes]
    assert codes[:2] == ["pasted", "focus_lost"]
    assert set(codes) == {"pasted", "focus_lost", "focus_back", "printed", "many"}
    assert notes[0].detail == {"chars": 3, "item": text}
    assert [note.detail for note in notes if note.code == "pasted"][1] == {
        "chars": 6,
        "times": 2,
        "item": text,
    }
    assert len(notes) == 60 and codes[-1] == "many"
    expect(page.locator("[data-save]")).to_have_text("已保存")
    assert candidate.values() == {}


PASTE = """() => {
  const data = new DataTransfer();
  data.setData("text", "碳中和");
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


def test_time_is_spoken_at_thresholds_only_and_can_be_hidden(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(timers=True)
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.querySelector('[data-announce]').textContent))"
        ".observe(document.querySelector('[data-announce]'), { childList: true })"
    )
    page.keyboard.press("Alt+KeyT")
    expect(page.locator("[data-clock]")).to_be_hidden()
    page.context.set_offline(True)
    left = (candidate.entry.ends - clock.now()).total_seconds()
    page.clock.fast_forward(int((left - 31 * 60) * 1000))
    for _ in range(31 * 2 - 1):
        page.clock.run_for(29_900)
    assert page.evaluate("said") == [f"还剩 {minutes} 分钟" for minutes in (30, 15, 5, 1)]


def test_the_receipt_can_be_checked_later(hall: Hall) -> None:  # noqa: F811
    candidate = hall.candidate()
    page = candidate.room(**SCREENS["narrow"])
    choose(page, candidate.place("single"), "A")
    hand_in(page)
    receipt(page)
    code = page.locator(".receipt-code").inner_text()
    assert "".join(code.split()) == candidate.folded.receipt
    page.locator("#check summary").click()
    page.locator("#check [name=code]").fill(code)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator("#check [data-said]")).to_contain_text("相符")
    page.locator("#check [name=code]").fill("0" * 64)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator("#check [data-said]")).to_contain_text("不符")
    page.locator("#check [name=code]").fill("12ab")
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator("#check")).to_contain_text("您输入了 4 位")
    assert faults(page) == []


def test_the_code_for_a_waiting_hand_in_needs_no_secure_address(hall: Hall) -> None:  # noqa: F811
    """Exam sites use plain HTTP, where the browser has no digest of its own."""
    page = hall.candidate().room()
    same = page.evaluate(
        """async () => {
          const { plainSha256 } = await import("/static/exam_room/sha256.js");
          for (const length of [0, 55, 56, 64, 200, 70_000]) {
            const bytes = new Uint8Array(length).map((_, i) => (i * 7 + length) % 256);
            const right = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
            if (String(right) !== String(plainSha256(bytes))) return length;
          }
          return "same";
        }"""
    )
    assert same == "same"


def test_every_kind_is_answered_by_keys_kept_and_scored(hall: Hall) -> None:  # noqa: F811
    """All right but the order, where two of four neighbours stand right; of the case, what people do not mark."""
    candidate = hall.candidate_with(each_kind.paper)
    page = candidate.room()
    values = candidate.sitting.variants["3"]
    burnt = f"{float(values['fuel']) * float(values['factor']):.1f}"
    values = candidate.sitting.variants["7"]
    of_case = f"{float(values['AD']) * float(values['EF']):.1f}"
    typed: dict[str, list[str]] = {
        "truefalse": ["Space"],
        "numeric": ["text:1,000"],
        "parameterised": [f"text:{burnt}"],
        "fill": ["text:直接", "Tab", "ArrowDown", "Tab", "text:GWP"],
        "matching": _lists("matching", each_kind.FUELS),
        "ordering": _lists("ordering", {text: "21345"[n] for n, text in enumerate(each_kind.STEPS)}),
        "case": [
            *("Tab", "Tab", "ArrowDown"),
            *("Tab", "Space", "Tab", "Space"),
            *("Tab", "Tab", f"text:{of_case}", "Tab", "text:以法人为边界", "Tab"),
        ],
    }
    press = page.keyboard.press
    press("Alt+KeyG")
    press("Enter")
    kinds = {place: list(typed)[place - 1] for place in exams.shown_order(candidate.sitting)}
    for number, (place, kind) in enumerate(kinds.items(), start=1):
        expect(page.locator(f"[data-item='{place}']")).to_be_visible()
        press("Tab")
        for key in typed[kind]:
            page.keyboard.type(key[5:]) if key.startswith("text:") else press(key)
        if number < len(kinds):
            press("Alt+ArrowRight")
    saved(page)
    given = page.evaluate(FIELDS)
    page.reload()
    expect(page.locator("[data-room][data-state=ready]")).to_be_visible()
    assert page.evaluate(FIELDS) == given and "直接" in str(given)
    hand_in(page)
    receipt(page)
    assert candidate.sheet()[4] == ["直接", "高", "GWP"]
    assert candidate.sheet()[7] == {"1": "B", "2": ["A", "B"], "3": of_case, "4": "以法人为边界"}
    marking.score_session(hall.session, by=None, at=clock.now())
    won = {kinds[place]: int(marks) for place, (marks, _most) in marks_of(candidate.admission.pk).items()}
    whole = dict.fromkeys(typed, each_kind.MARKS)
    assert won == {**whole, "ordering": each_kind.MARKS // 2, "case": 4}


def _lists(kind: str, wanted: dict[str, str]) -> list[str]:
    """Keys for lists from top to bottom: the letter or number that is wanted, typed, then on to the next."""
    shown = items.kinds()[kind].public(each_kind.TEXTS[kind][0])
    letters = {right["text"]: right["letter"] for right in shown.get("right", [])}
    found: list[str] = []
    for left in shown.get("left") or shown["options"]:
        goal = wanted[left["text"]]
        found += [f"text:{letters.get(goal, goal)}", "Tab"]
    return found[:-1]


def marks_of(admission_id: int) -> dict[int, Any]:
    script = rechecks.script_of(admission_id)
    assert script is not None
    return rechecks.marks_of(script)


FIELDS = """() => [...document.querySelectorAll("[data-item] :is(input, select)")].map((field) =>
    [field.closest("[data-item]").dataset.item, field.type === "radio" ? field.checked : field.value])"""
