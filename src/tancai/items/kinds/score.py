from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Score:
    """Marks won out of marks to win; ``marks`` is None while a human must decide.

    ``sure`` out of ``sure_of`` is then already won, and people decide about the rest.
    """

    marks: Decimal | None
    out_of: Decimal
    detail: dict[str, Any] = field(default_factory=dict)
    sure: Decimal = Decimal(0)
    sure_of: Decimal = Decimal(0)

    @property
    def needs_human(self) -> bool:
        return self.marks is None
