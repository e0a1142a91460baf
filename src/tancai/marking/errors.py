from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tancai.marking.rules import Reason


class MarkingError(Exception):
    """Something that marking refuses; ``code`` is stable, ``params`` fill the words shown for it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class NotThere(MarkingError):
    """No such script, answer, result or request for this person."""

    def __init__(self) -> None:
        super().__init__("not_there")


class BadMarks(MarkingError):
    """Marks that cannot be given as written; ``faults`` name the points."""

    def __init__(self, faults: Sequence[Reason]) -> None:
        super().__init__(faults[0].code, **faults[0].params)
        self.faults = tuple(faults)


class MayNot(MarkingError):
    """A mark, an undo, a re-check or a decision that is refused now."""


class NotReady(MarkingError):
    """Results cannot be released; ``reasons`` say what is left."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(reasons[0].code, **reasons[0].params)
        self.reasons = tuple(reasons)
