"""The programmes as installed, on Friday 20 November 2026, and the staff of one body."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tancai.lib import clock
from tancai.lib.clock import SHANGHAI
from tests.installed import install

AT = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def world(db: None) -> Any:

    install(AT)
    with clock.moved(AT):
        yield


def member(role: str, body: str | None, address: str) -> Any:
    """A user with one role, for a body or (``None``) everywhere."""
    from tancai.people import api as people

    user = people.register(email=address, password="long-enough-7", at=AT)
    organisation = people.organisation(body) if body else None
    people.grant_role(user, role, organisation=organisation, by=None, at=AT)
    return user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def office(world: Any) -> Client:
    """The office of the body that certifies ``cem``."""
    return signed_in(member("office", "icdc", "office@example.org"))


@pytest.fixture
def reviewer(world: Any) -> Client:
    return signed_in(member("reviewer", "icdc", "reviewer@example.org"))


@pytest.fixture
def stranger(world: Any) -> Client:
    """Staff of another body."""
    return signed_in(member("office", "ccia", "stranger@example.org"))


@pytest.fixture
def administrator(world: Any) -> Client:
    return signed_in(member("platform_admin", None, "administrator@example.org"))
