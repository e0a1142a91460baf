"""Every reason why an item cannot come in or go out has words, and reads whole without a piece to name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tancai.items.exchange
from tancai.items import api as items
from tancai.web.author import exchange_words

pytestmark = pytest.mark.anydatabase
CODE = re.compile(r'(?:NotThis|Unusable|Refused)\(\s*"([a-z_]+)"')


def codes() -> set[str]:
    folder = Path(tancai.items.exchange.__file__).parent
    return {code for path in folder.glob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_reason_has_words() -> None:
    assert len(codes()) > 25
    assert codes() - set(exchange_words.reasons()) == set()


@pytest.mark.parametrize("code", sorted(exchange_words.reasons()))
def test_a_reason_reads_whole_without_a_piece(code: str) -> None:
    said = exchange_words.reason(items.Outcome("refused", "", "", "", 0, reason=code, piece=""))
    assert said and not re.search(r"（）|[：: ]$|%", said)
