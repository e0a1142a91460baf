"""The one place that appends an event and writes the fold into the application's state columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tancai.audit import api as audit
from tancai.enrolment import states
from tancai.enrolment.errors import NotPossible, NotThere
from tancai.enrolment.models import Application, ApplicationEvent


def row_of(application: Any) -> Application:
    """The row behind an application, its view or its id; raises NotThere."""
    if isinstance(application, Application):
        return application
    pk = application if isinstance(application, int) else application.id
    found = Application.objects.select_related("person", "institution").filter(pk=pk).first()
    if found is None:
        raise NotThere()
    return found


def locked(application: Any) -> Application:
    """The row, locked for the present transaction; a row that is passed in is refreshed in place."""
    row = row_of(application)
    row.refresh_from_db(from_queryset=Application.objects.select_for_update())
    return row


def append(
    application: Application,
    kind: str,
    *,
    by: Any,
    at: datetime,
    detail: dict[str, Any] | None = None,
    columns: dict[str, Any] | None = None,
    audited: dict[str, Any] | None = None,
) -> None:
    """Add an event and write the new state; raises NotPossible when the state does not allow it."""
    current = application.state if application.events.exists() else ""
    if not states.may(kind, current):
        raise NotPossible("wrong_state", event=kind, state=current or states.DRAFT)
    ApplicationEvent.objects.create(application=application, kind=kind, at=at, by=by, detail=detail or {})
    application.state = states.after(kind, current)
    for name, value in (columns or {}).items():
        setattr(application, name, value)
    application.save(update_fields=["state", *(columns or {})])
    audit.record(
        f"enrolment.{_VERBS[kind]}",
        by=by,
        at=at,
        target=("application", application.pk),
        detail=audited or {},
    )


def refold(application: Application) -> str:
    """Rebuild the state from the events alone (repair and tests)."""
    application.state = states.state(application.events.order_by("id").values_list("kind", flat=True))
    application.save(update_fields=["state"])
    return application.state


_VERBS = {
    "drafted": "start",
    "submitted": "submit",
    "returned": "return",
    "approved": "approve",
    "refused": "refuse",
    "withdrawn": "withdraw",
    "corrected": "correct",
}
