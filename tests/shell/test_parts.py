"""Chips, forms, charts and the navigation."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from tancai.web.shell import charts, navigation, states
from tancai.web.shell.context import Navigation
from tancai.web.shell.navigation import DueItem


def _render(source: str, **context: object) -> str:
    with translation.override("zh-hans"):
        return Template("{% load shell %}" + source).render(Context(context))


@pytest.mark.parametrize(("kind", "code"), [(k, c) for k, group in states.STATES.items() for c in group])
def test_every_state_is_word_shape_and_colour(kind: str, code: str) -> None:
    html = _render("{% state_chip code kind %}", code=code, kind=kind)
    assert "icons" in html
    assert "chip-" in html
    assert str(states.words(kind, code)[0])


def test_an_unknown_state_is_shown_as_it_is_and_an_unknown_tone_is_refused() -> None:
    assert "puzzled" in _render("{% state_chip 'puzzled' %}")
    with pytest.raises(TemplateSyntaxError):
        _render("{% chip 'x' 'loud' %}")


@pytest.mark.parametrize(
    ("cents", "words"), [(0, "免费"), (10_000, "100.00"), (123_456_789, "1,234,567.89"), (None, "")]
)
def test_money_is_cents_in_and_yuan_out(cents: int | None, words: str) -> None:
    assert words in _render("{{ cents|money }}", cents=cents)


class _Form(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致。")
    sex = forms.ChoiceField(label="性别", choices=[("f", "女"), ("m", "男")], widget=forms.RadioSelect)
    note = forms.CharField(label="说明", required=False)


def test_a_refused_form_lists_its_errors_with_links_to_the_fields() -> None:
    with translation.override("zh-hans"):
        html = str(_Form({}))
    assert 'role="alert"' in html
    assert 'href="#id_name"' in html
    assert 'id="id_name_error"' in html
    assert 'href="#id_sex_group"' in html
    assert 'id="id_sex_group"' in html
    assert 'aria-invalid="true"' in html


def test_help_is_tied_to_its_field_and_optional_fields_say_so() -> None:
    with translation.override("zh-hans"):
        html = str(_Form())
    assert 'aria-describedby="id_name_helptext"' in html
    assert html.index("与身份证一致") < html.index('name="name"')
    assert html.count("选填") == 1
    assert 'role="alert"' not in html


def test_form_texts_are_escaped() -> None:
    assert "<b>" not in str(_Form({"name": "<b>x", "sex": "f"}))


def test_bars_begin_at_zero_and_the_longest_fills_the_width() -> None:
    drawn = charts.bars([("甲", 10), ("乙", 5), ("丙", 0)])["rows"]
    assert [row["width"] for row in drawn] == [400, 200, 0]  # type: ignore[index, attr-defined]
    with pytest.raises(ValueError, match="zero"):
        charts.bars([("甲", -1)])


def test_lines_keep_inside_the_frame_with_a_zero_line() -> None:
    drawn = charts.lines(["一", "二", "三"], [charts.Series("报名", [3, None, 87])])
    texts = [mark["text"] for mark in drawn["grid"]]  # type: ignore[index, attr-defined]
    assert texts[0] == "0"
    assert float(texts[-1]) >= 87
    assert charts.lines([], [])["lines"] == []


def test_names_of_marks_have_room_on_a_phone() -> None:
    for marks in (
        [f"{n / 2 - 3:g}" for n in range(13)],
        ["最低 1/5", "较低", "中间", "较高", "最高 1/5"],
        ["Lowest 1/5", "Lower"],
    ):
        for wide in (640, 340):
            told = charts.lines(marks, [charts.Series("x", list(range(len(marks))))], wide=wide)["ticks"]
            assert (told[0]["text"], told[-1]["text"]) == (marks[0], marks[-1])
            widths = [sum(13 if ord(sign) > 0x2E80 else 7 for sign in tick["text"]) for tick in told]
            for one, after, a, b in zip(told, told[1:], widths, widths[1:], strict=False):
                assert after["x"] - one["x"] >= (a + b) / 2


def test_shares_of_a_row_fill_the_same_length() -> None:
    rows = charts.shares([("初级", [70, 25, 5]), ("高级", [20, 30, 50])], ["知识", "技能", "实践"])["rows"]
    for row in rows:  # type: ignore[attr-defined]
        last = row["parts"][-1]
        assert last["x"] + last["width"] == pytest.approx(618, abs=1)
    with pytest.raises(ValueError, match="positive"):
        charts.shares([("空", [0, 0])], ["甲", "乙"])


@pytest.mark.django_db
def test_strangers_see_the_public_entries_and_no_rail() -> None:
    request = RequestFactory().get("/notices/")
    request.user = AnonymousUser()
    found = Navigation(request)
    assert found.rail == []
    assert found.own == []
    assert found.here == "/notices/"


def test_what_is_overdue_comes_first_then_by_date(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date
    from types import SimpleNamespace

    items = [
        DueItem("后", due_at=date(2026, 12, 1)),
        DueItem("无期"),
        DueItem("近", due_at=date(2026, 12, 9), level="near"),
        DueItem("过", level="overdue"),
        DueItem("先", due_at=date(2026, 11, 1)),
    ]
    desk = SimpleNamespace(due=lambda request: items)
    monkeypatch.setattr(navigation, "_desk_modules", lambda name: [("office", desk)])
    assert [item.title for item in navigation.due_items(RequestFactory().get("/"))] == [
        "过",
        "近",
        "先",
        "后",
        "无期",
    ]


@pytest.mark.django_db
def test_a_missing_page_is_a_calm_page_in_both_languages(client: Client) -> None:
    for language, words in (("zh-hans", "没有找到这一页"), ("en", "Page not found")):
        response = client.get("/no-such-page/", headers={"Accept-Language": language})
        assert response.status_code == 404
        assert words in response.content.decode()


@pytest.mark.django_db
def test_a_breakdown_says_so_without_needing_anything(rf: RequestFactory) -> None:
    from tancai.web.shell.errors import server_error

    assert server_error(rf.get("/")).status_code == 500


@pytest.mark.django_db
def test_pages_need_neither_inline_script_nor_inline_style(client: Client) -> None:
    response = client.get("/")
    html = response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert " style=" not in html
    assert "<script>" not in html
    assert " onclick" not in html


@pytest.mark.django_db
@override_settings(LANGUAGE_COOKIE_NAME="django_language")
def test_the_language_switch_stays_on_the_page_and_is_remembered(client: Client) -> None:
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/programmes/"})
    assert response["Location"] == "/programmes/"
    assert "Professions" in client.get("/programmes/").content.decode()
