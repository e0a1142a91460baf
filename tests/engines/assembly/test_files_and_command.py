"""Files in, reports out, and the command around them; nothing here touches a database."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tancai.bench import assemble as bench
from tancai.engines.assembly.assembling import assemble
from tancai.engines.assembly.bank import Bank, bank
from tancai.engines.assembly.blueprint import (
    Enemies,
    Exposure,
    Fixed,
    Limit,
    Measure,
    Overlap,
    Rested,
    Stimuli,
    Unseen,
)
from tancai.engines.assembly.blueprint_file import parse_blueprint
from tancai.engines.assembly.errors import AssemblyError
from tancai.engines.assembly.items_file import read_bank
from tancai.engines.psychometrics.curves import expected_score, information, item_from_locations
from tests.engines.assembly.counting import faults
from tests.engines.assembly.pools import blueprint, made_up

pytestmark = pytest.mark.anydatabase

PLAN = """\
schema = 1
title = "Market operator, level 3"
items = 20
fixed = ["q090"]
forbidden = ["q091", "q092"]
order = ["kind", "topic"]

[[require]]
name = "判断题不超过五道"
where = { kind = "truefalse" }
max = 5

[[require]]
sum = "words"
min = 900
max = 1600

[[require]]
mean = "difficulty"
min = -0.4
max = 0.4

[[require]]
share = true
where = { difficulty = { min = 0.5 } }
max = 0.4

[[require]]
name = "told enough"
information = [-1, 0, 1]
min = [2.5, 3, 2.5]

[[split]]
by = "topic"
[split.cells]
market = { min = 5, max = 7 }
sink = 4

[[enemies]]
listed = "enemies"

[[enemies]]
items = ["q001", "q002", "q003"]

[stimuli]
items = { min = 2, max = 3 }
count = { max = 2 }

[unseen]
groups = ["red"]

[rested]
last = 2

[exposure]
most = 120
per_form = 15

[forms]
overlap_share = 0.2
uses = 2

[objective]
goal = "closest"
gap = 0.05
[[objective.aim]]
information = [-1, 0, 1]
target = [3.5, 4.2, 3.6]
"""


def items_csv(folder: Path, made: Bank, *, parameters: bool = True) -> Path:
    path = folder / "items.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *made.columns, *(["a", "b"] if parameters else [])])
        for i, id in enumerate(made.ids):
            curve = made.curves[i]
            assert curve is not None
            own = [repr(curve.a), repr(curve.b[0])] if parameters else []
            writer.writerow([id, *(made.texts(name, "")[i] for name in made.columns), *own])
    return path


def plan_toml(folder: Path, text: str = PLAN) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("assemble", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(text: str) -> list[str]:
    with pytest.raises(AssemblyError) as caught:
        parse_blueprint(text, "plan.toml")
    return str(caught.value).splitlines()


def test_a_file_of_items_is_the_bank_it_was_written_from(tmp_path: Path) -> None:
    made = made_up(60)
    found = read_bank(items_csv(tmp_path, made))
    assert found.ids == made.ids and found.notes == ()
    assert found.texts("topic", "") == made.texts("topic", "")
    assert np.allclose(found.numbers("difficulty", ""), made.numbers("difficulty", ""))
    assert np.allclose(found.information([0.3]), made.information([0.3]))


def test_forms_from_files_meet_the_blueprint(tmp_path: Path) -> None:
    made = made_up(160)
    out, err = run(str(items_csv(tmp_path, made)), str(plan_toml(tmp_path)), "--forms", "3", "--json")
    record = json.loads(out)
    assert err == "" and record["schema"] == 1 and record["status"] == "optimal"
    assert 0 <= record["gap"] <= record["gap_allowed"] == 0.05
    forms = tuple(tuple(form["items"]) for form in record["forms"])
    wanted, _ = parse_blueprint(PLAN)
    assert faults(made, wanted, forms) == []
    sessions = dict(zip(made.ids, made.texts("sessions", ""), strict=True))
    assert not any({"s10", "s11"} & set(sessions[id].split()) for form in forms for id in form)
    for form in forms:
        kinds = [made.texts("kind", "")[made.place[id]] for id in form]
        assert kinds == sorted(kinds) and "q090" in form
    for measure, theta in zip(record["measures"], (-1, 0, 1), strict=True):
        for form, told in zip(forms, measure["values"], strict=True):
            own = sum(float(information(made.curves[made.place[id]], theta)[0]) for id in form)  # type: ignore[arg-type]
            assert told == pytest.approx(own)
    shared = len((set(forms[0]) & set(forms[1])) - {"q090"})
    assert record["shared"][0][1] == record["shared"][1][0] == shared <= 4


def test_the_report_shows_forms_coverage_measures_and_overlap(tmp_path: Path) -> None:
    out, _ = run(str(items_csv(tmp_path, made_up(160))), str(plan_toml(tmp_path)), "--forms", "2")
    for words in (
        "Market operator, level 3, every requirement holds",
        "gap 0.0",
        "Form 2: 20 items",
        "判断题不超过五道",
        "information at -1",
        "items shared",
    ):
        assert words in out


def test_many_forms_are_told_in_short(tmp_path: Path) -> None:
    text = "schema = 1\nitems = 2\n[forms]\noverlap = 0\n"
    out, _ = run(str(items_csv(tmp_path, made_up(60))), str(plan_toml(tmp_path, text)), "--forms", "24")
    assert "Form 24: 2 items" in out and out.splitlines()[-1].split() == ["0", "276"]


def test_the_command_needs_no_database(tmp_path: Path) -> None:
    """No fixture of a database here: a query would fail."""
    out, _ = run(str(items_csv(tmp_path, made_up(60))), str(plan_toml(tmp_path, "schema = 1\nitems = 5\n")))
    assert "Form 1: 5 items" in out


def test_items_seen_before_are_left_out(tmp_path: Path) -> None:
    items, plan = items_csv(tmp_path, made_up(60)), plan_toml(tmp_path, "schema = 1\nitems = 20\n")
    seen = tmp_path / "seen.txt"
    first = json.loads(run(str(items), str(plan), "--json")[0])["forms"][0]["items"]
    seen.write_text("\n".join([*first, "long-gone"]))
    out, err = run(str(items), str(plan), "--seen", str(seen), "--json")
    assert not set(first) & set(json.loads(out)["forms"][0]["items"])
    assert "1 ids are not in the bank, such as long-gone" in err


def test_an_infeasible_blueprint_is_explained_in_its_own_words(tmp_path: Path) -> None:
    text = PLAN.replace("max = 1600", "max = 450").replace("min = 900", "min = 400")
    with pytest.raises(CommandError) as caught:
        run(str(items_csv(tmp_path, made_up(160))), str(plan_toml(tmp_path, text)))
    said = str(caught.value)
    assert "Not even one form can meet these requirements together" in said
    assert "sum of words: from 400 to 450  [line 13]" in said
    assert "items: 20  [line 3]" in said
    assert "instead of from 400 to 450" in said


def test_the_record_of_an_infeasible_blueprint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        'schema = 1\nitems = 20\n[[require]]\nname = "all of space"\nwhere = { topic = "space" }\nmin = 3\n'
    )
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "assemble",
            str(items_csv(tmp_path, made_up(60))),
            str(plan_toml(tmp_path, text)),
            "--json",
            stdout=out,
            stderr=io.StringIO(),
        )
    record = json.loads(out.getvalue())
    assert record["status"] == "infeasible" and record["forms"] == []
    (named,) = record["conflict"]["requirements"]
    assert named["requirement"] == "all of space" and named["line"] == 3 and named["needed"] == 0
    assert [note["code"] for note in record["notes"]] == ["no_such_items"]


def test_lines_that_cannot_be_used_are_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("id;topic;words\nq1;a;10\nq2;a\n;a;5\nq1;b;7\nq3;b;9\n", encoding="utf-8-sig")
    found = read_bank(path)
    assert found.ids == ("q1", "q3") and found.lines == (2, 6)
    assert [note.message for note in found.notes] == [
        "Left out, since the header has 3 cells: lines 3 (2 cells).",
        "Left out, since there is no id: lines 4.",
        "Left out, since the id came before: lines 5 (q1).",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "items.csv is empty"),
        ("name,topic\nq1,a\n", "line 1: there is no column id"),
        ("id,topic\n", "holds no items"),
        ("id,topic,topic\nq1,a,b\n", "two columns are called topic"),
        ("id,a,b\nq1,1.0,\n", "line 2 (item q1): There is a slope a but neither b nor d"),
        ("id,a,b\nq1,1.0,0\nq2,one,0\n", "line 3 (item q2): Column a holds 'one'"),
        ("id,a,b,c\nq1,1.0,0,1.5\n", "line 2 (item q1)"),
    ],
)
def test_files_of_items_that_cannot_be_read(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "items.csv"
    path.write_text(text)
    with pytest.raises(AssemblyError, match=r"items\.csv") as caught:
        read_bank(path)
    assert words in str(caught.value)
    with pytest.raises(AssemblyError, match="cannot be opened"):
        read_bank(tmp_path / "none.csv")


def test_graded_items_and_parameters_from_a_calibration(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("id,model,a,b\nq1,grm,1.2,-1 0 1\nq2,,1,0.5\nq3,,,\n")
    found = read_bank(path)
    assert [curve and curve.model for curve in found.curves] == ["grm", "2pl", None]
    told = tmp_path / "calibrated.json"
    told.write_text(json.dumps({"model": "2pl", "items": [{"id": "q3", "a": 1.5, "d": 0.3}]}))
    found = read_bank(path, parameters=told)
    assert [curve is not None for curve in found.curves] == [False, False, True]
    told.write_text(json.dumps({"model": "2pl", "items": [{"id": "q9", "a": 1.5, "d": 0.3}]}))
    with pytest.raises(AssemblyError, match="parameters of none of the items"):
        read_bank(path, parameters=told)


def test_information_of_a_bank_is_that_of_its_items() -> None:
    """All families at once give what each item gives alone."""
    curves = [
        item_from_locations("1", "2pl", 1.2, 0.3),
        None,
        item_from_locations("2", "3pl", 0.8, -0.5, 0.2),
        item_from_locations("3", "grm", 1.5, [-1.0, 0.0, 1.2]),
        item_from_locations("4", "gpcm", 0.9, [-0.4, 0.6]),
        item_from_locations("5", "2pl", 0.7, 1.1),
    ]
    made = bank([str(k) for k in range(6)], {}, curves)
    theta = [-2.0, 0.0, 0.7]
    for got, of in ((made.information(theta), information), (made.expected_score(theta), expected_score)):
        for row, curve in zip(got, curves, strict=True):
            assert np.isnan(row).all() if curve is None else np.allclose(row, of(curve, theta))


def test_every_fault_of_a_blueprint_is_told_with_its_line() -> None:
    text = PLAN.replace("sink = 4", 'sink = "four"').replace('groups = ["red"]', 'groups = "red"')
    text = text.replace("gap = 0.05", "gapp = 0.05").replace("last = 2", "last = 0")
    said = refused(text)
    lines = text.splitlines()
    for words, field in (
        ("unseen.groups: write a list in square brackets", 'groups = "red"'),
        ("objective.gapp: no such field", "gapp = 0.05"),
        ("rested.last: ", "last = 0"),
        ("split.cells.sink: write a number", "[split.cells]"),
    ):
        (one,) = [line for line in said if words in line]
        assert f"line {lines.index(field) + 1}," in one or field == "[split.cells]"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema = 2\n", "plan.toml, line 1, schema"),
        ("items = 3\n", "schema: missing; add it"),
        ("schema = 1\nitems = { min = 5, max = 3 }\n", "min 5 is above max 3"),
        ("schema = 1\n[[require]]\nsum = 'words'\n", "line 2, require: give min, max or exactly"),
        ("schema = 1\n[[require]]\nsum = 'words'\nmean = 'b'\nmin = 1\n", "sum and mean: one measure each"),
        ("schema = 1\n[[require]]\ninformation = [0, 1]\nmin = [1]\n", "min has 1 value for 2 points"),
        ("schema = 1\n[[enemies]]\n", "give one of items, same"),
        ("schema = 1\n[forms]\noverlap_share = 0.2\n", "needs a fixed number of items"),
        ("schema = 1\n[objective]\ngoal = 'closest'\n[[objective.aim]]\nsum = 'w'\n", "needs a target"),
        ("schema = \n", "is no TOML"),
    ],
)
def test_blueprints_that_say_nothing_clear(text: str, words: str) -> None:
    assert words in "\n".join(refused(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[require]]\nwhere = { topik = 'a' }\nmin = 1\n", "has no column topik; did you mean topic?"),
        ("[[require]]\nsum = 'topic'\nmin = 1\n", "is no number"),
        ("fixed = ['q999']\n", "holds no item q999"),
        ("[[require]]\nsum = 'empty'\nmin = 1\n", "column empty is empty for 1 items, first item q2"),
        ("[[require]]\ninformation = 0\nmin = 1\n", "there are no item parameters"),
        (
            "[objective]\ngoal = 'closest'\n[[objective.aim]]\nmean = 'words'\ntarget = 3\n",
            "whose number of items is fixed",
        ),
    ],
)
def test_a_blueprint_that_does_not_fit_the_bank(text: str, words: str) -> None:
    made = bank(["q1", "q2"], {"topic": ["a", "b"], "words": [3, 4], "empty": [1, ""]})
    wanted, _ = parse_blueprint("schema = 1\n" + text, "plan.toml")
    with pytest.raises(AssemblyError) as caught:
        assemble(made, wanted)
    assert words in str(caught.value)


def test_names_that_the_bank_does_not_know_are_noted() -> None:
    """A group misspelt would let seen items through unnoticed."""
    made = bank(["q1", "q2"], {"seen_by": ["red", ""], "sessions": ["s1", "s2"], "enemies": ["q9", ""]})
    wanted = blueprint(
        Limit(measure=Measure(), low=1),
        Unseen(groups=("read",)),
        Rested(last=1, sessions=("s2",)),
        Enemies(listed="enemies"),
    )
    found = assemble(made, wanted)
    assert [note.code for note in found.notes] == ["no_such_group", "no_such_session", "no_such_enemy"]
    assert "read; is the name right?" in found.notes[0].message


def test_fixed_items_stand_in_every_form_and_count_towards_exposure() -> None:
    made = bank([f"q{k}" for k in range(12)], {"shown": [90, *[0] * 11]})
    five = Limit("five items", measure=Measure(), low=5, high=5)
    wanted = blueprint(
        five, Fixed("anchor", items=("q0",)), Overlap(most=1), Exposure("seen often", most=100, per_form=5)
    )
    found = assemble(made, wanted, 2)
    assert all("q0" in form for form in found.forms) and faults(made, wanted, found.forms) == []
    three = assemble(made, wanted, 3)
    assert three.status == "infeasible" and three.conflict is not None
    assert {str(one) for one in three.conflict.requirements} == {"anchor", "seen often"}
    relaxed = {str(one.requirement): one for one in three.conflict.relaxations}
    assert relaxed["seen often"].needed == 105 and relaxed["anchor"].words == "without q0"


def test_items_on_one_text_come_whole_or_not_at_all() -> None:
    made = bank([f"q{k}" for k in range(12)], {"stimulus": ["x"] * 4 + ["y"] * 3 + [""] * 5})
    whole = Stimuli("whole texts", whole=True, fewest=1)
    for length, texts in ((4, {"x", "y"}), (7, {"x", "y"}), (12, {"x", "y"})):
        wanted = blueprint(Limit(measure=Measure(), low=length, high=length), whole)
        form = assemble(made, wanted, seed=length).forms[0]
        used = {"x": sum(f"q{k}" in form for k in range(4)), "y": sum(f"q{k}" in form for k in range(4, 7))}
        assert used["x"] in (0, 4) and used["y"] in (0, 3) and any(used.values()) and set(used) == texts


def test_the_number_of_forms_has_bounds() -> None:
    with pytest.raises(AssemblyError, match="ask for 1 to"):
        assemble(made_up(20), blueprint(Limit(measure=Measure(), low=2)), 0)


def test_the_guide_shows_a_blueprint_that_can_be_read() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "guides" / "assembly.md").read_text(
        encoding="utf-8"
    )
    shown = guide.split("```toml\n")[1].split("```")[0]
    wanted, _ = parse_blueprint(shown)
    assert len(wanted.requirements) == 17 and wanted.length() == 45 and len(wanted.objective.aims) == 3


def test_out_of_time_is_said_and_not_disguised() -> None:
    made = made_up(60)
    wanted = blueprint(Limit(measure=Measure(), low=10, high=10), Overlap(most=2))
    found = assemble(made, wanted, 4, seconds=0.0)
    assert found.status == "unknown" and found.late and found.forms == () and found.gap is None


def test_the_benchmark_runs_beside_its_peer() -> None:
    ours = bench.measure(2, 200, "closest", 0.2, 9, 20.0)
    assert ours["status"] == "optimal" and ours["gap"] <= 0.2 and ours["most_shared"] <= 9
    theirs = bench.peer(1, 200, "closest", 0.2, 9, 2.0)
    assert theirs["variables"] == 201 and theirs["status"] == "solved" and theirs["value"] <= 0.2
    with pytest.raises(SystemExit):
        bench.main(["--sizes", "many"])
