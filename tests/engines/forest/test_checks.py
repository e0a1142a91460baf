"""Validation and verification: what facts decide, what blocks a positive conclusion; and the command line."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tancai.engines.forest import checks, tables

pytestmark = pytest.mark.anydatabase
EXAMPLES = Path(tables.__file__).parent / "examples"


def case(kind: str, facts: dict[str, Any], *answers: dict[str, Any]) -> checks.Check:
    return checks.check_from({"schema": checks.SCHEMA, "kind": kind, "facts": facts, "answer": list(answers)})


@pytest.mark.parametrize(
    ("kind", "good", "bad", "item"),
    [
        ("validation", {"start": date(2012, 11, 8)}, {"start": date(2012, 11, 7)}, 2),
        ("validation", {"notice_working_days": 20}, {"notice_working_days": 19}, 3),
        ("validation", {"smallest_patch": "400 m2"}, {"smallest_patch": "399 m2"}, 6),
        (
            "validation",
            {"start": date(2020, 1, 1), "smallest_patch": "0.05 ha"},
            {"start": date(2019, 1, 1), "smallest_patch": "0.05 ha"},
            6,
        ),
        ("validation", {"cleared": "20 %"}, {"cleared": "21 %"}, 8),
        ("verification", {"validator": "a", "verifier": "b"}, {"validator": "a", "verifier": "a"}, 1),
        ("verification", {"period_start": date(2020, 9, 23)}, {"period_start": date(2020, 9, 22)}, 3),
        (
            "verification",
            {"period_start": date(2021, 1, 1), "application": date(2026, 1, 1)},
            {"period_start": date(2021, 1, 1), "application": date(2026, 1, 2)},
            3,
        ),
        (
            "verification",
            {"plots": 21, "plots_measured_again": 3},
            {"plots": 21, "plots_measured_again": 2},
            7,
        ),
    ],
)
def test_facts_decide(kind: str, good: dict[str, Any], bad: dict[str, Any], item: int) -> None:
    assert not case(kind, good).findings
    assert [one.item for one in case(kind, bad).findings] == [item]
    assert case(kind, bad).conclusion == "negative"


def test_a_conclusion_wants_every_answer_and_closed_findings() -> None:
    answers = [{"item": k, "result": "conform"} for k in range(1, 23)]
    assert case("validation", {}, *answers).conclusion == "positive"
    assert case("validation", {}, *answers[:-1]).conclusion == "open"
    for result, closed, conclusion in (
        ("car", False, "negative"),
        ("car", True, "positive"),
        ("cl", False, "negative"),
        ("far", False, "positive"),
    ):
        changed = [{"item": 1, "result": result, "closed": closed, "note": "x"}, *answers[1:]]
        assert case("validation", {}, *changed).conclusion == conclusion
    assert "check_unknown" in [
        one.code for one in case("validation", {}, {"item": 99, "result": "conform"}).problems
    ]


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("forest", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("part", "name", "said"),
    [
        ("sink", "fir", "7 553"),
        ("sink", "moso", "可申请的减排量"),
        ("supply", "supply", "115.01"),
        ("supply", "bamboo-supply", "165.68"),
        ("grass", "grass", "28 901"),
        ("neutrality", "event", "60.4299"),
        ("check", "verification", "通过"),
        ("check", "validation", "通过"),
    ],
)
def test_every_example_runs_from_the_command_line(part: str, name: str, said: str, tmp_path: Path) -> None:
    run("example", name, "--to", str(tmp_path))
    file = str(tmp_path / f"{name}.toml")
    assert said in run(part, file)[0]
    record = json.loads(run(part, file, "--json")[0])
    assert record["engine"] and record["tables"]["species"] and len(record["input"]["sha256"]) == 64
    if part in ("sink", "grass", "neutrality"):
        assert "├" in run(part, file, "--tree", "--language", "en")[0]
    english = run(part, file, "--language", "en")[0]
    assert english != run(part, file)[0]
    before = (tmp_path / f"{name}.toml").read_bytes()
    run("example", name, "--to", str(tmp_path))
    (tmp_path / f"{name}.toml").write_bytes(before + b"\n# mine")
    with pytest.raises(CommandError):
        run("example", name, "--to", str(tmp_path))
    assert (tmp_path / f"{name}.toml").read_bytes() == before + b"\n# mine"


def test_bad_input_ends_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('schema = "another/1"\n', encoding="utf-8")
    with pytest.raises(CommandError, match=r"x\.toml:1 schema"):
        run("sink", str(file))
    assert "M-" in run("packs")[0] and "杉木" in run("tables", "species")[0]


def test_every_row_of_every_table_says_where_it_comes_from() -> None:
    for name in tables.versions():
        if name != "packs":
            for row in tables.rows(name):
                assert row["methodology"] and row["version"] and row["unit"] and row["source"], (
                    name,
                    row.line,
                )
                assert row.confidence in ("V", "V2", "M+", "M-"), (name, row.line)
