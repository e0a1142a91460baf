"""Rate limits counted in the cache, by fixed windows."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from tancai.lib import clock


def allow(key: str, *, limit: int, seconds: int, at: datetime | None = None) -> bool:
    """Count one use of ``key``; False when more than ``limit`` fell in the present window of ``seconds``."""
    window = int((at or clock.now()).timestamp()) // seconds
    name = f"limit:{key}:{window}"
    if cache.add(name, 1, timeout=seconds + 5):
        return limit >= 1
    try:
        return bool(cache.incr(name) <= limit)
    except ValueError:
        cache.set(name, 1, timeout=seconds + 5)
        return limit >= 1
