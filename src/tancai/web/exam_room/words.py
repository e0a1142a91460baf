"""Headings of the paper, and what the scripts of the page say."""

from __future__ import annotations

from django.utils.translation import gettext as _


def kind_heading(kind: str) -> str:
    """The heading of a section of one kind."""
    texts = {"single": _("单项选择题"), "multiple": _("多项选择题"), "short": _("简答题")}
    return texts.get(kind, "")


def page_words() -> dict[str, str]:
    """What the scripts of the exam room say; names in braces are filled in by them."""
    return {
        "connecting": _("正在连接…"),
        "saved": _("已保存"),
        "saving": _("正在保存…"),
        "kept": _("网络中断，{count} 处修改已存在本机，恢复后自动补交，请继续作答"),
        "kept_memory": _("网络中断，{count} 处修改尚未保存，请不要关闭页面"),
        "late": _("已补交，标记为迟到送达"),
        "conflict": _("有一处作答没有被接受，请告诉监考老师"),
        "left": _("剩余时间"),
        "starts_in": _("距开考"),
        "paused": _("考试已暂停，时间不会减少，请等待监考老师通知。"),
        "announce": _("还剩 {minutes} 分钟"),
        "over": _("时间到，正在交卷…"),
        "taken_over": _("本次考试已在另一页面或设备上继续，此处不再保存。如非本人操作，请立即告诉监考老师。"),
        "ended": _("监考老师已结束您的考试，正在交卷…"),
        "extra": _("监考老师为您延长了 {minutes} 分钟。"),
        "shorter": _("监考老师收回了 {minutes} 分钟的补时。"),
        "resumed": _("考试继续。"),
        "message": _("监考老师："),
        "dismiss": _("收起：{text}"),
        "expired": _("本页面的凭证已过期，请刷新页面；仍不行请告诉监考老师。"),
        "storage": _("这个浏览器不能在本机保存作答，网络中断时请不要关闭页面。"),
        "grid": _("第 {number} 题，{state}"),
        "answered": _("已作答"),
        "unanswered": _("未作答"),
        "flagged": _("已标记"),
        "progress": _("已答 {done} / {total}"),
        "all_answered": _("全部 {total} 题都已作答。"),
        "some_unanswered": _("还有 {count} 题未作答："),
        "some_flagged": _("还有 {count} 题有标记："),
        "handing_in": _("正在交卷，请不要关闭页面…"),
        "handed_in": _("交卷成功，正在打开回执…"),
        "queued": _("网络中断，交卷正在等待送达。请不要关闭页面；如需离开，请把交卷凭码告诉监考老师。"),
        "count": _("{count} 字"),
        "flag": _("标记本题"),
        "unflag": _("取消标记"),
        "hide_clock": _("隐藏时间"),
        "show_clock": _("显示时间"),
        "paper_failed": _("试卷没有取到，正在重试…"),
    }
