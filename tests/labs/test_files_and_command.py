"""The command of teachers and practitioners, and the page that maps clauses to tasks."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tancai.labs import api as labs
from tancai.labs.tasks.matrix import ABOUT, REMARKS
from tancai.labs.tasks.solvers import perfect

pytestmark = pytest.mark.anydatabase
ROOT = Path(__file__).resolve().parents[2]
CODE = "accounting-equipment-maker"


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("labs", *args, stdout=out)
    return out.getvalue()


def test_every_skill_clause_of_the_nine_posts_has_a_task_or_a_reason() -> None:
    clauses = {clause.code for post in labs.posts() for clause in post.skill}
    assert len(labs.posts()) == 9 and len(clauses) == 31
    assert [code for code in labs.unexamined() if code not in ABOUT] == []
    named = {clause for one in labs.tasks().values() for clause in one.clauses}
    assert named <= clauses, "a task names a clause the standard does not have"
    assert set(ABOUT) <= clauses and set(ABOUT.values()) == set(REMARKS)


def test_the_page_is_what_the_command_makes() -> None:
    page = (ROOT / "docs" / "laboratories.md").read_text(encoding="utf-8")
    assert page == labs.matrix(), "run: tancai labs matrix > docs/laboratories.md"


def test_a_case_is_written_filled_in_and_marked(tmp_path: Path) -> None:
    written = run("case", CODE, "--seed", "4", "--to", str(tmp_path)).split()
    form = tmp_path / f"{CODE}-4.toml"
    assert [Path(one).name for one in written] == [f"{CODE}-4.md", f"{CODE}-4.toml"]
    papers = (tmp_path / f"{CODE}-4.md").read_text(encoding="utf-8")
    case = labs.task(CODE).case(4)
    assert all(cell in papers for paper in case.documents for row in paper.rows for cell in row)
    assert "合计  0 / 100" in run("mark", str(form))
    form.write_text(labs.form(case, values=perfect(case)), encoding="utf-8")
    assert run("mark", str(form), "--language", "en").splitlines()[-1] == "Total  100 / 100"
    with pytest.raises(CommandError, match="已存在"):
        run("case", CODE, "--seed", "4", "--to", str(tmp_path))


def test_an_exam_tells_marks_and_no_key(tmp_path: Path) -> None:
    case = labs.task(CODE).case(2)
    form = tmp_path / "work.toml"
    form.write_text(labs.form(case), encoding="utf-8")
    key = labs.shown_value(case.fields[1], labs.reference(case).expected[case.fields[1].name])
    assert key in run("mark", str(form)) and key not in run("mark", str(form), "--exam")
    plain = json.loads(run("mark", str(form), "--exam", "--json"))
    assert plain["total"] == 0 and "fields" not in plain["steps"][0]
    tree = run("mark", str(form), "--tree", "--language", "en")
    assert "44/12" in tree and "net calorific value" in tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema =", "Invalid value"),
        ('schema = "other/1"', "tancai-labs-work/1 is wanted"),
        ('schema = "tancai-labs-work/1"\ntask = "x"', "task and seed are wanted"),
        ('schema = "tancai-labs-work/1"\ntask = "x"\nseed = 1\nversion = 1', "no task x"),
        (
            f'schema = "tancai-labs-work/1"\ntask = "{CODE}"\nseed = 1\nversion = 99',
            "this program has version",
        ),
        (
            f'schema = "tancai-labs-work/1"\ntask = "{CODE}"\nseed = 1\nversion = 1\n[answers]\nfoo = "1"',
            "no field foo",
        ),
        (
            f'schema = "tancai-labs-work/1"\ntask = "{CODE}"\nseed = 1\nversion = 1\n[answers]\ngas = 1.5',
            "figures stand in quotes",
        ),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_with_its_remedy(text: str, said: str, tmp_path: Path) -> None:
    form = tmp_path / "work.toml"
    form.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        run("mark", str(form), "--language", "en")


def test_tasks_are_found_by_family_level_and_clause() -> None:
    found = json.loads(run("list", "--clause", "5.5.2-b3", "--json"))
    assert [one["code"] for one in found] == ["strategy-capture-at-steel-works"]
    assert len(run("list", "--family", "sink", "--level", "advanced").splitlines()) >= 3
