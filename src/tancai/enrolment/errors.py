"""What enrolment refuses, as one small family. Every error carries a stable code and plain parameters."""

from __future__ import annotations

from typing import Any


class EnrolmentError(Exception):
    """Base of all refusals; ``code`` is stable, ``params`` are plain values for the words shown."""

    code = "refused"

    def __init__(self, code: str | None = None, **params: Any) -> None:
        self.code = code or self.code
        self.params = params
        super().__init__(f"{self.code} {params}" if params else self.code)


class NotThere(EnrolmentError):
    """No such application, material or batch."""

    code = "not_there"


class NotPossible(EnrolmentError):
    """The state or the calendar does not allow this step now."""

    code = "not_possible"


class AlreadyApplied(EnrolmentError):
    """The person already has a running application for this programme and exam day."""

    code = "already_applied"


class OwnApplication(EnrolmentError):
    """Nobody reviews an application of their own."""

    code = "own_application"


class Incomplete(EnrolmentError):
    """Something is missing before submission; ``params["missing"]`` lists what."""

    code = "incomplete"


class BadClaims(EnrolmentError):
    """A claim cannot be read; ``params["field"]`` names it."""

    code = "bad_claims"


class BadMaterial(EnrolmentError):
    """A file cannot be taken; ``params["findings"]`` says why."""

    code = "bad_material"


class BadArchive(EnrolmentError):
    """The archive cannot be opened or exceeds a limit."""

    code = "bad_archive"
