"""``tancai admin`` names who grants roles on a new installation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tancai.people import api as people

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def typing_in(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    given = iter(answers)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(given))


def test_a_new_account_signs_in_and_grants_roles(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    typing_in(monkeypatch, "carbon-2060-first", "carbon-2060-first")
    call_command("admin", "first@example.org")
    client = Client()
    client.post("/account/login/", {"login": "first@example.org", "password": "carbon-2060-first"})
    assert client.get("/office/roles/").status_code == 200
    with pytest.raises(CommandError, match="already"):
        call_command("admin", "first@example.org")


def test_an_account_that_stands_keeps_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    typing_in(monkeypatch)
    user = people.register(phone="+8613800138000", password="carbon-2060-own", at=AT)
    call_command("admin", "+8613800138000")
    assert people.access_any(user, ["platform_admin"])


@pytest.mark.parametrize(
    ("address", "answers", "told"),
    [
        ("first@example.org", ("short",), "short"),
        ("first@example.org", ("carbon-2060-first", "another"), "differ"),
        ("nobody", (), "neither"),
    ],
)
def test_what_cannot_be_leaves_nobody_behind(
    monkeypatch: pytest.MonkeyPatch, address: str, answers: tuple[str, ...], told: str
) -> None:
    typing_in(monkeypatch, *answers)
    with pytest.raises(CommandError, match=told):
        call_command("admin", address)
    assert people.user_by_address(address) is None
