"""People look at flags: a first look, the candidate's word, a second look by somebody else. Outcomes are rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from tancai.audit import api as audit
from tancai.lib import clock
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.proctoring.identity import rules
from tancai.proctoring.identity.errors import IdentityError
from tancai.proctoring.models import Flag, FlagReview, FlagStatement
from tancai.programmes import api as programmes

MOST_NOTE = 500
MOST_STATEMENT = 2000


def may_review(flag: Flag, stage: int, outcome: str, *, by: Any, at: datetime) -> str:
    """``""`` or the code of why this person may not give this review now."""
    reviews = list(flag.reviews.all())
    first = next((review for review in reviews if review.stage == rules.FIRST), None)
    facts = rules.ReviewFacts(
        stage=stage,
        outcome=outcome,
        state=rules.flag_state((review.stage, review.outcome) for review in reviews),
        reviewer=by.pk,
        first_by=first.by_id if first else None,
        first_at=first.at if first else None,
        stated=flag.statements.exists(),
        about_oneself=people.access_person(by, flag.admission.person),
    )
    return rules.may_review(facts, settings.TANCAI_IDENTITY["statement_days"], at)


@transaction.atomic
def review(
    flag: Flag, stage: int, outcome: str, *, reason: str, note: str, by: Any, at: datetime
) -> FlagReview:
    """Say what a flag was. A doubt tells the candidate and asks for a statement; nothing else follows by itself.

    Raises IdentityError with the codes of ``rules.may_review``, ``bad_reason``, ``no_note``, ``long_text``.
    """
    flag = Flag.objects.select_for_update().get(pk=flag.pk)
    why_not = may_review(flag, stage, outcome, by=by, at=at)
    if why_not:
        raise IdentityError(why_not, days=settings.TANCAI_IDENTITY["statement_days"])
    if reason not in rules.REVIEW_REASONS:
        raise IdentityError("bad_reason")
    note = note.strip()
    if not note and (outcome in ("doubt", "upheld") or reason == "other"):
        raise IdentityError("no_note")
    if len(note) > MOST_NOTE:
        raise IdentityError("long_text", most=MOST_NOTE)
    row = FlagReview.objects.create(
        flag=flag, stage=stage, outcome=outcome, reason=reason, note=note, at=at, by=by
    )
    audit.record(
        f"proctoring.flag_{outcome}", by=by, at=at, target=("flag", flag.pk), detail={"reason": reason}
    )
    if outcome == "doubt":
        _ask(flag, at)
    elif stage == rules.SECOND:
        _tell(flag, outcome, at)
    return row


def _params(flag: Flag) -> dict[str, Any]:
    definition = programmes.definition_of(flag.admission.session.edition_id)
    return {
        "programme": {"zh-hans": definition.name, "en": definition.name_en},
        "number": flag.admission.ticket_number,
    }


def _ask(flag: Flag, at: datetime) -> None:
    until = at + timedelta(days=settings.TANCAI_IDENTITY["statement_days"])
    messages.send(
        person=flag.admission.person,
        kind="identity_question",
        params={**_params(flag), "deadline": clock.local_date(until)},
        link=f"/exam/{flag.admission_id}/statement/",
        at=at,
    )


_TOLD = {
    "set_aside": {"zh-hans": "不作处理", "en": "nothing follows from it"},
    "upheld": {
        "zh-hans": "疑点成立，后续处理由发证机构另行通知",
        "en": "the doubt stands; the certifying body will tell you what follows",
    },
}


def _tell(flag: Flag, outcome: str, at: datetime) -> None:
    messages.send(
        person=flag.admission.person,
        kind="identity_decided",
        params={**_params(flag), "outcome": _TOLD[outcome]},
        link=f"/exam/{flag.admission_id}/statement/",
        at=at,
    )


@transaction.atomic
def state(flag: Flag, text: str, *, by: Any, at: datetime) -> FlagStatement:
    """The candidate's word on a flag in doubt; raises IdentityError ``not_doubted``, ``no_text``, ``long_text``."""
    text = text.strip()
    if not text:
        raise IdentityError("no_text")
    if len(text) > MOST_STATEMENT:
        raise IdentityError("long_text", most=MOST_STATEMENT)
    if rules.flag_state((r.stage, r.outcome) for r in flag.reviews.all()) != "doubt":
        raise IdentityError("not_doubted")
    row = FlagStatement.objects.create(flag=flag, text=text, at=at, by=by)
    audit.record("proctoring.statement", by=by, at=at, target=("flag", flag.pk))
    return row
