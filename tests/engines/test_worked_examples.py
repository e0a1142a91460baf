"""The page of worked examples names tests and files that are there, and every test that names a section is on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.anydatabase
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "worked-examples.md").read_text(encoding="utf-8")
TESTS = Path(__file__).parent


def test_every_test_and_file_on_the_page_is_there() -> None:
    named = re.findall(r"`(\w+/\w+\.py)::(\w+)`", PAGE)
    assert len(named) > 60
    for file, name in named:
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.M), (file, name)
    for path in set(re.findall(r"`((?:carbon|forest|trading)/(?:examples|data)/[\w.-]+)`", PAGE)):
        assert (ROOT / "src" / "tancai" / "engines" / path).is_file(), path


def test_every_test_that_names_a_section_is_on_the_page() -> None:
    for engine in ("carbon", "forest", "trading"):
        for file in (TESTS / engine).glob("test_*.py"):
            for name in re.findall(
                r"^def (test_(?:section|s[0-5])_\w+|test_s5)\(", file.read_text(encoding="utf-8"), re.M
            ):
                assert f"::{name}`" in PAGE, name
