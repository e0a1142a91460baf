from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.people import api as people
from tancai.web.invigilator.access import READERS
from tancai.web.shell.navigation import NavEntry

HEADING = gettext_lazy("考场")


def entries(request: HttpRequest) -> list[NavEntry]:
    if not people.access_any(request.user, READERS):
        return []
    return [NavEntry(_("监考"), reverse("invigilator:home"), icon="eye")]
