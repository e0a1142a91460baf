"""Words for the codes of this room, the same wherever they are shown."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.exams.rules import Reason
from tancai.lib.chinese_dates import long_moment

ORDER_REASONS: dict[str, Promise] = {
    "power": gettext_lazy("停电"),
    "network": gettext_lazy("网络故障"),
    "device": gettext_lazy("设备故障"),
    "illness": gettext_lazy("身体不适"),
    "accommodation": gettext_lazy("合理便利"),
    "disturbance": gettext_lazy("考场干扰"),
    "misconduct": gettext_lazy("违纪"),
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


def exam_title(name: str, post: str) -> str:
    """Programme and post in one line; the name of a post that says the programme already stands alone."""
    return post if post.startswith(name) else f"{name} · {post}"
