"""Figures about items from scored sheets: what is planted is found, what is good is left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tancai.items.analysing import BAD_KEY, GROUPS, analyse
from tancai.items.measuring import MARKS, Question, Sheets

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


CASE = 99


def with_case(people: int, seed: int = 11) -> tuple[Sheets, np.ndarray, np.ndarray]:
    """The same paper with a case of 20 marks: four questions of 5, each known or not, at places of their own."""
    paper, _slopes, _places = sheets(people, seed)
    chance = np.random.default_rng(seed)
    chance.uniform(0.8, 1.8, ITEMS), chance.uniform(-1.5, 1.2, ITEMS)
    ability = chance.normal(size=people)
    hard = np.array([-1.0, -0.3, 0.4, 1.1])
    knows = np.random.default_rng(seed + 1).random((people, 4)) < 1 / (
        1 + np.exp(-1.5 * (ability[:, None] - hard))
    )
    mixed = replace(
        paper,
        versions=(*paper.versions, CASE),
        marks=np.column_stack([paper.marks, 5.0 * knows.sum(axis=1)]),
        out_of=(*paper.out_of, 20.0),
        machine=(*paper.machine, False),
        chosen=np.column_stack([paper.chosen, np.full(people, "")]),
        steps={CASE: 4},
    )
    return mixed, knows, ability


def test_a_case_is_graded_in_the_same_run_as_items_that_are_right_or_wrong() -> None:
    mixed, knows, _ability = with_case(800)
    found, alone = analyse([mixed]), analyse([sheets(800, 11)[0]])
    assert found is not None and alone is not None
    assert (found.model, found.converged, alone.model) == ("grm", True, "2pl")
    case = found.figures[-1]
    assert case.version_id == CASE and case.difficulty == pytest.approx(knows.mean())
    assert case.discrimination is not None and case.discrimination > 0.4
    assert case.a is not None and case.se_a and case.se_b and case.b is not None
    assert [step["from"] for step in case.steps] == [0, 0.25, 0.5, 0.75, 1]
    assert sum(step["people"] for step in case.steps) == 800
    places = [step["b"] for step in case.steps]
    assert places[0] is None and places[1:] == sorted(places[1:])
    assert case.b == pytest.approx(np.mean(places[1:]))
    told = [share for share in case.observed if share is not None]
    assert 0 <= told[0] < told[-1] <= 1
    for with_it, without in zip(found.figures, alone.figures, strict=False):
        assert with_it.steps == ()
        if without.a is not None and without.version_id not in (WRONG_KEY, NO_DISCRIMINATION):
            assert with_it.a == pytest.approx(without.a, abs=0.35), "graded with two scores is 2PL"


def test_a_question_of_a_case_with_a_wrong_key_is_found_by_what_was_chosen() -> None:
    mixed, knows, _ability = with_case(48)
    answers = np.where(knows, "B", "A")
    questions = [
        Question(5.0 * knows[:, 0], 5.0, answers[:, 0], ("B",), ("A", "B", "C")),
        Question(5.0 * ~knows[:, 1], 5.0, answers[:, 1], ("A",), ("A", "B", "C")),
        Question(5.0 * knows[:, 2], 5.0),
        Question(np.full(len(knows), np.nan), 5.0),
    ]
    found = analyse([replace(mixed, parts={CASE: questions})])
    assert found is not None
    case = found.figures[-1]
    good, bad, plain = case.parts
    assert good["flags"] == ["idle_distractor"] and not plain["options"] and plain["number"] == 3
    assert {"negative_discrimination", "distractor_better_than_key"} <= set(bad["flags"])
    key, other = (next(o for o in bad["options"] if o["option"] == letter) for letter in "AB")
    assert key["discrimination"] == pytest.approx(-other["discrimination"]) and other["discrimination"] > 0.3
    assert key["by_group"][0] > key["by_group"][-1], "chosen by those who know less"
    assert "case_question" in case.flags and not any("case_question" in f.flags for f in found.figures[:-1])


def test_an_option_that_nobody_chose_is_told_and_flagged() -> None:
    paper, _slopes, _places = sheets(48)
    paper = replace(paper, offered={0: tuple("ABCDE")})
    found = analyse([paper])
    assert found is not None
    never = next(option for option in found.figures[0].options if option["option"] == "E")
    assert never["count"] == 0 and "idle_distractor" in found.figures[0].flags
    assert "idle_distractor" not in found.figures[1].flags


def test_the_mean_place_of_a_case_and_its_error_agree_with_repeated_sittings() -> None:
    """The error that the delta method gives is the spread over papers sat anew."""
    found = [analyse([with_case(400, seed)[0]]) for seed in range(20, 27)]
    cases = [one.figures[-1] for one in found if one is not None]
    spread = np.std([case.b for case in cases], ddof=1)
    assert 0.5 < spread / np.mean([case.se_b for case in cases]) < 2
    assert np.mean([case.b for case in cases]) == pytest.approx(0.05, abs=0.2)


def test_with_few_people_a_case_is_of_partial_credit_with_the_slope_of_all() -> None:
    found = analyse([with_case(120)[0]])
    assert found is not None and found.model == "pcm" and "too_few_for_slopes" in found.notes
    case = found.figures[-1]
    assert {row.a for row in found.figures} == {case.a} and case.se_b


def test_steps_hardly_anybody_reached_join_their_neighbour() -> None:
    mixed, _knows, _ability = with_case(400)
    marks = mixed.marks.copy()
    marks[:, -1] = np.where(marks[:, -1] == 20, 15, marks[:, -1])
    marks[:3, -1] = 20
    found = analyse([replace(mixed, marks=marks)])
    assert found is not None
    case = found.figures[-1]
    assert [step["from"] for step in case.steps] == [0, 0.25, 0.5, 0.75]
    marks[:, -1] = np.where(marks[:, -1] < 20, 5.5, 20)
    marks[:200, -1] = 20
    half = analyse([replace(mixed, marks=marks)])
    assert half is not None and half.figures[-1].steps == (), "two scores are right and wrong"
    marks[:, -1] = 20
    same = analyse([replace(mixed, marks=marks)])
    assert same is not None and same.figures[-1].a is None and "constant" in same.figures[-1].flags


def test_a_case_worth_more_marks_than_the_engine_has_scores_is_analysed_all_the_same() -> None:
    mixed, knows, _ability = with_case(60)
    large = replace(
        mixed,
        marks=np.column_stack([mixed.marks[:, :-1], 20.0 * knows.sum(axis=1)]),
        out_of=(*mixed.out_of[:-1], 80.0),
    )
    found = analyse([large])
    assert found is not None and found.figures[-1].difficulty == pytest.approx(knows.mean())
    assert found.mean == pytest.approx(large.marks.sum(axis=1).mean(), rel=0.02)
