"""Every row of the data tables has as many fields as its head and says how far its figure can be trusted."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tancai.engines

pytestmark = pytest.mark.anydatabase

TABLES = sorted(Path(tancai.engines.__path__[0]).glob("*/data/*.csv"))
MARKS = {"V", "V1", "V2", "M", "M+", "M-", "D", "draft"}


@pytest.mark.parametrize("table", TABLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_rows_are_whole_and_marked(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert None not in row and None not in row.values(), row
        assert row["confidence"] in MARKS and row["source"].strip(), row
