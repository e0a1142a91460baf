"""What the export of one's own data, and the closing of an account, mean for questions and submissions.

Both belong to accounts, with or without a person behind. Exported: questions with their answers; submissions with
their files and the note of the decision. At once: questions nobody has answered go, answered ones stay public as
they always were, without a name; submissions that were not accepted lose contributor, text and files. An accepted
submission keeps the name of its author, who has a right to be named; the body that accepted it answers for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tancai.files import api as files
from tancai.people import api as people
from tancai.publishing import queries
from tancai.publishing.models import Question, Review, Submission, SubmissionEvent, SubmissionFile

if TYPE_CHECKING:
    from tancai.people.api import Person, User


def exported(user: User) -> dict[str, Any]:
    submissions = queries.submissions_of(user)
    return {
        "questions": [_question(each) for each in queries.questions_of(user)],
        "submissions": [_submission(each) for each in submissions],
        "files": _files(submissions),
    }


def _question(seen: queries.QuestionView) -> dict[str, Any]:
    return {
        "number": seen.number,
        "programme": seen.programme,
        "title": seen.title,
        "body": seen.body,
        "asked_at": seen.asked_at,
        "state": seen.state,
        "answers": [{"text": each.text, "at": each.at} for each in seen.answers],
    }


def _submission(seen: queries.SubmissionView) -> dict[str, Any]:
    names = ("number", "call_title", "contributor", "organisation", "speciality", "title", "summary", "link")
    return {
        **{name: getattr(seen, name) for name in names},
        "submitted_at": seen.submitted_at,
        "state": seen.state,
        "note": seen.note,
    }


def _files(submissions: list[queries.SubmissionView]) -> dict[str, bytes]:
    found = {}
    for seen in submissions:
        for token in seen.files:
            file = files.file(token)
            if file is not None:
                found[f"{seen.number}-{file.pk}-{file.name}"] = files.read(file)
    return found


def leave(user: User, person: Person | None, at: datetime) -> None:
    Question.objects.filter(user=user, answers=None).delete()
    Question.objects.filter(user=user).update(user=None)
    for row in Submission.objects.filter(user=user):
        state = queries.submission_view(row).state
        if state == "accepted":
            continue
        if state in ("submitted", "shortlisted"):
            SubmissionEvent.objects.create(submission=row, kind="withdrawn", at=at, by=user)
        for kept in SubmissionFile.objects.filter(submission=row).select_related("file"):
            files.discard(kept.file, reason="account closed", by=user, at=at)
        Submission.objects.filter(pk=row.pk).update(contributor="", organisation="", summary="", link="")
        SubmissionEvent.objects.filter(submission=row).update(note="")
        Review.objects.filter(submission=row).update(text="")
    Submission.objects.filter(user=user).update(user=None)


def register() -> None:
    people.register_export("publishing", of_account=exported)
    people.register_holdings("publishing", at_once=leave)
