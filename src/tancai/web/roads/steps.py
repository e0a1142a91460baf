"""Where applications stand on the road, gathered from every room in a fixed number of queries.

Shared by the desks that draw the road: candidate, institution, office.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tancai.credentials import api as credentials
from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.learning import api as learning
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.programmes import api as programmes
from tancai.web.shell.road import Step, road

# who began and never handed in is folded by then
UNFOLDED = timedelta(hours=1)


@dataclass
class _Facts:
    """What later rooms know of one application."""

    progress: learning.Progress | None = None
    admission: Any = None
    began: bool = False
    sheet: Any = None
    result: marking.ResultView | None = None
    certificate: Any = None
    settled: bool = False


def steps_of(
    applications: Iterable[enrolment.ApplicationView], *, at: datetime, own: bool = True
) -> dict[int, list[Step]]:
    """The road of each application by id; ``own`` adds the links that only the candidate may follow."""
    rows = list(applications)
    facts = _gather(rows)
    return {row.id: _Road(row, facts[row.id], at, own).steps() for row in rows}


def _gather(rows: list[enrolment.ApplicationView]) -> dict[int, _Facts]:
    facts: dict[int, _Facts] = defaultdict(_Facts)
    ids = [row.id for row in rows]
    admitted = exams.Admission.objects.filter(application_id__in=ids).select_related(
        "session", "sitting__sheet"
    )
    admitted = admitted.exclude(session__kind=exams.Session.REHEARSAL)
    events = ("sitting__events", "events", "session__events")
    for admission in admitted.prefetch_related(*events).order_by("session__starts_at", "id"):
        _note_admission(facts[admission.application_id], admission)
    results = marking.results_of_admissions(f.admission.pk for f in facts.values() if f.admission)
    for found in facts.values():
        found.result = results.get(found.admission.pk) if found.admission else None
    issued = credentials.Certificate.objects.filter(application_id__in=ids).prefetch_related("events")
    for certificate in issued.order_by("id"):
        facts[certificate.application_id].certificate = certificate
    _gather_progress(rows, facts)
    settled = fees.settled_references("enrolment", ids)
    for row in rows:
        facts[row.id].settled = str(row.id) in settled
    return facts


def _note_admission(found: _Facts, admission: Any) -> None:
    """The newest admission counts; a paper that lies ready is not yet an exam that was sat."""
    sitting = getattr(admission, "sitting", None)
    found.admission = admission
    found.sheet = getattr(sitting, "sheet", None)
    found.began = sitting is not None and any(event.kind == "started" for event in sitting.events.all())


def _gather_progress(rows: list[enrolment.ApplicationView], facts: dict[int, _Facts]) -> None:
    groups: dict[tuple[str, str, str, int], list[enrolment.ApplicationView]] = defaultdict(list)
    for row in rows:
        if row.state != "withdrawn":
            groups[row.programme, row.level, row.speciality, row.edition_id].append(row)
    for (programme, level, speciality, edition_id), members in groups.items():
        definition = programmes.definition_of(edition_id)
        found = learning.progress_of_many(
            [row.person_id for row in members], programme, level, speciality, definition=definition
        )
        for row in members:
            facts[row.id].progress = found.get(row.person_id)


def _url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


class _Road:
    def __init__(self, row: enrolment.ApplicationView, facts: _Facts, at: datetime, own: bool) -> None:
        self.row, self.facts, self.at, self.own = row, facts, at, own
        self.definition = programmes.definition_of(row.edition_id)
        self.day = enrolment.exam_day_or_none(row.exam_day)

    def steps(self) -> list[Step]:
        stations = {"apply": self._apply(), "review": self._review()}
        opened = self.row.state == "approved" or self._studies_early()
        if opened:
            stations["study"] = self._study()
        if self.row.state == "approved":
            stations |= {"exam": self._exam(), "marking": self._marking(), "certificate": self._certificate()}
        return road(**{name: step for name, step in stations.items() if step})

    def _studies_early(self) -> bool:
        return self.definition.course_opens_on == "enrolment" and self.row.state in (
            "draft",
            "submitted",
            "returned",
        )

    def _link(self, name: str, label: str, *args: object) -> dict[str, str]:
        url = _url(name, *args) if self.own else ""
        return {"url": url, "link": label} if url else {}

    def _apply(self) -> dict[str, Any]:
        row = self.row
        if row.state == "withdrawn":
            return {"state": "blocked", "note": _("您已撤回申请") if self.own else _("已撤回")}
        if row.state in ("draft", "returned"):
            # a correction may be handed in until the exam; a first submission until enrolment closes
            until = self.day and (self.day.starts_at if row.state == "returned" else self.day.closes_at)
            note = _("有材料需要补正") if row.state == "returned" else _("资料还没有提交")
            label = _("去补正") if row.state == "returned" else _("继续填写")
            promised = until - timedelta(seconds=1) if until else None
            if until and self.at >= until:
                link = self._link("candidate:application", _("查看申请"), row.number)
                return {"state": "blocked", "at": promised, "note": _("报名已截止"), **link}
            link = self._link("candidate:application", label, row.number)
            return {"state": "now", "promised": promised, "note": note, **link}
        return {"state": "done", "at": row.submitted_at}

    def _review(self) -> dict[str, Any] | None:
        row = self.row
        if row.state == "submitted":
            late = row.promised_by is not None and clock.local_date(self.at) > row.promised_by
            return {
                "state": "overdue" if late else "waiting",
                "who": pgettext("who it waits for", "审核员"),
                "promised": row.promised_by,
            }
        if row.state == "approved":
            return {"state": "done", "at": row.decided_at}
        if row.state == "refused":
            return {"state": "blocked", "at": row.decided_at, "note": _("审核未通过")}
        return None

    def _study(self) -> dict[str, Any]:
        progress, row = self.facts.progress, self.row
        link = self._link("candidate:course", _("去学习"), row.id)
        if progress is None or not progress.lessons:
            return {"state": "done", "note": _("没有学时要求")}
        if progress.reached:
            back = self._link("candidate:course", _("查看课程"), row.id)
            if self.facts.result is not None:
                return {"state": "done", **back}
            note = _("学时已达标") if progress.required_share else _("课程选学，没有学时要求")
            return {"state": "done", "note": note, **back}
        note = _("已学 %(share)d%%，需 %(required)d%%") % {
            "share": int(progress.share * 100),
            "required": round(progress.required_share * 100),
        }
        # while the application is still under way, studying is open but nothing is due
        until = self._study_until() if row.state == "approved" else None
        return {"state": "now", "promised": until, "note": note, **link}

    def _study_until(self) -> datetime | None:
        """A session that everybody enters at a time of his own leaves time to study until it closes."""
        admission = self.facts.admission
        if admission is not None and admission.session.own_time:
            return admission.session.entry_until
        return self._starts()

    def _exam(self) -> dict[str, Any]:
        admission, result = self.facts.admission, self.facts.result
        link = self._link("candidate:exams", _("准考证与考试"))
        if result is not None:
            if result.outcome == "absent":
                return {"state": "blocked", "at": result.exam_date, "note": _("没有参加这次考试"), **link}
            return {"state": "done", "at": result.exam_date, **link}
        if self.facts.sheet is not None:
            return {"state": "done", "at": self.facts.sheet.ended_at, **link}
        if admission is None:
            return self._exam_to_come(link)
        return self._admitted(admission, link)

    def _exam_to_come(self, link: dict[str, str]) -> dict[str, Any]:
        """Approved, and no session has admitted the candidate yet."""
        starts = self._starts()
        if (
            starts is not None
            and self.at > starts + timedelta(minutes=self.definition.exam.minutes) + UNFOLDED
        ):
            return {"state": "blocked", "at": starts, "note": _("考试日已过，没有参加考试"), **link}
        return self._unpaid(starts) or self._wait(starts, link)

    def _admitted(self, admission: Any, link: dict[str, str]) -> dict[str, Any]:
        session = admission.session
        over = session.entry_until if session.own_time else session.starts_at
        if self.facts.began:
            if self.at > over + timedelta(minutes=session.minutes) + UNFOLDED:
                return {"state": "done", "at": session.starts_at, **link}
            back = self._link("exam_room:check", _("回到考场"), admission.pk)
            return {"state": "now", "note": _("考试正在进行"), **back}
        gone = {event.kind for event in (*admission.events.all(), *session.events.all())}
        if "withdrawn" in gone:
            return {"state": "blocked", "at": session.date, "note": _("考试资格已撤销"), **link}
        if "cancelled" in gone:
            return {"state": "blocked", "at": session.date, "note": _("这场考试已取消"), **link}
        if self.at > session.entry_until:
            return {"state": "blocked", "at": session.date, "note": _("没有参加这次考试"), **link}
        if unpaid := self._unpaid(session.entry_until if session.own_time else session.starts_at):
            return unpaid
        if self.at < session.starts_at - exams.ENTRY_LEAD:
            return self._wait(session.starts_at, link)
        return self._may_sit(admission, link)

    def _may_sit(self, admission: Any, link: dict[str, str]) -> dict[str, Any]:
        """Entry is open; whoever lacks hours learns that they come first."""
        until, progress = admission.session.entry_until, self.facts.progress
        if progress is not None and not progress.reached:
            return {"state": "ahead", "note": _("学时达标后可以考试"), **link}
        enter = self._link("exam_room:check", _("进入考试"), admission.pk) or link
        closes = until.astimezone(clock.SHANGHAI)
        if closes.date() == clock.local_date(self.at):
            note = _("现在可以考试，今天 %(time)s 前进入") % {"time": f"{closes:%H:%M}"}
            return {"state": "now", "note": note, **enter}
        return {"state": "now", "promised": until, "note": _("现在可以考试"), **enter}

    def _unpaid(self, until: datetime | None) -> dict[str, Any] | None:
        if self.facts.settled or self.definition.fees.enrolment == 0:
            return None
        fee = self._link("candidate:fee", _("去缴费"), self.row.number)
        return {"state": "now", "promised": until, "note": _("报名费待缴"), **fee}

    def _wait(self, starts: datetime | None, link: dict[str, str]) -> dict[str, Any]:
        local = starts.astimezone(clock.SHANGHAI) if starts else None
        note = _("%(time)s 开考") % {"time": f"{local:%H:%M}"} if local else _("考试日期确定后通知您")
        return {
            "state": "waiting",
            "who": pgettext("who it waits for", "考试日"),
            "at": starts,
            "note": note,
            **link,
        }

    def _starts(self) -> datetime | None:
        return self.day.starts_at if self.day else None

    def _marking(self) -> dict[str, Any] | None:
        result = self.facts.result
        if result is not None:
            if result.outcome == "absent":
                return None
            link = self._link("candidate:results", _("查看成绩"))
            if result.passed:
                return {"state": "done", "at": result.released_at, "note": _("合格"), **link}
            note = _("未合格，可报名补考")
            return {"state": "blocked", "at": result.released_at, "note": note, **link}
        sat = self._sat_on()
        if sat is None:
            return None
        promise = programmes.working_deadline(sat, self.definition.promises.score_days)
        late = clock.local_date(self.at) > promise.date
        return {
            "state": "overdue" if late else "waiting",
            "who": pgettext("who it waits for", "阅卷"),
            "promised": promise.date,
            "provisional": promise.provisional,
        }

    def _sat_on(self) -> date | None:
        """The day the promise of marking counts from; None while nothing was sat."""
        if self.facts.admission is None or self._exam()["state"] != "done":
            return None
        session, sheet = self.facts.admission.session, self.facts.sheet
        own = sheet is not None and session.own_time
        return clock.local_date(sheet.ended_at if own else session.starts_at)

    def _certificate(self) -> dict[str, Any] | None:
        certificate, result = self.facts.certificate, self.facts.result
        if certificate is not None:
            link = self._link("candidate:certificates", _("查看证书"))
            revoked = next((event for event in certificate.events.all() if event.kind == "revoked"), None)
            if revoked is not None:
                return {"state": "blocked", "at": revoked.at, "note": _("证书已撤销"), **link}
            return {"state": "done", "at": certificate.issued_on, **link}
        if result is None or not result.passed:
            return None
        promise = programmes.working_deadline(
            clock.local_date(result.released_at), self.definition.promises.certificate_days
        )
        late = clock.local_date(self.at) > promise.date
        return {
            "state": "overdue" if late else "waiting",
            "who": pgettext("who it waits for", "发证"),
            "promised": promise.date,
            "provisional": promise.provisional,
        }
