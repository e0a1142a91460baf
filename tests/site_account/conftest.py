from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.site_account.world import AT, PASSWORD


@pytest.fixture
def letters(tmp_path, settings):
    """What was sent outside, newest last."""
    settings.TANCAI_MESSAGE_FOLDER = tmp_path

    def read() -> list[dict]:
        return [
            json.loads(p.read_text()) for p in sorted(Path(tmp_path).glob("*.json"), key=lambda p: p.name)
        ]

    return read


@pytest.fixture
def lucy(db):
    from tancai.people import api as people

    return people.register(phone="13800138000", email="lucy@example.com", password=PASSWORD, at=AT)


@pytest.fixture
def browser(lucy):
    from django.test import Client

    client = Client()
    client.force_login(lucy)
    return client
