"""Headings of the paper, and what the scripts of the page say."""

from __future__ import annotations

from django.utils.translation import gettext as _


def page_words() -> dict[str, str]:
    """What the scripts of the exam room say; names in braces are filled in by them."""
    return {
        "connecting": _("正在连接…"),
        "saved": _("已保存"),
        "saving": _("正在保存…"),
        "kept": _("网络中断，{count} 处修改已存在本机，恢复后自动补交，请继续作答"),
        "kept_memory": _("网络中断，{count} 处修改尚未保存，请不要关闭页面"),
        "offline": _("网络中断，请继续作答：作答会留在本机，恢复后自动补交"),
        "conflict": _("有一处作答没有被接受，请告诉监考老师"),
        "resumed_here": _(
            "网络中断，本页已从这台设备恢复，您的作答都在。请继续作答：修改先存在本机，网络恢复后自动补交。"
        ),
        "open_elsewhere": _(
            "网络中断。本次考试在这台设备的另一个页面上开着，请回到那个页面继续作答，并关闭本页。"
        ),
        "left": _("剩余时间"),
        "starts_in": _("距开考"),
        "paused": _("考试已暂停，时间不会减少，请等待监考老师通知。"),
        "announce": _("还剩 {minutes} 分钟"),
        "over": _("时间到，正在交卷…"),
        "taken_over": _("本次考试已在另一页面或设备上继续，此处不再保存。如非本人操作，请立即告诉监考老师。"),
        "taken_over_lost": _(
            "本次考试已在另一页面或设备上继续，这里最后 {count} 处作答没有计入，已保存备查。"
            "请回到那边继续作答；如非本人操作，请立即告诉监考老师。"
        ),
        "signed_out": _("您已退出登录，试卷取不到。已保存的作答都在，请返回入场核对重新进入。"),
        "set_aside": _(
            "您后来在另一页面或设备上继续了考试，这台设备上有 {count} 处作答（第 {numbers} 题）因此没有计入，"
            "已保存备查。要改用这些作答吗？"
        ),
        "comma": _("、"),
        "set_aside_take": _("改用这些作答"),
        "set_aside_leave": _("保持现在的作答"),
        "ended": _("监考老师已结束您的考试，正在交卷…"),
        "extra": _("监考老师为您延长了 {minutes} 分钟。"),
        "shorter": _("监考老师收回了 {minutes} 分钟的补时。"),
        "resumed": _("考试继续。"),
        "message": _("监考老师："),
        "dismiss": _("收起：{text}"),
        "expired": _("本页面的凭证已过期，请刷新页面；仍不行请告诉监考老师。"),
        "storage": _(
            "这个浏览器不能在本机保存作答（可能是无痕窗口，或存储已被禁用、占满）。"
            "联网时作答照常保存；网络中断时请不要关闭页面。"
        ),
        "grid": _("第 {number} 题，{state}"),
        "answered": _("已作答"),
        "unanswered": _("未作答"),
        "partly": _("未答完"),
        "flagged": _("已标记"),
        "progress": _("已答 {done} / {total}"),
        "all_answered": _("全部 {total} 题都已作答。"),
        "some_unanswered": _("还有 {count} 题未作答或未答完："),
        "some_flagged": _("还有 {count} 题有标记："),
        "handing_in": _("正在交卷，请不要关闭页面…"),
        "handed_in": _("交卷成功，正在打开回执…"),
        "collected": _("考试已结束，系统已收取您保存的作答，正在打开回执…"),
        "received": _(
            "答卷已经收到，回执页面暂时打不开，正在重试。您可以先记下回执码，之后从“我的考试”查看回执。"
        ),
        "queued": _(
            "网络中断，交卷正在等待送达，您的作答都在本机。请不要关闭页面；如需离开，请先把交卷凭码告诉监考老师。"
        ),
        "queued_memory": _("网络中断，交卷正在等待送达。请千万不要关闭页面，并把交卷凭码告诉监考老师。"),
        "too_late": _(
            "考试时间和补交期限已过，这次交卷没有计入。此前已保存的作答由系统收取，请告诉监考老师。"
        ),
        "too_late_answers": _(
            "考试时间和补交期限已过，最后 {count} 处作答送达太晚，没有计入，已保存备查。"
            "此前已保存的作答由系统收取，请告诉监考老师。"
        ),
        "go_to": _("到第 {number} 题"),
        "count": _("{count} 字"),
        "flag": _("标记本题"),
        "unflag": _("取消标记"),
        "hide_clock": _("隐藏时间"),
        "show_clock": _("显示时间"),
        "paper_failed": _("试卷没有取到，正在重试…"),
    }
