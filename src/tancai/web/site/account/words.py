"""Refusals of the rooms, in the words that the account pages show."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tancai.people.api import PeopleError

_WORDS: dict[str, tuple[str, str | Promise]] = {
    "name": ("name", _("请按证件填写姓名，至少两个字，不含数字。")),
    "sex": ("sex", _("请选择性别。")),
    "sex_differs": ("sex", _("性别与证件号码不一致，请核对。")),
    "birth": ("birth", _("请填写出生日期，如 1990-05-01。")),
    "birth_differs": ("birth", _("出生日期与证件号码不一致，请核对。")),
    "document_empty": ("document", _("请填写证件号码。")),
    "document_length": ("document", _("号码应为 18 位，请检查是否漏填。")),
    "document_characters": ("document", _("号码只含数字，最后一位可以是 X，请检查。")),
    "document_birth_date": ("document", _("号码中的出生日期不存在，请检查第 7 至 14 位。")),
    "document_check_digit": ("document", _("号码校验不通过，请逐位核对。")),
    "document_region": ("document", _("港澳台居民居住证号码应以 810000、820000 或 830000 开头。")),
    "document_form": ("document", _("号码格式与证件类型不符，请核对类型和号码。")),
    "document_unknown_kind": ("document_kind", _("请选择证件类型。")),
    "already_identified": ("", _("您的身份信息已经登记。如需更正，请联系办公室。")),
    "document_taken": (
        "",
        _("这个证件已登记在另一个账户下。如果那也是您的账户，请用原来的手机号或邮箱登录；否则请联系办公室。"),
    ),
    "name_mismatch": (
        "name",
        _(
            "机构为这个证件登记的姓名与您填写的不同。请核对姓名与证件完全一致；仍不一致的，请联系机构或办公室更正。"
        ),
    ),
    "missing": ("", _("手机号和邮箱至少保留一个。")),
    "phone": ("contact_phone", _("电话格式不正确，请检查位数。")),
    "phone_taken": ("", _("这个手机号不能使用，请换一个。")),
    "email": ("", _("邮箱格式不正确，请检查，如 name@example.com。")),
    "email_taken": ("", _("这个邮箱不能使用，请换一个。")),
    "credit_code": ("credit_code", _("统一社会信用代码应为 18 位且通过校验，请按营业执照核对。")),
    "credit_code_taken": (
        "credit_code",
        _("这个信用代码已有机构登记。请联系对方管理员邀请您加入，或联系办公室。"),
    ),
    "contact": ("contact_name", _("请填写联系人姓名。")),
    "state": ("", _("这项申请的状态已经变化，请刷新页面后再试。")),
    "reason": ("reason", _("请填写理由。")),
    "last_admin": ("", _("这是最后一位平台管理员，请先把这个角色授予别人。")),
    "answered": ("", _("这份邀请已经有了答复。")),
    "not_invited": ("", _("这份邀请发给的不是您的号码或邮箱。")),
    "already_granted": ("", _("这个账户已经有这个角色。")),
    "already_revoked": ("", _("这个角色已经收回。")),
    "needs_organisation": ("organisation", _("这个角色必须指定机构。")),
    "wrong_organisation": ("organisation", _("这个角色不适用于所选的机构。")),
    "unknown_role": ("role", _("请选择角色。")),
}


def words(error: PeopleError | str) -> tuple[str, str]:
    """(field, text) of a refusal; the field is empty when it concerns the whole form."""
    code = error if isinstance(error, str) else error.code
    field, text = _WORDS.get(code, ("", _("没有完成，请检查后再试。")))
    return field, str(text)


def put(form: object, error: PeopleError) -> None:
    """Add the words of a refusal to a form: beside its fields, or on top where it has no such field."""
    codes = error.params.get("codes") or [error.code]
    for code in codes:  # type: ignore[attr-defined]
        field, text = words(str(code))
        form.add_error(field if field in form.fields else None, text)  # type: ignore[attr-defined]
