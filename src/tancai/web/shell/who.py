"""Who is asking, on pages that ask for sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

if TYPE_CHECKING:
    from tancai.people.api import User


def signed_in(request: HttpRequest) -> User:
    """The signed-in user; for views behind ``login_required``."""
    return cast("User", request.user)
