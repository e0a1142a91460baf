"""Exam days by their rules, everything dated from them, and deadlines by official working days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.lib.clock import SHANGHAI
from tancai.programmes import loader, official_calendar, rules
from tancai.programmes.rules import DayKind

DEFINITIONS = {each.definition.code: each.definition for each in loader.read_all()}
TABLE = {
    day: working
    for year in official_calendar.years()
    for day, working, _ in official_calendar.exceptions(year)
}


def kind_of(day: date) -> DayKind:
    """The announced calendars of 2004–2026, as the installation loads them."""
    known = TABLE.get(day)
    return DayKind(day.weekday() < 5 if known is None else known, known is None and day.year > 2026)


def days(code: str, start: date, end: date) -> list[date]:
    return rules.regular_dates(DEFINITIONS[code].calendar, start, end)


YEAR = (date(2026, 1, 1), date(2026, 12, 31))
EXAM_DAYS_2026 = {
    # 000: last Saturday of every month
    "dcne": [
        "01-31",
        "02-28",
        "03-28",
        "04-25",
        "05-30",
        "06-27",
        "07-25",
        "08-29",
        "09-26",
        "10-31",
        "11-28",
        "12-26",
    ],
    # 001: 4th Saturday of even months
    "cem": ["02-28", "04-25", "06-27", "08-22", "10-24", "12-26"],
    # shipped for 002, printed in 004: 3rd Saturday of odd months
    "crp": ["01-17", "03-21", "05-16", "07-18", "09-19", "11-21"],
    "csa": ["01-17", "03-21", "05-16", "07-18", "09-19", "11-21"],
    "cmc": [],
}


@pytest.mark.parametrize("code", EXAM_DAYS_2026)
def test_exam_days_of_a_year(code: str) -> None:
    assert [f"{day:%m-%d}" for day in days(code, *YEAR)] == EXAM_DAYS_2026[code]


@given(st.dates(date(2005, 1, 1), date(2060, 1, 1)), st.integers(0, 400))
def test_days_do_not_depend_on_the_window_asked_for(start: date, span: int) -> None:
    end = start + timedelta(days=span)
    found = days("cem", start, end)
    assert found == [day for day in days("cem", date(start.year, 1, 1), end) if day >= start]
    for day in found:
        assert (day.weekday(), (day.day - 1) // 7, day.month % 2) == (5, 3, 0)


@given(st.dates(date(2005, 1, 1), date(2060, 1, 1)))
def test_the_last_saturday_is_followed_by_no_other_in_its_month(start: date) -> None:
    for day in days("dcne", start, start + timedelta(days=70)):
        assert day.weekday() == 5
        assert (day + timedelta(days=7)).month != day.month


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_what_is_dated_from_a_cem_day() -> None:
    day = rules.day_of(DEFINITIONS["cem"], date(2026, 12, 26))
    assert day.key == "cem-2026-12-26"
    assert day.starts_at == moment("2026-12-26T09:00")
    # 24:00 of 19 December
    assert day.closes_at == moment("2026-12-20T00:00")
    assert day.ticket_from == moment("2026-12-23T00:00")
    assert day.sprint_from == moment("2026-12-19T00:00")
    # all of 23 and 24 December
    assert day.test_run == (moment("2026-12-23T00:00"), moment("2026-12-25T00:00"))
    assert day.overflow_on is None


def test_the_csa_sunday_takes_what_saturday_cannot_hold() -> None:
    day = rules.day_of(DEFINITIONS["csa"], date(2026, 11, 21))
    assert day.overflow_on == date(2026, 11, 22)
    assert day.overflow_on.weekday() == 6


def test_dcne_and_crp_have_neither_sprint_class_nor_test_run() -> None:
    for code in ("dcne", "crp"):
        day = rules.day_of(DEFINITIONS[code], date(2026, 11, 28))
        assert day.sprint_from is None and day.test_run is None


def test_crp_takes_names_until_tickets_open() -> None:
    day = rules.day_of(DEFINITIONS["crp"], date(2026, 11, 21))
    assert day.closes_at == day.ticket_from == moment("2026-11-18T00:00")


def test_times_are_those_of_shanghai() -> None:
    day = rules.day_of(DEFINITIONS["cem"], date(2026, 12, 26))
    assert day.starts_at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("cem-2026-12-26", ("cem", date(2026, 12, 26), None)),
        ("cem-2026-12-26-s14", ("cem", date(2026, 12, 26), 14)),
        ("long-code-2026-12-26-s1", ("long-code", date(2026, 12, 26), 1)),
        ("cem-2026-13-26", None),
        ("cem", None),
        ("", None),
        ("2026-12-26", None),
        ("cem2026-12-26", None),
    ],
)
def test_keys(key: str, wanted: object) -> None:
    assert rules.split_key(key) == wanted


DEADLINES = [
    # trigger, working days, deadline, provisional
    ("2026-11-20", 1, "2026-11-23", False),  # Friday to Monday
    ("2026-11-21", 1, "2026-11-23", False),  # from a Saturday
    ("2026-09-30", 1, "2026-10-08", False),  # over the National Day week
    ("2026-10-07", 3, "2026-10-10", False),  # Saturday 10 October is a make-up working day
    ("2026-02-13", 1, "2026-02-14", False),  # Saturday 14 February is a make-up working day
    ("2026-02-14", 1, "2026-02-24", False),  # over the Spring Festival
    ("2026-10-24", 15, "2026-11-13", False),  # scores of the cem day of October
    ("2026-12-31", 1, "2027-01-01", True),  # 2027 is not announced: Monday to Friday
    ("2026-12-26", 15, "2027-01-15", True),
    ("2026-11-20", 0, "2026-11-20", False),
]


@pytest.mark.parametrize(("start", "count", "wanted", "provisional"), DEADLINES)
def test_deadlines(start: str, count: int, wanted: str, provisional: bool) -> None:
    found = rules.deadline(date.fromisoformat(start), count, kind_of)
    assert (found.date.isoformat(), found.provisional) == (wanted, provisional)


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_a_deadline_is_a_working_day_and_counts_back(start: date, count: int) -> None:
    found = rules.deadline(start, count, kind_of)
    assert kind_of(found.date).working
    assert rules.working_days(start, found.date, kind_of) == count
    assert rules.working_days(found.date, start, kind_of) == -count


def test_a_deadline_cannot_lie_behind() -> None:
    with pytest.raises(ValueError, match="ahead"):
        rules.deadline(date(2026, 1, 1), -1, kind_of)


def test_the_library_knows_the_years_to_2026() -> None:
    assert official_calendar.years() == range(2004, 2027)
    assert (date(2026, 10, 1), False, "国庆节") in official_calendar.exceptions(2026)


@pytest.mark.parametrize("text", ["2027-01-01 休 元旦\n\n 2027/01/03  班\n"])
def test_a_year_is_read_a_day_a_line(text: str) -> None:
    assert rules.read_year(text, 2027) == [(date(2027, 1, 1), False, "元旦"), (date(2027, 1, 3), True, "")]


def test_a_moment_of_a_day_is_in_shanghai() -> None:
    assert rules.moment(date(2026, 1, 1), time(9)).isoformat() == "2026-01-01T09:00:00+08:00"
