"""What can go wrong with what is published; every error has a stable code."""

from __future__ import annotations


class PublishingError(Exception):
    """Base of this room's errors."""


class BadText(PublishingError):
    """A text that cannot be kept.

    ``code``: ``empty``, ``too_long``, ``personal_number``, ``bad_link``, ``bad_choice``; ``field`` names the place.
    """

    def __init__(self, code: str, field: str, **params: object) -> None:
        self.code, self.field, self.params = code, field, params
        super().__init__(f"{field}: {code} {params}" if params else f"{field}: {code}")


class NotNow(PublishingError):
    """A step that the present state does not allow. ``code``: ``closed``, ``not_now``, ``bad_dates``."""

    def __init__(self, code: str, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}" if params else code)


class Unknown(PublishingError):
    """No such post, question, call or submission."""
