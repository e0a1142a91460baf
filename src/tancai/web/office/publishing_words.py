"""Words that the pages of publishing and venues share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tancai.programmes import api as programmes

CALL_KINDS = {"video_course": gettext_lazy("视频课程"), "expert": gettext_lazy("专家")}
CRITERIA = {
    "speech": gettext_lazy("讲解清晰"),
    "picture": gettext_lazy("画面清晰"),
    "landscape": gettext_lazy("横向画幅"),
    "content": gettext_lazy("内容准确，符合大纲"),
    "qualification": gettext_lazy("职称或学历相当"),
    "experience": gettext_lazy("有相关项目或教学经历"),
    "speciality": gettext_lazy("与所报专业一致"),
}


def programme_name(code: str) -> str:
    """The name of a programme in the reader's language; "" for none."""
    if not code:
        return _("不限职业")
    found = programmes.definition(code)
    return found.name_en if (get_language() or "").startswith("en") else found.name


def text_fault(error: Any) -> str:
    """One sentence for a text that a room refused."""
    return {
        "empty": _("请填写这一项。"),
        "too_long": _("文字太长，请不超过 %(most)s 字。") % {"most": error.params.get("most", "")},
        "personal_number": _("不要写身份证号等证件号码：这里会公开。"),
        "bad_choice": _("请从列出的选项中选择。"),
    }.get(error.code, _("这一项不能保存，请检查后再试。"))
