"""Words of item analysis: flags with what to do, notes, options, rulings and their effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tancai.marking import api as marking

SUSPECT = 2
"""From this weight on an item is looked at before anything else."""


def _flags() -> dict[str, tuple[str, str, int]]:
    """Word, what to do, weight."""
    return {
        "negative_discrimination": (
            _("水平高的考生反而更多答错"),
            _("先核对答案；答案无误则停用或重写，并考虑更正这一场的成绩。"),
            3,
        ),
        "distractor_better_than_key": (
            _("某个错误选项比答案更受高分考生选择"),
            _("很可能答案有误或有两个正确选项，请对照依据核对。"),
            3,
        ),
        "key_never_chosen": (_("没有人选答案"), _("请核对答案和题干。"), 3),
        "case_question": (
            _("有小题的答案存疑"),
            _("看各小题的提示：先核对那一小题的答案；答案有误可以只更改这一小题。"),
            3,
        ),
        "weak_discrimination": (
            _("分不出水平高低"),
            _("题意可能不清，或与本项目无关；改写题干和选项后重新试测。"),
            2,
        ),
        "constant": (_("所有人得分相同"), _("这道题不提供任何区分，考虑换题。"), 1),
        "too_hard": (_("过难"), _("检查是否超出大纲，或题干有歧义。"), 1),
        "too_easy": (_("过易"), _("可以保留作必会内容，否则改写选项。"), 1),
        "idle_distractor": (_("有选项几乎没人选"), _("换一个更像的错误选项。"), 0),
        "few_people": (_("作答人数太少，数字仅供参考"), _("等更多场次后再看。"), 0),
        "no_answers": (_("没有人作答"), _("等更多场次后再看。"), 0),
    }


def flag(code: str) -> str:
    return _flags().get(code, (code, "", 0))[0]


def flag_choices() -> list[tuple[str, str]]:
    return [(code, facts[0]) for code, facts in _flags().items()]


def weight(codes: Iterable[str]) -> int:
    known = _flags()
    return max((known[code][2] for code in codes if code in known), default=0)


def tone(codes: Iterable[str]) -> str:
    return {3: "bad", 2: "now", 1: "near"}.get(weight(codes), "idle")


def advice(codes: Iterable[str]) -> str:
    """What to do about the gravest flag."""
    known = [_flags()[code] for code in codes if code in _flags()]
    return max(known, key=lambda facts: facts[2])[1] if known else ""


def notes(row: Any) -> list[str]:
    """What the analysis says about itself."""
    model = {
        "1pl": _("题目位置按单参数模型估计（各题斜率相同）。"),
        "2pl": _("题目斜率和位置按双参数模型估计。"),
        "pcm": _(
            "题目位置按单参数模型估计（各题斜率相同）；案例题按得分段用分部评分模型，在同一次估计中得出。"
        ),
        "grm": _("题目斜率和位置按双参数模型估计；案例题按得分段用等级反应模型，在同一次估计中得出。"),
    }.get(row.model, "")
    found = [model] if model else []
    if row.model and not row.converged:
        found.append(_("估计没有完全收敛，斜率和位置仅供参考。"))
    for code in row.notes:
        found.append(
            {
                "too_few_for_model": _("答卷不足 50 份，不估计斜率和位置。"),
                "too_few_for_slopes": _("答卷不足 250 份，各题斜率按相同处理。"),
            }.get(code, _("这批答卷估计不出斜率和位置。"))
        )
    return found


def steps(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps of a graded score with the share of the marks in words: ``25–50 %``, the last one ``100 %``."""
    starts = [round(100 * step["from"]) for step in found]
    words = []
    for k, start in enumerate(starts):
        after = starts[k + 1] if k + 1 < len(starts) else 100
        words.append(f"{start} %" if start == after else f"{start}–{after} %")
    return [{**step, "share": word} for step, word in zip(found, words, strict=True)]


def groups() -> list[str]:
    return [_("最低 1/5"), _("较低"), _("中间"), _("较高"), _("最高 1/5")]


def option(letter: str, is_key: bool) -> str:
    return _("%(letter)s（答案）") % {"letter": letter} if is_key else letter


def ruling(code: str) -> str:
    return {
        "credit": _("全部给分"),
        "drop": _("不计这道题"),
        "rekey": _("更改答案，重新计分"),
    }.get(code, code)


def ruling_help(code: str) -> str:
    return {
        "credit": _("所有考生这道题都得满分；没有人的成绩会下降。"),
        "drop": _("这道题不计分，满分和合格线按比例下调。"),
        "rekey": _("按新的答案重新计分；单项选择题可以选几个都算对的答案。"),
    }.get(code, "")


def ruling_problem(code: str) -> str:
    return {
        "not_marked": _("这一场还没有评完，评完后才能更正。"),
        "bad_key": _(
            "新的答案不成立：选项至少选一个，不能全选；填写的答案要写法正确；案例题一次只改一个小题。"
        ),
        "same_key": _("新的答案与原来的相同。"),
        "no_reason": _("请写明理由：依据哪一条、错在哪里。"),
        "no_effect": _("这样更正不会改变任何人的成绩。"),
        "waiting": _("这道题已有一份更正在等待决定。"),
    }.get(code, _("现在不能这样操作。"))


def figure_change(effect: marking.Effect) -> str:
    """``+2``, ``-0.5``, ``0``."""
    change = effect.after - effect.before
    return f"{float(change):+g}" if change else "0"


def effects(found: Sequence[marking.Effect]) -> list[dict[str, Any]]:
    """Rows of the dry run without names: what each score becomes and who crosses the line."""
    crossing = {"up": (_("变为合格"), "good"), "down": (_("变为未合格"), "bad")}
    return [
        {
            "number": number,
            "before": marking.total_text(effect.before),
            "after": marking.total_text(effect.after),
            "out_of": marking.total_text(effect.out_of_after),
            "pass_mark": marking.total_text(effect.pass_mark_after),
            "change": figure_change(effect),
            "crossing": crossing.get(effect.crossing),
            "passed": effect.passed_after,
            "admission_id": effect.admission_id,
        }
        for number, effect in enumerate(found, 1)
    ]
