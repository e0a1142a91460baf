"""Sealing, blind indexes and signed tokens, all on ``cryptography``.

A sealed value is ``version (1) | key id length (1) | key id | nonce (12) | AES-256-GCM ciphertext and tag``; its
context (table and column, or the purpose of a file) is bound as associated data, so a value moved elsewhere
does not open.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_VERSION = 1


class CannotOpen(Exception):
    """A sealed value that no key of this installation opens in this context."""


class BadToken(Exception):
    """A token that cannot be trusted: ``forged`` (or damaged, or of another purpose) or ``expired``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@functools.cache
def _ciphers() -> dict[str, AESGCM]:
    ring: Any = settings.TANCAI_KEYS["field"]
    return {name: AESGCM(base64.b64decode(key)) for name, key in ring.items()}


@functools.cache
def _mac_key(name: str, purpose: str) -> bytes:
    root = base64.b64decode(str(settings.TANCAI_KEYS[name]))
    return hmac.digest(root, b"tancai/" + purpose.encode(), "sha256")


def seal(data: bytes, context: str) -> bytes:
    """Encrypt ``data`` with the newest key, bound to ``context``."""
    name = list(_ciphers())[-1]
    nonce = secrets.token_bytes(12)
    head = bytes([_VERSION, len(name)]) + name.encode() + nonce
    return head + _ciphers()[name].encrypt(nonce, data, context.encode())


def unseal(sealed: bytes, context: str) -> bytes:
    """Decrypt what ``seal`` made in the same context; raises CannotOpen."""
    try:
        if sealed[0] != _VERSION:
            raise CannotOpen("unknown version")
        end = 2 + sealed[1]
        name, nonce, body = sealed[2:end].decode(), sealed[end : end + 12], sealed[end + 12 :]
        return _ciphers()[name].decrypt(nonce, body, context.encode())
    except (IndexError, KeyError, UnicodeDecodeError, InvalidTag, ValueError) as error:
        raise CannotOpen(context) from error


def blind_index(text: str, purpose: str) -> str:
    """HMAC-SHA-256 in hex: equal texts find each other without being readable."""
    return hmac.new(_mac_key("index", purpose), text.encode(), hashlib.sha256).hexdigest()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(payload: dict[str, Any], purpose: str, expires: datetime | None = None) -> str:
    """``body.signature``, both base64url; ``expires`` is checked by ``verify``."""
    body = dict(payload)
    if expires is not None:
        body["exp"] = int(expires.timestamp())
    text = _b64(json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode())
    return f"{text}.{_b64(hmac.digest(_mac_key('control', purpose), text.encode(), 'sha256'))}"


def verify(token: str, purpose: str, at: datetime) -> dict[str, Any]:
    """The payload of a token signed for ``purpose`` and not expired ``at``; raises BadToken."""
    text, _, signature = token.partition(".")
    try:
        given = _unb64(signature)
    except ValueError as error:
        raise BadToken("forged") from error
    if not hmac.compare_digest(given, hmac.digest(_mac_key("control", purpose), text.encode(), "sha256")):
        raise BadToken("forged")
    payload: dict[str, Any] = json.loads(_unb64(text))
    if "exp" in payload and datetime.fromtimestamp(payload["exp"], UTC) < at:
        raise BadToken("expired")
    return payload


class _Sealed:
    """The place a field stands in, bound into its ciphertext."""

    attname: str
    model: type[models.Model]

    def _check_str_default_value(self) -> list[Any]:
        return []  # the Python side is text, so a text default is right

    def _context(self) -> str:
        return f"{self.model._meta.db_table}.{self.attname}"


class EncryptedTextField(_Sealed, models.BinaryField):
    """Text sealed at rest; ``None`` stays ``None``. Cannot be searched: keep a blind index beside it."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else super().get_prep_value(seal(str(value).encode(), self._context()))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(bytes(value), self._context()).decode()

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return ""


class EncryptedJSONField(_Sealed, models.BinaryField):
    """A JSON value sealed at rest; ``None`` stays ``None``."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return super().get_prep_value(seal(data, self._context()))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(unseal(bytes(value), self._context()))

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return ""
