"""Writes: publish, ask and answer, call and submit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models, transaction

from tancai.audit import api as audit
from tancai.files import api as files
from tancai.lib import clock
from tancai.messages import api as messages
from tancai.publishing import queries, rules
from tancai.publishing.errors import BadText, NotNow, Unknown
from tancai.publishing.models import (
    Answer,
    Call,
    CallEvent,
    Post,
    PostEvent,
    PostVersion,
    Question,
    QuestionEvent,
    Review,
    Submission,
    SubmissionEvent,
    SubmissionFile,
)
from tancai.publishing.queries import CallView, PostView, QuestionView, SubmissionView
from tancai.publishing.words import OUTCOMES, in_every_language

if TYPE_CHECKING:
    from tancai.people.api import Organisation, User

FILE_PURPOSE = "call_submission"
M = TypeVar("M", bound=models.Model)


def _check(field: str, text: str, limit: str, *, needed: bool = True) -> str:
    text = text.strip()
    code = rules.fault_in(text, most=rules.LIMITS[limit], needed=needed)
    if code:
        raise BadText(code, field, most=rules.LIMITS[limit])
    return text


def _choice(field: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise BadText("bad_choice", field, value=value)
    return value


def _locked(model: type[M], **wanted: object) -> M:
    row = model._default_manager.select_for_update().filter(**wanted).first()
    if row is None:
        raise Unknown(next(iter(wanted.values())))
    return row


@transaction.atomic
def write_post(
    *,
    kind: str,
    title: str,
    body: str,
    title_en: str = "",
    body_en: str = "",
    programme: str = "",
    publisher: Organisation | None = None,
    by: User | None,
    at: datetime,
) -> PostView:
    """Keep a notice or news as a draft. Raises BadText naming the field."""
    row = Post.objects.create(
        kind=_choice("kind", kind, rules.POST_KINDS), programme=programme, publisher=publisher, made_at=at
    )
    _add_version(row, title, body, title_en, body_en, by, at)
    audit.record("publishing.write", by=by, at=at, target=("post", row.pk), detail={"kind": kind})
    return queries.post(row.pk)


def _add_version(
    row: Post, title: str, body: str, title_en: str, body_en: str, by: User | None, at: datetime
) -> None:
    PostVersion.objects.create(
        post=row,
        title=_check("title", title, "title"),
        title_en=_check("title_en", title_en, "title", needed=False),
        body=_check("body", body, "body"),
        body_en=_check("body_en", body_en, "body", needed=False),
        at=at,
        by=by,
    )


@transaction.atomic
def revise_post(
    post_id: int,
    *,
    title: str,
    body: str,
    title_en: str = "",
    body_en: str = "",
    by: User | None,
    at: datetime,
) -> PostView:
    """Give a post a new wording; the old one is kept. Raises BadText, Unknown."""
    row = _locked(Post, pk=post_id)
    _add_version(row, title, body, title_en, body_en, by, at)
    audit.record("publishing.revise", by=by, at=at, target=("post", post_id))
    return queries.post(post_id)


@transaction.atomic
def mark_post(post_id: int, kind: str, *, reason: str = "", by: User | None, at: datetime) -> PostView:
    """``published``, ``withdrawn``, ``pinned`` or ``unpinned``. Raises NotNow, Unknown, BadText for the kind."""
    _choice("kind", kind, ("published", "withdrawn", "pinned", "unpinned"))
    row = _locked(Post, pk=post_id)
    state = queries.post(post_id).state
    if not rules.may_post(state, kind):
        raise NotNow("not_now", state=state)
    PostEvent.objects.create(
        post=row, kind=kind, reason=_check("reason", reason, "short", needed=False), at=at, by=by
    )
    audit.record(f"publishing.{kind}", by=by, at=at, target=("post", post_id))
    return queries.post(post_id)


@transaction.atomic
def publish(
    *,
    kind: str,
    title: str,
    body: str,
    title_en: str = "",
    body_en: str = "",
    programme: str = "",
    publisher: Organisation | None = None,
    pinned: bool = False,
    by: User | None,
    at: datetime,
) -> PostView:
    """Write and publish in one step. Raises BadText."""
    view = write_post(
        kind=kind,
        title=title,
        body=body,
        title_en=title_en,
        body_en=body_en,
        programme=programme,
        publisher=publisher,
        by=by,
        at=at,
    )
    if pinned:
        mark_post(view.id, "pinned", by=by, at=at)
    return mark_post(view.id, "published", by=by, at=at)


@transaction.atomic
def ask(*, title: str, body: str = "", programme: str = "", by: User, at: datetime) -> QuestionView:
    """Ask the office. Raises BadText (``personal_number`` when something like an identity number is in it)."""
    row = Question.objects.create(
        programme=programme,
        user=by,
        title=_check("title", title, "title"),
        body=_check("body", body, "question", needed=False),
        asked_at=at,
    )
    row.number = f"Q{clock.local_date(at):%Y%m%d}{row.pk:05d}"
    row.save(update_fields=["number"])
    audit.record("publishing.ask", by=by, at=at, target=("question", row.pk))
    return queries.question(row.number)


@transaction.atomic
def answer(number: str, *, text: str, link: str = "", by: User | None, at: datetime) -> QuestionView:
    """Answer a question, or replace the answer; the asker is told. Raises BadText, Unknown."""
    row = _locked(Question, number=number)
    Answer.objects.create(question=row, text=_check("text", text, "answer"), at=at, by=by)
    audit.record("publishing.answer", by=by, at=at, target=("question", row.pk))
    if row.user is not None:
        messages.send(
            user=row.user, kind="question_answered", params={"question": row.title}, link=link, at=at, by=by
        )
    return queries.question(number)


@transaction.atomic
def hide_question(
    number: str, *, hidden: bool = True, reason: str = "", by: User | None, at: datetime
) -> QuestionView:
    """Take a question out of public view, or show it again. Raises Unknown."""
    row = _locked(Question, number=number)
    kind = "hidden" if hidden else "shown"
    reason = _check("reason", reason, "short", needed=hidden)
    QuestionEvent.objects.create(question=row, kind=kind, reason=reason, at=at, by=by)
    audit.record(f"publishing.question_{kind}", by=by, at=at, target=("question", row.pk))
    return queries.question(number)


@transaction.atomic
def open_call(
    *,
    kind: str,
    title: str,
    body: str,
    opens_on: date,
    closes_on: date,
    title_en: str = "",
    body_en: str = "",
    specialities: Sequence[str] = (),
    programme: str = "",
    publisher: Organisation | None = None,
    by: User | None,
    at: datetime,
) -> CallView:
    """Open a public call between two days, both included. Raises BadText, NotNow(``bad_dates``)."""
    if closes_on < opens_on:
        raise NotNow("bad_dates")
    row = Call.objects.create(
        kind=_choice("kind", kind, rules.CALL_KINDS),
        programme=programme,
        publisher=publisher,
        title=_check("title", title, "title"),
        title_en=_check("title_en", title_en, "title", needed=False),
        body=_check("body", body, "body"),
        body_en=_check("body_en", body_en, "body", needed=False),
        specialities=[_check("specialities", each, "short") for each in specialities],
        opens_on=opens_on,
        closes_on=closes_on,
        made_at=at,
        made_by=by,
    )
    CallEvent.objects.create(call=row, kind="opened", at=at, by=by)
    audit.record("publishing.open_call", by=by, at=at, target=("call", row.pk), detail={"kind": kind})
    return queries.call(row.pk, today=clock.local_date(at))


@transaction.atomic
def close_call(call_id: int, *, reopen: bool = False, by: User | None, at: datetime) -> CallView:
    """Close a call before its day, or open it again. Raises Unknown."""
    row = _locked(Call, pk=call_id)
    kind = "reopened" if reopen else "closed"
    CallEvent.objects.create(call=row, kind=kind, at=at, by=by)
    audit.record(f"publishing.call_{kind}", by=by, at=at, target=("call", row.pk))
    return queries.call(call_id, today=clock.local_date(at))


def submit_to_call(
    call_id: int,
    *,
    contributor: str,
    title: str,
    summary: str,
    organisation: str = "",
    speciality: str = "",
    link: str = "",
    uploads: Sequence[tuple[str, bytes]] = (),
    by: User,
    at: datetime,
) -> SubmissionView:
    """Hand something in to an open call; ``uploads`` are (file name, bytes).

    Raises NotNow(``closed``), BadText, Unknown, or what ``files.store`` raises; then nothing is kept.
    """
    view = queries.call(call_id, today=clock.local_date(at))
    if view.state != "open":
        raise NotNow("closed")
    if speciality or view.specialities:
        _choice("speciality", speciality, view.specialities)
    facts = {
        "contributor": _check("contributor", contributor, "short"),
        "organisation": _check("organisation", organisation, "short", needed=False),
        "title": _check("title", title, "title"),
        "summary": _check("summary", summary, "summary"),
        "speciality": speciality,
        "link": link.strip(),
    }
    if rules.fault_in_link(facts["link"]):
        raise BadText("bad_link", "link")
    kept = []
    try:
        for name, data in uploads:
            kept.append(files.store(data, purpose=FILE_PURPOSE, name=name, by=by, at=at))
        return _keep_submission(call_id, facts, kept, by=by, at=at)
    except BaseException:
        for file in kept:
            files.discard(file, reason="submission not kept", by=by, at=at)
        raise


@transaction.atomic
def _keep_submission(
    call_id: int, facts: Mapping[str, str], kept: Sequence[files.StoredFile], *, by: User, at: datetime
) -> SubmissionView:
    row = Submission.objects.create(call_id=call_id, user=by, submitted_at=at, **facts)
    row.number = f"Z{clock.local_date(at):%Y%m%d}{row.pk:05d}"
    row.save(update_fields=["number"])
    SubmissionFile.objects.bulk_create(SubmissionFile(submission=row, file=file) for file in kept)
    _step(row, "submitted", "", by, at)
    return queries.submission(row.number)


def _step(row: Submission, kind: str, note: str, by: User | None, at: datetime) -> None:
    SubmissionEvent.objects.create(submission=row, kind=kind, note=note, at=at, by=by)
    audit.record(f"publishing.submission_{kind}", by=by, at=at, target=("submission", row.pk))


def _may(row: Submission, kind: str) -> None:
    state = queries.submission_view(row).state
    if not rules.may_submission(state, kind):
        raise NotNow("not_now", state=state)


@transaction.atomic
def review_submission(
    number: str,
    *,
    recommended: bool,
    points: Mapping[str, bool],
    text: str = "",
    by: User | None,
    at: datetime,
) -> SubmissionView:
    """Add one reader's judgement by the criteria of the call's kind. Raises BadText, NotNow, Unknown."""
    row = _locked(Submission, number=number)
    _may(row, "reviewed")
    wanted = rules.CRITERIA[row.call.kind]
    if set(points) != set(wanted):
        raise BadText("bad_choice", "points", wanted=", ".join(wanted))
    text = _check("text", text, "summary", needed=not recommended)
    Review.objects.create(
        submission=row, recommended=recommended, points=dict(points), text=text, at=at, by=by
    )
    _step(row, "reviewed", "", by, at)
    return queries.submission(number)


@transaction.atomic
def decide_submission(
    number: str,
    *,
    accept: bool,
    note: str,
    link: str = "",
    by: User | None,
    at: datetime,
) -> SubmissionView:
    """Accept or refuse with a note to the author, who is told.

    Raises BadText for an empty note, NotNow, Unknown.
    """
    row = _locked(Submission, number=number)
    kind = "accepted" if accept else "refused"
    _may(row, kind)
    _step(row, kind, _check("note", note, "summary"), by, at)
    if row.user is not None:
        outcome = in_every_language(OUTCOMES[kind])
        params = {"call": row.call.title, "outcome": outcome}
        messages.send(user=row.user, kind="submission_decided", params=params, link=link, at=at, by=by)
    return queries.submission(number)


@transaction.atomic
def withdraw_submission(number: str, *, by: User, at: datetime) -> SubmissionView:
    """The author takes a submission back before the decision. Raises NotNow, Unknown (also for somebody else's)."""
    row = _locked(Submission, number=number, user=by)
    _may(row, "withdrawn")
    _step(row, "withdrawn", "", by, at)
    return queries.submission(number)
