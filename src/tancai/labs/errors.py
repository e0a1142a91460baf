from __future__ import annotations


class LabsError(Exception):
    """Something the laboratories refuse."""


class NoSuchTask(LabsError):
    """No task has this code; ``near`` are codes that look like it."""

    def __init__(self, code: str, near: tuple[str, ...] = ()) -> None:
        self.code = code
        self.near = near
        super().__init__(code)


class BadWork(LabsError):
    """A work file that cannot be read; the message names place and remedy."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}" if name else why)
