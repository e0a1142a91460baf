"""The pages around the bank, as tabs."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def bank_tabs(here: str) -> list[tuple[str, str, bool]]:
    """(address, word, whether this is the page) of the pages that look at the bank."""
    pages = [
        ("bank", _("试题")),
        ("topics", _("知识点")),
        ("sources", _("依据")),
        ("alike", _("相近的题")),
        ("changes", _("批量修改")),
        ("import", _("导入")),
        ("export", _("导出")),
    ]
    return [(reverse(f"author:{name}"), str(word), name == here) for name, word in pages]
