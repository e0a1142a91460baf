"""The request behind ``login_required``, for the type checker: its user is a user."""

from __future__ import annotations

from django.http import HttpRequest

from tancai.people.api import User


class SignedInRequest(HttpRequest):
    user: User
