"""People who do not exist: names made of the trade's own words, numbers of a region that does not exist.

Everybody follows from (seed, number); equal seeds give equal casts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tancai.lib import identity

REGION = "990101"
"""No region of the People's Republic has a code that begins with 99, so no number here is anybody's."""

DISTINCT = 12_500
"""Numbers below this never share a document: 25 birth days apart times 500 orders of a sex."""

_SURNAMES = "林江河田石安方叶云白沈山水木岑柏松竹梅桑"
_GIVEN = (
    "碳一 碳和 风电 光伏 绿汀 青禾 节能 低碳 清源 碧树 汇林 核算 核查 监测 减排 储能 蓝天 净土 归零 达峰 "
    "新绿 水电 地热 潮汐 碳汇 绿证 配额 履约 基准 固碳 回收 循环 沼气 氢能 热泵 余热 照明 绿建 植树 造林"
).split()


@dataclass(frozen=True)
class Actor:
    """One demo character: who it is, what it claims, what becomes of it."""

    number: int
    name: str
    sex: str
    birth: date
    document: str
    phone: str
    programme: str
    level: str
    speciality: str
    claims: dict[str, Any]
    fate: str
    skill: float
    extra: dict[str, Any] = field(default_factory=dict)


def document_number(birth: date, order: int, sex: str) -> str:
    """An 18-character number with a right check character in the region that does not exist."""
    serial = (order * 2 + (1 if sex == "male" else 0)) % 1000
    first = f"{REGION}{birth:%Y%m%d}{serial:03d}"
    return first + identity.check_character(first)


def person(seed: int, number: int) -> dict[str, Any]:
    """Name, sex, birth date, document and phone of character ``number``; see ``DISTINCT``."""
    generator = random.Random(f"{seed} person {number}")
    sex = generator.choice(["male", "female"])
    birth = date(1970, 1, 1) + timedelta(days=generator.randrange(11_000) // 25 * 25 + number % 25)
    name = _SURNAMES[number % len(_SURNAMES)] + _GIVEN[(number // len(_SURNAMES)) % len(_GIVEN)]
    if number >= len(_SURNAMES) * len(_GIVEN):
        name += generator.choice("甲乙丙丁戊己庚辛")
    return {
        "name": name,
        "sex": sex,
        "birth": birth,
        "document": document_number(birth, number // 25, sex),
        "phone": f"+86170{seed % 1000:03d}{number:05d}",
    }
