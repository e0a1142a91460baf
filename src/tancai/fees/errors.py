"""What can go wrong with orders."""

from __future__ import annotations


class FeesError(Exception):
    """Base of this room's errors."""


class UnknownOrder(FeesError):
    """No order of this number or id."""


class BadStep(FeesError):
    """A step that the order's state does not allow, or that lacks something.

    ``code`` is stable: ``not_now``, ``no_reason``, ``bad_amount``, ``other_amount``, ``bad_purpose``.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)
