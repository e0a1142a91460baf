from __future__ import annotations


class MessageError(Exception):
    """A message that cannot be composed: the caller named no known kind or left a parameter out."""


class UnknownKind(MessageError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"no text for messages of kind {kind!r}: add texts/{kind}.toml")


class MissingParameter(MessageError):
    def __init__(self, kind: str, names: list[str]) -> None:
        super().__init__(f"messages of kind {kind!r} need the parameters {', '.join(names)}")


class NotDelivered(Exception):
    """A channel could not take a delivery now; it is tried again later."""
