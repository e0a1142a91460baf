"""What waits at the office: whatever the page modules say, for those who may act on it."""

from __future__ import annotations

from django.http import HttpRequest

from tancai.web.office.modules import offered
from tancai.web.shell.navigation import DueItem


def due(request: HttpRequest) -> list[DueItem]:
    if not request.user.is_authenticated:
        return []
    return [item for function in offered("_due") for item in function(request)]
