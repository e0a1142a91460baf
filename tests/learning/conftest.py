"""A candidate whose cem course is open, at ten on Friday 20 November 2026."""

from __future__ import annotations

from typing import Any

import pytest

from tancai.lib import clock
from tests.enrolment.conftest import AT, resident_number
from tests.installed import install


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
def application(person: Any) -> Any:
    """Approved: the course is open."""
    from tancai.enrolment import api as enrolment
    from tancai.people import api as people
    from tests.enrolment.test_road import complete

    application = enrolment.submit(complete(person), by=person.user, at=AT)
    reviewer = people.register(email="reviewer@example.org", password="long-enough-7", at=AT)
    enrolment.approve(application, by=reviewer, at=AT)
    return application
