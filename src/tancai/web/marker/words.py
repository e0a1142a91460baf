"""Words for the codes of marking."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def named(thing: Any) -> str:
    """The name in the language of the reader."""
    if (get_language() or "zh-hans").startswith("zh"):
        return thing.name
    return thing.name_en or thing.name


def role(code: str) -> str:
    return {"first": _("初评"), "second": _("复评"), "third": _("终评")}.get(code, code)


def refusal(code: str) -> str:
    """Why a mark or an undo was refused, and what to do."""
    words = {
        "own": _("这份答卷不能由您评阅，请评下一份。"),
        "released": _("本场成绩已经公布，评分不能再改。"),
        "already_yours": _("这一题您已经评过，没有重复计分。"),
        "moved_on": _("您打开页面之后，这一题已由其他阅卷员评完。您的评分没有计入，请评下一份。"),
        "claimed": _("这一题已转给其他阅卷员（您领取的时间已到）。您的评分没有计入，请评下一份。"),
        "withdrawn": _("这次评分已经撤回。"),
        "not_last": _("只能撤回您最近的一次评分。"),
        "marked_since": _("之后已有其他阅卷员评过这一题，不能再撤回。"),
    }
    return words.get(code, _("没有完成，请重试。"))


def fault(code: str, params: dict[str, Any]) -> str:
    """What is wrong with the marks of a point."""
    words = {
        "count": _("每个要点都要给分。"),
        "range": _("第 %(point)s 个要点最多 %(most)s 分，最少 0 分。"),
        "halves": _("第 %(point)s 个要点的分数须为 0.5 的倍数。"),
    }
    return words.get(code, _("分数不对，请检查。")) % params
