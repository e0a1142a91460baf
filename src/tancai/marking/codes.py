"""The stable code under which a marker sees a sitting."""

from __future__ import annotations

import base64

from tancai.lib import crypto


def script_code(sitting_id: int) -> str:
    """``ABCD-EFGH-IJKL``: always the same for a sitting, and it leads back to nobody."""
    digest = bytes.fromhex(crypto.blind_index(f"sitting:{sitting_id}", "marking.script"))
    text = base64.b32encode(digest).decode()[:12]
    return "-".join(text[i : i + 4] for i in range(0, 12, 4))
