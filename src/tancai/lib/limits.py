"""Rate limits counted in the cache, by fixed windows."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from tancai.lib import clock


def allow(key: str, *, limit: int, seconds: int, at: datetime | None = None) -> bool:
    """Count one use of ``key``; False when more than ``limit`` fell in the present window of ``seconds``."""
    name = _name(key, seconds, at)
    if cache.add(name, 1, timeout=seconds + 5):
        return limit >= 1
    try:
        return bool(cache.incr(name) <= limit)
    except ValueError:
        cache.set(name, 1, timeout=seconds + 5)
        return limit >= 1


def reached(key: str, *, limit: int, seconds: int, at: datetime | None = None) -> bool:
    """Whether ``limit`` uses of ``key`` have been counted in the present window; counts nothing itself."""
    return bool(cache.get(_name(key, seconds, at), 0) >= limit)


def _name(key: str, seconds: int, at: datetime | None) -> str:
    window = int((at or clock.now()).timestamp()) // seconds
    return f"limit:{key}:{window}"
