"""What a person says of themself when applying, as plain frozen values, and its JSON form.

Dates are ISO text in JSON. Nothing here is proven: verdicts name the material that would prove it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tancai.enrolment.errors import BadClaims

EDUCATION = ("senior_high", "secondary_vocational", "junior_college", "bachelor", "postgraduate")
DEGREES = ("bachelor", "double_bachelor", "master", "doctor")
CERTIFICATE_LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True)
class Work:
    """A stretch of work in the field; ``end`` None means it goes on."""

    start: date
    end: date | None = None
    unit: str = ""
    post: str = ""


@dataclass(frozen=True)
class HeldCertificate:
    """A certificate the person holds: of one of our programmes (its code), of a field (its name), or another."""

    name: str = ""
    level: str = ""
    programme: str = ""
    field: str = ""
    held_since: date | None = None


@dataclass(frozen=True)
class Claims:
    """Education, work, certificates, studies and occupation as claimed.

    ``years`` and ``continuous_years`` are whole years stated without dates, for those who cannot give periods;
    the larger of stated and counted years is used. ``line`` is the condition the person prefers to rest on.
    """

    education: str = ""
    degrees: tuple[str, ...] = ()
    major: str = ""
    work: tuple[Work, ...] = ()
    years: int = 0
    continuous_years: int = 0
    certificates: tuple[HeldCertificate, ...] = ()
    school: str = ""
    occupation: str = ""
    unit: str = ""
    line: int = 0

    def to_json(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Claims:
        """Raises BadClaims with the field that cannot be read."""
        try:
            work = tuple(_work(row, number) for number, row in enumerate(data.get("work") or (), start=1))
            held = tuple(
                _held(row, number) for number, row in enumerate(data.get("certificates") or (), start=1)
            )
        except AttributeError as error:
            raise BadClaims("unreadable", field="claims") from error
        return cls(
            education=_one_of(data, "education", EDUCATION),
            degrees=tuple(_checked("degrees", value, DEGREES) for value in data.get("degrees") or ()),
            major=_text(data, "major"),
            work=work,
            years=_count(data, "years"),
            continuous_years=_count(data, "continuous_years"),
            certificates=held,
            school=_text(data, "school"),
            occupation=_text(data, "occupation"),
            unit=_text(data, "unit"),
            line=_count(data, "line"),
        )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner not in ("", None)}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str) or len(value) > 200:
        raise BadClaims("unreadable", field=name)
    return value.strip()


def _checked(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadClaims("unknown_value", field=name)
    return str(value)


def _one_of(data: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    return _checked(name, data[name], allowed) if data.get(name) else ""


def _count(data: Mapping[str, Any], name: str) -> int:
    try:
        value = int(data.get(name) or 0)
    except (TypeError, ValueError) as error:
        raise BadClaims("not_a_number", field=name) from error
    if not 0 <= value <= 60:
        raise BadClaims("out_of_range", field=name)
    return value


def _day(value: Any, field: str, *, month_end: bool = False) -> date | None:
    """A date, or a month: its first day, or for an end the first day after it."""
    if value in ("", None):
        return None
    if isinstance(value, date):
        return value
    try:
        if len(value) > 7:
            return date.fromisoformat(value)
        first = date.fromisoformat(f"{value}-01")
        return date(first.year + first.month // 12, first.month % 12 + 1, 1) if month_end else first
    except (TypeError, ValueError) as error:
        raise BadClaims("not_a_date", field=field) from error


def _work(row: Mapping[str, Any], number: int) -> Work:
    start = _day(row.get("start"), f"work.{number}.start")
    end = _day(row.get("end"), f"work.{number}.end", month_end=True)
    if start is None:
        raise BadClaims("missing", field=f"work.{number}.start")
    if end is not None and end < start:
        raise BadClaims("ends_before_start", field=f"work.{number}.end")
    return Work(start, end, _text(row, "unit"), _text(row, "post"))


def _held(row: Mapping[str, Any], number: int) -> HeldCertificate:
    return HeldCertificate(
        name=_text(row, "name"),
        level=_one_of(row, "level", CERTIFICATE_LEVELS),
        programme=_text(row, "programme"),
        field=_text(row, "field"),
        held_since=_day(row.get("held_since"), f"certificates.{number}.held_since"),
    )
