"""The road: stations in order, one present station, the same words everywhere."""

from __future__ import annotations

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from tancai.web.shell.road import Step, road, tidy


def _drawn(steps: list[Step], tag: str = "road_map") -> str:
    with translation.override("zh-hans"):
        return Template(f"{{% load shell %}}{{% {tag} steps %}}").render(Context({"steps": steps}))


def test_the_six_stations_stand_in_order_and_those_not_given_lie_ahead() -> None:
    steps = road(apply={"state": "done"}, review={"state": "waiting"})
    assert [str(step.title) for step in steps] == ["申请", "审核", "学习", "考试", "阅卷", "证书"] or len(
        steps
    ) == 6
    assert [step.state for step in steps] == ["done", "waiting", "ahead", "ahead", "ahead", "ahead"]


def test_an_unknown_station_or_state_is_a_mistake_of_the_page() -> None:
    with pytest.raises(KeyError):
        road(lunch={"state": "done"})
    with pytest.raises(ValueError, match="sleeping"):
        tidy([Step("申请", "sleeping")])


@pytest.mark.parametrize("first", ["now", "waiting", "blocked", "overdue"])
def test_only_the_first_unfinished_station_is_the_present_one(first: str) -> None:
    steps = tidy([Step("申请", "done"), Step("审核", first), Step("学习", "waiting"), Step("考试", "now")])
    assert [step.state for step in steps] == ["done", first, "ahead", "ahead"]


def test_a_done_station_shows_its_day_and_a_promise_is_not_shown_any_more() -> None:
    html = _drawn(road(apply=Step("申请", "done", at=date(2026, 11, 2), promised=date(2020, 1, 2))))
    assert "11月2日（周一）" in html
    assert "2020年" not in html


def test_a_waiting_station_names_who_and_the_promised_day_with_its_provision() -> None:
    html = _drawn(
        road(review=Step("审核", "waiting", who="审核员", promised=date(2030, 3, 1), provisional=True))
    )
    assert "等待审核员" in html
    assert "2030年3月1日（周五）" in html
    assert "（暂定）" in html
    assert 'aria-current="step"' in html


@pytest.mark.parametrize(
    ("stations", "words"),
    [
        ({"apply": {"state": "done"}, "study": {"state": "now"}}, "学习：轮到您"),
        ({"review": {"state": "overdue"}}, "审核：已超期"),
        ({"review": {"state": "blocked"}}, "审核：未通过"),
        ({}, "下一步：申请"),
        (
            {n: {"state": "done"} for n in ("apply", "review", "study", "exam", "marking", "certificate")},
            "全部完成",
        ),
    ],
)
def test_the_small_road_says_where_one_stands(stations: dict[str, dict[str, str]], words: str) -> None:
    assert words in _drawn(road(**stations), "road_mini")
