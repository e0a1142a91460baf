from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tancai.web.shell.navigation import NavEntry


def entries(request: HttpRequest) -> list[NavEntry]:
    return [NavEntry(_("证书查询"), reverse("verify:home"))]
