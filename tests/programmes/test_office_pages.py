"""The office's pages about programmes: reading, editing into a new edition, days, working days, who may."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tancai.programmes import api as programmes
from tests.programmes.conftest import AT

CEM = "/office/programmes/cem/"


def text(response: Any) -> str:
    return response.content.decode()


def test_the_list_shows_only_ones_own_programmes(office: Client, administrator: Client) -> None:
    own = text(office.get("/office/programmes/"))
    assert "碳排放管理师" in own and "数字碳中和工程师" not in own
    everything = text(administrator.get("/office/programmes/"))
    for name in ("碳排放管理师", "数字碳中和工程师", "碳汇计量评估师", "碳管理产业人才岗位能力"):
        assert name in everything


@pytest.mark.parametrize(
    "address",
    ["", "edit/fees/", "edit/conditions/", "compare/", "days/"],
)
def test_another_body_finds_nothing(stranger: Client, address: str) -> None:
    assert stranger.get(CEM + address).status_code == 404


def test_a_reader_reads_and_does_not_edit(reviewer: Client) -> None:
    page = text(reviewer.get(CEM))
    assert "/edit/" not in page
    assert reviewer.get(CEM + "edit/fees/").status_code == 404
    assert reviewer.post(CEM + "days/", {"starts_at": "2026-12-01T09:00", "note": "x"}).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(world: None) -> None:
    assert Client().get(CEM).status_code == 302


def test_an_edition_is_shown_with_conditions_notes_and_figures(office: Client) -> None:
    page = text(office.get(CEM))
    assert "中专学历（取得其他专业），连续从事相关领域工作满4年" in page
    assert "连续工作满 4 年" in page
    assert "选用的读法" in page and "第四周周六" in page
    assert "90%" in page and "295 × 413" in page


@pytest.mark.parametrize("code", ["cem", "dcne", "crp", "csa", "cmc"])
def test_every_programme_can_be_read_and_every_part_opened(administrator: Client, code: str) -> None:
    from tancai.web.office.programme_forms import SETTINGS, TEXT_PARTS

    assert administrator.get(f"/office/programmes/{code}/").status_code == 200
    for part in (*SETTINGS, *TEXT_PARTS):
        assert administrator.get(f"/office/programmes/{code}/edit/{part}/").status_code == 200, part


def test_a_changed_fee_is_shown_before_it_becomes_an_edition(office: Client) -> None:
    form = {"enrolment": "480.00", "resit": "100.00", "replacement": "0.00"}
    page = text(office.post(CEM + "edit/fees/", {**form, "step": "preview"}))
    assert "fees.enrolment" in page and "48000" in page
    assert len(programmes.editions("cem")) == 1

    saved = office.post(
        CEM + "edit/fees/",
        {**form, "step": "save", "note": "收费文件已批复", "effective_from": "2026-12-01"},
    )
    assert saved.status_code == 302
    assert programmes.definition("cem", on=date(2026, 11, 30)).fees.enrolment == 0
    assert programmes.definition("cem", on=date(2026, 12, 1)).fees.enrolment == 48000
    assert programmes.editions("cem")[0].note == "收费文件已批复"
    compared = text(office.get(CEM + "compare/?a=1&b=2"))
    assert "fees.enrolment" in compared and "48000" in compared


def test_an_edition_needs_a_reason(office: Client) -> None:
    form = {"enrolment": "480.00", "resit": "100.00", "replacement": "0.00"}
    office.post(CEM + "edit/fees/", {**form, "step": "save", "effective_from": "2026-12-01"})
    assert len(programmes.editions("cem")) == 1


def test_saving_what_is_already_so_makes_no_edition(office: Client) -> None:
    form = {"enrolment": "0", "resit": "100", "replacement": "0", "note": "x", "effective_from": "2026-12-01"}
    page = text(office.post(CEM + "edit/fees/", {**form, "step": "save"}))
    assert "没有改动任何内容" in page
    assert len(programmes.editions("cem")) == 1


def test_a_fault_in_the_text_names_line_and_remedy(office: Client) -> None:
    given = '[[conditions.beginner]]\nline = 1\ntext = "甲"\nany_of = [\n  [{ kind = "years", at_leest = 3 }],\n]\n'
    response = office.post(CEM + "edit/conditions/", {"text": given, "step": "preview"})
    page = text(response)
    assert response.status_code == 422
    assert "第 5 行" in page and "at_least" in page
    assert "at_leest" in page


@pytest.mark.parametrize("part", ["promises", "learning", "exam", "calendar", "readings", "entry"])
def test_every_settings_form_gives_back_what_it_shows(administrator: Client, part: str) -> None:
    from tancai.web.office.programme_forms import SETTINGS

    for code in ("cem", "dcne", "crp", "csa", "cmc"):
        definition = programmes.definition(code)
        shown = SETTINGS[part].initial_of(definition)
        kept = {key: value for key, value in shown.items() if value is not None and value is not False}
        form = SETTINGS[part]({key: _posted(value) for key, value in kept.items()})
        assert form.is_valid(), (code, form.errors)
        with pytest.raises(programmes.BadChange) as caught:
            programmes.apply_changes(
                programmes.content(definition), form.changes(programmes.content(definition))
            )
        assert caught.value.code == "no_change", code


def _posted(value: Any) -> Any:
    return value if isinstance(value, list) else str(value)


def test_a_special_day_is_added_and_called_off_and_put_back(office: Client) -> None:
    added = office.post(CEM + "days/", {"starts_at": "2026-11-28T14:00", "note": "企业专场"})
    assert added.status_code == 302
    day = programmes.upcoming_days("cem", at=AT)[0]
    assert day.special and day.note == "企业专场"
    assert day.starts_at.hour == 14
    change = CEM + f"days/{day.key}/"
    office.post(change + "cancel/", {"day-reason": "场地停电"})
    assert day.key not in [each.key for each in programmes.upcoming_days("cem", at=AT)]
    assert "场地停电" in text(office.get(CEM + "days/"))
    office.post(change + "restore/", {"day-reason": "已修复"})
    assert day.key in [each.key for each in programmes.upcoming_days("cem", at=AT)]


def test_calling_off_needs_a_reason_and_the_right_programme(office: Client, stranger: Client) -> None:
    day = programmes.upcoming_days("cem", at=AT)[0]
    office.post(CEM + f"days/{day.key}/cancel/", {"day-reason": ""})
    assert not programmes.is_cancelled(day.key)
    other = programmes.upcoming_days("dcne", at=AT)[0]
    assert office.post(CEM + f"days/{other.key}/cancel/", {"day-reason": "x"}).status_code == 404
    assert stranger.post(CEM + f"days/{day.key}/cancel/", {"day-reason": "x"}).status_code == 404


def test_only_the_platform_announces_a_year(office: Client, administrator: Client) -> None:
    assert office.get("/office/programmes/working-days/?year=2027").status_code == 200
    given = {
        "year-year": "2027",
        "year-source": "演示公告",
        "year-days": "2027-01-01 休 元旦\n2027-01-03 班 元旦",
    }
    assert office.post("/office/programmes/working-days/", given).status_code == 404
    assert "暂定" in text(administrator.get("/office/programmes/working-days/?year=2027"))
    assert administrator.post("/office/programmes/working-days/", given).status_code == 302
    assert not programmes.is_working_day(date(2027, 1, 1))
    assert programmes.is_working_day(date(2027, 1, 3))
    assert not programmes.working_deadline(date(2027, 1, 4), 1).provisional


def test_a_line_that_is_no_day_is_explained(administrator: Client) -> None:
    given = {"year-year": "2027", "year-source": "演示公告", "year-days": "2027-01-01 休 元旦\n元旦放假"}
    response = administrator.post("/office/programmes/working-days/", given)
    assert response.status_code == 422
    assert "第 2 行" in text(response)
    assert 2027 not in programmes.working_years()


def test_one_day_is_changed_by_the_platform(administrator: Client) -> None:
    administrator.post(
        "/office/programmes/working-days/",
        {"day-day": "2026-11-23", "day-working": "no", "day-name": "演示假"},
    )
    assert not programmes.is_working_day(date(2026, 11, 23))
    assert programmes.working_deadline(date(2026, 11, 20), 1).date == date(2026, 11, 24)
