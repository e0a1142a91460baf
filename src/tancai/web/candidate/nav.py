from __future__ import annotations

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tancai.web.shell.navigation import NavEntry


def entries(request: HttpRequest) -> list[NavEntry]:
    """The candidate's own pages, for everybody who is signed in."""
    if not request.user.is_authenticated:
        return []
    pages = [
        (_("我的进度"), "candidate:home"),
        (_("学习"), "candidate:learning"),
        (pgettext("list", "考试"), "candidate:exams"),
        (_("成绩"), "candidate:results"),
        (pgettext("list", "证书"), "candidate:certificates"),
    ]
    return [NavEntry(label, url) for label, name in pages if (url := _address(name))]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
