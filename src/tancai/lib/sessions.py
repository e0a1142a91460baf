"""Sessions in the database, as Django keeps them, read by a query that is put together once."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.utils import timezone
from django.utils.crypto import get_random_string

from tancai.lib.prepared import Prepared

_with_key: Prepared[Any] = Prepared(
    lambda key: db.SessionStore.get_model_class()._default_manager.filter(session_key=key), str
)


class SessionStore(db.SessionStore):
    def _get_new_session_key(self) -> str:
        """32 random characters; that nobody has them yet is for the insert to say, without asking before."""
        return get_random_string(32, VALID_KEY_CHARS)

    def _get_session_from_db(self) -> Any:
        found = _with_key.first(self.session_key or "")
        if found is not None and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None
