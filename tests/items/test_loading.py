"""The levels of shipped items follow their files; what staff have changed stays theirs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tancai.items import api as items
from tancai.items.models import ChangeBatch, Item, ItemChange

AT = datetime.fromisoformat("2026-11-28T09:00:00+08:00")
ITEM = (
    '[[item]]\ncode = "base-1-s{n}"\nkind = "single"\ntopic = "base-1"\ndifficulty = "easy"\nlevels = {levels}\n'
    'stem = "第{n}题？"\noptions = ["甲", "乙"]\nkey = ["A"]\nbasis = {{ document = "文件", clause = "一" }}\n'
    'explanation = "因为"\n'
)


def _write(folder: Path, levels: str) -> None:
    (folder / "shared").mkdir(exist_ok=True)
    text = "\n".join(ITEM.format(n=number, levels=levels) for number in (91, 92))
    (folder / "shared" / "one.toml").write_text(text, encoding="utf-8")


@pytest.mark.django_db
def test_levels_follow_the_file_unless_staff_have_changed_the_item(tmp_path: Path) -> None:
    _write(tmp_path, '["beginner"]')
    items.load_bank(tmp_path, by=None, at=AT)
    theirs = Item.objects.get(code="base-1-s92")
    batch = ChangeBatch.objects.create(kind="levels", value=["beginner"], at=AT)
    ItemChange.objects.create(batch=batch, item=theirs, before={}, after={})
    _write(tmp_path, "[]")
    report = items.load_bank(tmp_path, by=None, at=AT)
    assert (report.added, report.revised) == (0, 0)
    assert Item.objects.get(code="base-1-s91").levels == []
    assert Item.objects.get(code="base-1-s92").levels == ["beginner"]
