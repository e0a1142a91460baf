from __future__ import annotations


class LockdownError(Exception):
    """Something about the lock-down client that cannot be done; ``code`` is stable.

    ``no_reason``, ``bad_reason``, ``bad_key``, ``known_key``, ``unknown_key``, ``short_password``, ``not_needed``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
