"""One item of every kind that is answered by more than ticking options, and a paper of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tancai.items import api as items
from tancai.items.kinds import matching, ordering
from tancai.items.models import Form, FormEntry, ItemState, ItemVersion

MARKS = 6
FUELS = {
    "热值低、含水率高的劣质煤": "褐煤",
    "主要成分是甲烷的气体燃料": "天然气",
    "原油蒸馏后得到的车用燃料": "柴油",
}
STEPS = [
    "确定核算边界",
    "识别排放源和温室气体种类",
    "收集活动数据，选取排放因子",
    "计算并汇总排放量",
    "编写报告，存档备查",
]
TEXTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "truefalse": ({"stem": "外购电力产生的排放属于能源间接排放。"}, {"right": True}),
    "numeric": (
        {
            "stem": "某企业全年外购电力 2 000 MWh，电力排放因子取 0.5 tCO$_2$/MWh，计算排放量。",
            "unit": "tCO$_2$",
        },
        {"value": "1000", "tolerance": "1"},
    ),
    "parameterised": (
        {
            "stem": "锅炉全年燃煤 {fuel} t，排放因子取 {factor} tCO$_2$/t，计算燃烧排放量，保留一位小数。",
            "unit": "tCO$_2$",
            "variables": [
                {"name": "fuel", "min": "1000", "max": "2000", "step": "50"},
                {"name": "factor", "values": ["1.9", "2.1", "2.3"]},
            ],
            "derived": [],
        },
        {"expression": "fuel * factor", "round": 1},
    ),
    "fill": (
        {
            "stem": "企业温室气体排放由[[1]]排放、能源间接排放和其他间接排放组成；"
            "甲烷的全球变暖潜势比二氧化碳[[2]]，折算时乘以[[3]]。",
            "blanks": [{}, {"options": ["高", "低", "相同"]}, {}],
        },
        {
            "blanks": [
                {"answers": [{"text": "直接", "share": "1"}]},
                {"answers": [{"text": "高", "share": "1"}]},
                {"answers": [{"text": "全球变暖潜势", "share": "1"}, {"text": "GWP", "share": "1"}]},
            ]
        },
    ),
    "matching": matching.make(
        "把下列描述与燃料配对，有一种燃料用不到。", [list(pair) for pair in FUELS.items()], ["焦炭"]
    ),
    "ordering": ordering.make("把下列核算工作按先后排序。", STEPS),
}
CASE: tuple[dict[str, Any], dict[str, Any]] = (
    {
        "stem": "某食品厂有一台燃煤锅炉，全年燃煤 {AD} t，排放因子取 {EF} tCO$_2$/t；外购电力另行计量。",
        "variables": [
            {"name": "AD", "min": "1000", "max": "2000", "step": "50"},
            {"name": "EF", "values": ["1.9", "2.1", "2.3"]},
        ],
        "derived": [],
        "questions": [
            {
                "kind": "single",
                "marks": 3,
                "content": {
                    "stem": "锅炉燃煤属于哪一类排放？",
                    "options": [
                        {"letter": "A", "text": "能源间接排放"},
                        {"letter": "B", "text": "直接排放"},
                        {"letter": "C", "text": "不计入的排放"},
                    ],
                },
            },
            {
                "kind": "multiple",
                "marks": 4,
                "content": {
                    "stem": "核算锅炉排放需要哪些数据？",
                    "options": [
                        {"letter": "A", "text": "燃煤消耗量"},
                        {"letter": "B", "text": "燃煤排放因子"},
                        {"letter": "C", "text": "厂区绿化面积"},
                    ],
                },
            },
            {
                "kind": "parameterised",
                "marks": 6,
                "content": {"stem": "燃煤 {AD} t 的排放量是多少？保留一位小数。", "unit": "tCO$_2$"},
            },
            {"kind": "short", "marks": 7, "content": {"stem": "说明该厂的核算边界。"}},
        ],
    },
    {
        "questions": [
            {"letters": ["B"]},
            {"letters": ["A", "B"]},
            {"expression": "AD * EF", "round": 1},
            {
                "reference": "以法人为边界，包括锅炉燃烧的直接排放和外购电力的能源间接排放。",
                "points": [{"text": "法人边界", "marks": 4}, {"text": "列出两类排放", "marks": 3}],
            },
        ]
    },
)
"""Three questions for the machine, one of them with numbers of the candidate's own, and one for people."""


def add(kind: str, *, collection: str, topic: str, by: Any = None, at: datetime) -> ItemVersion:
    """The item of this kind, in use."""
    content, key = CASE if kind == "case" else TEXTS[kind]
    version = items.add_item(
        code=f"{topic}-{items.kinds()[kind].letter}901",
        collection=collection,
        kind=kind,
        topic=topic,
        difficulty="medium",
        levels=[],
        content=content,
        key=key,
        basis={"document": "GB/T 32150—2025", "clause": "5.1"},
        explanation="按标准的定义。",
        by=by,
        at=at,
    )
    ItemState.objects.create(version=version, state=ItemState.ACTIVE, at=at)
    return version


def paper(like: Form, *, at: datetime, more: tuple[ItemVersion, ...] = ()) -> Form:
    """A paper of the six and a case, ``MARKS`` each, for whom ``like`` is; then ``more``."""
    found = Form.objects.create(
        programme=like.programme,
        level=like.level,
        speciality=like.speciality,
        seed="each kind",
        blueprint=like.blueprint,
        made_at=at,
    )
    shared = {"collection": "shared", "topic": "base-2", "at": at}
    for position, version in enumerate([*(add(kind, **shared) for kind in (*TEXTS, "case")), *more], start=1):
        FormEntry.objects.create(form=found, position=position, version=version, marks=MARKS, part="")
    return found
