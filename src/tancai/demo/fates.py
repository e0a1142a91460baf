"""What becomes of whom: shares of fates, handed out exactly. Pure."""

from __future__ import annotations

import random

PASS = "pass"
RETURNED_THEN_PASS = "returned_then_pass"
RETURNED_AND_SILENT = "returned_and_silent"
CONDITION_NOT_MET = "condition_not_met"
DOCUMENT_REFUSED = "document_refused"
WITHDRAWN = "withdrawn"
HOURS_SHORT = "hours_short"
ABSENT = "absent"
FAIL_THEN_PASS = "fail_then_pass"
FAIL_TWICE = "fail_twice"
FAIL_AND_LEAVE = "fail_and_leave"

SHARES = {
    PASS: 40,
    RETURNED_THEN_PASS: 12,
    RETURNED_AND_SILENT: 4,
    CONDITION_NOT_MET: 5,
    DOCUMENT_REFUSED: 4,
    WITHDRAWN: 4,
    HOURS_SHORT: 6,
    ABSENT: 6,
    FAIL_THEN_PASS: 10,
    FAIL_TWICE: 4,
    FAIL_AND_LEAVE: 5,
}

APPROVED = frozenset(SHARES) - {RETURNED_AND_SILENT, CONDITION_NOT_MET, DOCUMENT_REFUSED, WITHDRAWN}
SITTING = APPROVED - {HOURS_SHORT, ABSENT}
RESITTING = frozenset({FAIL_THEN_PASS, FAIL_TWICE})
PASSING = frozenset({PASS, RETURNED_THEN_PASS, FAIL_THEN_PASS})


def hand_out(count: int, generator: random.Random, *, without: frozenset[str] = frozenset()) -> list[str]:
    """``count`` fates in shuffled order, in proportion to their shares, each at least once when ``count`` allows.

    A fate in ``without`` (one the programme does not have) goes to PASS.
    """
    shares = {fate: share for fate, share in SHARES.items() if fate not in without}
    shares[PASS] += sum(SHARES[fate] for fate in without)
    if count < len(shares):
        order = sorted(shares, key=lambda fate: -shares[fate])
        chosen = order[:count]
    else:
        whole = sum(shares.values())
        counts = {fate: max(1, count * share // whole) for fate, share in shares.items()}
        counts[PASS] += count - sum(counts.values())
        chosen = [fate for fate, number in counts.items() for _ in range(number)]
    generator.shuffle(chosen)
    return chosen
