"""Files in, files out, and the commands around them; nothing here touches a database."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.engines.psychometrics import classical, keys, reading
from tancai.engines.psychometrics.errors import MeasurementError
from tancai.engines.psychometrics.responses import collapse, responses
from tests.engines.psychometrics import published
from tests.engines.psychometrics.test_calibration import drawn

pytestmark = pytest.mark.anydatabase


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def written(folder: Path, text: str, name: str = "responses.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def lsat7_csv(folder: Path) -> Path:
    answers, people = published.patterns(published.LSAT7)
    lines = [",".join(map(str, [*row, n])) for row, n in zip(answers, people, strict=True)]
    return written(folder, "Item.1,Item.2,Item.3,Item.4,Item.5,freq\n" + "\n".join(lines) + "\n")


def as_csv(data: Any) -> str:
    lines = [",".join("" if code < 0 else str(code) for code in row) for row in data.codes]
    return ",".join(data.items) + "\n" + "\n".join(lines) + "\n"


def test_calibrate_prints_the_agreed_shape(tmp_path: Path) -> None:
    out, err = run("calibrate", str(lsat7_csv(tmp_path)), "--model", "2pl", "--json")
    record = json.loads(out)
    assert err == ""
    assert record["model"] == "2pl" and record["converged"] is True and record["n"] == 1000
    assert record["loglik"] == pytest.approx(published.LSAT7_LOG_LIKELIHOOD, abs=0.001)
    first = record["items"][0]
    assert {"id", "a", "d", "b", "se_a", "se_d"} <= set(first)
    assert first["id"] == "Item.1"
    assert first["a"] == pytest.approx(published.LSAT7_A[0], abs=0.01)
    assert first["b"] == pytest.approx(-first["d"] / first["a"])


def test_calibrate_shows_a_table_with_fit(tmp_path: Path) -> None:
    out, _ = run("calibrate", str(lsat7_csv(tmp_path)), "--fit")
    assert "log likelihood -2658.805" in out and "converged in" in out
    assert "M2 11.938  df 5" in out
    assert "Item.3" in out and "S-X2" in out


@pytest.mark.parametrize(("model", "scores"), [("1pl", 2), ("3pl", 2), ("grm", 4), ("gpcm", 3), ("pcm", 3)])
def test_calibrate_every_model(tmp_path: Path, model: str, scores: int) -> None:
    _, data = drawn(model, people=600, count=5, scores=scores, missing=0.05)
    record = json.loads(run("calibrate", str(written(tmp_path, as_csv(data))), "--model", model, "--json")[0])
    assert record["converged"]
    item = record["items"][0]
    if scores > 2:
        assert len(item["d"]) == len(item["b"]) == len(item["se_d"]) == scores - 1
    else:
        assert isinstance(item["d"], float)
    assert ("c" in item) == (model == "3pl")


def test_bad_rows_and_cells_are_named_and_the_rest_is_used(tmp_path: Path) -> None:
    _, data = drawn("2pl", people=300, count=4)
    lines = as_csv(data).splitlines()
    lines[3] = "1,0,1"
    lines[10] = "1,0,1,1,0,0"
    lines[20] = "1,x,0,1"
    out, err = run("calibrate", str(written(tmp_path, "\n".join(lines))), "--json")
    record = json.loads(out)
    assert record["n"] == 298
    assert "lines 4 (3 cells), 11 (6 cells)" in err
    assert "Item q1" in err and "'x' (1)" in err
    assert [note["code"] for note in record["notes"]] == ["ragged", "not_a_score"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("a,b,c\n", "no responses"),
        ("a,b,c\n1,0\n1\n", "line 2 has 2"),
        ("a,b,a\n1,0,1\n", "two columns are named a"),
        ("a,,c\n1,0,1\n", "column 2 has no name"),
        ("0,1,1\n1,0,1\n", "must name the items"),
        ("a,b\nA,C\nB,D\n", "holds no scores"),
        ("a,b\n,\nNA,\n", "holds no scores"),
        ("a,b,freq\n1,0,x\n", "freq must hold numbers of at least 0; 'x' is none"),
        ("a,b,freq\n1,0,0\n0,1,0\n", "every line came 0 times"),
        ("a,b,freq\n1,0,-3\n", "at least 0"),
        ("freq\n3\n", "There is no item"),
        ("a,b\n1,1\n1,1\n", "everybody scored 1"),
        ("a,b\n1,2\n0,0\n", "takes 0 and 1"),
        ("a,b\n1,1\n", "Fewer than two usable items"),
    ],
)
def test_files_without_anything_to_calibrate(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("calibrate", str(written(tmp_path, text)))


@pytest.mark.parametrize(
    "data", ["a,b\n1,0\n".encode("utf-16"), "甲,乙\n1,0\n".encode("gbk"), b"PK\x03\x04\x00\x00,\n"]
)
def test_files_that_are_no_text_in_utf_8(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(CommandError, match="save it as CSV UTF-8"):
        run("calibrate", str(path))
    with pytest.raises(CommandError, match="save it as CSV UTF-8"):
        run("analyse", str(path), "--key", str(path))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="cannot be opened"):
        run("calibrate", "no/such/file.csv")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_quick_reading_is_the_same_as_slow(tmp_path: Path, ending: str, last: str, separator: str) -> None:
    _, data = drawn("2pl", people=50, count=6)
    lines = as_csv(data).strip().replace(",", separator).splitlines()
    text = ending.join(lines) + (ending if last else "")
    quick = reading.read_scores(written(tmp_path, text))
    slow = reading.read_scores(written(tmp_path, text.replace("q0", "﻿q0", 1) + " " * (not last)))
    assert (quick.codes == data.codes).all()
    assert (slow.codes == data.codes).all()
    assert quick.items == data.items


def test_pieces_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, data = drawn("2pl", people=300, count=5, missing=0.02)
    path = written(tmp_path, as_csv(data) + "1,0\n")
    monkeypatch.setattr(reading, "_PIECE", 97)
    found = reading.read_scores(path)
    assert (found.codes == data.codes).all()
    assert "302 (2 cells)" in found.notes[0].message


def test_a_digit_may_be_a_code_for_missing(tmp_path: Path) -> None:
    found = reading.read_scores(written(tmp_path, "a,b\n1,9\n0,1\n"), missing=["9"])
    assert found.codes.tolist() == [[1, -1], [0, 1]]


def test_columns_that_are_no_items_are_skipped(tmp_path: Path) -> None:
    path = written(tmp_path, "person,a,b,freq\n7,1,0,2\n8,0,1,3\n")
    found = reading.read_scores(path, skip=["person"])
    assert found.items == ("a", "b") and found.n == 5
    assert reading.read_answers(path, skip=["person"]).items == ("a", "b")
    with pytest.raises(MeasurementError, match="no column group"):
        reading.read_scores(path, skip=["group"])
    with pytest.raises(CommandError, match="person has scores up to 8"):
        run("calibrate", str(path))


ANSWERS = "a,b,c\n" + "A,B,C\nA,B,D\nB,B,C\nA,C,C\nA,B,\n" * 20


@pytest.mark.parametrize(
    "key",
    [
        "item,key\na,A\nb,B\nc,C\n",
        "key\nA\nB\nC\n",
        "a,b,c\nA,B,C\n",
        "key,item,options\nC,c,ABCD\nA,a,ABCD\nB,b,ABCD\n",
    ],
)
def test_keys_in_every_shape(tmp_path: Path, key: str) -> None:
    out, _ = run(
        "analyse",
        str(written(tmp_path, ANSWERS)),
        "--key",
        str(written(tmp_path, key, "key.csv")),
        "--json",
    )
    record = json.loads(out)
    assert record["n"] == 100
    assert [item["p"] for item in record["items"]] == pytest.approx([0.8, 0.8, 0.6])
    counts = {option["option"]: option["count"] for option in record["items"][2]["options"]}
    assert {option for option, count in counts.items() if count} == {"C", "D"}
    never = {option for option, count in counts.items() if not count}
    assert never == ({"A", "B"} if "options" in key else set()), "options that nobody chose count where known"
    assert ("idle_distractor" in record["items"][2]["flags"]) == bool(never)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("item,key\nx,A\ny,B\n", "No key fits a column: the keys name x, y, the responses a, b, c"),
        ("key\nA\nB\n", "2 keys for 3 items"),
        ("item,key\na,A\na,B\n", "two keys"),
        ("item,key\na,\n", "item a has an empty key"),
        ("item,key\na\n", "line 2: 1 cell "),
        ("item,key\n", "no key"),
        ("p,q\n1,2\n3,4\n", "use columns item,key"),
    ],
)
def test_keys_that_do_not_match(tmp_path: Path, key: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("analyse", str(written(tmp_path, ANSWERS)), "--key", str(written(tmp_path, key, "key.csv")))


def test_keys_for_some_items_only(tmp_path: Path) -> None:
    key = written(tmp_path, "item,key\na,A\nc,C\nz,A\n", "key.csv")
    out, err = run("analyse", str(written(tmp_path, ANSWERS)), "--key", str(key), "--json")
    assert [item["id"] for item in json.loads(out)["items"]] == ["a", "c"]
    assert "Item b has no key" in err and "key of z fits no column" in err


def test_unknown_options_are_named(tmp_path: Path) -> None:
    text = ANSWERS.replace("A,B,D", "Q,B,D", 1)
    key = written(tmp_path, "item,key,options\na,A,ABCD\nb,B,ABCD\nc,C,ABCD\n", "key.csv")
    out, err = run("analyse", str(written(tmp_path, text)), "--key", str(key), "--json")
    assert "Item a: no such option: 'Q' (1)" in err
    assert json.loads(out)["items"][0]["p"] == pytest.approx(0.79)
    found = reading.read_answers(written(tmp_path, text))
    scored, _, _ = keys.score_answers(
        found.answers, found.items, [keys.Key("a", ("A",)), keys.Key("b", ("B",))]
    )
    assert "unknown_option" in [note.code for note in scored.notes]


def test_several_right_options() -> None:
    answers = np.array([["A"], ["B"], ["C"]])
    scored, _, _ = keys.score_answers(answers, ["q"], [keys.Key("q", ("A", "C"))])
    assert scored.codes.tolist() == [[1], [0], [1]]


def test_missing_by_design_is_not_wrong(tmp_path: Path) -> None:
    key = str(written(tmp_path, "key\nA\nB\nC\n", "key.csv"))
    path = str(written(tmp_path, ANSWERS))
    wrong = json.loads(run("analyse", path, "--key", key, "--json")[0])["items"][2]
    absent = json.loads(run("analyse", path, "--key", key, "--by-design", "--json")[0])["items"][2]
    assert wrong["p"] == pytest.approx(0.6) and absent["p"] == pytest.approx(0.75)
    assert absent["omitted"] == 20


def test_a_wrong_key_is_flagged() -> None:
    """The item's answers are sound, its key is not: the option that good people choose beats the key."""
    chance = np.random.default_rng(2)
    _, data = drawn("2pl", people=800, count=20, seed=2)
    answers = np.where(
        data.codes == 1, "A", np.array(["B", "C", "D"])[chance.integers(0, 3, data.codes.shape)]
    )
    given = [keys.Key(name, ("B",) if name == "q4" else ("A",)) for name in data.items]
    scored, kept, accepted = keys.score_answers(answers, data.items, given)
    found = classical.analyse(scored, answers=kept, keys=accepted)
    flags = {item.id: item.flags for item in found.items}
    assert {"negative_discrimination", "distractor_better_than_key"} <= set(flags["q4"])
    assert not any("distractor_better_than_key" in flags[name] for name in flags if name != "q4")


def test_limits_are_settings(tmp_path: Path) -> None:
    path = str(written(tmp_path, as_csv(drawn("2pl", people=200, count=6)[1])))
    strict = json.loads(run("analyse", path, "--weak", "0.9", "--json")[0])
    loose = json.loads(run("analyse", path, "--weak", "0.0", "--json")[0])
    assert all("weak_discrimination" in item["flags"] for item in strict["items"])
    assert not any("weak_discrimination" in item["flags"] for item in loose["items"])


def test_analyse_shows_a_table(tmp_path: Path) -> None:
    out, _ = run(
        "analyse", str(written(tmp_path, ANSWERS)), "--key", str(written(tmp_path, "key\nA\nB\nC\n", "k.csv"))
    )
    assert "alpha" in out and "*A:0.80" in out


def test_analyse_names_constant_and_empty_columns(tmp_path: Path) -> None:
    text = "a,b,c,d\n" + "1,1,0,\n0,1,1,\n1,1,1,\n" * 20
    out, err = run("analyse", str(written(tmp_path, text)), "--json")
    record = json.loads(out)
    assert "Item b: everybody scored 1" in err and "Item d: nobody answered it" in err
    assert record["items"][1]["r_rest"] is None
    assert record["items"][3]["flags"] == ["no_answers"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(-1, 3), min_size=3, max_size=3), min_size=1, max_size=30))
def test_analysis_stays_within_bounds(rows: list[list[int]]) -> None:
    """Any table whatever: shares and correlations in their bounds, never an error or a NaN."""
    found = classical.analyse(responses(rows))
    for item in found.items:
        assert 0 <= item.difficulty <= 1
        for value in (item.discrimination, item.item_total):
            assert value is None or -1 <= value <= 1
    assert found.alpha is None or found.alpha <= 1 + 1e-9
    json.dumps([vars(item) | {"options": []} for item in found.items], allow_nan=False)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(-1, 2), min_size=2, max_size=2), min_size=1, max_size=60))
def test_collapsing_loses_nobody(rows: list[list[int]]) -> None:
    data = responses(rows)
    if (data.codes < 0).all():
        with pytest.raises(MeasurementError):
            collapse(data)
        return
    found = collapse(data)
    assert len({tuple(row) for row in found.codes.tolist()}) == len(found.codes)
    assert found.frequency.sum() == (data.codes >= 0).any(axis=1).sum()
    for row, place in zip(data.codes, found.person, strict=True):
        assert place == -1 if (row < 0).all() else (found.codes[place] == row).all()


@pytest.mark.parametrize(
    ("matrix", "items", "frequency", "code"),
    [
        ([], None, None, "empty"),
        ([[0, 1], [1]], None, None, "ragged"),
        ([["A", "B"]], None, None, "not_numbers"),
        ([[0.5, 1]], None, None, "not_whole"),
        ([[0, 1000]], None, None, "score_range"),
        ([[0, 1]], ["a"], None, "names"),
        ([[0, 1]], ["a", "a"], None, "repeated_item"),
        ([[0, 1]], None, [-1], "frequency"),
        ([[0, 1]], None, [1, 2], "frequency"),
    ],
)
def test_tables_that_are_no_responses(matrix: Any, items: Any, frequency: Any, code: str) -> None:
    with pytest.raises(MeasurementError) as caught:
        responses(matrix, items, frequency)
    assert caught.value.code == code


def parameter_file(folder: Path, name: str, shift: float) -> str:
    items = [{"id": f"q{j}", "a": 1.0 + j / 10, "b": j / 2 - 1 - shift} for j in range(6)]
    return str(written(folder, json.dumps({"model": "2pl", "items": items}), name))


@pytest.mark.parametrize("method", ["mean-sigma", "mean-mean", "haebara", "stocking-lord"])
def test_link_two_parameter_files(tmp_path: Path, method: str) -> None:
    base, new = parameter_file(tmp_path, "base.json", 0.0), parameter_file(tmp_path, "new.json", 0.4)
    record = json.loads(run("link", base, new, "--method", method, "--json")[0])
    assert (record["A"], record["B"]) == pytest.approx((1.0, 0.4), abs=1e-6)
    assert record["items"][0]["b"] == pytest.approx(-1.0, abs=1e-5)
    assert "theta(base)" in run("link", base, new, "--method", method)[0]


def test_linked_items_can_be_linked_again(tmp_path: Path) -> None:
    base, new = parameter_file(tmp_path, "base.json", 0.0), parameter_file(tmp_path, "new.json", 0.4)
    linked = written(tmp_path, run("link", base, new, "--json")[0], "linked.json")
    record = json.loads(run("link", base, str(linked), "--json")[0])
    assert (record["A"], record["B"]) == pytest.approx((1.0, 0.0), abs=1e-5)


def test_equate_score_files(tmp_path: Path) -> None:
    counts = "score,count\n" + "\n".join(f"{k},{n}" for k, n in enumerate(published.counts(published.ACT_Y)))
    base = str(written(tmp_path, counts, "base.csv"))
    counts = "score,count\n" + "\n".join(f"{k},{n}" for k, n in enumerate(published.counts(published.ACT_X)))
    new = str(written(tmp_path, counts, "new.csv"))
    record = json.loads(run("link", base, new, "--method", "equipercentile", "--json")[0])
    assert record["scores"][10]["equivalent"] == pytest.approx(published.ACT_EQUIPERCENTILE[10], abs=1e-4)
    assert record["scores"][0]["se"] is None
    assert "equivalent" in run("link", base, new, "--method", "linear")[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("score,count\n1\n2,3\n", "new.csv line 2: 1 cell instead of 2"),
        ("score,count\n1,2\n2,many\n", "new.csv line 3: 'many' is no number"),
        ("score,count\n5,3\n", "Everybody had the same score"),
        ("score,count\n0,1\n100000000,2\n", "too far apart"),
        ("score,count\n", "holds no scores"),
    ],
)
@pytest.mark.parametrize("method", ["mean", "equipercentile"])
def test_score_files_that_cannot_be_equated(tmp_path: Path, text: str, words: str, method: str) -> None:
    base = str(written(tmp_path, "score,count\n0,3\n1,5\n2,9\n", "base.csv"))
    with pytest.raises(CommandError, match=re.escape(words)):
        run("link", base, str(written(tmp_path, text, "new.csv")), "--method", method)


def test_analysing_rows_that_never_came_is_refused() -> None:
    with pytest.raises(MeasurementError) as caught:
        classical.analyse(responses([[0, 1]], None, [0]))
    assert caught.value.code == "no_people"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "is not JSON"),
        ("{}", "holds no list of items"),
        ('{"model": "2pl", "items": [{"id": "a"}]}', "item 1 needs id, a, and d or b"),
        ('{"model": "2pl", "items": [{"id": "a", "a": "x", "d": 1}]}', "item 1 needs"),
        ('{"model": "9pl", "items": [{"id": "a", "a": 1, "d": 1}]}', "model 9pl is unknown"),
        (
            '{"model": "2pl", "items": [{"id": "a", "a": 1, "d": 1}, {"id": "a", "a": 1, "d": 1}]}',
            "stands there twice",
        ),
        ('{"model": "2pl", "items": [{"id": "z", "a": 1, "d": 1}]}', "0 shared items"),
    ],
)
def test_parameter_files_that_cannot_be_linked(tmp_path: Path, text: str, words: str) -> None:
    base = parameter_file(tmp_path, "base.json", 0.0)
    with pytest.raises(CommandError, match=words):
        run("link", base, str(written(tmp_path, text, "new.json")))
