"""Passwords are hashed by argon2id at 19 MiB, two passes, one lane."""

from __future__ import annotations

import pytest

from tancai.people.hashers import SmallArgon2Hasher
from tests import lightly

pytestmark = pytest.mark.anydatabase


def test_a_hash_names_the_parameters_and_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in lightly.SHIPPED.items():
        monkeypatch.setattr(SmallArgon2Hasher, name, value)
    hasher = SmallArgon2Hasher()
    encoded = hasher.encode("carbon-2060", hasher.salt())
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("carbon-2060", encoded)
    assert not hasher.verify("carbon-2061", encoded)
