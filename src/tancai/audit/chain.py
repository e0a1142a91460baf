"""The hash chain over entries: SHA-256 over the former seal and each entry's canonical line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from tancai.audit.models import Entry


def digest_of(before: str, entries: Iterable[Entry]) -> str:
    """Hex SHA-256 of ``before`` followed by one line for each entry."""
    hasher = hashlib.sha256(before.encode())
    for entry in entries:
        line = [
            entry.pk,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor_id,
            entry.action,
            entry.target_kind,
            entry.target_id,
            entry.detail,
        ]
        hasher.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    return hasher.hexdigest()
