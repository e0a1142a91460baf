"""Claims that rest on one condition line, built from the line's own predicates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tancai.enrolment.api import Claims, HeldCertificate, Work, judge


def meeting(definition: Any, level: str, line: int, on: date) -> Claims:
    """Claims of somebody who meets ``line`` of the level by its first alternative, with something to spare."""
    condition = next(c for c in definition.conditions[level] if c.line == line)
    facts: dict[str, Any] = {"line": line}
    for predicate in condition.any_of[0]:
        _add(facts, predicate, definition, on)
    return Claims(**facts)


def falling_short() -> Claims:
    """Claims of somebody who has just left school: they meet no condition that asks for anything."""
    return Claims(education="senior_high")


def can_be_missed(definition: Any, level: str, on: date) -> bool:
    """Whether somebody falling short is not let in; the lowest grades of a programme may ask for nothing."""
    return judge(definition.conditions_for(level), falling_short(), on).met is None


def levels_for(definition: Any, *, missed: bool, on: date) -> list[str]:
    """Levels a character may apply for, those with a condition to be missed where that is the story."""
    codes = [level.code for level in definition.levels]
    return [code for code in codes if not missed or can_be_missed(definition, code, on)]


def _add(facts: dict[str, Any], predicate: Any, definition: Any, on: date) -> None:
    kind = predicate.kind
    if kind == "education":
        facts["education"] = predicate.at_least
    elif kind == "degree":
        facts["degrees"] = (predicate.at_least,)
    elif kind == "major":
        facts["major"] = definition.related_majors[0] if predicate.related else "汉语言文学"
    elif kind == "years":
        start = on - timedelta(days=366 * predicate.at_least + 60)
        facts["work"] = (Work(start=start, unit="演示低碳公司", post="碳管理专员"),)
    elif kind == "certificate":
        facts["certificates"] = (_certificate(predicate, definition, on),)
    elif kind == "student":
        facts["school"] = "演示大学"
    elif kind == "occupation":
        facts["occupation"] = predicate.any_of[0]
        facts["unit"] = "演示交易所"


def _certificate(predicate: Any, definition: Any, on: date) -> HeldCertificate:
    years = getattr(predicate, "held_years", 0) or 0
    since = on - timedelta(days=366 * (years + 1))
    if predicate.family == "programme":
        return HeldCertificate(
            name="演示证书", level=predicate.level, programme=definition.code, held_since=since
        )
    if predicate.family == "field":
        return HeldCertificate(
            name="演示证书", level=predicate.level, field=definition.certificate.field, held_since=since
        )
    return HeldCertificate(name="演示职业技能证书", level=predicate.level, held_since=since)
