"""At start: can the chosen adapter for faces work here? Said once, with the remedy."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from tancai.proctoring.identity import faces


def check_adapter(**_more: Any) -> list[checks.CheckMessage]:
    """Model files there and open, or an address with a key."""
    wanted = settings.TANCAI_IDENTITY
    if wanted["adapter"] == "local":
        try:
            faces.chosen()
        except faces.NoModels as error:
            return [checks.Error(f"TANCAI_FACE_MODELS: {error}", id="proctoring.E001")]
    if wanted["adapter"] == "remote":
        address = wanted["remote_address"]
        safe = address.startswith(("https://", "http://127.0.0.1", "http://localhost"))
        if not safe:
            hint = "give an https:// address, or set TANCAI_FACE_ADAPTER=eyes"
            return [checks.Error("TANCAI_FACE_ADDRESS cannot be used", hint=hint, id="proctoring.E002")]
        if len(wanted["remote_key"]) < 16:
            hint = "give the shared key of the service, at least 16 characters"
            return [checks.Error("TANCAI_FACE_KEY is missing or short", hint=hint, id="proctoring.E003")]
    return []
