"""Words of the market for people: what is going on, methods, moves."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Word = str | Promise

PHASES: dict[str, Word] = {
    "waiting": _("等待开始"),
    "before": _("开市前"),
    "session": _("交易中"),
    "break": _("午间休市"),
    "closed": _("已收市"),
    "holiday": _("非交易日"),
    "ended": _("市场已结束"),
}
STATUSES: dict[str, Word] = {
    "waiting": _("尚未开始"),
    "running": _("时钟运行中"),
    "paused": _("时钟已停"),
    "ended": pgettext_lazy("trade", "已结束"),
}
METHODS: dict[str, Word] = {
    "listed": _("挂牌"),
    "block": _("大宗"),
    "auction": _("竞价"),
    "bid": _("竞价出价"),
}
SIDES: dict[int, Word] = {1: pgettext_lazy("trade", "买"), -1: pgettext_lazy("trade", "卖")}
MOVES: dict[str, Word] = {
    "list": _("挂牌申报"),
    "take": _("摘牌"),
    "cancel": _("撤单"),
    "block": _("大宗申报"),
    "accept": _("接受大宗"),
    "auction": _("竞价公告"),
    "bid": _("竞价出价"),
    "to_trading": _("划转到交易持仓"),
    "to_registered": _("划转到登记持仓"),
    "surrender": _("清缴"),
    "carry_over": _("结转"),
    "retire": _("自愿注销"),
}
STATES: dict[str, Word] = {
    "tradable": _("可交易"),
    "frozen": _("挂单冻结"),
    "bought": _("当日买入"),
    "registered": _("登记持仓"),
    "judicial": _("司法冻结"),
}
SECTORS: dict[str, Word] = {
    "power": _("发电"),
    "steel": _("钢铁"),
    "cement": _("水泥"),
    "aluminium": _("铝冶炼"),
}
PACES: dict[int, Word] = {
    5000: _("慢：一个交易日约20分钟"),
    2500: _("中：一个交易日约10分钟"),
    1000: _("快：一个交易日约4分钟"),
}
