from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.web.shell.navigation import NavEntry

HEADING = gettext_lazy("实训")


def entries(request: HttpRequest) -> list[NavEntry]:
    """The workshop, for everybody who is signed in."""
    if not request.user.is_authenticated:
        return []
    return [NavEntry(_("实训工坊"), reverse("workshop:home"), icon="chart")]
