"""What the rooms refuse, said to the person who filled in the form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _


def text_fault(code: str, params: dict[str, object]) -> str:
    """One sentence for a text that could not be kept."""
    return {
        "empty": _("请填写这一项。"),
        "too_long": _("文字太长，请不超过 %(most)s 字。") % {"most": params.get("most", "")},
        "personal_number": _("这里会公开或由多人看到，请不要填写身份证号等证件号码。"),
        "bad_link": _("请填写以 http:// 或 https:// 开头的完整网址。"),
        "bad_choice": _("请从列出的选项中选择。"),
        "phone": _("这不是有效的电话号码，请检查位数。"),
        "no_rooms": _("请至少填写一间机房。"),
        "too_many_rooms": _("机房太多，请分几个考点申请。"),
        "room_name": _("每间机房都要有名称，不超过 60 字。"),
        "room_twice": _("有两间机房同名，请区分名称。"),
        "seats": _("每间机房的机位数应在 1 到 500 之间。"),
        "cameras": _("摄像头数应在 0 到 100 之间。"),
    }.get(code, _("这一项不能保存，请检查后再试。"))


def add(form: forms.Form, field: str, message: str) -> None:
    """Put the message beside its field, or on top when the form has no such field."""
    form.add_error(field if field in form.fields else None, message)


def file_fault(code: str) -> str:
    """One sentence for a file that could not be kept."""
    return {
        "empty": _("文件是空的，请重新选择。"),
        "too_large": _("文件太大，请压缩到 20 MB 以内。"),
        "type": _("只接受 PDF、JPG、PNG 或 ZIP 文件。"),
    }.get(code, _("文件无法保存，请换一个文件。"))
