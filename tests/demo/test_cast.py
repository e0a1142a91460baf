"""Demo characters are apart from one another, also those of the stories from those of the rehearsal."""

from __future__ import annotations

from tancai.demo import cast, stories


def test_characters_never_share_a_document() -> None:
    assert len({cast.person(5, number)["document"] for number in range(cast.DISTINCT)}) == cast.DISTINCT


def test_the_stories_stay_among_distinct_numbers() -> None:
    # 50,000 was once used: its serials begin again at that of character 0.
    assert 1_000 < stories._FIRST_NUMBER < cast.DISTINCT
