from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tancai.lib import clock
from tancai.marking import api as marking
from tancai.people import api as people
from tancai.web.marker import words
from tancai.web.shell.navigation import DueItem

NEAR = timedelta(days=3)


def due(request: HttpRequest) -> list[DueItem]:
    """A line for each session with answers this marker can take."""
    if not people.access_any(request.user, ["marker"]):
        return []
    return [_item(row) for row in marking.marking_queue(request.user, at=clock.now()) if row.mine]


def _item(row: marking.QueueRow) -> DueItem:
    near = row.promised.date - clock.today() <= NEAR
    return DueItem(
        title=_("评阅%(programme)s简答题") % {"programme": words.named(row)},
        detail=ngettext("还有 %(count)d 份可由您评阅", "还有 %(count)d 份可由您评阅", row.mine)
        % {"count": row.mine},
        url=reverse("marker:queue"),
        due_at=row.promised.date,
        level="overdue" if row.overdue else "near" if near else "info",
    )
