"""A school with a manager, another school with its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.candidate.conftest import alice, now, signed_in, world  # noqa: F401
from tests.enrolment.conftest import AT


def _school(code: str, name: str) -> tuple[Any, Any]:
    from tancai.people import api as people

    school = people.found_organisation(code=code, kind="institution", name=name, name_en=name, by=None, at=AT)
    user = people.register(email=f"{code}@example.org", password="long-enough-7", at=AT)
    people.grant_role(user, "institution_manager", organisation=school, by=None, at=AT)
    return school, user


@pytest.fixture
def school(world: None, now: None) -> Any:  # noqa: F811
    return _school("green-school", "青禾职业培训学校")


@pytest.fixture
def other_school(world: None, now: None) -> Any:  # noqa: F811
    return _school("far-school", "远山培训中心")


@pytest.fixture
def desk(school: Any) -> Client:
    client = Client()
    client.force_login(school[1])
    return client
