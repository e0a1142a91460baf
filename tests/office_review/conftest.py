"""A reviewer of the body, one of another body, a supervisor, a candidate."""

from __future__ import annotations

from typing import Any

import pytest

from tests.candidate.conftest import alice, charlie, now, signed_in, world  # noqa: F401
from tests.enrolment.conftest import AT


def staff(email: str, role: str, code: str | None = None) -> Any:
    from tancai.people import api as people

    user = people.register(email=email, password="long-enough-7", at=AT)
    organisation = people.organisation(code) if code else None
    people.grant_role(user, role, organisation=organisation, by=None, at=AT)
    return user


@pytest.fixture
def reviewer(world: None, now: None) -> Any:  # noqa: F811
    return staff("reviewer@example.org", "reviewer", "icdc")


@pytest.fixture
def outsider(world: None, now: None) -> Any:  # noqa: F811
    return staff("other@example.org", "reviewer", "ccia")


@pytest.fixture
def supervisor(world: None, now: None) -> Any:  # noqa: F811
    return staff("watch@example.org", "supervisor", "icdc")
