"""The audit log is appended, found again, and shows when it was tampered with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tancai.audit import api as audit
from tancai.audit.models import Entry

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _record(count: int) -> None:
    for number in range(count):
        audit.record("room.act", by=None, at=NOON, target=("thing", number % 2), detail={"n": number})


def test_entries_are_found_by_target_and_action() -> None:
    _record(4)
    assert [entry.detail["n"] for entry in audit.entries(target=("thing", 1))] == [3, 1]
    assert audit.entries(action="room.").count() == 4
    assert audit.entries(action="other").count() == 0


def test_a_sealed_log_holds_and_says_what_is_not_yet_sealed() -> None:
    _record(3)
    audit.seal(at=NOON)
    _record(2)
    assert audit.verify_chain() == audit.ChainReport(seals=1, entries=3, unsealed=2, broken_at=None)
    audit.seal(at=NOON)
    assert audit.verify_chain() == audit.ChainReport(seals=2, entries=5, unsealed=0, broken_at=None)
    assert audit.seal(at=NOON) is None


@pytest.mark.parametrize("tamper", ["change", "remove"])
def test_a_changed_or_removed_entry_shows(tamper: str) -> None:
    _record(3)
    audit.seal(at=NOON)
    first = Entry.objects.order_by("id").first()
    assert first is not None
    if tamper == "change":
        Entry.objects.filter(pk=first.pk).update(action="room.other")
    else:
        Entry.objects.filter(pk=first.pk).delete()
    assert audit.verify_chain().broken_at == first.pk
