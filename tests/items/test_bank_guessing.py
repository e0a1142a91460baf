"""Who knows nothing gains nothing by place, length or size of an option; and a document has one name in the bank."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.items import shipped

pytestmark = pytest.mark.anydatabase

SINGLES = [item for item in shipped.ITEMS if item.kind == "single"]
CHOICES = [item for item in shipped.ITEMS if item.kind in ("single", "multiple")]
NUMBER = re.compile(r"(?:约|增加|减少|上升|下降|改进|短缺|盈余|多|少)?([+−]?[\d ]+(?:\.\d+)?)")
TOPICS = sorted({item.topic for item in SINGLES})


def _texts(item: Any) -> list[str]:
    return [option["text"] for option in item.content["options"]]


def _figures(item: Any) -> list[float]:
    """The four different numbers the options begin with; empty when they are words."""
    found = [NUMBER.match(text.replace("＋", "+")) for text in _texts(item)]
    numbers = [float(one[1].replace(" ", "").replace("−", "-")) for one in found if one and one[1].strip()]
    return numbers if len(set(numbers)) == 4 else []


def _key(item: Any) -> int:
    return "ABCD".index(item.key["letters"][0])


FIGURES = [item for item in SINGLES if _figures(item)]
WORDS = [item for item in SINGLES if not _figures(item)]


@pytest.mark.parametrize("items", [FIGURES, WORDS], ids=["figures", "words"])
def test_letters_are_spread_among_figures_and_among_words(items: list) -> None:
    letters = Counter(item.key["letters"][0] for item in items)
    assert all(0.17 <= letters[letter] / len(items) <= 0.33 for letter in "ABCD"), letters


@pytest.mark.parametrize("topic", TOPICS)
def test_no_letter_rules_a_topic(topic: str) -> None:
    letters = Counter(item.key["letters"][0] for item in SINGLES if item.topic == topic)
    assert max(letters.values()) <= max(2, 0.45 * letters.total()), letters


def test_the_key_is_not_a_middle_figure_more_often_than_an_outer_one() -> None:
    ranks = Counter(sorted(_figures(item)).index(_figures(item)[_key(item)]) for item in FIGURES)
    assert len(FIGURES) > 250
    assert 0.4 <= (ranks[1] + ranks[2]) / ranks.total() <= 0.6, ranks
    assert all(0.15 <= ranks[rank] / ranks.total() <= 0.35 for rank in range(4)), ranks


@pytest.mark.parametrize(("pick", "most"), [(max, 0.34), (min, 0.34)], ids=["longest", "shortest"])
def test_choosing_by_length_pays_little_more_than_chance(
    pick: Callable[[list[int]], int], most: float
) -> None:
    gained = 0.0
    for item in WORDS:
        lengths = [len(re.sub(r"[\s（）()]", "", text)) for text in _texts(item)]
        if lengths[_key(item)] == pick(lengths):
            gained += 1 / lengths.count(pick(lengths))
    assert gained / len(WORDS) <= most


def test_no_paper_can_ask_the_same_twice() -> None:
    """A paper draws from its programme's items and, all but one, from the shared ones."""
    for programme in ("cem", "crp", "csa", "dcne", "cmc"):
        drawn = {programme} if programme == "cem" else {programme, "shared"}
        stems = Counter(
            re.sub(r"[\s（）　]", "", item.content["stem"]) for item in CHOICES if item.collection in drawn
        )
        assert [stem for stem, times in stems.items() if times > 1] == []


def test_explanations_name_options_not_places() -> None:
    """Options are moved about when keys are spread: a place in an explanation would point at another one."""
    places = re.compile(r"[前后][两二三四]项|第[一二三四五]项|选项?[A-E](?![A-Za-z])")
    assert [item.code for item in CHOICES if places.search(item.explanation)] == []


def test_a_document_has_one_spelling() -> None:
    """Staff mark a document as replaced by its name; another spelling of it would go on as if it held."""
    spellings: dict[str, set[str]] = defaultdict(set)
    for item in shipped.ITEMS:
        document = item.basis["document"]
        number = re.match(r"(?:[A-Z]+(?:/T)?) ?\d[\d.]*(?:-\d\b)?", document)
        spellings[number[0] if number else re.sub(r"（[^（）]*）|[《》〈〉 ]", "", document)].add(document)
    assert {name: said for name, said in spellings.items() if len(said) > 1} == {}
