from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.web.shell.navigation import NavEntry

HEADING = gettext_lazy("阅卷")


def entries(request: HttpRequest) -> list[NavEntry]:
    if not people.access_any(request.user, ["marker"]):
        return []
    waiting = marking.waiting_for(request.user, at=clock.now())
    return [
        NavEntry(_("待评答卷"), reverse("marker:queue"), badge=waiting, icon="edit"),
        NavEntry(_("我的评分"), reverse("marker:mine"), icon="chart"),
    ]
