"""Signed tokens without a framework, in the format of ``tancai.lib.crypto.sign``: ``body.signature``, base64url."""

from __future__ import annotations

import base64
import hmac
import json
from pathlib import Path
from typing import Any

SITTING = "exam-sitting"
CONTROL = "exam-control"


class BadToken(Exception):
    """Malformed, forged or expired; ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def root_key(path: Path) -> bytes:
    """The control key of a key file; raises SystemExit naming the file and the remedy."""
    try:
        return base64.b64decode(json.loads(path.read_text())["control"], validate=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SystemExit(
            f"The key file {path} holds no control key ({error}); start Tancai once, or restore it."
        ) from error


def purpose_key(root: bytes, purpose: str) -> bytes:
    return hmac.digest(root, b"tancai/" + purpose.encode(), "sha256")


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _unb64(data: bytes) -> bytes:
    return base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))


def sign(payload: dict[str, Any], key: bytes) -> str:
    body = _b64(json.dumps(payload, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode())
    return (body + b"." + _b64(hmac.digest(key, body, "sha256"))).decode()


def verify(token: bytes, key: bytes) -> dict[str, Any]:
    """The payload of a token signed with ``key``; expiry is the caller's to check. Raises BadToken."""
    body, _, signature = token.partition(b".")
    try:
        given = _unb64(signature)
    except ValueError as error:
        raise BadToken("malformed") from error
    if not hmac.compare_digest(given, hmac.digest(key, body, "sha256")):
        raise BadToken("forged")
    try:
        payload = json.loads(_unb64(body))
    except ValueError as error:
        raise BadToken("malformed") from error
    if not isinstance(payload, dict):
        raise BadToken("malformed")
    return payload
