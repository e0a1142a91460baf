"""Where applications stand on the road, gathered from every room in a fixed number of queries.

Shared by the desks that draw the road: candidate, institution, office.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tancai.credentials import api as credentials
from tancai.enrolment import api as enrolment
from tancai.exams import api as exams
from tancai.fees import api as fees
from tancai.learning import api as learning
from tancai.lib import clock
from tancai.marking import api as marking
from tancai.programmes import api as programmes
from tancai.web.shell.road import Step, road


@dataclass
class _Facts:
    """What later rooms know of one application."""

    progress: learning.Progress | None = None
    admission: Any = None
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
    admitted = exams.Admission.objects.filter(application_id__in=ids).select_related("session", "sitting")
    for admission in admitted.order_by("session__starts_at", "id"):
        facts[admission.application_id].admission = admission
    results = marking.results_of_admissions(f.admission.pk for f in facts.values() if f.admission)
    for found in facts.values():
        found.result = results.get(found.admission.pk) if found.admission else None
    for certificate in credentials.Certificate.objects.filter(application_id__in=ids).order_by("id"):
        facts[certificate.application_id].certificate = certificate
    _gather_progress(rows, facts)
    settled = fees.settled_references("enrolment", ids)
    for row in rows:
        facts[row.id].settled = str(row.id) in settled
    return facts


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
            state = "blocked" if until and self.at >= until else "now"
            if state == "blocked":
                note = _("报名已截止")
            link = self._link("candidate:application", label, row.number)
            return {"state": state, "promised": promised, "note": note, **link}
        return {"state": "done", "at": row.submitted_at}

    def _review(self) -> dict[str, Any] | None:
        row = self.row
        if row.state == "submitted":
            late = row.promised_by is not None and clock.local_date(self.at) > row.promised_by
            return {
                "state": "overdue" if late else "waiting",
                "who": _("审核员"),
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
        if progress.reached and self.facts.result is not None:
            return {"state": "done", **link}
        if progress.reached:
            note = _("学时已达标") if progress.required_share else _("课程选学，没有学时要求")
            return {"state": "done", "note": note, **link}
        note = _("已学 %(share)d%%，需 %(required)d%%") % {
            "share": int(progress.share * 100),
            "required": round(progress.required_share * 100),
        }
        # while the application is still under way, studying is open but nothing is due
        until = self.day.starts_at if self.day and row.state == "approved" else None
        return {"state": "now", "promised": until, "note": note, **link}

    def _exam(self) -> dict[str, Any]:
        admission, result = self.facts.admission, self.facts.result
        link = self._link("candidate:exams", _("准考证与考试"))
        if result is not None:
            return {"state": "done", "at": result.exam_date, **link}
        starts: datetime | None = admission.session.starts_at if admission else self._starts()
        if admission is not None and hasattr(admission, "sitting"):
            return {"state": "done", "at": starts}
        if starts is not None and self.at > starts + timedelta(minutes=self.definition.exam.minutes + 60):
            note = _("没有参加这次考试") if admission else _("考试日已过，没有参加考试")
            return {"state": "blocked", "at": starts, "note": note, **link}
        if not self.facts.settled:
            fee = self._link("candidate:fee", _("去缴费"), self.row.number)
            return {"state": "now", "promised": starts, "note": _("报名费待缴"), **fee}
        return {"state": "now", "promised": starts, **link}

    def _starts(self) -> datetime | None:
        return self.day.starts_at if self.day else None

    def _marking(self) -> dict[str, Any] | None:
        result, admission = self.facts.result, self.facts.admission
        if result is not None:
            link = self._link("candidate:results", _("查看成绩"))
            if result.passed:
                return {"state": "done", "at": result.released_at, "note": _("合格"), **link}
            note = _("缺考") if result.outcome == "absent" else _("未合格，可报名补考")
            return {"state": "blocked", "at": result.released_at, "note": note, **link}
        if admission is None or not hasattr(admission, "sitting"):
            return None
        promise = programmes.working_deadline(
            clock.local_date(admission.session.starts_at), self.definition.promises.score_days
        )
        late = clock.local_date(self.at) > promise.date
        return {
            "state": "overdue" if late else "waiting",
            "who": _("阅卷"),
            "promised": promise.date,
            "provisional": promise.provisional,
        }

    def _certificate(self) -> dict[str, Any] | None:
        certificate, result = self.facts.certificate, self.facts.result
        if certificate is not None:
            link = self._link("candidate:certificates", _("查看证书"))
            return {"state": "done", "at": certificate.issued_on, **link}
        if result is None or not result.passed:
            return None
        promise = programmes.working_deadline(
            clock.local_date(result.released_at), self.definition.promises.certificate_days
        )
        late = clock.local_date(self.at) > promise.date
        return {
            "state": "overdue" if late else "waiting",
            "who": _("发证"),
            "promised": promise.date,
            "provisional": promise.provisional,
        }
