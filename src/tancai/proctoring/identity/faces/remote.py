"""A comparison service elsewhere, off unless the site names one. Pictures leave the platform: another consent text.

Request: ``POST`` JSON ``{"picture": base64, "reference": base64 | null}`` with ``X-Tancai-Time`` (seconds since 1970)
and ``X-Tancai-Signature`` (hex HMAC-SHA-256 over ``time.body`` with the shared key).
Answer: ``{"faces": n, "covered": bool, "score": 0–1 | null, "model": text}``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import time
import urllib.error
import urllib.request
from typing import Any

from tancai.proctoring.identity.faces.port import (
    FAILED,
    MEASURED,
    NO_FACE,
    NO_REFERENCE,
    SEVERAL,
    Measured,
)

log = logging.getLogger("tancai.proctoring")
MOST_ANSWER = 64 * 1024


def signature(key: str, moment: int, body: bytes) -> str:
    """Hex HMAC-SHA-256 over ``moment.body``."""
    return hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


class RemoteFaces:
    name = "remote"
    recognises = True

    def __init__(self, address: str, key: str, *, threshold: float, seconds: float) -> None:
        self.address = address
        self.key = key
        self.threshold = threshold
        self.seconds = seconds

    def measure(self, picture: bytes, reference: bytes | None) -> Measured:
        try:
            answer = self._ask(picture, reference)
            return self._read(answer)
        except (OSError, urllib.error.URLError, ValueError, TypeError, KeyError) as error:
            log.warning("the service for faces did not answer: %s", type(error).__name__)
            return Measured(FAILED, None, adapter=self.name)

    def _ask(self, picture: bytes, reference: bytes | None) -> dict[str, Any]:
        body = json.dumps(
            {
                "picture": base64.b64encode(picture).decode(),
                "reference": base64.b64encode(reference).decode() if reference else None,
            }
        ).encode()
        moment = int(time.time())
        request = urllib.request.Request(
            self.address,
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Tancai-Time": str(moment),
                "X-Tancai-Signature": signature(self.key, moment, body),
            },
        )
        with urllib.request.urlopen(request, timeout=self.seconds) as answer:
            found = json.loads(answer.read(MOST_ANSWER))
        if not isinstance(found, dict):
            raise ValueError("no object")
        return found

    def _read(self, answer: dict[str, Any]) -> Measured:
        faces = int(answer["faces"])
        score = None if answer.get("score") is None else float(answer["score"])
        state = NO_FACE if faces == 0 else SEVERAL if faces > 1 else MEASURED
        if state == MEASURED and score is None:
            state = NO_REFERENCE
        return Measured(
            state,
            faces,
            bool(answer.get("covered", False)),
            score if state == MEASURED else None,
            self.threshold,
            self.name,
            str(answer.get("model", ""))[:80],
        )
