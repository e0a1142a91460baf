"""Words of the bench: levels, steps of a verification, records."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LEVELS = {"beginner": _("初级"), "intermediate": _("中级"), "advanced": _("高级")}
RECORDS = {
    "report": _("排放报告及其修改稿"),
    "evidence": _("证据材料清单和复印件"),
    "site": _("现场核查记录和影像"),
    "findings": _("不符合项清单和整改材料"),
    "conclusion": _("《核查结论》"),
}
STEPS = (
    ("team", _("建立核查技术工作组")),
    ("review", _("文件评审")),
    ("site-team", _("建立现场核查组")),
    ("site", _("实施现场核查")),
    ("findings", _("发现")),
    ("conclusion", _("出具《核查结论》")),
    ("notice", _("告知核查结果")),
    ("archive", _("保存核查记录")),
)


def level_word(level: str) -> str:
    return str(LEVELS[level])
