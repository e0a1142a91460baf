"""What credentials refuses; ``code`` is stable, ``params`` fill the words shown for it."""

from __future__ import annotations

from typing import Any


class CredentialsError(Exception):
    """Base of this room's errors."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class NotThere(CredentialsError):
    """No such certificate, proposal or request for this person."""

    def __init__(self) -> None:
        super().__init__("not_there")


class CannotIssue(CredentialsError):
    """``not_passed``, ``no_identity``, or ``result_changed``: the result is no longer the one that counts."""


class CannotChange(CredentialsError):
    """``wrong_state``, ``no_reason``, ``nothing_changed``, ``bad_facts``, ``pending``, ``same_person``,
    ``own_certificate``, ``decided``, ``fee_open``, ``unknown_change``."""
