"""Programmes loaded, a visitor, a clerk of one body and a stranger of another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.installed import install

if TYPE_CHECKING:
    from django.test import Client

    from tancai.people import api as people

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def loaded(db: None) -> dict[str, people.Organisation]:
    """The shipped definitions and their organisations by code."""
    from tancai.people import api as people
    from tancai.programmes import api as programmes

    programmes.load_working_days(by=None, at=AT)
    install(AT)
    for view in programmes.programmes():
        for o in view.definition.organisations:
            if people.organisation(o.code) is None:
                people.found_organisation(
                    code=o.code, kind=o.kind, name=o.name, name_en=o.name_en, by=None, at=AT
                )
    return {o.code: o for o in people.organisations()}


def _signed_in(address: str) -> tuple[people.User, Client]:
    from django.test import Client

    from tancai.people import api as people

    user = people.user_by_address(address) or people.register(email=address, at=AT)
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user, client


@pytest.fixture
def visitor(loaded: object) -> tuple[people.User, Client]:
    return _signed_in("visitor@demo.example")


@pytest.fixture
def other(loaded: object) -> tuple[people.User, Client]:
    return _signed_in("other@demo.example")


@pytest.fixture
def clerk(loaded: dict[str, people.Organisation]) -> tuple[people.User, Client]:
    """The office of the body of ``crp`` and ``csa``."""
    from tancai.people import api as people
    from tancai.programmes import api as programmes

    user, client = _signed_in("clerk@demo.example")
    body = programmes.definition("crp").body
    people.grant_role(user, "office", organisation=loaded[body], by=None, at=AT)
    return user, client


@pytest.fixture
def stranger(loaded: dict[str, people.Organisation]) -> tuple[people.User, Client]:
    """The office of the body of ``cem``."""
    from tancai.people import api as people
    from tancai.programmes import api as programmes

    user, client = _signed_in("stranger@demo.example")
    body = programmes.definition("cem").body
    people.grant_role(user, "office", organisation=loaded[body], by=None, at=AT)
    return user, client
