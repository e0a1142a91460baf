from __future__ import annotations

import re
from datetime import UTC, datetime

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "a-Long-enough-1"


def code_in(letter: dict) -> str:
    """The six digits of a letter with a code."""
    return re.search(r"\d{6}", letter["body"]).group()
