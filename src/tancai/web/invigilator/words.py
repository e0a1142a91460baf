"""Words for states, orders and reasons of the exam room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tancai.exams import api as exams

SITTING_STATES = {
    "no_paper": (gettext_lazy("无试卷"), "bad"),
    "ready": (gettext_lazy("未入场"), "idle"),
    "absent": (gettext_lazy("缺考"), "idle"),
    "waiting": (gettext_lazy("候考"), "wait"),
    "running": (gettext_lazy("作答中"), "good"),
    "paused": (pgettext_lazy("考生", "已暂停"), "near"),
    "over": (gettext_lazy("时间到，待收卷"), "near"),
    "ended": (gettext_lazy("已强制结束"), "bad"),
    "handed_in": (gettext_lazy("已交卷"), "info"),
    "sealed": (gettext_lazy("已收卷"), "info"),
    "finished": (gettext_lazy("已收卷"), "info"),
}


def needs() -> dict[str, str]:
    """Why a candidate needs somebody now, in a few words."""
    return {
        "late": _("迟到，在门口等候"),
        "check": _("等待核验身份"),
        "client": _("没有核对到客户端"),
        "flag": _("画面疑点待查看"),
        "queued": _("断网交卷，等待送达"),
        "mismatch": _("交卷凭码不符"),
        "silent": _("失联"),
        "no_paper": _("没有试卷"),
        "pending": _("指令待送达"),
        "old_page": _("旧页面仍在作答"),
        "take_over": _("多次更换页面或设备"),
        "note": _("行为提示待核查"),
    }


def incidents() -> dict[str, str]:
    """What happened, as a badge with a number."""
    return {
        "take_over": _("换页面"),
        "old_page": _("旧页面"),
        "gap": _("断线补交"),
        "after_end": _("超时作答"),
        "note": _("行为提示"),
    }


def page_words() -> dict[str, Any]:
    """What the script of the live page says; names in braces are filled in by it."""
    return {
        "needs": needs(),
        "incidents": incidents(),
        "online": _("在线"),
        "lost": _("失联"),
        "lost_for": _("失联 {n} 分"),
        "none": "—",
        "seconds": _("{n} 秒前"),
        "minutes_left": _("{n} 分"),
        "stands": _("{n} 分（停表）"),
        "extra": _("补 {n} 分"),
        "let_in": _("已准入"),
        "streaming": _("实时更新中"),
        "polling": _("每几秒更新"),
        "broken": _("与服务器的连接断开，正在重连。以下是 {time} 的情况。"),
        "away": _(
            "作答服务器暂时没有回应。考生的作答保存在各自设备上，恢复后自动补交；指令也会在恢复后送达。"
        ),
        "everybody": _("全场已入场、未收卷的考生（{n} 人）"),
        "chosen": _("已选 {n} 人"),
        "nobody_chosen": _("未选考生，指令对全场生效"),
        "choose": _("选择 {name}"),
        "one": _("{name}（{ticket}）"),
        "and_more": _("{names} 等 {n} 人"),
        "shown": _("显示 {n} / {total} 人"),
        "failed": _("没有发出，请检查网络后再试。"),
        "comma": _("、"),
    }


def error(found: exams.ExamError) -> str:
    """What was wrong with an order and what to do."""
    texts = {
        "finished": _("答卷已经收取，不能再操作。"),
        "nothing_changes": _("所选考生的状态不需要这个指令，没有改动。收回的时间不能超过已补的时间。"),
        "no_reason": _("请选择原因。"),
        "no_text": _("请填写说明。"),
        "long_text": _("说明不能超过 500 字。"),
        "bad_seconds": _("分钟数应在 1 至 240 之间。"),
        "bad_code": _("交卷凭码应为 8 位字母和数字，请与考生核对。"),
        "not_begun": _("该考生还没有入场。"),
        "not_seen": _("请先当面核对证件，再勾选确认。"),
        "not_late": _("入场时间还没有截止，考生可以直接入场。"),
        "too_late_for_all": _("已超过准许迟到入场的最晚时间，请联系考务。"),
        "has_begun": _("该考生已经入场。"),
        "no_paper": _("试卷还没有准备好，请联系考务。"),
        "cancelled": _("这场考试已取消。"),
        "withdrawn": _("该考生的考试资格已被撤销。"),
        "bad_moment": _("发生时间不对：不能晚于现在，也不能早于考前一天。"),
        "not_ended": _("该考生不是被强制结束的。"),
        "same_person": _("须由发出“强制结束”以外的工作人员认定。"),
        "annulled": _("已经认定过。"),
    }
    return texts.get(found.code, _("没有完成，请重试。"))
