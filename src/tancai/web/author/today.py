from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tancai.items import api as items
from tancai.web.author.access import collections
from tancai.web.shell.navigation import DueItem


def due(request: HttpRequest) -> list[DueItem]:
    """Versions by others that wait for a second person."""
    codes = collections(request.user)
    waiting = items.waiting_for_review(codes, reader=request.user) if codes else 0
    if not waiting:
        return []
    return [
        DueItem(
            title=ngettext("%(n)d 道试题待审核", "%(n)d 道试题待审核", waiting) % {"n": waiting},
            detail=_("由作者以外的命题员审核后才能用于组卷"),
            url=reverse("author:review"),
        )
    ]
