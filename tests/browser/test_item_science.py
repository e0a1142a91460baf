"""From writing an item to correcting scores: a second person approves it, three parallel papers are assembled and one
is mended, simulated candidates sit it, the analysis finds the two planted bad items, one is dropped as announced."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tancai.enrolment.models import Application
from tancai.exams import api as exams
from tancai.items import api as items
from tancai.items.models import Item
from tancai.jobs import api as jobs
from tancai.marking import api as marking
from tancai.marking.models import Result
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.browser.conftest import NARROW, WIDE, no_sideways_scrolling, until, whole
from tests.browser.stage import Calendar
from tests.installed import install
from tests.marking.world import AT, BIRTH, account

pytestmark = pytest.mark.django_db(transaction=True)

STEM = "企业外购电力产生的排放，在核算中属于（　）。"


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    found = Calendar()
    yield found
    found.close()


def enter(page: Page, user: Any) -> Page:
    """Sign the browser in without the form: other tests walk through it."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}]
    )
    return page


def test_from_an_authors_desk_to_corrected_scores(visit: Any, calendar: Calendar) -> None:
    _journey(visit, calendar, 60)


@pytest.mark.sweep
@pytest.mark.skipif("TANCAI_SWEEP" not in os.environ, reason="five hundred candidates: make sweep")
def test_the_same_with_five_hundred_candidates(visit: Any, calendar: Calendar) -> None:
    figures = _journey(visit, calendar, 500)
    signs = {"negative_discrimination", "weak_discrimination"}
    suspected = {row.version_id for row in figures if signs & set(row.flags)}
    assert len(suspected) == 2, "none but the planted ones"
    good = [row for row in figures if row.version.item.kind != "short" and row.version_id not in suspected]
    assert all(row.a is not None and row.b is not None and row.se_b for row in good), (
        "all others have a curve"
    )


def _journey(visit: Any, calendar: Calendar, people_count: int) -> list[Any]:
    install(AT, bank=True)
    programmes.load_working_days(by=None, at=AT)
    calendar.to(AT)
    definition = programmes.definition("cem")
    body = people.organisation(definition.body)
    author, second, office = (account(role, body) for role in ("author", "author", "office"))
    desk = enter(visit(WIDE), author)

    written = _write(desk)
    _approve(enter(visit(WIDE), second), written)
    version = written.versions.get()
    papers = _assemble(desk, definition)
    out = _mend(desk, papers, version)
    desk.goto(f"/author/papers/{papers.pk}/")
    desk.get_by_role("button", name="采用这些试卷").click()
    expect(desk.get_by_text("已采用", exact=True)).to_be_visible()

    session, form = _prepare(definition, people_count)
    held = [entry.version_id for entry in form.entries]
    assert version.pk in held and out not in held, "the exam takes the accepted, mended paper"
    wrong_key, by_chance = _sit(session, form, version.pk)
    calendar.to(session.entry_until + timedelta(hours=4))
    over = session.entry_until + timedelta(hours=4)
    _mark(session, account("marker", body), over)
    marking.release(session, by=account("office", body), at=over)
    assert marking.start_calibrations(over) == 1
    jobs.run(jobs.Job.objects.filter(kind=marking.CALIBRATE).latest("pk").pk)

    announced = _find_and_propose(desk, wrong_key, by_chance, session)
    _decide(enter(visit(NARROW), office), announced)
    _scores_are_as_announced(session, announced)
    return items.figures_of(items.calibrations(["cem"])[0])


def _write(desk: Page) -> Item:
    """An item of the first topic with a mistake in it: the author marks A, which is wrong."""
    desk.goto("/author/new/?collection=cem&kind=single&topic=cem-1&difficulty=medium")
    desk.locator("[name=stem]").fill(STEM)
    for letter, text in zip("ABCD", ("直接排放", "间接排放", "逸散排放", "生物质排放"), strict=True):
        desk.locator(f"[name=option_{letter}]").fill(text)
    desk.locator("[name=right_A]").check()
    desk.locator("[name=document]").fill("GB/T 32150—2025")
    desk.locator("[name=clause]").fill("3.1")
    desk.locator("[name=explanation]").fill("外购电力的排放发生在电厂。")
    desk.get_by_role("button", name="保存并送审").click()
    expect(desk).to_have_url(re.compile("/author/items/"))
    code = desk.url.rstrip("/").split("?")[0].rstrip("/").split("/")[-1]
    return Item.objects.get(code=code)


def _approve(desk: Page, written: Item) -> None:
    desk.goto(f"/author/review/?version={written.versions.get().pk}")
    desk.get_by_role("button", name="通过并启用").click()
    until(desk, lambda: items.current_state(written.versions.get()) == "active")


def _assemble(desk: Page, definition: Any) -> Any:
    """Three papers for the last level, found by the worker while the page looks on."""
    level = definition.level_codes[-1]
    desk.goto(f"/author/papers/new/?programme=cem&level={level}&speciality={definition.speciality_codes[0]}")
    desk.get_by_label("组几份试卷").fill("3")
    desk.get_by_role("button", name="开始组卷").click()
    expect(desk.get_by_text("正在排队")).to_be_visible()
    jobs.run(jobs.Job.objects.filter(kind="items.search_papers").latest("pk").pk)
    expect(desk.get_by_role("heading", name="相同的题")).to_be_visible()
    wanted = items.paper_sets(["cem"])[0]
    assert [paper.number for paper in items.papers_of(wanted)] == [1, 2, 3]
    shown = [cell.inner_text() for cell in whole(desk).locator(".matrix td").all()]
    assert [shown[k] for k in (1, 2, 5)] == ["0", "0", "0"], "no item stands on two of them"
    return wanted


def _mend(desk: Page, wanted: Any, version: Any) -> int:
    """Put the new item on the first paper in the place of one like it; taken off another paper before, if need be."""
    for paper in items.papers_of(wanted)[1:]:
        if version.pk in paper.version_ids:
            desk.goto(f"/author/papers/{wanted.pk}/{paper.number}/replace/{version.pk}/")
            desk.get_by_role("button", name="换上").first.click()
            expect(desk.get_by_text("已替换")).to_be_visible()
    first = items.papers_of(wanted)[0]
    if version.pk in first.version_ids:
        return 0
    singles = [entry for entry in items.form(first.form_id).entries if entry.kind == "single"]
    old = next((entry for entry in singles if entry.topic == version.item.topic), singles[0])
    desk.goto(f"/author/papers/{wanted.pk}/1/replace/{old.version_id}/")
    desk.get_by_role("row").filter(has_text=version.item.code).get_by_role("button", name="换上").click()
    expect(desk.get_by_role("link", name=version.item.code)).to_be_visible()
    return int(old.version_id)


def _prepare(definition: Any, count: int) -> tuple[Any, items.FormView]:
    day = programmes.upcoming_days("cem", at=AT)[0]
    session = exams.open_session(day.key, by=None, at=AT)
    for number in range(count):
        person = people.enter_person(
            name="考生" + "甲乙丙丁戊己庚辛壬癸"[number % 10],
            document_kind="passport",
            document=f"E9{number:07d}",
            sex="female",
            birth=BIRTH,
            by=None,
            at=AT,
        )
        Application.objects.create(
            number=f"T{person.pk:06d}",
            person=person,
            programme="cem",
            edition_id=definition.edition_id,
            level=definition.level_codes[-1],
            speciality=definition.speciality_codes[0],
            exam_day=day.key,
            state="approved",
            started_at=AT,
            submitted_at=AT,
            decided_at=AT,
        )
    exams.admit(session, by=None, at=AT)
    exams.prepare_papers(session, by=None, at=AT)
    return session, items.form(exams.forms_of(session)[0].form_id)


def _sit(session: Any, form: items.FormView, wrong: int) -> tuple[int, int]:
    """Simulated candidates: the abler, the more right; one key is wrong, one item is answered whatever the ability.

    These two follow the rank of the ability: sixty people are few, and chance must not hide them.
    """
    chance = np.random.default_rng(2060)
    keys = items.keys(form.id)
    choices = [entry for entry in form.entries if entry.kind != "short"]
    blind = next(
        entry.version_id for entry in choices if entry.version_id != wrong and entry.kind == "single"
    )
    places = {entry.position: float(np.clip(chance.normal(-0.4, 0.6), -1.3, 0.8)) for entry in choices}
    sittings = list(exams.sittings(session))
    abilities = chance.normal(size=len(sittings))
    ranks = abilities.argsort().argsort()
    for sitting, ability, rank in zip(sittings, abilities, ranks, strict=True):
        answers: dict[str, Any] = {}
        for entry in form.entries:
            if entry.kind == "short":
                answers[str(entry.position)] = f"答{ability:.3f}"
                continue
            letters = [option["letter"] for option in entry.public["options"]]
            right = ["B"] if entry.version_id == wrong else list(keys[entry.position].solution["letters"])
            knows = chance.random() < 1 / (1 + np.exp(-1.7 * (ability - places[entry.position])))
            others = [letter for letter in letters if letter not in right]
            given = right if knows else [str(chance.choice(others))]
            if entry.version_id == wrong:
                given = right if rank >= len(sittings) * 0.45 else [others[int(rank) % len(others)]]
            if entry.version_id == blind:
                given = [letters[int(rank) % len(letters)]]
            answers[str(entry.position)] = given if entry.kind == "multiple" else given[0]
        exams.SittingEvent.objects.create(sitting=sitting, kind="started", at=session.starts_at)
        exams.AnswerSheet.objects.create(
            sitting=sitting,
            how="handed_in",
            answers=answers,
            receipt="0" * 64,
            events=len(answers),
            ended_at=session.starts_at + timedelta(minutes=80),
            pulled_at=session.starts_at + timedelta(minutes=81),
        )
    return wrong, blind


def _mark(session: Any, marker: Any, at: Any) -> None:
    """Short answers get marks by the ability that stands in them; the near pass line asks for a second marker."""
    marking.score_session(session, by=None, at=at)
    while True:
        answers = list(marking.available(marker, at=at).select_related("script__sitting__sheet"))
        if not answers:
            break
        maxima = marking.maxima_of(answers)
        given = []
        for answer in answers:
            ability = float(answer.script.sitting.sheet.answers[str(answer.position)][1:])
            share = Decimal(str(round(1 / (1 + np.exp(-1.5 * ability)), 3)))
            given.append(
                marking.Given(
                    answer.pk,
                    tuple((m * 2 * share).to_integral_value() / 2 for m in maxima[answer.pk]),
                    seen_as=answer.needs,
                )
            )
        marking.give_marks(given, by=marker, at=at)
        marker = account("marker", people.organisation(programmes.definition("cem").body))


def _find_and_propose(desk: Page, wrong_key: int, by_chance: int, session: Any) -> Any:
    """The analysis names both; the wrong key is dropped on trial, looked at, and proposed."""
    desk.goto("/author/calibration/")
    desk.get_by_role("link", name=re.compile(session.date.isoformat())).click()
    codes = dict(
        items.ItemVersion.objects.filter(pk__in=[wrong_key, by_chance]).values_list("pk", "item__code")
    )
    flagged = desk.get_by_role("table", name="有提示的题")
    expect(flagged.get_by_role("row").filter(has_text=codes[wrong_key])).to_contain_text("反而更多答错")
    expect(flagged.get_by_role("row").filter(has_text=codes[by_chance])).to_contain_text(
        re.compile("分不出水平高低|反而更多答错")
    )
    flagged.get_by_role("link", name=codes[wrong_key]).click()
    expect(desk.get_by_text("各选项被谁选")).to_be_visible()
    desk.get_by_role("link", name="更正这一场的成绩").click()
    desk.get_by_label(re.compile("不计这道题")).check()
    before = Result.objects.count()
    desk.get_by_role("button", name="试算").click()
    expect(desk.get_by_role("heading", name="试算结果")).to_be_visible()
    assert Result.objects.count() == before, "a dry run changes nothing"
    desk.get_by_label("理由").fill("答案有误：外购电力属于间接排放。")
    desk.get_by_role("button", name="提请更正").click()
    expect(desk.get_by_text("更正正在等待考务办公室决定")).to_be_visible()
    return marking.rulings(None).get()


def _decide(desk: Page, announced: Any) -> None:
    """The office sees every score by name, on a phone, and agrees."""
    desk.goto("/office/results/rulings/")
    desk.get_by_role("link", name=announced.version.item.code).click()
    no_sideways_scrolling(desk)
    every = desk.locator("details.every")
    every.locator("summary").click()
    expect(every.locator("tbody tr")).to_have_count(len(announced.effects))
    desk.set_default_timeout(120_000)  # every changed result brings its message
    desk.get_by_role("button", name="同意更正").click()
    expect(desk.get_by_text("已更正", exact=True).first).to_be_visible()


def _scores_are_as_announced(session: Any, announced: Any) -> None:
    effects = {effect.admission_id: effect for effect in marking.effects_of(announced)}
    results = marking.results_of_admissions([one.pk for one in exams.admissions(session)])
    assert set(effects) == set(results), "a dropped question moves everybody's line"
    for admission_id, view in results.items():
        effect = effects[admission_id]
        assert (view.total, view.out_of, view.pass_mark, view.passed) == (
            effect.after,
            effect.out_of_after,
            effect.pass_mark_after,
            effect.passed_after,
        )
        assert view.out_of == 99 and view.pass_mark == Decimal("59.4")
        old = Result.objects.get(admission=admission_id, kind=Result.RELEASED)
        assert (old.total, old.passed) == (effect.before, effect.passed_before)
    told = messages.messages_of(exams.admissions(session)[0].person)
    assert told.filter(kind="result_corrected").count() == 1
