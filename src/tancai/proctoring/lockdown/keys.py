"""The Config Key of Safe Exam Browser, and the hashes by which a client proves that it holds a key.

Source: safeexambrowser.org/developer/seb-config-key.html. A Config Key is the SHA-256 of the settings written as
"SEB-JSON": one line without white space and without any escaping, names sorted without regard to case at every level,
empty dictionaries and the root entry ``originatorVersion`` left out, data as base64, dates as ISO 8601. It depends on
the settings alone. A Browser Exam Key also depends on the signature of the installed program, so it cannot be
computed here: it is read off a client and kept in a list. All keys and hashes are 64 lower-case hex digits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

KEY_LENGTH = 64
_HEX = frozenset("0123456789abcdef")


class BadSettings(ValueError):
    """Settings that no configuration file can hold; ``place`` names the entry."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def seb_json(settings: Mapping[str, Any]) -> str:
    """The settings as the one line that the Config Key is computed over; raises BadSettings."""
    kept = {name: value for name, value in settings.items() if name != "originatorVersion"}
    return _written(kept, "settings")


def config_key(settings: Mapping[str, Any]) -> str:
    """SHA-256 of the SEB-JSON, hex."""
    return hashlib.sha256(seb_json(settings).encode()).hexdigest()


def _written(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bytes | bytearray):
        return f'"{base64.b64encode(value).decode()}"'
    if isinstance(value, datetime):
        return f'"{(value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()}"'
    if isinstance(value, Mapping):
        return _dictionary(value, place)
    if isinstance(value, list | tuple):
        items = (_written(each, f"{place}[{number}]") for number, each in enumerate(value))
        return f"[{','.join(items)}]"
    raise BadSettings(place)


def _dictionary(value: Mapping[str, Any], place: str) -> str:
    # names that differ in case alone should not exist; the second criterion only keeps the order stable
    names = sorted(value, key=lambda name: (name.lower(), name))
    entries = (
        f'"{name}":{_written(value[name], f"{place}.{name}")}'
        for name in names
        if not (isinstance(value[name], Mapping) and not value[name])
    )
    return "{" + ",".join(entries) + "}"


def normal_key(text: str) -> str | None:
    """A key as typed or pasted, in lower case without blanks; None when it is not 64 hex digits."""
    found = "".join(text.split()).lower()
    return found if len(found) == KEY_LENGTH and not set(found) - _HEX else None


def request_hash(address: str, key: str) -> str:
    """What a client with ``key`` sends for an address: SHA-256 of the address without fragment, then the key."""
    return hashlib.sha256((address.partition("#")[0] + key).encode()).hexdigest()


def proves(sent: str, address: str, keys: Iterable[str]) -> bool:
    """Whether ``sent`` was made for this address with one of the keys; compared in constant time."""
    given = sent.strip().lower().encode()
    found = [hmac.compare_digest(given, request_hash(address, key).encode()) for key in keys]
    return any(found)
