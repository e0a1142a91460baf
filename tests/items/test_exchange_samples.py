"""The public sample files: an outcome for every item, and the counts in the guide are true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.items import samples

pytestmark = [
    pytest.mark.anydatabase,
    pytest.mark.skipif(not samples.present(), reason="the public samples are not beside this checkout"),
]
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "exchange.md"


def test_every_file_has_an_outcome_for_every_item() -> None:
    files = {
        str(path.relative_to(samples.SAMPLES / group))
        for group in ("qti", "gift", "moodle-xml")
        for path in (samples.SAMPLES / group).rglob("*")
        if path.suffix in samples.KEEP
    }
    assert {one.file for one in samples.samples()} == files
    assert all(one.why for one in samples.samples() if one.status != "imported")


def test_the_tables_of_the_guide_are_true() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert samples.table() in text
    assert samples.why() in text


def test_choice_text_and_number_come_in_without_loss() -> None:
    good, asked = samples.share()
    assert asked > 150
    assert good / asked >= 0.98, (good, asked)
    assert f"{good} of {asked}" in GUIDE.read_text(encoding="utf-8")
