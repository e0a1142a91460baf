"""Words that this room puts into messages, in every language at once: the reader's is chosen on reading."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

OUTCOMES = {"accepted": gettext_lazy("已录用"), "refused": gettext_lazy("未录用")}


def in_every_language(text: str | Promise) -> dict[str, str]:
    """The text by language code."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = str(text)
    return said
