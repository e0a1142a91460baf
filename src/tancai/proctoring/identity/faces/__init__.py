"""The port for faces and its three adapters, chosen by the setting ``TANCAI_IDENTITY["adapter"]``."""

from __future__ import annotations

import functools

from django.conf import settings

from tancai.proctoring.identity.faces.eyes import Eyes
from tancai.proctoring.identity.faces.local import NoModels, open_models
from tancai.proctoring.identity.faces.port import Faces
from tancai.proctoring.identity.faces.remote import RemoteFaces


def chosen() -> Faces:
    """The adapter of this installation; models are opened once a process."""
    wanted = settings.TANCAI_IDENTITY
    if wanted["adapter"] == "local":
        return _local(wanted["models"], wanted["threshold"])
    if wanted["adapter"] == "remote":
        return RemoteFaces(
            wanted["remote_address"],
            wanted["remote_key"],
            threshold=wanted["threshold"],
            seconds=wanted["remote_seconds"],
        )
    return Eyes()


@functools.lru_cache(maxsize=2)
def _local(folder: str, threshold: float) -> Faces:
    adapter = open_models(folder)
    adapter.threshold = threshold
    return adapter


__all__ = ["Eyes", "Faces", "NoModels", "RemoteFaces", "chosen", "open_models"]
