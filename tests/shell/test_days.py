"""Dates and deadlines as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from tancai.lib import clock
from tancai.web.shell import days

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _friday() -> object:
    with clock.moved(NOW), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("until", "words", "level"),
    [
        (date(2026, 11, 18), "已超过 2 天", "overdue"),
        (date(2026, 11, 20), "今天截止", "near"),
        (datetime(2026, 11, 20, 1, tzinfo=UTC), "今天已过时限", "overdue"),
        (date(2026, 11, 21), "还有 1 天", "near"),
        (date(2026, 11, 23), "还有 1 个工作日", "near"),
        (date(2026, 11, 27), "还有 5 个工作日", "info"),
    ],
)
def test_what_is_left_counts_working_days(until: date, words: str, level: str) -> None:
    assert days.left(until) == (words, level)


def test_a_day_of_this_year_is_short_and_of_another_year_whole() -> None:
    assert "11月27日（周五）" in days.short_day(date(2026, 11, 27))
    assert "2026年" not in days.short_day(date(2026, 11, 27))
    assert "2027年1月16日（周六）" in days.short_day(date(2027, 1, 16))


def test_a_moment_is_told_in_shanghai_time() -> None:
    assert strip_tags(days.moment(NOW)) == "2026年11月20日（周五）10:00"


def test_english_says_the_same() -> None:
    with translation.override("en"):
        assert "Fri, 27 November" in days.short_day(date(2026, 11, 27))
        assert days.left(date(2026, 11, 27)) == ("5 working days left", "info")
        assert days.left(date(2026, 11, 23)) == ("1 working day left", "near")
