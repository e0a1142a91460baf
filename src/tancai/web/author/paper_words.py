"""Words of parallel papers: wishes, the search, what is proven, why there are none."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tancai.items import api as items
from tancai.web.author import words


def aim(code: str) -> str:
    return {
        items.MIX: _("难度结构：易、中、难题的比例尽量接近方案"),
        items.INFORMATION: _("测量精度：对低、中、高水平考生的区分能力尽量相同"),
    }.get(code, code)


def state(status: str, step: str) -> tuple[str, str]:
    if step == items.PaperSetStep.ACCEPTED:
        return _("已采用"), "good"
    if step == items.PaperSetStep.DISCARDED:
        return _("已作废"), "idle"
    if not status:
        return _("组卷中"), "wait"
    return (_("待采用"), "now") if status in ("optimal", "feasible") else (_("未组成"), "bad")


def paper(number: int) -> str:
    return _("第 %(n)d 份") % {"n": number}


def stage(code: str, done: int, count: int) -> str:
    """What the search does now."""
    known = {
        "bound": _("正在计算最好能做到多接近"),
        "in turn": _("正在组第 %(n)d 份，共 %(count)d 份"),
        "with those to come": _("正在组第 %(n)d 份，共 %(count)d 份"),
        "pairs": _("正在让各份更接近"),
        "all at once": _("正在把各份放在一起比较"),
    }
    return known.get(code, _("正在准备题库")) % {"n": min(done + 1, count), "count": count}


def left_out(rules: dict[str, Any]) -> list[str]:
    found = []
    if rules.get("people"):
        found.append(
            ngettext(
                "待补考的 %(people)d 名考生见过的 %(items)d 道题不用",
                "待补考的 %(people)d 名考生见过的 %(items)d 道题不用",
                rules["people"],
            )
            % {"people": rules["people"], "items": rules["resit"]}
        )
    if rules.get("recent"):
        found.append(
            ngettext(
                "最近 %(last)d 场考过的 %(items)d 道题不用",
                "最近 %(last)d 场考过的 %(items)d 道题不用",
                rules["last"],
            )
            % {"last": rules["last"], "items": rules["recent"]}
        )
    return found


def verdict(row: Any, outcome: Any) -> list[str]:
    """What is proven about the papers."""
    found = [_("每份都符合试卷结构，已逐题复核。")]
    if outcome.gap is not None and outcome.value is not None:
        unit = _("题") if row.aim == items.MIX else _("（信息量）")
        found.append(
            _("与目标最多相差 %(value).2f %(unit)s；可以证明任何组法都不会好过 %(bound).2f，差距 %(gap).2f。")
            % {"value": outcome.value, "unit": unit, "bound": outcome.bound or 0.0, "gap": outcome.gap}
        )
    if outcome.late:
        found.append(_("时间用完时的结果，可能还有更接近的组法。"))
    if outcome.assumed:
        found.append(
            ngettext(
                "备选题中有 %(n)d 道还没有考试数据，按命题时标的难度估计。",
                "备选题中有 %(n)d 道还没有考试数据，按命题时标的难度估计。",
                outcome.assumed,
            )
            % {"n": outcome.assumed}
        )
    return found


def nothing(status: str) -> str:
    if status == "infeasible":
        return _("题库里组不出这样的试卷。下面这些要求合在一起做不到；每一条下面写明怎样放宽就能组成。")
    return _("规定时间内没有组成，也不能证明组不成。请减少份数，或允许有相同的题，再试一次。")


def hindrance(found: dict[str, Any], topics: dict[str, Any], definition: Any) -> dict[str, str]:
    """A requirement in the words of the paper's structure, and what it would have to give."""
    params, code = found["params"], found["code"]
    needed = found["needed"]
    titles = _("、").join(
        words.topic_title(topics.get(topic), topic)
        for topic in ([params["topic"]] if "topic" in params else list(params.get("topics", ()))[:3])
    )
    parts = {part.code: words.named(part) for part in definition.paper.parts}
    named = _("、").join(dict.fromkeys(parts.get(part, part) for part in params.get("parts", ())))
    facts = {
        "kind": items.kind_name(str(params.get("kind", ""))),
        "count": params.get("count", 0),
        "topics": titles,
        "low": params.get("low", 0),
        "high": params.get("high", 0),
        "least": params.get("least", 0),
        "most": params.get("most", 0),
        "parts": named,
    }
    texts = {
        "section": _("每份要有 %(count)d 道%(kind)s"),
        "topic": _("每份的%(kind)s中，“%(topics)s”要有 %(low)d 到 %(high)d 道"),
        "own_topics": _("每份的%(kind)s中，“%(topics)s”至少 %(least)d 道"),
        "cover": _("每份都要考到“%(topics)s”"),
        "overlap": _("两份试卷最多有 %(most)d 道相同的题"),
        "excluded": _("不用已经考过或补考考生见过的 %(count)d 道题"),
    }
    text = texts.get(code, code) % facts
    if not found["enough"]:
        remedy = _("单独放宽这一条还不够。")
    elif code == "excluded":
        remedy = _("允许用其中一部分题，就能组成。")
    elif code == "cover":
        remedy = _("不要求考到它，就能组成；或为它补充试题。")
    elif needed is None:
        remedy = _("去掉这一条，就能组成。")
    else:
        remedy = _("放宽到 %(needed)g，就能组成。") % {"needed": needed}
    return {"text": text, "remedy": remedy, "enough": "1" if found["enough"] else ""}


def refusal(code: str) -> str:
    return {
        "nothing_found": _("没有组成试卷，不能采用。"),
        "decided": _("这一组试卷已经有了决定，不能再改。"),
        "reason_needed": _("已采用的试卷要作废，请写明原因。"),
        "moved_on": _("这份试卷刚刚有了变动，请重新查看。"),
        "does_not_fit": _("这道题不能放在这里：题型、知识点不合，或已在另一份试卷上。"),
    }.get(code, _("现在不能这样操作。"))
