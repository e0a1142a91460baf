"""The announced calendars of the State Council as the chinesecalendar library carries them, as plain rows."""

from __future__ import annotations

from datetime import date

from chinese_calendar import constants

SOURCE = "国务院办公厅节假日安排（chinesecalendar）"


def years() -> range:
    """The years that the library knows."""
    known = sorted(day.year for day in (*constants.holidays, *constants.workdays))
    return range(known[0], known[-1] + 1)


def exceptions(year: int) -> list[tuple[date, bool, str]]:
    """Days off and make-up days of a year as ``(day, working, name of the holiday)``."""
    off = [(day, False, name) for day, name in constants.holidays.items() if day.year == year]
    on = [(day, True, name) for day, name in constants.workdays.items() if day.year == year]
    return sorted((day, working, _chinese(name)) for day, working, name in (*off, *on))


def _chinese(name: str) -> str:
    return next((holiday.chinese for holiday in constants.Holiday if holiday.value == name), name)
