"""What goes wrong with measurement data, and the notes that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class MeasurementError(ValueError):
    """Input from which nothing can be computed; ``code`` is stable, the message names place and remedy."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Note:
    """Something left out or doubtful while the rest was computed.

    ``code`` is stable, ``item`` the item's name ("" for the whole file), ``message`` plain English.
    """

    code: str
    message: str
    item: str = ""
    params: dict[str, Any] = field(default_factory=dict, compare=False)

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "item": self.item, "message": self.message}
