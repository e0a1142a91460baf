"""Words and tones for the state codes of the rooms, in one place so that every desk says the same."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = tuple[str | Promise, str]

STATES: dict[str, dict[str, Words]] = {
    "application": {
        "draft": (_("草稿"), "idle"),
        "submitted": (_("审核中"), "wait"),
        "returned": (pgettext_lazy("state", "退回补正"), "now"),
        "approved": (_("审核已通过"), "good"),
        "refused": (_("审核未通过"), "bad"),
        "withdrawn": (_("已撤回"), "idle"),
    },
    "order": {
        "open": (_("待缴费"), "now"),
        "opened": (_("待缴费"), "now"),
        "voucher": (_("凭证待核"), "wait"),
        "refused": (_("凭证未通过"), "bad"),
        "confirmed": (_("已缴费"), "good"),
        "settled": (_("已缴费"), "good"),
        "free": (_("无需缴费"), "good"),
        "waived": (_("已减免"), "good"),
        "cancelled": (_("已取消"), "idle"),
        "refunded": (_("已退款"), "idle"),
    },
    "result": {
        "pending": (_("阅卷中"), "wait"),
        "provisional": (_("待公布"), "wait"),
        "passed": (_("合格"), "good"),
        "failed": (_("未合格"), "bad"),
        "absent": (_("缺考"), "idle"),
        "corrected": (_("已更正"), "info"),
    },
    "certificate": {
        "valid": (_("有效"), "good"),
        "issued": (_("有效"), "good"),
        "expired": (_("已过有效期"), "near"),
        "replaced": (_("已换发"), "idle"),
        "corrected": (_("已更正"), "info"),
        "revoked": (_("已撤销"), "bad"),
    },
    "job": {
        "waiting": (_("排队中"), "idle"),
        "running": (_("进行中"), "wait"),
        "done": (_("已完成"), "good"),
        "failed": (_("未完成"), "bad"),
        "cancelled": (_("已取消"), "idle"),
    },
    "site": {
        "submitted": (_("待审核"), "wait"),
        "accepted": (_("已通过"), "good"),
        "refused": (_("未通过"), "bad"),
        "closed": (_("已停用"), "idle"),
    },
    "submission": {
        "submitted": (_("已收到"), "wait"),
        "shortlisted": (_("评审中"), "wait"),
        "accepted": (_("已录用"), "good"),
        "refused": (_("未录用"), "bad"),
        "withdrawn": (_("已撤回"), "idle"),
    },
    "notice": {
        "draft": (_("未发布"), "idle"),
        "published": (_("已发布"), "good"),
        "withdrawn": (_("已撤下"), "idle"),
    },
    "question": {
        "asked": (_("待回答"), "now"),
        "answered": (_("已回答"), "good"),
        "hidden": (_("不公开"), "idle"),
    },
}


def words(kind: str, code: str) -> Words:
    """The word and the tone for a state; an unknown code is shown as it is, in the quiet tone."""
    return STATES.get(kind, {}).get(code, (code, "idle"))
