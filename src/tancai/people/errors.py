"""What can go wrong with people; ``code`` is stable, words are made where they are shown."""

from __future__ import annotations


class PeopleError(Exception):
    """Base of this room's refusals."""

    code = "people"

    def __init__(self, code: str = "", **params: object) -> None:
        self.code = code or type(self).code
        self.params = params
        super().__init__(self.code)


class BadIdentity(PeopleError):
    """The identity cannot be true. ``code``: ``name``, ``sex``, ``birth``, ``sex_differs``, ``birth_differs``
    or a code of ``lib.identity.DocumentCheck`` prefixed ``document_``."""


class NameMismatch(PeopleError):
    """The document is known under another name."""

    code = "name_mismatch"


class AlreadyIdentified(PeopleError):
    """The account has an identity already; only the office corrects it."""

    code = "already_identified"


class DocumentTaken(PeopleError):
    """Another account holds this document."""

    code = "document_taken"


class ClaimWaiting(PeopleError):
    """The identity was entered by an institution with another phone; a clerk decides. ``params["claim"]``."""

    code = "claim_waiting"


class BadContact(PeopleError):
    """``missing``, ``phone``, ``email``, ``phone_taken`` or ``email_taken``."""


class BadRole(PeopleError):
    """``unknown_role``, ``needs_organisation``, ``wrong_organisation``, ``already_granted``, ``already_revoked``,
    ``last_admin``, ``reason``, ``answered``, ``not_invited``."""


class BadOrganisation(PeopleError):
    """``code_taken``, ``kind``, ``name``, ``credit_code``, ``credit_code_taken``, ``contact``, ``state`` or
    ``reason``."""


class CannotErase(PeopleError):
    """``last_admin``."""
