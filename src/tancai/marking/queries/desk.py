"""What markers see: never a name, a number or a score of the whole paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.lib import clock
from tancai.marking import rules
from tancai.marking.errors import NotThere
from tancai.marking.models import Claim, HumanMark, OpenAnswer, Release
from tancai.people import api as people
from tancai.programmes import api as programmes

MARKER = ("marker",)


def marker_programmes(user: Any) -> list[str]:
    """Codes of the programmes this user marks for."""
    places = people.access_organisations(user, MARKER)
    return programmes.codes_of_organisations(places) if places is None or places else []


def may_mark(user: Any, session: Any) -> bool:
    return people.access_at(user, MARKER, programmes.organisation_ids(session.programme))


def with_claim(answers: QuerySet[OpenAnswer]) -> Any:
    """Answers with ``claimer_id``, ``claimed_until`` (their newest claim) and ``released``."""
    newest = Claim.objects.filter(answer=OuterRef("pk")).order_by("-id")
    return answers.annotate(
        claimer_id=Subquery(newest.values("marker_id")[:1]),
        claimed_until=Subquery(newest.values("until")[:1]),
        released=Exists(Release.objects.filter(session=OuterRef("session"))),
    )


def available(user: Any, *, at: datetime) -> Any:
    """Answers (a queryset) that still need somebody and that this user may mark now: not own, not twice, not taken."""
    mine = HumanMark.objects.filter(answer=OuterRef("pk"), marker=user, withdrawal=None)
    free = with_claim(OpenAnswer.objects.exclude(needs="")).filter(released=False).exclude(Exists(mine))
    own = people.person_of(user)
    if own is not None:
        free = free.exclude(script__sitting__admission__person_id=own.pk)
    return free.filter(Q(claimed_until=None) | Q(claimed_until__lte=at) | Q(claimer_id=user.pk))


def answers_to_mark(user: Any, session_id: int, *, at: datetime) -> list[OpenAnswer]:
    """Everything this marker could mark in a session now, question by question, with script, sitting and item."""
    if session_id not in _markable(user, [session_id]):
        return []
    rows = available(user, at=at).filter(session_id=session_id)
    rows = rows.select_related("script__sitting__form", "version__item")
    return list(rows.order_by("version_id", "id"))


def _markable(user: Any, session_ids: list[int]) -> set[int]:
    found = exams.Session.objects.filter(pk__in=session_ids, programme__in=marker_programmes(user))
    return set(found.values_list("pk", flat=True))


@dataclass(frozen=True)
class QueueRow:
    """A session at the marking desk. ``mine`` is how many answers this marker could take now."""

    session_id: int
    programme: str
    name: str
    name_en: str
    date: date
    answers: int
    settled: int
    waiting: dict[str, int]
    mine: int
    promised: Any
    overdue: bool

    @property
    def left(self) -> int:
        return sum(self.waiting.values())


def marking_queue(user: Any, *, at: datetime) -> list[QueueRow]:
    """Sessions not yet released with answers for people, the nearest promised date first."""
    grouped = (
        OpenAnswer.objects.filter(session__programme__in=marker_programmes(user), session__release=None)
        .values("session", "session__programme", "session__date", "session__edition")
        .annotate(
            answers=Count("pk"),
            **{role: Count("pk", filter=Q(needs=role)) for role in (rules.FIRST, rules.SECOND, rules.THIRD)},
        )
        .order_by("session__date", "session")
    )
    rows = list(grouped)
    mine = dict(
        available(user, at=at)
        .filter(session__in=[row["session"] for row in rows])
        .order_by()
        .values_list("session")
        .annotate(n=Count("pk"))
        .values_list("session", "n")
    )
    return sorted((_queue_row(row, mine, at) for row in rows), key=lambda r: (r.promised.date, r.session_id))


def _queue_row(row: dict[str, Any], mine: dict[int, int], at: datetime) -> QueueRow:
    definition = programmes.definition_of(row["session__edition"])
    promised = programmes.working_deadline(row["session__date"], definition.promises.score_days)
    waiting = {role: row[role] for role in (rules.FIRST, rules.SECOND, rules.THIRD)}
    left = sum(waiting.values())
    return QueueRow(
        session_id=row["session"],
        programme=row["session__programme"],
        name=definition.name,
        name_en=definition.name_en,
        date=row["session__date"],
        answers=row["answers"],
        settled=row["answers"] - left,
        waiting=waiting,
        mine=mine.get(row["session"], 0),
        promised=promised,
        overdue=clock.local_date(at) > promised.date,
    )


def waiting_for(user: Any, *, at: datetime) -> int:
    """How many answers this marker could take now, over all sessions."""
    codes = marker_programmes(user)
    return available(user, at=at).filter(session__programme__in=codes).count() if codes else 0


@dataclass(frozen=True)
class Point:
    number: int
    text: str
    most: Decimal
    question: int | None = None
    """The question of a case that it belongs to."""


@dataclass(frozen=True)
class Part:
    """A question of a case that people mark, with what was written to it."""

    number: int
    stem: str
    reference: str
    response: str


@dataclass(frozen=True)
class EarlierMark:
    """A mark that differs from another, shown to the third marker without a name."""

    points: tuple[Decimal, ...]
    total: Decimal
    comment: str


@dataclass(frozen=True)
class DeskView:
    """Everything for marking one answer."""

    answer_id: int
    session_id: int
    programme: str
    code: str
    position: int
    kind: str
    role: str
    public: dict[str, Any]
    reference: str
    points: tuple[Point, ...]
    out_of: Decimal
    response: str
    basis: dict[str, Any]
    explanation: str
    earlier: tuple[EarlierMark, ...]
    held_until: datetime | None
    left_of_question: int
    parts: tuple[Part, ...] = ()
    """Of a case, those of its questions that people mark; ``response`` is empty then."""


def maxima_of(answers: Iterable[Any]) -> dict[int, tuple[Decimal, ...]]:
    """What each marking point is worth on this paper, by answer id; answers come with ``version__item``."""
    found = {}
    for answer in answers:
        version = answer.version
        solution = items.for_people(items.kinds()[version.item.kind].solution(version.content, version.key))
        found[answer.pk] = rules.point_maxima([p["marks"] for p in solution["points"]], answer.out_of)
    return found


def desk(answer_id: int, user: Any, *, at: datetime) -> DeskView:
    """One answer for this marker; raises NotThere unless it is available to the marker now."""
    answer = (
        available(user, at=at)
        .filter(pk=answer_id)
        .select_related("session", "script__sitting__form", "version__item")
        .first()
    )
    if answer is None or not may_mark(user, answer.session):
        raise NotThere()
    form_id = answer.script.sitting.form.form_id
    entry = next(e for e in items.form(form_id).entries if e.position == answer.position)
    own = answer.script.sitting.variants
    keyed = items.keys(form_id, own)[answer.position]
    public = items.varied(form_id, own).get(answer.position, entry.public) if own else entry.public
    maxima = maxima_of([answer])[answer.pk]
    solution = items.for_people(keyed.solution)
    given = exams.sheet(answer.script.sitting_id).get(answer.position)
    parts = _parts(keyed.solution, given)
    held = answer.claimed_until if answer.claimer_id == user.pk else None
    same = available(user, at=at).filter(session=answer.session_id, version=answer.version_id)
    return DeskView(
        answer_id=answer.pk,
        session_id=answer.session_id,
        programme=answer.session.programme,
        code=answer.script.code,
        position=answer.position,
        kind=entry.kind,
        role=answer.needs,
        public=public,
        reference=solution["reference"],
        points=tuple(
            Point(number, point["text"], most, point.get("question"))
            for number, (point, most) in enumerate(zip(solution["points"], maxima, strict=True), start=1)
        ),
        out_of=answer.out_of,
        response="" if parts else str(given or ""),
        parts=parts,
        basis=keyed.basis,
        explanation=keyed.explanation,
        earlier=_earlier(answer) if answer.needs == rules.THIRD else (),
        held_until=held if held and held > at else None,
        left_of_question=same.count(),
    )


def _parts(solution: dict[str, Any], response: Any) -> tuple[Part, ...]:
    given = response if isinstance(response, dict) else {}
    return tuple(
        Part(
            question["number"],
            question["stem"],
            question["solution"].get("reference", ""),
            str(given.get(str(question["number"])) or ""),
        )
        for question in solution.get("questions", [])
        if "points" in question["solution"]
    )


def _earlier(answer: OpenAnswer) -> tuple[EarlierMark, ...]:
    rows = HumanMark.objects.filter(answer=answer, withdrawal=None).order_by("id")
    return tuple(
        EarlierMark(tuple(Decimal(str(p)) for p in row.points), row.total, row.comment) for row in rows
    )


def own_marks(user: Any) -> QuerySet[HumanMark]:
    """Marks this user gave and did not take back, newest first, with answer and script."""
    rows = HumanMark.objects.filter(marker=user, withdrawal=None)
    return rows.select_related("answer__script", "answer__session").order_by("-id")


def last_mark(user: Any) -> HumanMark | None:
    """The mark that could be taken back: the newest own one while its session is not released."""
    row = own_marks(user).first()
    if row is None or Release.objects.filter(session=row.answer.session_id).exists():
        return None
    since = HumanMark.objects.filter(answer=row.answer_id, withdrawal=None, pk__gt=row.pk)
    return None if since.exists() else row


@dataclass(frozen=True)
class OwnSession:
    """One marker's work in one session: count, mean share of the marks to give, seconds an answer (median).

    ``compared`` answers were also marked by somebody else; ``difference`` is the mean of own minus other marks.
    """

    session_id: int
    programme: str
    date: date
    count: int
    mean_share: float
    seconds: int | None
    compared: int
    difference: float | None


def own_statistics(user: Any) -> list[OwnSession]:
    """Figures about one's own marks, newest session first."""
    marks = list(own_marks(user).order_by("id"))
    others = defaultdict(list)
    for answer_id, total in (
        HumanMark.objects.filter(answer__in=[m.answer_id for m in marks], withdrawal=None)
        .exclude(marker=user)
        .values_list("answer_id", "total")
    ):
        others[answer_id].append(total)
    claims = Claim.objects.filter(marker=user, answer__in=[m.answer_id for m in marks], until__gt=F("at"))
    taken = dict(claims.order_by("id").values_list("answer_id", "at"))
    by_session = defaultdict(list)
    for mark in marks:
        by_session[mark.answer.session].append(mark)
    found = [_own_session(session, group, others, taken) for session, group in by_session.items()]
    return sorted(found, key=lambda row: (row.date, row.session_id), reverse=True)


def _own_session(session: Any, marks: list[HumanMark], others: dict, taken: dict) -> OwnSession:
    shares = [float(mark.total / mark.answer.out_of) for mark in marks]
    spans = [
        (mark.at - taken[mark.answer_id]).total_seconds()
        for mark in marks
        if mark.answer_id in taken and mark.at >= taken[mark.answer_id]
    ]
    differences = [float(mark.total - other) for mark in marks for other in others[mark.answer_id]]
    return OwnSession(
        session_id=session.pk,
        programme=session.programme,
        date=session.date,
        count=len(marks),
        mean_share=sum(shares) / len(shares),
        seconds=round(median(spans)) if spans else None,
        compared=sum(bool(others[mark.answer_id]) for mark in marks),
        difference=sum(differences) / len(differences) if differences else None,
    )
