"""What the questions of a case may be: every kind of this room but the case itself."""

from __future__ import annotations

from typing import Any

from tancai.items.kinds.fill import KIND as FILL
from tancai.items.kinds.matching import KIND as MATCHING
from tancai.items.kinds.multiple import KIND as MULTIPLE
from tancai.items.kinds.numeric import KIND as NUMERIC
from tancai.items.kinds.ordering import KIND as ORDERING
from tancai.items.kinds.parameterised import KIND as PARAMETERISED
from tancai.items.kinds.short import KIND as SHORT
from tancai.items.kinds.single import KIND as SINGLE
from tancai.items.kinds.truefalse import KIND as TRUEFALSE

KINDS: dict[str, Any] = {
    kind.code: kind
    for kind in (SINGLE, MULTIPLE, TRUEFALSE, NUMERIC, PARAMETERISED, FILL, MATCHING, ORDERING, SHORT)
}
CALCULATION = PARAMETERISED.code
"""The kind that takes its numbers from the case."""


def by_people(code: str) -> bool:
    """Answers of this kind go to markers."""
    return KINDS[code].shape == "points"
