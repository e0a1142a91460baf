from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.invigilator.access import READERS, own_programmes
from tancai.web.shell.names import named
from tancai.web.shell.navigation import DueItem


def due(request: HttpRequest) -> list[DueItem]:
    """Sessions that run now or begin within half a day."""
    if not people.access_any(request.user, READERS):
        return []
    at = clock.now()
    items = []
    for session in exams.sessions_around(at, programmes=own_programmes(request.user)).prefetch_related(
        "events"
    ):
        if exams.session_state(session, at) not in ("open", "prepared", "running") or not session.admitted:
            continue
        name = named(programmes.definition_of(session.edition_id))
        items.append(
            DueItem(
                title=_("监考：{name}").format(name=name),
                detail=_detail(session, at),
                url=reverse("invigilator:room", args=[session.pk]),
                due_at=session.starts_at if session.starts_at > at else None,
                level="near",
            )
        )
    return items


def _detail(session: Any, at: datetime) -> str:
    people_coming = _("{n} 名考生").format(n=session.admitted)
    if session.starts_at > at:
        return people_coming
    return _("正在考试 · {people}").format(people=people_coming)
