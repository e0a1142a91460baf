"""What lies on the disk tells nothing."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from tancai.files import api as files

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_stored_bytes_come_back_and_are_not_on_the_disk():
    text = b"the number is 11010519491231002X, the name is nobody's business"
    row = files.store(
        text, purpose="note", name="张三_11010519491231002X.txt", mime="text/plain", by=None, at=AT
    )
    assert files.read(row) == text
    raw = [p.read_bytes() for p in (settings.DATA_DIR / "files").rglob("*") if p.is_file()]
    assert raw and not any(b"11010519491231002X" in data for data in raw)
    assert not any("11010519491231002X" in str(p) for p in (settings.DATA_DIR / "files").rglob("*"))
