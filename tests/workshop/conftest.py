from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def trainee(db: Any) -> Any:
    from tancai.people import api as people

    return people.register(phone="13800138001", password="long-enough-7", at=AT)


@pytest.fixture
def other(db: Any) -> Any:
    from tancai.people import api as people

    return people.register(phone="13800138002", password="long-enough-7", at=AT)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A bench of its own for tests of what all benches share."""
    from tancai.web.workshop import benches

    one = benches.Bench("trial", "试台", "试用", "workshop:home", "workshop:rename")
    monkeypatch.setattr(benches, "BENCHES", (*benches.BENCHES, one))
    return one


@pytest.fixture
def work(trainee: Any, bench: Any) -> Any:
    from tancai.labs import api as labs

    return labs.begin("trial", title="第一份作业", by=trainee, at=AT)
