"""What is asked of a password, said in the language of the page: Django's own sentences have no Chinese."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    """Refuses what is shorter than eight characters."""

    def get_error_message(self) -> str:
        text = ngettext(
            "密码太短，至少 %(least)d 个字符。", "密码太短，至少 %(least)d 个字符。", self.min_length
        )
        return text % {"least": self.min_length}


class NotTheAddress(password_validation.UserAttributeSimilarityValidator):
    """Refuses the phone number however it is written, and what comes close to the e-mail."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("email",))

    def validate(self, password: str, user: Any = None) -> None:
        phone = (getattr(user, "phone", None) or "").lstrip("+")
        typed = re.sub(r"[\s+\-().]", "", password)
        if phone and typed.isdecimal() and len(typed) >= 8 and (typed in phone or phone in typed):
            raise ValidationError(self.get_error_message(), code="password_too_similar")
        super().validate(password, user)

    def get_error_message(self) -> str:
        return _("密码不能与手机号或邮箱相同或相近，请换一个。")
