"""A candidate who owes a resit fee, and the staff of two bodies."""

from __future__ import annotations

from typing import Any

import pytest

from tancai.lib import clock
from tests.enrolment.conftest import resident_number
from tests.installed import install
from tests.programmes.conftest import AT


@pytest.fixture
def world(db: None) -> Any:

    install(AT)
    with clock.moved(AT):
        yield


@pytest.fixture
def person(world: Any) -> Any:
    from tancai.people import api as people

    user = people.register(phone="13800138001", password="long-enough-7", at=AT)
    return people.identify(
        user, name="林清源", document_kind="resident_id", document=resident_number(1), by=user, at=AT
    )


@pytest.fixture
def order(person: Any) -> Any:
    from tancai.fees import api as fees

    return fees.open_order(
        purpose="resit", reference="r-1", person=person, amount=10000, programme="cem", by=person.user, at=AT
    )
