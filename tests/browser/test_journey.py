"""One person's whole road in a real browser: sign-up to a certificate that a stranger verifies, wide and narrow."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tancai.credentials import api as credentials
from tancai.demo.papers import picture
from tancai.demo.portraits import portrait
from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.jobs import api as jobs
from tancai.learning import api as learning
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tests.browser.conftest import NARROW, WIDE, no_sideways_scrolling, whole
from tests.browser.stage import PASSWORD, Calendar, newest_code, set_up

pytestmark = pytest.mark.django_db(transaction=True)

NAME, NUMBER, PHONE = "林碳和", "990101199001010019", "13800138000"
START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def calendar() -> Any:
    moved = Calendar()
    yield moved
    moved.close()


@pytest.fixture
def letters(settings: Any, tmp_path: Path) -> Path:
    settings.TANCAI_MESSAGE_FOLDER = tmp_path
    return tmp_path


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_whole_road(visit, viewport, calendar, letters, log_process, tmp_path) -> None:
    staff = set_up(calendar.to(START))
    day = programmes.upcoming_days("cem", at=START)[0]
    page = visit(viewport)
    sign_up(page, letters)
    identify(page)
    number = apply(page, day.key, tmp_path)
    no_sideways_scrolling(page)

    desk = visit(WIDE)
    sign_in(desk, "reviewer@cem.example")
    calendar.to(START + timedelta(hours=3))
    return_for_portrait(desk, number)
    calendar.to(START + timedelta(hours=5))
    correct_portrait(page, number, tmp_path)
    calendar.to(START + timedelta(hours=7))
    approve(desk, number)

    person = people.find_by_document("resident_id", NUMBER)
    reader = visit(viewport, storage_state=page.context.storage_state())
    study(reader, person, calendar, START + timedelta(days=1))
    no_sideways_scrolling(reader)

    calendar.to(day.ticket_from + timedelta(hours=8))
    exams.keep_sessions(clock.now())
    page.goto("/me/exams/")
    expect(page.get_by_role("link", name="打印准考证")).to_be_visible()

    calendar.to(day.starts_at + timedelta(seconds=20), log=True)
    sit(page)
    exams.sweep(clock.now())

    calendar.to(day.starts_at + timedelta(days=2))
    session = exams.session_of_day(day.key)
    marking.score_session(session, by=None, at=clock.now())
    mark(visit(WIDE), staff)
    calendar.to(day.starts_at + timedelta(days=5))
    office = visit(WIDE)
    sign_in(office, "office@cem.example")
    release(office, session)
    page.goto("/me/results/")
    expect(page.get_by_text("合格").first).to_be_visible()

    calendar.to(day.starts_at + timedelta(days=15))
    issue(office)
    (certificate,) = credentials.certificates_of(person)
    page.goto("/me/certificates/")
    expect(page.get_by_text(certificate.number).first).to_be_visible()
    verify(visit(viewport), certificate.number)


def sign_up(page: Page, letters: Path) -> None:
    page.goto("/account/signup/")
    page.locator("[name=contact]").fill(PHONE)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=privacy]").check()
    page.get_by_role("button", name="注册并获取验证码").click()
    code = page.locator("[name=code]")
    expect(code).to_be_visible()
    code.fill(newest_code(letters))
    page.locator("button[type=submit], button.button-primary").first.click()
    expect(page).to_have_url(re.compile("/today/$"))


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url(re.compile("/today/$"))


def identify(page: Page) -> None:
    page.goto("/account/identity/")
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=document]").fill(NUMBER)
    page.locator("main form button.button-primary").click()
    expect(page.get_by_text("990101********0019").first).to_be_visible()


def apply(page: Page, day: str, folder: Path) -> str:
    page.goto("/me/applications/new/?programme=cem")
    page.locator("[name=level][value=beginner]").check()
    page.locator(f"[name=exam_day][value='{day}']").check()
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_role("heading", name="二、我的情况")).to_be_visible()
    expect(page.get_by_text("还没有符合的条件")).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/claims/")):
        page.locator("[name=education]").select_option("bachelor")
    with page.expect_response(lambda answer: answer.url.endswith("/claims/")):
        page.locator("[name=major]").fill("能源")
        page.locator("[name=major]").blur()
    expect(page.get_by_text(re.compile("您符合第 3 条"))).to_be_visible()
    page.wait_for_load_state("networkidle")
    rule = programmes.definition("cem").portrait
    good = portrait(1, width=rule.width, height=rule.height, background=rule.background)
    for kind in ("identity_front", "identity_back", "education_certificate"):
        upload(page, folder, kind, picture(kind))
    upload(page, folder, "portrait", portrait(1, width=rule.width, height=rule.height, background="white"))
    expect(page.locator("#material-portrait")).to_contain_text("没有收下这个文件")
    upload(page, folder, "portrait", good)
    page.locator("[name=declared]").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("审核中").first).to_be_visible()
    return enrolment.applications_of(people.find_by_document("resident_id", NUMBER))[0].number


def upload(page: Page, folder: Path, kind: str, data: bytes) -> None:
    file = folder / f"{kind}.jpg"
    file.write_bytes(data)
    with page.expect_response(lambda answer: f"/materials/{kind}/" in answer.url):
        page.locator(f"#file-{kind}").set_input_files(file)
    expect(page.locator(f"#material-{kind}")).to_contain_text(re.compile("已上传|没有收下这个文件"))


def return_for_portrait(desk: Page, number: str) -> None:
    desk.goto("/office/review/")
    expect(desk.get_by_text(NAME).first).to_be_visible()
    desk.get_by_role("link", name=re.compile(number)).first.click()
    name = next(m.name for m in programmes.definition("cem").materials if m.kind == "portrait")
    card = desk.locator("article.review-card", has=desk.get_by_role("heading", name=name, exact=True))
    card.locator("summary", has_text="退回").click()
    card.locator("select").select_option(index=1)
    card.get_by_role("button", name="标记退回").click()
    expect(card.get_by_text("退回", exact=True).first).to_be_visible()
    desk.get_by_role("button", name="退回补正").click()
    expect(desk.get_by_text("已退回").first).to_be_visible()


def correct_portrait(page: Page, number: str, folder: Path) -> None:
    page.goto(f"/me/applications/{number}/")
    expect(page.get_by_text("退回原因")).to_be_visible()
    rule = programmes.definition("cem").portrait
    upload(
        page,
        folder,
        "portrait",
        portrait(2, width=rule.width, height=rule.height, background=rule.background),
    )
    page.locator("[name=declared]").check()
    page.get_by_role("button", name="重新提交").click()
    expect(page.get_by_text("审核中").first).to_be_visible()


def approve(desk: Page, number: str) -> None:
    desk.goto(f"/office/review/{number}/")
    desk.locator("#decide").get_by_role("button", name="通过", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="确认通过").click()
    expect(desk.get_by_text("已通过").first).to_be_visible()


def study(page: Page, person: Any, calendar: Calendar, evening: datetime) -> None:
    """One lesson beat by beat in the browser while both clocks move; the rest of the course by the same rule."""
    calendar.to(evening)
    course = learning.course("cem", "beginner")
    first = course.lessons[0]
    page.clock.install()
    (opened,) = learning.courses_for(person.pk)
    page.goto(f"/me/learning/{opened.application_id}/{first.code}/")
    moment = evening
    while not learning.lesson_states(person.pk, course)[0].done:
        assert moment < evening + timedelta(minutes=first.minutes * 2 + 2), "the lesson does not count"
        moment = calendar.to(moment + timedelta(seconds=30))
        page.mouse.move(200, 200 + moment.second)
        with page.expect_response(lambda answer: answer.url.endswith("/beat/")):
            page.clock.run_for(30_000)
    page.clock.resume()
    for lesson in course.lessons[1:]:
        until = moment + timedelta(milliseconds=lesson.milliseconds)
        learning.study(person, course, [(lesson.code, moment, until)])
        moment = until + timedelta(minutes=1)
    calendar.to(moment)
    page.goto("/me/learning/")
    expect(page.get_by_text("已达到考试要求").first).to_be_visible()


def sit(page: Page) -> None:
    page.goto("/me/exams/")
    page.get_by_role("link", name="进入考试").click()
    expect(page.get_by_role("button", name="进入考场")).to_have_count(0)
    admission = exams.Admission.objects.get()
    proctoring.grant_exceptions([admission], reason="device", by=None, at=clock.now())
    page.reload()
    page.get_by_role("button", name="进入考场").click()
    expect(page.locator("[data-main]")).to_be_visible()
    sitting = exams.Sitting.objects.get()
    keys = items.keys(sitting.form.form_id)
    for place in exams.shown_order(sitting):
        question = page.locator(f"[data-position='{place}']")
        solution = keys[place].solution
        if "letters" in solution:
            for letter in solution["letters"]:
                question.locator(f"input[value={letter}]").check()
        else:
            question.locator("textarea").fill(solution["reference"])
        if place != exams.shown_order(sitting)[-1]:
            page.locator("[data-next]").click()
    no_sideways_scrolling(page)
    page.locator("[data-hand-in]").click()
    page.locator("[data-summary-confirm]").click()
    expect(page.get_by_role("heading", name="交卷回执")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("45 / 45")).to_be_visible()


def mark(desk: Page, staff: dict[str, Any]) -> None:
    """Full marks for every point of every short answer, by keyboard where the desk offers it."""
    sign_in(desk, "marker@cem.example")
    desk.goto("/mark/")
    desk.locator("main form button.button-primary").first.click()
    expect(desk.locator("fieldset.point").first).to_be_visible()
    for _ in range(5):
        before = desk.url
        for point in whole(desk).locator("fieldset.point").all():
            point.locator("input[type=radio]").last.check()
        desk.get_by_role("button", name="给分并评下一份").click()
        desk.wait_for_url(lambda url, before=before: url != before)
    assert NAME not in desk.content()


def release(office: Page, session: Any) -> None:
    office.goto(f"/office/results/{session.pk}/")
    office.get_by_role("button", name="公布成绩").first.click()
    office.locator("dialog[open]").get_by_role("button", name="公布").click()
    expect(office.get_by_text("已公布").first).to_be_visible()


def issue(office: Page) -> None:
    office.goto("/office/certificates/due/")
    office.get_by_role("button", name="全部签发").first.click()
    office.locator("dialog[open]").get_by_role("button", name="全部签发").click()
    expect(office.get_by_text("正在排队").first).to_be_visible()
    jobs.run(jobs.Job.objects.filter(kind=credentials.ISSUE_MANY).latest("pk").pk)
    expect(office.get_by_text("已签发 1 份证书").first).to_be_visible()
    office.goto("/office/certificates/due/")
    expect(office.get_by_text("现在没有要签发的证书").first).to_be_visible()


def verify(stranger: Page, number: str) -> None:
    stranger.goto("/verify/")
    stranger.locator("[name=number]").fill(number)
    stranger.locator("[name=name]").fill(NAME)
    stranger.get_by_role("button", name="查询").click()
    expect(stranger.get_by_text("有效").first).to_be_visible()
    expect(stranger.get_by_text(number).first).to_be_visible()
    no_sideways_scrolling(stranger)
