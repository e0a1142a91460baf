"""What waits for the candidate: drafts before closing, corrections asked for, fees, an exam."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.candidate.words import named
from tancai.web.shell.navigation import DueItem

NEAR = timedelta(days=3)


def due(request: HttpRequest) -> list[DueItem]:
    """Due items of the signed-in person."""
    person = people.person_of(request.user)
    if person is None:
        return []
    of_applications = [item for view in enrolment.applications_of(person) if (item := _due(view))]
    admissions = exams.admissions_of(person)
    of_exams = [item for each in admissions if (item := _exam(each))]
    return of_applications + _trials(admissions) + of_exams


def _trials(admissions: list[exams.Admission]) -> list[DueItem]:
    """Test runs that the programme has planned for these days and that are not done."""
    at = clock.now()
    windows = {each.pk: exams.rehearsal_window(each.session) for each in admissions}
    asked = [
        each
        for each in admissions
        if windows[each.pk].planned and windows[each.pk].is_open(at) and _sits(each)
    ]
    lines = proctoring.trials_of(asked)
    return [
        DueItem(
            _("完成“%(name)s”的考前测试")
            % {"name": named(programmes.definition_of(each.session.edition_id))},
            each.ticket_number,
            reverse("exam_room:trial", args=[each.pk]),
            windows[each.pk].due - timedelta(seconds=1),
            "near",
        )
        for each in asked
        if lines[each.pk].state != "done" and at < windows[each.pk].due
    ]


def _sits(admission: exams.Admission) -> bool:
    """Neither handed in nor withdrawn."""
    handed_in = hasattr(getattr(admission, "sitting", None), "sheet")
    return not handed_in and "withdrawn" not in {event.kind for event in admission.events.all()}


def _exam(admission: exams.Admission) -> DueItem | None:
    """An exam within three days, or one that may be entered now."""
    session, at = admission.session, clock.now()
    if not session.starts_at - NEAR <= at <= session.entry_until or hasattr(
        getattr(admission, "sitting", None), "sheet"
    ):
        return None
    if {event.kind for event in admission.events.all()} & {"withdrawn"}:
        return None
    title = _("参加“%(name)s”考试") % {"name": named(programmes.definition_of(session.edition_id))}
    due_at = session.entry_until if session.own_time else session.starts_at
    near = "near" if due_at - at < NEAR else "info"
    return DueItem(title, admission.ticket_number, reverse("candidate:exams"), due_at, near)


def _due(view: enrolment.ApplicationView) -> DueItem | None:
    day, at = enrolment.exam_day_or_none(view.exam_day), clock.now()
    if day is None or at >= day.starts_at:
        return None
    name = named(programmes.definition_of(view.edition_id))
    url = reverse("candidate:application", args=[view.number])
    if view.state == "returned":
        title = _("补正“%(name)s”的报名材料") % {"name": name}
        return DueItem(title, view.number, url, day.starts_at, "near")
    if view.state == "draft" and at < day.closes_at:
        title = _("填完“%(name)s”的报名") % {"name": name}
        level = "near" if day.closes_at - at < NEAR else "info"
        return DueItem(title, view.number, url, day.closes_at - timedelta(seconds=1), level)
    if view.state == "approved":
        return _fee(view, name, day)
    return None


def _fee(view: enrolment.ApplicationView, name: str, day: programmes.ExamDay) -> DueItem | None:
    order = fees.order_for("enrolment", view.id)
    if order is None or order.state not in ("open", "refused"):
        return None
    title = _("缴纳“%(name)s”的报名费") % {"name": name}
    return DueItem(title, order.number, reverse("candidate:fee", args=[view.number]), day.starts_at, "near")
