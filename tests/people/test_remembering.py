"""Inside one request roles are read once; whatever changes them is seen at once all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tancai.people import api as people

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def body() -> people.Organisation:
    return people.found_organisation(
        code="b", kind="certifying_body", name="示例协会", name_en="Body", by=None, at=AT
    )


@pytest.fixture
def clerk(body: people.Organisation) -> people.User:
    user = people.register(email="clerk@body.example", password="carbon-2060-demo", at=AT)
    people.grant_role(user, "office", organisation=body, by=None, at=AT)
    return user


def _asked(queries: CaptureQueriesContext) -> int:
    return sum("people_rolegrant" in query["sql"] for query in queries.captured_queries)


def test_a_page_of_staff_asks_for_roles_once(clerk: people.User) -> None:
    client = Client()
    client.force_login(clerk)
    client.get(reverse("office:home"))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("office:home")).status_code == 200
    assert _asked(queries) == 1


def test_what_changes_meanwhile_is_seen_at_once(clerk: people.User, body: people.Organisation) -> None:
    with people.remembering():
        assert people.access_any(clerk, ["office"])
        assert not people.access_any(clerk, ["finance"])
        grant = people.grant_role(clerk, "finance", organisation=body, by=None, at=AT)
        assert people.access_any(clerk, ["finance"])
        people.revoke_role(grant, reason="离职", by=None, at=AT)
        assert not people.access_any(clerk, ["finance"])
        people.suspend_organisation(body, reason="核查", by=None, at=AT)
        assert not people.access_any(clerk, ["office"])
        people.resume_organisation(body, by=None, at=AT)
        assert people.access_any(clerk, ["office"])


def test_nothing_is_remembered_outside_a_request(clerk: people.User) -> None:
    with CaptureQueriesContext(connection) as queries:
        people.roles_of(clerk)
        people.roles_of(clerk)
    assert _asked(queries) == 2
