"""What every test would pay for again and none asks about: slow hashes, one chain of middleware a client."""

from __future__ import annotations

from typing import Any

SHIPPED: dict[str, int] = {}
"""The parameters of the password hash as shipped; ``tests/people/test_hashers.py`` holds them to their values."""


def hash_passwords() -> None:
    """argon2id with the least it allows, in this process; what tests start hashes as shipped."""
    from tancai.people.hashers import SmallArgon2Hasher

    for name, least in {"time_cost": 1, "memory_cost": 8}.items():
        SHIPPED[name] = getattr(SmallArgon2Hasher, name)
        setattr(SmallArgon2Hasher, name, least)


def load_middleware_once() -> None:
    """Clients share one chain of middleware until a setting changes: each new one looks through all static files."""
    from django.core.signals import setting_changed
    from django.test.client import ClientHandler

    loaded: dict[str, Any] = {}
    load = ClientHandler.load_middleware

    def shared(self: ClientHandler, is_async: bool = False) -> None:
        if not loaded:
            load(self, is_async=is_async)
            loaded.update({name: value for name, value in vars(self).items() if name.endswith("_middleware")})
            loaded["_middleware_chain"] = self._middleware_chain
        vars(self).update(loaded)

    def forget(**_: Any) -> None:
        loaded.clear()

    ClientHandler.load_middleware = shared
    setting_changed.connect(forget, weak=False)
