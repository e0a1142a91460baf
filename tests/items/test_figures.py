"""Figures about items from scored sheets: what is planted is found, what is good is left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tancai.items.analysing import BAD_KEY, GROUPS, MARKS, Sheets, analyse

pytestmark = pytest.mark.anydatabase

ITEMS = 30
WRONG_KEY, NO_DISCRIMINATION = 3, 7


def sheets(people: int, seed: int = 5) -> tuple[Sheets, np.ndarray, np.ndarray]:
    """A paper answered by simulated people: item 3 has the key of a wrong option, item 7 is answered by chance."""
    chance = np.random.default_rng(seed)
    slopes, places = chance.uniform(0.8, 1.8, ITEMS), chance.uniform(-1.5, 1.2, ITEMS)
    ability = chance.normal(size=people)
    knows = chance.random((people, ITEMS)) < 1 / (1 + np.exp(-slopes * (ability[:, None] - places)))
    chosen = np.where(knows, "A", np.array(list("BCD"))[chance.integers(0, 3, (people, ITEMS))])
    chosen[:, NO_DISCRIMINATION] = np.array(list("ABCD"))[chance.integers(0, 4, people)]
    keys = dict.fromkeys(range(ITEMS), ("A",)) | {WRONG_KEY: ("B",)}
    right = np.array([[answer == keys[j][0] for j, answer in enumerate(row)] for row in chosen])
    paper = Sheets(tuple(range(ITEMS)), right * 2.0, (2.0,) * ITEMS, (True,) * ITEMS, chosen, keys)
    return paper, slopes, places


def test_the_two_planted_items_are_flagged_and_no_other_is_suspected() -> None:
    paper, _slopes, _places = sheets(500)
    found = analyse([paper])
    assert found is not None and found.n == 500 and found.model == "2pl" and found.converged
    suspected = {
        row.version_id for row in found.figures if set(row.flags) & {BAD_KEY[0], "weak_discrimination"}
    }
    assert suspected == {WRONG_KEY, NO_DISCRIMINATION}
    bad = found.figures[WRONG_KEY]
    assert set(BAD_KEY[:2]) <= set(bad.flags)
    assert bad.discrimination is not None and bad.discrimination < 0
    best = max(bad.options, key=lambda option: option["discrimination"])
    assert best["option"] == "A" and not best["is_key"], "the figures point at the right answer"


def test_parameters_come_near_those_the_answers_were_made_with() -> None:
    paper, slopes, places = sheets(2000)
    found = analyse([paper])
    assert found is not None
    good = [row for row in found.figures if row.version_id not in (WRONG_KEY, NO_DISCRIMINATION)]
    for row in good:
        assert row.a is not None and row.b is not None and row.se_a and row.se_b
        assert abs(row.a - slopes[row.version_id]) < 4 * row.se_a
        assert abs(row.b - places[row.version_id]) < 4 * row.se_b
        assert len(row.observed) == len(MARKS) and len(row.groups) == GROUPS
        told = [share for share in row.observed if share is not None]
        assert told[0] < told[-1]


def test_few_people_give_classical_figures_and_say_what_is_missing() -> None:
    found = analyse([sheets(30)[0]])
    assert found is not None and found.model == "" and "too_few_for_model" in found.notes
    assert all(row.a is None and 0 <= row.difficulty <= 1 for row in found.figures)
    some = analyse([sheets(80)[0]])
    assert some is not None and some.model == "1pl" and "too_few_for_slopes" in some.notes
    assert len({row.a for row in some.figures}) == 1
    assert analyse([]) is None


def test_an_item_on_two_papers_is_judged_by_everybody_who_had_it() -> None:
    paper, _slopes, _places = sheets(300)
    first = _only(paper, list(range(20)), slice(0, 200))
    second = _only(paper, list(range(10, 30)), slice(200, 300))
    found = analyse([first, second])
    assert found is not None and found.n == 300
    by_version = {row.version_id: row for row in found.figures}
    assert [by_version[v].n for v in (0, 15, 29)] == [200, 300, 100]
    everybody = paper.marks[:, 15].mean() / 2
    assert by_version[15].difficulty == pytest.approx(everybody)


def _only(paper: Sheets, columns: list[int], rows: slice) -> Sheets:
    return replace(
        paper,
        versions=tuple(columns),
        marks=paper.marks[rows][:, columns],
        out_of=tuple(paper.out_of[j] for j in columns),
        machine=tuple(paper.machine[j] for j in columns),
        chosen=paper.chosen[rows][:, columns],
    )


def test_marks_given_by_people_count_in_difficulty_but_not_in_the_model() -> None:
    paper, _slopes, _places = sheets(300)
    marks = paper.marks.copy()
    marks[:, 0] = 1.5
    marks[::2, 0] = 0.5
    mixed = replace(paper, marks=marks, machine=(False, *paper.machine[1:]))
    found = analyse([mixed])
    assert found is not None
    assert found.figures[0].difficulty == pytest.approx(0.5) and found.figures[0].a is None
    assert found.figures[1].a is not None
