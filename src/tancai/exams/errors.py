from __future__ import annotations


class ExamError(Exception):
    """Something that cannot be done now; ``code`` is stable, ``params`` fill the words shown for it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class MayNot(ExamError):
    """Entry, ticket or booking refused; ``reasons`` are the verdict's."""

    def __init__(self, reasons: tuple) -> None:
        super().__init__(reasons[0].code if reasons else "refused")
        self.reasons = reasons


class LogUnreachable(ExamError):
    """The log process does not answer; nothing was lost, the order waits and is sent again."""

    def __init__(self, why: str = "") -> None:
        super().__init__("log_unreachable", why=why)
