"""The benches of the workshop. A bench is a folder of this desk with its own pages; here it has one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Bench:
    """A place to work: ``code`` names its folder and its pieces of work, ``page`` its first page.

    ``work`` is the name of the address of one piece of work (``<work_id>``).
    """

    code: str
    name: str | Promise
    lead: str | Promise
    page: str
    work: str
    icon: str = "chart"


BENCHES: tuple[Bench, ...] = (
    Bench(
        "task",
        pgettext_lazy("bench", "实验任务"),
        _("核算、核查、碳足迹、碳汇、交易和管理的实验题，每次一个新案例，按步骤评分并讲解。"),
        "workshop:tasks",
        "workshop:task_work",
        "edit",
    ),
    Bench(
        "accounting",
        _("核算工作簿"),
        _("按指南算清一家企业的年度排放，直到排放报告。"),
        "workshop:accounting_home",
        "workshop:accounting",
        "form",
    ),
    Bench(
        "verification",
        pgettext_lazy("bench", "核查"),
        _("翻阅排放报告和证据，写出发现，出具《核查结论》，再与引擎的核对结果比较。"),
        "workshop:verification",
        "workshop:verification_work",
        "search",
    ),
    Bench(
        "footprint",
        _("产品碳足迹"),
        _("画单元过程和流，算每个功能单位的碳足迹：分配、取舍、贡献、敏感性和碳标签声明。"),
        "workshop:footprint_home",
        "workshop:footprint",
    ),
    Bench(
        "sink",
        _("碳汇项目"),
        _("从分层、样地到净清除量和减排量，编制设计、监测、审定、核证和碳中和评估文件。"),
        "workshop:sink_home",
        "workshop:sink",
    ),
    Bench(
        "trading",
        _("交易实训"),
        _("全班在同一个市场里交易配额：挂牌、大宗、竞价、清缴，由教师主持，有模拟交易者。"),
        "workshop:trading",
        "",
        "chart",
    ),
)


def bench(code: str) -> Bench | None:
    """The bench of a piece of work; None for one that is no more."""
    return next((one for one in BENCHES if one.code == code), None)
