from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tancai.labs.tasks.protocol import Step

BOUNDARY = "建立工作组、确定核算边界|Working group and boundary"
SOURCES = "排放源和气体种类|Sources and gases"
ACTIVITY = "碳源流和活动数据|Source streams and activity data"
FACTORS = "排放因子|Emission factors"
RESULT = "计算排放量|Calculation"
REPORT = "编制核算报告|Report"
SUBMIT = "报送数据和资料|Submission"
PAPERS = ("001 核算",)

COLLECT = ("5.2.1-b2", "5.5.1-b1", "5.5.2-b1", "5.5.3-b1", "5.5.4-b1")
"""Basic operation of accounting software and collection platform (OBS, CICES)."""
COLLECT_KNOWN = ("5.1.1-b1", "5.2.2-b1")
ANALYSE = ("5.2.1-b3", "5.2.2-b2", "5.5.1-b2", "5.5.2-b2", "5.5.3-b2", "5.5.4-b2")


def steps(*given: tuple[str, str, float]) -> tuple[Step, ...]:
    return tuple(Step(*one) for one in given)


def coded(chance: Any, right: Sequence[str], wrong: Sequence[str]) -> tuple[dict[str, str], frozenset[str]]:
    """Options in a drawn sequence under letters, and the letters of the right ones."""
    texts = chance.mixed([*right, *wrong])
    options = {chr(65 + k): text for k, text in enumerate(texts)}
    return options, frozenset(code for code, text in options.items() if text in right)


def lettered(chance: Any, right: str, wrong: Sequence[str]) -> tuple[Mapping[str, str], str]:
    """The same for a single right option."""
    options, codes = coded(chance, [right], wrong)
    return options, next(iter(codes))
