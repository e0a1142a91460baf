from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from tancai.marking.rules import Policy


def policy() -> Policy:
    """How this installation marks (``settings.TANCAI_MARKING``)."""
    given: dict[str, Any] = settings.TANCAI_MARKING
    return Policy(
        second=given["second"],
        near=Decimal(given["near"]),
        tolerance=Decimal(given["tolerance"]),
        claim_minutes=given["claim_minutes"],
        recheck_days=given["recheck_days"],
    )
