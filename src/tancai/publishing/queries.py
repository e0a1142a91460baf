"""Reads: posts, questions, calls and submissions as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tancai.publishing import rules
from tancai.publishing.errors import Unknown
from tancai.publishing.models import Call, Post, Question, QuestionEvent, Submission

if TYPE_CHECKING:
    from tancai.people.api import User


@dataclass(frozen=True)
class PostView:
    """A post in its newest wording; ``published_at`` is the first time it was published."""

    id: int
    kind: str
    programme: str
    publisher: str
    publisher_en: str
    publisher_id: int | None
    title: str
    title_en: str
    body: str
    body_en: str
    state: str
    pinned: bool
    published_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True)
class AnswerView:
    text: str
    at: datetime
    by_id: int | None


@dataclass(frozen=True)
class QuestionView:
    """A question with its answers, oldest first; ``state``: ``asked``, ``answered`` or ``hidden``."""

    id: int
    number: str
    programme: str
    user_id: int | None
    title: str
    body: str
    asked_at: datetime
    state: str
    answers: tuple[AnswerView, ...]

    @property
    def answer(self) -> AnswerView | None:
        return self.answers[-1] if self.answers else None


@dataclass(frozen=True)
class CallView:
    """A call; ``state``: ``planned``, ``open`` or ``closed``."""

    id: int
    kind: str
    programme: str
    publisher: str
    publisher_en: str
    publisher_id: int | None
    title: str
    title_en: str
    body: str
    body_en: str
    specialities: tuple[str, ...]
    opens_on: date
    closes_on: date
    state: str


@dataclass(frozen=True)
class ReviewView:
    recommended: bool
    points: dict[str, bool]
    text: str
    at: datetime
    by_id: int | None


@dataclass(frozen=True)
class SubmissionView:
    """A submission with its reviews; ``note`` is what the decision says; ``files`` are tokens."""

    id: int
    number: str
    call_id: int
    call_title: str
    call_kind: str
    programme: str
    publisher_id: int | None
    user_id: int | None
    contributor: str
    organisation: str
    speciality: str
    title: str
    summary: str
    link: str
    submitted_at: datetime
    state: str
    note: str
    files: tuple[str, ...]
    reviews: tuple[ReviewView, ...]


def _posts() -> QuerySet[Post]:
    return Post.objects.select_related("publisher").prefetch_related("versions", "events").order_by("-id")


def post_view(row: Post) -> PostView:
    versions = sorted(row.versions.all(), key=lambda each: each.pk)
    events = sorted(row.events.all(), key=lambda each: each.pk)
    words = versions[-1]
    pins = [each.kind for each in events if each.kind in ("pinned", "unpinned")]
    return PostView(
        id=row.pk,
        kind=row.kind,
        programme=row.programme,
        publisher=row.publisher.name if row.publisher else "",
        publisher_en=row.publisher.name_en if row.publisher else "",
        publisher_id=row.publisher_id,
        title=words.title,
        title_en=words.title_en,
        body=words.body,
        body_en=words.body_en,
        state=rules.post_state(each.kind for each in events),
        pinned=pins[-1:] == ["pinned"],
        published_at=next((each.at for each in events if each.kind == "published"), None),
        changed_at=words.at,
    )


def post(post_id: int) -> PostView:
    """One post, published or not; raises Unknown."""
    row = _posts().filter(pk=post_id).first()
    if row is None:
        raise Unknown(post_id)
    return post_view(row)


def posts(*, kind: str = "", programme: str | None = None) -> list[PostView]:
    """All posts for the office, newest first; ``programme`` "" means those of no programme."""
    rows = _posts()
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(programme=programme) if programme is not None else rows
    return [post_view(row) for row in rows]


def _public(kind: str, programme: str | None) -> list[PostView]:
    rows = _posts().filter(kind=kind, events__kind="published").distinct()
    if programme is not None:
        rows = rows.filter(Q(programme=programme) | Q(programme=""))
    views = [view for view in map(post_view, rows) if view.state == "published"]
    return sorted(views, key=lambda view: (not view.pinned, -view.published_at.timestamp(), -view.id))  # type: ignore[union-attr]


def notices(programme: str | None = None) -> list[PostView]:
    """Published notices, pinned first, then newest; with a programme: its own and those for everybody."""
    return _public("notice", programme)


def news(programme: str | None = None) -> list[PostView]:
    """Published news, pinned first, then newest."""
    return _public("news", programme)


def _questions() -> QuerySet[Question]:
    return Question.objects.prefetch_related("answers", "events").order_by("-id")


def question_view(row: Question) -> QuestionView:
    answers = tuple(
        AnswerView(each.text, each.at, each.by_id)
        for each in sorted(row.answers.all(), key=lambda one: one.pk)
    )
    events = sorted(row.events.all(), key=lambda each: each.pk)
    hidden = bool(events) and events[-1].kind == "hidden"
    return QuestionView(
        id=row.pk,
        number=row.number or "",
        programme=row.programme,
        user_id=row.user_id,
        title=row.title,
        body=row.body,
        asked_at=row.asked_at,
        state=rules.question_state(answered=bool(answers), hidden=hidden),
        answers=answers,
    )


def question(number: str) -> QuestionView:
    """One question by number; raises Unknown."""
    row = _questions().filter(number=number).first()
    if row is None:
        raise Unknown(number)
    return question_view(row)


def questions(
    *,
    programme: str | None = None,
    text: str = "",
    public: bool = True,
    programmes: Iterable[str] | None = None,
) -> list[QuestionView]:
    """Questions, newest first; ``public`` leaves only answered ones that are not hidden.

    ``text`` looks into question and answer; ``programmes`` narrows to these codes ("" for general ones).
    """
    rows = _questions()
    if programme is not None:
        rows = rows.filter(programme=programme)
    if programmes is not None:
        rows = rows.filter(programme__in=list(programmes))
    if text.strip():
        wanted = text.strip()[:100]
        rows = rows.filter(
            Q(title__icontains=wanted) | Q(body__icontains=wanted) | Q(answers__text__icontains=wanted)
        ).distinct()
    views = [question_view(row) for row in rows]
    return [view for view in views if view.state == "answered"] if public else views


def questions_waiting(programmes: Iterable[str] | None = None) -> int:
    """How many questions have no answer and are not hidden; ``None``: of all programmes."""
    newest = QuestionEvent.objects.filter(question=OuterRef("pk")).order_by("-id")
    rows = Question.objects.filter(answers=None).annotate(last=Subquery(newest.values("kind")[:1]))
    rows = rows.filter(Q(last=None) | ~Q(last="hidden"))
    return rows.count() if programmes is None else rows.filter(programme__in=list(programmes)).count()


def questions_of(user: User) -> list[QuestionView]:
    """What this user asked, newest first."""
    return [question_view(row) for row in _questions().filter(user=user)]


def _calls() -> QuerySet[Call]:
    return Call.objects.select_related("publisher").prefetch_related("events").order_by("-opens_on", "-id")


def call_view(row: Call, today: date) -> CallView:
    events = [each.kind for each in sorted(row.events.all(), key=lambda one: one.pk)]
    return CallView(
        id=row.pk,
        kind=row.kind,
        programme=row.programme,
        publisher=row.publisher.name if row.publisher else "",
        publisher_en=row.publisher.name_en if row.publisher else "",
        publisher_id=row.publisher_id,
        title=row.title,
        title_en=row.title_en,
        body=row.body,
        body_en=row.body_en,
        specialities=tuple(row.specialities),
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        state=rules.call_state(events, opens_on=row.opens_on, closes_on=row.closes_on, today=today),
    )


def call(call_id: int, *, today: date) -> CallView:
    """One call; raises Unknown."""
    row = _calls().filter(pk=call_id).first()
    if row is None:
        raise Unknown(call_id)
    return call_view(row, today)


def calls(*, today: date) -> list[CallView]:
    """All calls, newest first."""
    return [call_view(row, today) for row in _calls()]


def _submissions() -> QuerySet[Submission]:
    return (
        Submission.objects.select_related("call")
        .prefetch_related("events", "reviews", "files__file")
        .order_by("-id")
    )


def submission_view(row: Submission) -> SubmissionView:
    events = sorted(row.events.all(), key=lambda each: each.pk)
    decided = [each.note for each in events if each.kind in ("accepted", "refused")]
    reviews = sorted(row.reviews.all(), key=lambda each: each.pk)
    return SubmissionView(
        id=row.pk,
        number=row.number or "",
        call_id=row.call_id,
        call_title=row.call.title,
        call_kind=row.call.kind,
        programme=row.call.programme,
        publisher_id=row.call.publisher_id,
        user_id=row.user_id,
        contributor=row.contributor,
        organisation=row.organisation,
        speciality=row.speciality,
        title=row.title,
        summary=row.summary,
        link=row.link,
        submitted_at=row.submitted_at,
        state=rules.submission_state(each.kind for each in events),
        note=decided[-1] if decided else "",
        files=tuple(each.file.token for each in sorted(row.files.all(), key=lambda one: one.pk)),
        reviews=tuple(ReviewView(r.recommended, r.points, r.text, r.at, r.by_id) for r in reviews),
    )


def submission(number: str) -> SubmissionView:
    """One submission by number; raises Unknown."""
    row = _submissions().filter(number=number).first()
    if row is None:
        raise Unknown(number)
    return submission_view(row)


def submissions(call_id: int | None = None) -> list[SubmissionView]:
    """Submissions to one call or all, newest first."""
    rows = _submissions()
    return [submission_view(row) for row in (rows if call_id is None else rows.filter(call_id=call_id))]


def submissions_of(user: User) -> list[SubmissionView]:
    """What this user handed in, newest first."""
    return [submission_view(row) for row in _submissions().filter(user=user)]
