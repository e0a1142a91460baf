"""Alice applies, Charlie is a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tancai.lib import clock
from tests.enrolment.conftest import AT, resident_number, world  # noqa: F401


@pytest.fixture
def now() -> Iterator[None]:
    """The house's clock stands at the tests' Friday."""
    with clock.moved(AT):
        yield


@pytest.fixture
def alice(world: None, now: None) -> Any:  # noqa: F811
    from tancai.people import api as people

    user = people.register(phone="13800138001", password="long-enough-7", at=AT)
    return people.identify(
        user, name="林清源", document_kind="resident_id", document=resident_number(1), by=user, at=AT
    )


@pytest.fixture
def charlie(world: None, now: None) -> Any:  # noqa: F811
    from tancai.people import api as people

    user = people.register(phone="13800138002", password="long-enough-7", at=AT)
    return people.identify(
        user, name="周远山", document_kind="resident_id", document=resident_number(2), by=user, at=AT
    )


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def client_of_alice(alice: Any) -> Client:
    return signed_in(alice)
