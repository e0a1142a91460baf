from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tancai.web.shell.navigation import NavEntry


def entries(request: HttpRequest) -> list[NavEntry]:
    return [
        NavEntry(_("职业目录"), reverse("site:catalogue")),
        NavEntry(_("报名须知"), reverse("site:guide")),
        NavEntry(pgettext("list", "公告"), reverse("site:notices")),
        NavEntry(_("问答"), reverse("site:questions")),
    ]
