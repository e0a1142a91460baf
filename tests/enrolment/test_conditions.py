"""Every condition of every level: somebody who meets exactly it, and somebody who just misses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tancai.enrolment.claims import Claims, HeldCertificate, Work
from tancai.enrolment.rules import Verdict, context_of, judge, required_materials
from tancai.programmes import loader

ON = date(2026, 11, 20)
RELATED = {"dcne": "计算机科学与技术", "cem": "环境工程", "crp": "能源与动力工程", "csa": "新能源科学与工程"}
OTHER = "汉语言文学"
DAY = timedelta(days=1)


def years_before(count: int) -> date:
    return ON.replace(year=ON.year - count)


def unbroken(count: int) -> tuple[Work, ...]:
    """Exactly so many years up to today."""
    return (Work(years_before(count)),)


def short(count: int) -> tuple[Work, ...]:
    """A day less than so many years."""
    return (Work(years_before(count) + DAY),)


def broken(count: int) -> tuple[Work, ...]:
    """So many years in two stretches with half a year between them, neither of them whole."""
    first_end = date(2020, 7, 1)
    months = count * 12 - 5
    begin = date(2020 - months // 12, 7, 1)
    for _step in range(months % 12):
        begin = (begin - DAY).replace(day=1)
    return (Work(begin, first_end), Work(date(2021, 1, 1), date(2021, 6, 1)))


def held(
    level: str = "", *, programme: str = "", field: str = "", years: int | None = None
) -> tuple[Any, ...]:
    since = years_before(years) if years is not None else years_before(0)
    return (HeldCertificate("已取得的证书", level, programme, field, since),)


@dataclass(frozen=True)
class Case:
    programme: str
    level: str
    line: int
    meets: Claims
    misses: Claims
    code: str


def case(where: str, line: int, meets: dict[str, Any], misses: dict[str, Any], code: str) -> Case:
    programme, level = where.split(":")
    return Case(programme, level, line, Claims(**meets), Claims(**misses), code)


HIGH, SECONDARY, COLLEGE, BACHELOR, POST = (
    {"education": code}
    for code in ("senior_high", "secondary_vocational", "junior_college", "bachelor", "postgraduate")
)
CONTINUOUS, YEARS = "continuous_years_short", "years_short"


def continuous(where: str, line: int, education: dict[str, str], count: int) -> list[Case]:
    """A line of so many continuous years: a day short misses it, and so does the same time in two pieces."""
    meets = {**education, "work": unbroken(count)}
    return [
        case(where, line, meets, {**education, "work": short(count)}, CONTINUOUS),
        case(where, line, meets, {**education, "work": broken(count)}, CONTINUOUS),
    ]


def common_upper(programme: str, family: dict[str, str]) -> list[Case]:
    """The lines of the intermediate and advanced levels that dcne, cem and csa share."""
    related = {"major": RELATED[programme]}
    middle, high = f"{programme}:intermediate", f"{programme}:advanced"
    lower, upper = ({"certificates": held(level, **family)} for level in ("beginner", "intermediate"))
    other = held("intermediate")
    return [
        *continuous(middle, 1, SECONDARY, 3),
        *continuous(middle, 2, COLLEGE, 2),
        *continuous(middle, 3, BACHELOR, 1),
        case(middle, 4, POST, BACHELOR, "education_below"),
        case(middle, 5, COLLEGE | related, COLLEGE | {"major": OTHER}, "major_unrelated"),
        case(middle, 5, COLLEGE | related, SECONDARY | related, "education_below"),
        case(middle, 6, lower | {"work": unbroken(1)}, lower | {"work": short(1)}, YEARS),
        case(middle, 6, lower | {"work": broken(1)}, {"work": unbroken(1)}, "certificate_missing"),
        case(middle, 7, {"certificates": other}, {"certificates": held("beginner")}, "certificate_missing"),
        *continuous(high, 1, SECONDARY, 4),
        *continuous(high, 2, COLLEGE, 3),
        *continuous(high, 3, BACHELOR, 2),
        *continuous(high, 4, POST, 2),
        case(high, 5, COLLEGE | related | {"work": broken(1)}, COLLEGE | related | {"work": short(1)}, YEARS),
        case(high, 6, upper | {"work": unbroken(1)}, upper | {"work": short(1)}, YEARS),
        case(high, 6, upper | {"work": unbroken(1)}, lower | {"work": unbroken(1)}, "certificate_missing"),
        case(
            high,
            7,
            {"certificates": held("advanced", years=1)},
            {"certificates": (HeldCertificate("证书", "advanced", "", "", years_before(1) + DAY),)},
            "certificate_too_recent",
        ),
    ]


def common_beginner(programme: str) -> list[Case]:
    """The beginner lines of cem, which csa ships too."""
    where, related = f"{programme}:beginner", {"major": RELATED[programme]}
    return [
        *continuous(where, 1, SECONDARY, 2),
        *continuous(where, 2, COLLEGE, 1),
        case(where, 3, BACHELOR, COLLEGE, "education_below"),
        case(where, 4, POST, BACHELOR, "education_below"),
        case(
            where, 5, COLLEGE | related | {"work": broken(1)}, COLLEGE | related | {"work": short(1)}, YEARS
        ),
        case(
            where,
            5,
            COLLEGE | related | {"work": broken(1)},
            COLLEGE | {"major": OTHER, "work": broken(1)},
            "major_unrelated",
        ),
    ]


DCNE = "dcne:beginner"
CRP = "crp:"
ENERGY = {"major": RELATED["crp"]}
TABLE = [
    case(DCNE, 1, {"work": broken(3)}, {"work": short(3)}, YEARS),
    case(DCNE, 2, HIGH | {"work": broken(2)}, HIGH | {"work": short(2)}, YEARS),
    case(DCNE, 2, HIGH | {"work": unbroken(2)}, {"work": unbroken(2)}, "education_below"),
    case(DCNE, 3, SECONDARY | {"work": broken(1)}, SECONDARY | {"work": short(1)}, YEARS),
    case(DCNE, 3, SECONDARY | {"work": unbroken(1)}, HIGH | {"work": unbroken(1)}, "education_below"),
    case(DCNE, 4, {"school": "某职业学院"}, {}, "not_a_student"),
    case(DCNE, 5, {"certificates": held("beginner")}, {"certificates": held("")}, "certificate_missing"),
    case(
        DCNE,
        5,
        {"certificates": held("beginner")},
        {"certificates": held("beginner", programme="dcne")},
        "certificate_missing",
    ),
    *common_upper("dcne", {"programme": "dcne"}),
    *common_beginner("cem"),
    *common_upper("cem", {"field": "节能与环保领域"}),
    *common_beginner("csa"),
    *common_upper("csa", {"field": "碳减排领域"}),
    # a level-less certificate of the nine posts counts as 初级
    case(
        "csa:intermediate",
        6,
        {"certificates": held(programme="crp"), "work": unbroken(1)},
        {"certificates": held(programme="cem"), "work": unbroken(1)},
        "certificate_missing",
    ),
    case(
        "csa:advanced",
        6,
        {"certificates": held("intermediate", programme="crp"), "work": unbroken(1)},
        {"certificates": held(programme="crp"), "work": unbroken(1)},
        "certificate_missing",
    ),
    case(CRP, 1, {"work": broken(3)}, {"work": short(3)}, YEARS),
    case(CRP, 2, HIGH | ENERGY | {"work": unbroken(2)}, HIGH | ENERGY | {"work": short(2)}, CONTINUOUS),
    case(CRP, 2, HIGH | ENERGY | {"work": unbroken(2)}, HIGH | ENERGY | {"work": broken(2)}, CONTINUOUS),
    case(CRP, 2, COLLEGE | {"work": unbroken(2)}, COLLEGE | {"work": short(2)}, CONTINUOUS),
    case(CRP, 2, COLLEGE | {"work": unbroken(2)}, HIGH | {"work": unbroken(2)}, "major_unrelated"),
    case(CRP, 3, BACHELOR | ENERGY | {"work": broken(1)}, BACHELOR | ENERGY | {"work": short(1)}, YEARS),
    case(
        CRP,
        3,
        BACHELOR | {"major": OTHER, "work": broken(1)},
        COLLEGE | {"major": OTHER, "work": broken(1)},
        "education_below",
    ),
    case(
        CRP,
        4,
        {"degrees": ("double_bachelor",)} | ENERGY,
        {"degrees": ("bachelor",)} | ENERGY,
        "degree_below",
    ),
    case(
        CRP, 4, {"degrees": ("master",)} | ENERGY, {"degrees": ("master",), "major": OTHER}, "major_unrelated"
    ),
    case(CRP, 5, {"occupation": "research-technical"}, {"occupation": ""}, "occupation_other"),
    case(CRP, 5, {"occupation": "exchange-staff"}, {"occupation": "something-else"}, "occupation_other"),
    case(CRP, 6, {"certificates": held("beginner")}, {"certificates": held("")}, "certificate_missing"),
    *(
        case(f"cmc:grade-{grade}", 1, {"work": broken(count)}, {"work": short(count)}, YEARS)
        for grades, count in ((range(4, 7), 3), (range(7, 10), 5))
        for grade in grades
    ),
]
NOTHING_ASKED = {("cmc", f"grade-{grade}", 1) for grade in (1, 2, 3)}


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    return {each.definition.code: each.definition for each in loader.read_all()}


def verdict(definitions: dict[str, Any], case: Case, claims: Claims) -> Verdict:
    definition = definitions[case.programme]
    return judge(definition.conditions_for(case.level), claims, ON, context_of(definition))


def _name(case: Case) -> str:
    return f"{case.programme}-{case.level}-{case.line}-{case.code}"


@pytest.mark.parametrize("case", TABLE, ids=_name)
def test_somebody_meets_exactly_this_line(definitions: dict[str, Any], case: Case) -> None:
    found = verdict(definitions, case, case.meets)
    assert found.met == case.line
    assert found.met_lines == (case.line,)


@pytest.mark.parametrize("case", TABLE, ids=_name)
def test_somebody_just_misses_this_line(definitions: dict[str, Any], case: Case) -> None:
    found = verdict(definitions, case, case.misses)
    line = next(each for each in found.per_line if each.line == case.line)
    assert not line.met
    assert [reason.code for reason in line.missing] == [case.code]


@pytest.mark.parametrize("case", TABLE, ids=_name)
def test_what_is_claimed_names_its_proof(definitions: dict[str, Any], case: Case) -> None:
    definition = definitions[case.programme]
    found = verdict(definitions, case, case.meets)
    required = {r.kind for r in required_materials(definition, found, case.meets) if r.required}
    assert set(found.proofs) <= required
    assert found.proofs
    missed = next(each for each in verdict(definitions, case, case.misses).per_line if each.line == case.line)
    assert all(reason.proofs for reason in missed.missing)


def test_the_table_knows_every_line_of_every_definition(definitions: dict[str, Any]) -> None:
    printed = {
        (definition.code, level, condition.line)
        for definition in definitions.values()
        for level in definition.level_codes
        for condition in definition.conditions_for(level)
    }
    assert {(each.programme, each.level, each.line) for each in TABLE} | NOTHING_ASKED == printed


@pytest.mark.parametrize("where", sorted(NOTHING_ASKED))
def test_lines_that_ask_for_no_years_are_met_and_need_no_proof(
    definitions: dict[str, Any], where: Any
) -> None:
    programme, level, line = where
    found = judge(
        definitions[programme].conditions_for(level), Claims(), ON, context_of(definitions[programme])
    )
    assert found.met == line and found.proofs == ()
