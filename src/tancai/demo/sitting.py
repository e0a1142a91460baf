"""How a character sits an exam: entry, the real protocol against the real log process, hand-in."""

from __future__ import annotations

import random
from datetime import datetime
from functools import lru_cache
from typing import Any

from tancai.exams import api as exams
from tancai.items import api as items
from tancai.proctoring import api as proctoring

_FLUSH_EVERY = 5
_CHANGED = 0.5
"""Share of answers changed once more before hand-in: 45 answers make about 68 events."""


def enter_as_candidate(application_id: int, session: Any, *, invigilator: Any, at: datetime) -> Any:
    """Enter the exam room; the entry, or the verdict's reasons when the door stays closed.

    Characters have no camera: where identity is checked, they ask for a person and the invigilator sees them.
    """
    admission = next(
        (a for a in exams.admissions_of_application(application_id) if a.session_id == session.pk), None
    )
    if admission is None:
        return ("not_admitted",)
    turned_away = _with_client(admission, at=at)
    if turned_away:
        return turned_away
    if proctoring.demanded(admission):
        proctoring.choose_way(admission, "human", by=admission.person.user, at=at)
        proctoring.check_by_hand(admission, note="当面核对证件，全程看考", by=invigilator, at=at)
    try:
        return exams.enter(admission, at=at, by=None)
    except exams.MayNot as refused:
        return tuple(reason.code for reason in refused.reasons)


def _with_client(admission: Any, *, at: datetime) -> tuple[str, ...]:
    """Where the exam asks for the lock-down client, what the guard says to its header; empty when all is well."""
    if not proctoring.is_required(admission.session):
        return ()
    address = f"{exams.exam_address()}{admission.pk}/enter/"
    config = proctoring.configuration_of(admission.session, by=None, at=at)
    sent = proctoring.request_hash(address, config.config_key)
    facts = proctoring.RequestFacts(address=address, at=at, config_hash=sent, user_agent="SEB/3.7.0")
    return tuple(reason.code for reason in proctoring.lockdown_verdict(admission, lambda: facts).reasons)


@lru_cache(maxsize=64)
def _questions(form_id: int) -> dict[int, items.Answerable]:
    return items.answerable(form_id)


def answer_the_paper(entry: Any, *, skill: float, generator: random.Random) -> dict[str, Any]:
    """Answer, change one's mind, hand in; the receipt. ``skill`` is the share of questions answered rightly."""
    sitting = entry.sitting
    form_id, variants = sitting.form.form_id, sitting.variants
    questions = items.answerable(form_id, variants) if variants else _questions(form_id)
    client = exams.SittingClient(entry.log_url, entry.token)
    client.claim()
    for number, (position, question) in enumerate(questions.items(), start=1):
        right = generator.random() < skill
        if generator.random() < _CHANGED:
            client.put(position, question.answer(right=not right, chance=generator))
        client.put(position, question.answer(right=right, chance=generator))
        if number % _FLUSH_EVERY == 0:
            client.flush()
    receipt = client.hand_in()
    client.drop()
    return receipt
