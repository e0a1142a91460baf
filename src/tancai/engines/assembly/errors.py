"""What goes wrong with a bank or a blueprint, and the notes that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class AssemblyError(ValueError):
    """Input that cannot be used; ``code`` is stable, the message names place and remedy."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Note:
    """Something left out or doubtful while the rest was used; ``code`` is stable, ``message`` plain English."""

    code: str
    message: str
    params: dict[str, Any] = field(default_factory=dict, compare=False)

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message}
