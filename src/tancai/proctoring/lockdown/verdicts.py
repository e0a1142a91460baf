"""The verdict of the lock-down client for one request, as a reason beside those of ``exams.may_enter``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tancai.exams import api as exams
from tancai.proctoring.lockdown import queries, rules
from tancai.proctoring.lockdown.actions import configuration_of
from tancai.proctoring.lockdown.rules import RequestFacts


def lockdown_verdict(admission: exams.Admission, facts: Callable[[], RequestFacts]) -> exams.Verdict:
    """Whether the request may go on; reasons ``client_missing``, ``client_unproven``, ``client_other_config``,
    ``client_unknown_build``. An exception is told as warning ``client_excepted``.

    ``facts`` is asked only where the session asks for the client and no exception holds.
    """
    if not queries.is_required(admission.session):
        return exams.Verdict()
    granted = queries.exception_of(admission.pk)
    if granted is not None:
        return exams.Verdict(warnings=(exams.Reason("client_excepted", {"reason": granted.reason}),))
    shown = facts()
    code = rules.judge(standing(admission, at=shown.at), shown)
    return exams.Verdict((exams.Reason(code),)) if code else exams.Verdict()


def standing(admission: exams.Admission, *, at: Any) -> rules.Standing:
    config = configuration_of(admission.session, by=None, at=at)
    return queries.standing_of(admission, config.config_key)


def proof_of(admission: exams.Admission, facts: RequestFacts) -> tuple[str, str]:
    """Judge posted hashes: the failure's code (empty when they prove the client) and what the proof is worth."""
    asked = standing(admission, at=facts.at)
    return rules.proof(asked, facts), rules.proven_key(asked)
