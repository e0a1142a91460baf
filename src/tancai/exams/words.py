"""Words for the codes of this room, the same wherever they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from tancai.exams.rules import Reason
from tancai.lib.chinese_dates import long_moment

if TYPE_CHECKING:
    from tancai.exams.journal import Entry

ORDER_REASONS: dict[str, Promise] = {
    "power": gettext_lazy("停电"),
    "network": gettext_lazy("网络故障"),
    "device": gettext_lazy("设备故障"),
    "illness": gettext_lazy("身体不适"),
    "accommodation": gettext_lazy("合理便利"),
    "disturbance": gettext_lazy("考场干扰"),
    "traffic": gettext_lazy("交通受阻"),
    "identity": gettext_lazy("核对身份"),
    "misconduct": gettext_lazy("违纪"),
    "mistake": gettext_lazy("更正误操作"),
    "notice": gettext_lazy("通知"),
    "other": gettext_lazy("其他"),
}

SESSION_STATES: dict[str, tuple[Promise, str]] = {
    "open": (gettext_lazy("待准备"), "wait"),
    "prepared": (gettext_lazy("试卷已备"), "wait"),
    "running": (gettext_lazy("进行中"), "good"),
    "over": (gettext_lazy("已结束"), "idle"),
    "closed": (gettext_lazy("已关闭"), "idle"),
    "cancelled": (gettext_lazy("已取消"), "bad"),
}
"""Word and tone of a session's state."""

SESSION_KINDS: dict[str, Promise] = {
    "regular": gettext_lazy("常规考试"),
    "special": gettext_lazy("专场考试"),
    "rehearsal": gettext_lazy("考前测试"),
}


def _percent(share: object) -> str:
    return f"{float(share):.0%}" if isinstance(share, int | float) else ""


def say_reason(found: Reason) -> str:
    """One sentence about why a ticket, entry or booking is refused: what is the matter and what to do."""
    params = found.params
    opens, closed = params.get("opens"), params.get("closed") or params.get("ended")
    texts = {
        "cancelled": _("这场考试已取消，请留意后续通知。"),
        "withdrawn": _("您的考试资格已被撤销，请联系发证机构。"),
        "not_approved": _("报名申请尚未审核通过。"),
        "fee": _("费用尚未结清。缴费或减免确认后即可参加考试。"),
        "hours": _("学时完成 {share}，需达到 {required} 才能进入考场，请先完成课程学习。").format(
            share=_percent(params.get("share")), required=_percent(params.get("required"))
        ),
        "too_early": _("{opens} 起开放，请届时再来。").format(opens=long_moment(opens) if opens else ""),
        "too_late": _("入场时间已于 {closed} 截止。如有特殊情况，请联系监考老师。").format(
            closed=long_moment(closed) if closed else ""
        ),
        "over": _("您的考试已于 {closed} 结束。").format(closed=long_moment(closed) if closed else ""),
        "finished": _("您已经交卷。"),
        "no_paper": _("试卷还没有准备好，请稍后刷新；如一直如此，请联系监考老师。"),
        "other_programme": _("所选考试不属于这个项目。"),
        "no_attempt": _("您还没有参加过这个项目的考试，不需要补考。"),
        "attempt_open": _("您还有一场考试没有结束。"),
        "booked_already": _("您已经预约了另一场补考。"),
        "day_over": _("这场考试已经开始或取消，请选择其他日期。"),
        "limit": _("补考次数已达上限（{limit} 次）。").format(limit=params.get("limit", "")),
    }
    return texts.get(found.code, _("现在不能进行，请联系监考老师。"))


def in_chinese() -> bool:
    """Whether the language in force is Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def in_other(text: Promise) -> str:
    """The same words in the other of the two languages, for what a document says in both."""
    with override("en" if in_chinese() else "zh-hans"):
        return str(text)


def named(found: Any) -> str:
    """Its name in the language in force; the Chinese one where there is no English."""
    return str(found.name) if in_chinese() else str(found.name_en or found.name)


def titled(definition: Any, level: str, speciality: str) -> str:
    """Programme and post in one line, in the language in force.

    A Chinese name of a post that says the programme already stands alone.
    """
    if in_chinese():
        name, post = definition.name, definition.post_name(level, speciality)
        return str(post) if post.startswith(name) else f"{name} · {post}"
    parts = (definition, definition.level(level), definition.speciality(speciality))
    return " · ".join(named(part) for part in parts if part)


def transfer_message(reason: str) -> str:
    """What the old page is told before another machine takes over."""
    return _(
        "因{reason}，您的考试将换到另一台设备上继续。已保存的作答都在，请到新设备上用监考老师给的入场码进入；本页面随后停止保存。"
    ).format(reason=ORDER_REASONS[reason])


JOURNAL_GROUPS: dict[str, Promise] = {
    "entry": gettext_lazy("入场与交卷"),
    "order": gettext_lazy("指令"),
    "message": gettext_lazy("通知"),
    "connection": gettext_lazy("连接与设备"),
    "evidence": gettext_lazy("行为提示"),
    "flag": gettext_lazy("身份与画面"),
    "permission": gettext_lazy("准入与登记"),
    "note": gettext_lazy("核查与记事"),
    "session": gettext_lazy("场次"),
}


def note_word(code: str) -> str:
    """A tell-tale of the candidate's page: weak evidence, never a finding."""
    texts = {
        "focus_lost": _("离开考试页面"),
        "fullscreen_left": _("退出全屏"),
        "focus_back": _("回到考试页面"),
        "pasted": _("粘贴文字"),
        "copied": _("复制文字"),
        "printed": _("打印页面"),
        "unreadable": _("有一处作答服务器无法读取，原文已留存"),
        "many": _("页面提示过多，之后不再记录"),
        "second_screen": _("接有第二块屏幕"),
    }
    return texts.get(code) or (_("页面提示：{code}").format(code=code) if code else _("页面提示"))


def say_entry(entry: Entry) -> str:
    """One line of the journal in words, without who, when and why."""
    detail = entry.detail
    minutes = round(abs(int(detail.get("seconds", 0))) / 60)
    say = _SAID.get(entry.kind)
    if entry.kind == "extra" and detail.get("seconds", 0) < 0:
        return _("收回补时 {n} 分钟").format(n=minutes)
    if say is None:
        return entry.kind
    text = say().format(
        n=minutes,
        answered=detail.get("answered", 0),
        text=detail.get("text", ""),
        code=detail.get("code", ""),
        count=detail.get("count", 1),
        granted=detail.get("minutes", 0),
        note=note_word(str(detail.get("note", ""))) if entry.kind == "note" else "",
        length=_length(int(detail.get("seconds", 0))),
    )
    if detail.get("code_matches") is True:
        text += _("，凭码相符")
    elif detail.get("code_matches") is False:
        text += _("，凭码不符，请核查")
    return text


FEW = 5
"""So many names are written out."""


def say_who(entry: Entry) -> str:
    """The candidate, some by name, a number of them, or the whole room."""
    if entry.name:
        return entry.name
    if not entry.names:
        return _("全场")
    if len(entry.names) <= FEW:
        return _("、").join(entry.names)
    return _("{n} 名考生").format(n=len(entry.names))


def say_remark(entry: Entry) -> str:
    """The words somebody added to an order, where they are not its content."""
    if entry.kind in ("message", "noted", "looked", "accommodated", "flag"):
        return ""
    return str(entry.detail.get("text", ""))


def _length(seconds: int) -> str:
    if seconds < 60:
        return _("{n} 秒").format(n=seconds)
    return _("{n} 分钟").format(n=round(seconds / 60))


_SAID: dict[str, Callable[[], str]] = {
    "started": lambda: _("首次入场"),
    "entered": lambda: _("再次入场"),
    "handed_in": lambda: _("交卷，作答 {answered} 题"),
    "expired": lambda: _("时间到收卷，作答 {answered} 题"),
    "ended": lambda: _("强制结束后收卷，作答 {answered} 题"),
    "extra": lambda: _("延长 {n} 分钟"),
    "pause": lambda: _("暂停"),
    "resume": lambda: _("继续"),
    "message": lambda: _("通知：{text}"),
    "transfer": lambda: _("换设备，已生成新入场码"),
    "end": lambda: _("强制结束"),
    "annulled": lambda: _("认定为误结束，由考务安排另考"),
    "queued": lambda: _("登记断网交卷凭码 {code}"),
    "knocked": lambda: _("迟到，请求入场"),
    "let_in": lambda: _("准许迟到入场，已当面核对证件"),
    "looked": lambda: _("已核查：{text}"),
    "accommodated": lambda: _("考前批准延长 {granted} 分钟"),
    "new_code": lambda: _("生成新入场码"),
    "noted": lambda: "{text}",
    "flag": lambda: "{text}",
    "on_duty": lambda: _("监考人员到岗"),
    "off_duty": lambda: _("监考人员离岗"),
    "cancelled": lambda: _("考试取消"),
    "closed": lambda: _("场次关闭"),
    "log_deleted": lambda: _("作答过程记录到期删除，答卷与回执码保留"),
    "log_differs": lambda: _("作答过程记录与回执码不符，未删除，请核查"),
    "take_over": lambda: _("在另一页面或设备上继续作答"),
    "old_page": lambda: _("旧页面仍在提交，{count} 处未计入"),
    "gap": lambda: _("断线约 {length}，恢复后补交 {count} 处"),
    "after_end": lambda: _("结束后提交，{count} 处未计入"),
    "note": lambda: _("{note}（{count} 次）"),
}
