"""The commands that look at groups, at likeness of answers and at the ratings of a panel; no database."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tancai.engines.psychometrics import copying, reading

pytestmark = pytest.mark.anydatabase
PEOPLE, ITEMS = 180, 20


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command(*[str(one) for one in arguments], stdout=out, stderr=io.StringIO())
    return out.getvalue()


def record(*arguments: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return found


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answers of 180 people; item 1 is harder for group B by 1.5, and person p7 has the answers of p3."""
    place = tmp_path_factory.mktemp("exam")
    chance = np.random.default_rng(4)
    ability, hard = chance.normal(size=PEOPLE), np.linspace(-1.5, 1.5, ITEMS)
    group = np.where(np.arange(PEOPLE) % 3 == 0, "B", "A")
    distance = ability[:, None] - hard - 1.5 * ((group == "B")[:, None] & (np.arange(ITEMS) == 0))
    knows = chance.random((PEOPLE, ITEMS)) < 1 / (1 + np.exp(-1.3 * distance))
    answers = np.where(knows, "A", np.array(list("BCD"))[chance.integers(0, 3, (PEOPLE, ITEMS))])
    answers[3], answers[7] = (
        np.where(np.arange(ITEMS) < 12, "D", "A"),
        np.where(np.arange(ITEMS) < 12, "D", "A"),
    )
    lines = [f"p{n},{group[n]},{','.join(row)}" for n, row in enumerate(answers)]
    names = [f"i{j}" for j in range(1, ITEMS + 1)]
    written(place, "answers.csv", "\n".join([f"who,group,{','.join(names)}", *lines, "too,short"]) + "\n")
    written(place, "key.csv", "item,key\n" + "".join(f"{name},A\n" for name in names))
    return place


def test_an_item_harder_for_one_group_is_found(folder: Path) -> None:
    arguments = ("analyse", folder / "answers.csv", "--key", folder / "key.csv", "--skip", "who")
    found = record(*arguments, "--groups", "group")["dif"]
    assert (found["focal"], found["reference"]) == ("B", "A")
    first, *others = found["items"]
    assert first["id"] == "i1" and first["effect"] == "C" and first["delta"] < -1.5
    assert first["p_logistic"] < 0.001 and not [one for one in others if one["effect"] == "C"]
    turned = record(*arguments, "--groups", "group", "--focal", "A")["dif"]
    assert turned["items"][0]["delta"] == pytest.approx(-first["delta"])
    assert "DIF: focal B against A" in run(*arguments, "--groups", "group")


def test_two_people_with_the_same_wrong_answers_are_found_and_nobody_else(folder: Path) -> None:
    arguments = ("analyse", folder / "answers.csv", "--key", folder / "key.csv", "--skip", "group")
    found = record(*arguments, "--alike", "--people", "who")["alike"]
    assert {(pair["copier"], pair["source"]) for pair in found["pairs"]} == {("p3", "p7"), ("p7", "p3")}
    assert found["pairs"][0]["matches"] == 12 and found["looked_at"] == PEOPLE * (PEOPLE - 1)
    few = written(folder, "few.csv", "i1,i2\nB,A\nB,C\nA,A\n" + "A,A\n" * 26)
    with pytest.raises(CommandError, match="29 people are too few"):
        run("analyse", few, "--key", folder / "key.csv", "--alike")
    some = written(folder, "some.csv", "i1,i2\nB,A\nC,A\nA,A\n" + "A,A\n" * 27)
    assert "0 of 870 pairs" in run("analyse", some, "--key", folder / "key.csv", "--alike")


def test_a_file_with_one_response_a_line_names_its_people_and_groups(folder: Path) -> None:
    head, *lines = (folder / "answers.csv").read_text(encoding="utf-8").splitlines()[:-1]
    items = head.split(",")[2:]
    rows = [
        f"{who},{group},{item},{given}"
        for who, group, *answers in (line.split(",") for line in lines)
        for item, given in zip(items, answers, strict=True)
    ]
    long = written(folder, "long.csv", "\n".join(["candidate,group,item,response", *rows]) + "\n")
    found = record("analyse", long, "--key", folder / "key.csv", "--alike")["alike"]
    assert {(pair["copier"], pair["source"]) for pair in found["pairs"]} == {("p3", "p7"), ("p7", "p3")}
    assert reading.read_column(long, "group") == reading.read_column(folder / "answers.csv", "group")
    assert reading.read_people(long) == reading.read_column(folder / "answers.csv", "who")
    mixed = written(folder, "mixed.csv", "candidate,group,item,response\np1,A,i1,A\np1,B,i2,A\n")
    with pytest.raises(CommandError, match="p1 has A and B in column group"):
        run("analyse", mixed, "--key", folder / "key.csv", "--groups", "group")


def test_the_likeliest_pairs_are_the_same_in_blocks_of_any_size() -> None:
    chance = np.random.default_rng(2)
    answers = np.array(list("ABCD"))[chance.integers(0, 4, (40, 8))]
    codes = (answers == "A").astype(np.int8)
    whole = copying.likeliest(answers, codes, most=30)
    assert whole == copying.likeliest(answers, codes, most=30, block=7) and len(whole) == 60
    alike = [int(((answers[a] == answers[b]) & (codes[a] == 0)).sum()) for a, b in whole[::2]]
    every = sorted(
        (int(((answers[a] == answers[b]) & (codes[a] == 0)).sum()) for a in range(40) for b in range(a)),
        reverse=True,
    )
    assert alike == every[:30]
    assert copying.likeliest(answers, np.ones_like(codes)) == ()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--groups", "nothing"], "has no column nothing"),
        (["--groups", "who"], "must hold two groups"),
        (["--groups", "group", "--focal", "C"], "has no group C: it holds A, B"),
    ],
)
def test_groups_that_cannot_be_compared(folder: Path, more: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=re.escape(words)):
        run("analyse", folder / "answers.csv", "--key", folder / "key.csv", "--skip", "who", *more)


def test_likeness_needs_answers(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="give the answers and their --key"):
        run("analyse", written(tmp_path, "scores.csv", "a,b\n1,0\n0,1\n"), "--alike")


def test_a_pass_mark_of_a_panel(tmp_path: Path) -> None:
    panel = written(
        tmp_path, "panel.csv", "rater,q1,q2,q3\npoints,1,2,2\n甲,60%,0.5,0.8\n乙,0.4,0.7,\n丙,0.5,0.6,90%\n"
    )
    found = record("standard", panel)
    assert [one["mark"] for one in found["raters"]] == pytest.approx([3.2, 3.5, 3.5])
    assert found["mark"] == pytest.approx(3.4) and found["out_of"] == 5
    assert [one["mean"] for one in found["items"]] == pytest.approx([0.5, 0.6, 0.85])
    assert "mark 3.40 of 5" in run("standard", panel)


def test_bookmarks_in_a_booklet_of_calibrated_items(tmp_path: Path) -> None:
    items = [{"id": f"q{j}", "a": 1.0, "b": b} for j, b in enumerate((0.5, -1.0, 0.0))]
    parameters = written(tmp_path, "items.json", json.dumps({"model": "2pl", "items": items}))
    pages = record("standard", "--booklet", "--parameters", parameters)["pages"]
    assert [one["item"] for one in pages] == ["q1", "q2", "q0"]
    assert pages[1]["location"] == pytest.approx(np.log(2)), "where 2 of 3 solve it"
    marks = written(tmp_path, "marks.csv", "rater,bookmark\n甲,3\n乙,3\n丙,2\n")
    found = record("standard", marks, "--method", "bookmark", "--parameters", parameters)
    assert found["theta"] == pytest.approx(np.log(2)) and found["out_of"] == 3
    assert "expected score" in run("standard", marks, "--method", "bookmark", "--parameters", parameters)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("q1,q2\n0.5,0.5\n", "the first line is rater and the names"),
        ("rater,q1\n", "holds no rater"),
        ("rater,q1\n甲,0.5\n", "One rater is no panel"),
        ("rater,q1\n甲,0.5\n乙,60\n", "line 3, item q1: '60' is not a share"),
        ("rater,q1,q2\n甲,0.5\n", "line 2: 2 cells instead of 3"),
        ("rater,q1,q2\n甲,0.5,\n乙,0.4,\n", "Item q2 was rated by nobody"),
        ("rater,q1\npoints,0\n甲,0.5\n乙,0.4\n", "line 2, item q1: '0' is not points above 0"),
    ],
)
def test_ratings_that_make_no_mark(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CommandError, match=re.escape(words)):
        run("standard", written(tmp_path, "panel.csv", text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rater,bookmark\n甲,x\n", "line 2: 'x' is no whole number"),
        ("rater,page\n甲,1\n", "rater and bookmark"),
    ],
)
def test_bookmarks_that_make_no_mark(tmp_path: Path, text: str, words: str) -> None:
    items = [{"id": "q1", "a": 1.0, "b": 0.0}]
    parameters = written(tmp_path, "items.json", json.dumps({"model": "2pl", "items": items}))
    with pytest.raises(CommandError, match=re.escape(words)):
        run("standard", written(tmp_path, "m.csv", text), "--method", "bookmark", "--parameters", parameters)
    with pytest.raises(CommandError, match="need calibrated items"):
        run("standard", written(tmp_path, "m.csv", text), "--method", "bookmark")
