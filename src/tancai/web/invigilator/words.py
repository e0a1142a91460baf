"""Words for states, orders and reasons of the exam room."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.exams import api as exams

SITTING_STATES = {
    "no_paper": (gettext_lazy("无试卷"), "bad"),
    "ready": (gettext_lazy("未入场"), "idle"),
    "absent": (gettext_lazy("缺考"), "idle"),
    "waiting": (gettext_lazy("候考"), "wait"),
    "running": (gettext_lazy("作答中"), "good"),
    "paused": (gettext_lazy("已暂停"), "near"),
    "over": (gettext_lazy("时间到，待收卷"), "near"),
    "ended": (gettext_lazy("已强制结束"), "bad"),
    "handed_in": (gettext_lazy("已交卷"), "info"),
    "sealed": (gettext_lazy("已收卷"), "info"),
    "finished": (gettext_lazy("已收卷"), "info"),
}


def event(found: exams.SittingEvent) -> str:
    """One event of a sitting as a line of its story."""
    minutes = round(found.detail.get("seconds", 0) / 60)
    texts = {
        "started": _("首次入场"),
        "entered": _("再次入场"),
        "handed_in": _("交卷，作答 {n} 题").format(n=found.detail.get("answered", 0)),
        "expired": _("时间到收卷，作答 {n} 题").format(n=found.detail.get("answered", 0)),
        "ended": _("强制结束后收卷，作答 {n} 题").format(n=found.detail.get("answered", 0)),
        "extra": _("延长 {n} 分钟").format(n=minutes),
        "pause": _("暂停"),
        "resume": _("继续"),
        "message": _("通知：{text}").format(text=found.detail.get("text", "")),
        "end": _("强制结束"),
        "queued": _("登记交卷凭码 {code}").format(code=found.detail.get("code", "")),
    }
    return texts.get(found.kind, found.kind)


def error(found: exams.ExamError) -> str:
    """What was wrong with an order and what to do."""
    texts = {
        "finished": _("答卷已经收取，不能再操作。"),
        "no_reason": _("请选择原因。"),
        "no_text": _("请填写说明。"),
        "long_text": _("说明不能超过 500 字。"),
        "bad_seconds": _("延长时间应在 1 至 240 分钟之间。"),
        "bad_code": _("交卷凭码应为 8 位字母和数字，请与考生核对。"),
        "not_begun": _("该考生还没有入场。"),
    }
    return texts.get(found.code, _("没有完成，请重试。"))
