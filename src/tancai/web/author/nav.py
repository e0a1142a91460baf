from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.items import api as items
from tancai.web.author.access import collections
from tancai.web.shell.navigation import NavEntry

HEADING = gettext_lazy("命题")


def entries(request: HttpRequest) -> list[NavEntry]:
    codes = collections(request.user)
    if not codes:
        return []
    waiting = items.waiting_for_review(codes, reader=request.user)
    return [
        NavEntry(_("题库"), reverse("author:bank"), icon="book"),
        NavEntry(_("审题"), reverse("author:review"), badge=waiting, icon="eye"),
        NavEntry(_("覆盖情况"), reverse("author:coverage"), icon="chart"),
        NavEntry(_("组卷"), reverse("author:papers"), icon="form"),
        NavEntry(_("试题分析"), reverse("author:calibrations"), icon="flag"),
        NavEntry(_("试卷样张"), reverse("author:trial"), icon="file"),
    ]
