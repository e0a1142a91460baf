"""What is asked of a password, said in the language of the page: Django's own sentence has no Chinese."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    """Refuses what is shorter than eight characters."""

    def get_error_message(self) -> str:
        text = ngettext(
            "密码太短，至少 %(least)d 个字符。", "密码太短，至少 %(least)d 个字符。", self.min_length
        )
        return text % {"least": self.min_length}
