"""What the bank brings of a document is shown, gives way to what staff say, and stays known when an item is revised."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tancai.items import api as items
from tancai.items.models import ItemVersion

pytestmark = pytest.mark.django_db

AT = datetime.fromisoformat("2026-11-28T09:00:00+08:00")
RULE = "《示范规定》（第1号）"
CONTENT = {"stem": "问？", "options": [{"letter": "A", "text": "是"}, {"letter": "B", "text": "否"}]}


def _item() -> ItemVersion:
    return items.add_item(
        code="cmc-1-s90",
        collection="cmc",
        kind="single",
        topic="cmc-1",
        difficulty="easy",
        levels=[],
        content=CONTENT,
        key={"letters": ["A"]},
        basis={"document": RULE, "clause": "一", "year": 2024, "status": "in_force"},
        explanation="因为。",
        by=None,
        at=AT,
    )


def _revised(version: ItemVersion, document: str) -> dict[str, Any]:
    basis = {"document": document, "clause": "二"}
    made = items.revise_item(
        version.item, content=CONTENT, key={"letters": ["A"]}, basis=basis, explanation="因为。", note="改条款",
        by=None, at=AT,
    )  # fmt: skip
    return made.basis


def test_the_mark_of_staff_outweighs_what_the_items_bring() -> None:
    _item()
    assert [(source.document, source.mark) for source in items.sources(["cmc"])] == [(RULE, "in_force")]
    items.mark_source(RULE, "superseded", note="由第2号代替", by=None, at=AT)
    assert [(source.document, source.mark, source.note) for source in items.sources(["cmc"])] == [
        (RULE, "superseded", "由第2号代替")
    ]


def test_year_and_status_stay_while_the_document_stays() -> None:
    version = _item()
    assert _revised(version, RULE) == {"document": RULE, "clause": "二", "year": 2024, "status": "in_force"}
    assert _revised(version, "《另一规定》") == {"document": "《另一规定》", "clause": "二"}
