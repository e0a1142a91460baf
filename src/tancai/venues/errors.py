"""What can go wrong with exam sites."""

from __future__ import annotations


class VenuesError(Exception):
    """Base of this room's errors."""


class BadSite(VenuesError):
    """Something in the application cannot be kept.

    ``field`` names it; ``code``: ``empty``, ``too_long``, ``personal_number``, ``phone``, ``no_rooms``,
    ``too_many_rooms``, ``room_name``, ``room_twice``, ``seats``, ``cameras``, ``bad_choice``.
    """

    def __init__(self, code: str, field: str, **params: object) -> None:
        self.code, self.field, self.params = code, field, params
        super().__init__(f"{field}: {code}")


class NotNow(VenuesError):
    """A step that the site's state does not allow. ``code``: ``not_now``, ``no_reason``, ``same_again``."""

    def __init__(self, code: str, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(code)


class UnknownSite(VenuesError):
    """No site of this number."""
