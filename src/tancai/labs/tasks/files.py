"""Cases and work as files: papers in Markdown, a form to fill in TOML, feedback as text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from tancai.engines.carbon import tree as carbon_tree
from tancai.engines.forest import tree as forest_tree
from tancai.labs.errors import BadWork
from tancai.labs.tasks.answers import normal
from tancai.labs.tasks.marking import VERDICTS, FieldMark, Marked, shown_value
from tancai.labs.tasks.protocol import LEVELS, Case, Field, Way, said, unit_said
from tancai.labs.tasks.registry import task

SCHEMA = "tancai-labs-work/1"


def papers(case: Case, language: str = "zh") -> str:
    """The case as a candidate sees it, Markdown."""
    one = case.task
    found = [
        f"# {said(one.title, language)}",
        "",
        f"`{one.code}` · {said(LEVELS[one.level], language)} · {one.minutes} min · {case.seed}",
        "",
        *case.brief,
        "",
    ]
    for paper in case.documents:
        found += [f"## {paper.title}", "", *(line for text in paper.text for line in (text, ""))]
        if paper.columns:
            found += [_row(paper.columns), _row(["---"] * len(paper.columns))]
            found += [*map(_row, paper.rows), ""]
    return "\n".join(found)


def _row(cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def form(case: Case, language: str = "zh", values: dict[str, Any] | None = None) -> str:
    """The work file: every field with its label, unit and decimals as a comment, to be filled between the quotes."""
    given = values or {}
    found = [
        f'schema = "{SCHEMA}"',
        f'task = "{case.task.code}"',
        f"version = {case.task.version}",
        f"seed = {case.seed}",
        "",
        "[answers]",
    ]
    for step in case.task.steps:
        found += ["", f"# == {said(step.label, language)} ({step.points:g})"]
        for one in case.fields_of(step.code):
            found += [f"# {line}" for line in _told(one, language)]
            value = given.get(one.name, [] if one.kind == "choices" else "")
            found.append(f'"{one.name}" = {_toml(value)}')
            if one.units:
                found.append(
                    f'"{one.name}@" = "{given.get(f"{one.name}@", one.unit)}"  # {" ".join(one.units)}'
                )
    return "\n".join(found) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(f'"{one}"' for one in value) + "]"
    return f'"{value}"'


def _told(one: Field, language: str) -> Iterator[str]:
    label = said(one.label, language)
    if one.kind == "number":
        yield (
            f"{label} [{unit_said(one.unit, language)}], {one.decimals} decimals"
            if language == "en"
            else (f"{label}（{one.unit}，{one.decimals} 位小数）")
        )
        return
    yield label
    for code, text in one.options:
        yield f"  {code}: {said(text, language)}"


def read_work(text: str, name: str = "") -> tuple[Case, dict[str, Any] | None]:
    """The case a work file belongs to and its answers. Raises BadWork naming place and remedy, or NoSuchTask."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadWork(name, f"不是可读的TOML：{error}", f"no readable TOML: {error}") from None
    if given.get("schema") != SCHEMA:
        raise BadWork(name, f"schema 应为 {SCHEMA}", f"schema: {SCHEMA} is wanted")
    case = _case_of(given, name)
    answers = given.get("answers", {})
    if not isinstance(answers, dict):
        raise BadWork(name, "answers 应为表", "answers: a table is wanted")
    unknown = ", ".join(sorted(one for one in answers if one.removesuffix("@") not in case.field_names)[:5])
    if unknown:
        raise BadWork(name, f"answers：没有 {unknown} 这些项目", f"answers: no field {unknown}")
    try:
        return case, normal(answers)
    except ValueError as error:
        words = f"answers：{error}；答案写在引号内", f"answers: {error}; figures stand in quotes"
        raise BadWork(name, *words) from None


def _case_of(given: dict[str, Any], name: str) -> Case:
    code, seed = given.get("task"), given.get("seed")
    if not isinstance(code, str) or not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        words = "缺少 task 和 seed，请保留答题单原有内容", "task and seed are wanted, as the form was written"
        raise BadWork(name, *words)
    one = task(code)
    if given.get("version") != one.version:
        words = (
            f"答题单为 {code} 第 {given.get('version')} 版，本程序为第 {one.version} 版，请重新出题",
            f"version {given.get('version')} of {code}: this program has version {one.version}, draw the case anew",
        )
        raise BadWork(name, *words)
    return one.case(seed)


def told(found: Marked, language: str = "zh", *, teaching: bool = True) -> Iterator[str]:
    """Marks as lines of text: by step, and in teaching by field with what was expected and how."""
    for step in found.steps:
        yield f"{said(step.step.label, language)}  {step.earned:g} / {step.step.points:g}"
        if teaching:
            for one in step.fields:
                yield from _field(one, language)
    yield f"{'合计' if language == 'zh' else 'Total'}  {found.total:g} / 100"


def _field(one: FieldMark, language: str) -> Iterator[str]:
    words = said(VERDICTS[one.verdict], language)
    line = f"  {said(one.field.label, language)}: {one.given or '—'}  {words}"
    if one.verdict not in ("right", "follows"):
        line += f"  → {one.expected}"
        if one.field.kind == "number":
            line += f" {unit_said(one.field.unit, language)}"
    yield line
    if one.field.how and one.verdict not in ("right", "follows"):
        yield f"    {said(one.field.how, language)}"


def key(case: Case, way: Way, language: str = "zh") -> Iterator[str]:
    """Right answers for teachers."""
    for step in case.task.steps:
        yield said(step.label, language)
        for one in case.fields_of(step.code):
            value = shown_value(one, way.expected[one.name], language)
            yield f"  {said(one.label, language)}: {value} {unit_said(one.unit, language)}".rstrip()


def trees(found: Marked, language: str = "zh") -> Iterator[str]:
    """The engine's calculation behind every figure that was not right."""
    for step in found.steps:
        for one in step.fields:
            if one.tree is not None and one.verdict not in ("right", "follows"):
                yield ""
                yield said(one.field.label, language)
                yield from lines_of(one.tree, language)


def lines_of(tree: Any, language: str) -> Iterator[str]:
    module = forest_tree if isinstance(tree, forest_tree.Node) else carbon_tree
    yield from module.lines(tree, language)


def record_of(found: Marked, *, teaching: bool = True) -> dict[str, Any]:
    """Marks as plain values; without ``teaching`` nothing of the key."""
    steps = []
    for step in found.steps:
        plain: dict[str, Any] = {
            "code": step.step.code,
            "points": step.step.points,
            "earned": round(step.earned, 6),
        }
        if teaching:
            plain["fields"] = [
                {
                    "name": one.field.name,
                    "given": one.given,
                    "expected": one.expected,
                    "verdict": one.verdict,
                    "earned": round(one.earned, 6),
                    "points": round(one.points, 6),
                }
                for one in step.fields
            ]
        steps.append(plain)
    return {
        "schema": "tancai-labs-marks/1",
        "task": found.case.task.code,
        "version": found.case.task.version,
        "seed": found.case.seed,
        "total": found.total,
        "steps": steps,
    }
