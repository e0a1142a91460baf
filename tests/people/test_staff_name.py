"""Colleagues are told apart; people without a role stay masked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tancai.people import api as people

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_a_colleague_without_a_name_is_called_by_the_whole_address() -> None:
    first = people.User.objects.create(email="office@body.example", joined_at=AT)
    second = people.User.objects.create(email="office2@body.example", joined_at=AT)
    for user in (first, second):
        people.grant_role(user, "reviewer", by=None, at=AT)
    assert people.staff_name(first) == "office@body.example" != people.staff_name(second)


@pytest.mark.django_db
def test_an_account_without_a_role_stays_masked() -> None:
    user = people.User.objects.create(email="candidate@mail.example", joined_at=AT)
    assert people.staff_name(user) == people.display_name(user) == "c***@mail.example"
