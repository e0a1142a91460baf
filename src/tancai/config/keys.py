"""The keys of one installation: made on first run, kept in a file of their own, never in the code.

The file holds ``django`` (session and token signing), ``field`` (a ring of AES-256 keys by id, newest last),
``index`` (blind indexes) and ``control`` (signed messages to the log process), each 32 random bytes in base64.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def _fresh() -> dict[str, object]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {"django": key(), "field": {"k1": key()}, "index": key(), "control": key()}


def read_or_make(path: Path) -> dict[str, object]:
    """Return the keys stored at ``path``, making the file (mode 600) on first use.

    Raises SystemExit with the path and the remedy when the file cannot be read as keys.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        scratch.touch(mode=0o600)
        scratch.write_text(json.dumps(_fresh()))
        try:
            os.link(scratch, path)
        except FileExistsError:
            pass
        finally:
            scratch.unlink()
    try:
        keys = json.loads(path.read_text())
        missing = {"django", "field", "index", "control"} - set(keys)
    except (OSError, ValueError) as error:
        raise SystemExit(
            f"The key file {path} cannot be read ({error}); restore it from a backup."
        ) from error
    if missing:
        raise SystemExit(f"The key file {path} lacks {', '.join(sorted(missing))}; restore it from a backup.")
    return keys
