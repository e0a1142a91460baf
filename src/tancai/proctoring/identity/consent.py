"""The text somebody agrees to before a camera looks at his or her face: its version, its hash, its paragraphs."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

KIND = "biometric"
_NUMBER = "2026-11"

_PARAGRAPHS: tuple[tuple[Promise, Promise], ...] = (
    (
        _("做什么"),
        _(
            "入场前拍摄您的身份证件和本人照片，考试中按间隔拍摄画面，与报名时审核过的证件照比对，确认作答的是您本人。"
        ),
    ),
    (
        _("怎么判断"),
        _(
            "系统只提示疑点，不作结论，不会自动结束考试或影响成绩。有疑点的，先由一位工作人员查看；需要处理的，请您说明后由另一位工作人员复核。"
        ),
    ),
    (
        _("保存多久"),
        _("没有疑点的画面比对后即删除，只留比对分数。入场照片和有疑点的画面加密保存，到期自动删除。"),
    ),
    (
        _("可以不同意"),
        _(
            "不同意的，由监考老师当面或通过视频核验身份并全程看考，一样参加考试，成绩和证书没有差别。同意之后也可以随时撤回，撤回后不再拍摄，已有画面随即删除。"
        ),
    ),
)
_HERE = (_("在哪里处理"), _("照片和画面只在本平台的服务器上比对，不发给其他单位。"))
_REMOTE = (
    _("在哪里处理"),
    _(
        "照片和画面会发送给本平台委托的比对服务，比对后对方不保存；只传送比对所需的两张照片，不传送您的姓名和证件号码。"
    ),
)


def paragraphs() -> list[tuple[Promise, Promise]]:
    """Heading and text of every paragraph in force on this installation."""
    place = _REMOTE if settings.TANCAI_IDENTITY["adapter"] == "remote" else _HERE
    return [*_PARAGRAPHS, place]


def version() -> str:
    """The version of the text in force; another one where pictures leave the platform."""
    return f"{_NUMBER}-remote" if settings.TANCAI_IDENTITY["adapter"] == "remote" else _NUMBER


def text_hash() -> str:
    """SHA-256 (hex) of the Chinese text in force, kept with each agreement."""
    with override("zh-hans"):
        text = "\n".join(f"{heading}\n{words}" for heading, words in paragraphs())
    return hashlib.sha256(text.encode()).hexdigest()
