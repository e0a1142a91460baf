"""Which skill clause of the standard is examined by which tasks, as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from tancai.labs.tasks.protocol import FAMILIES, LEVELS, Task, said

REMARKS = {
    "b-report": (
        "The figures, findings, conclusion and required parts of a report are examined. Its prose is not: sentences "
        "are read by people in the review of results (B.1 c)."
    ),
    "b-tools": (
        "The standard names two products (OBS, CICES) that are not ours to run. What is examined is the work done in "
        "them: units and periods of a collection form, stock and meter data, factors, sums, return of faulty entries."
    ),
    "b-manage": (
        "Planning, staffing, deadlines, cost and progress are examined on cases. Leading people is not: it is shown by "
        "project evidence in the review of results."
    ),
    "b-visual": (
        "Choosing and reading the figures of a chart is examined; drawing one by hand is not, since a drawing cannot "
        "be marked step by step without judgement of taste."
    ),
    "b-procure": "Terms, evaluated prices and payments are examined; drafting clauses in full sentences is not.",
    "b-storage": (
        "Choice, operation and carbon account of storage are examined; electrical design is outside the standard."
    ),
}
ABOUT = {
    "5.1.1-b1": "b-tools",
    "5.1.1-b3": "b-report",
    "5.2.1-b2": "b-tools",
    "5.2.1-b4": "b-manage",
    "5.2.2-b1": "b-tools",
    "5.2.2-b3": "b-manage",
    "5.3.1-b2": "b-visual",
    "5.4.1-b2": "b-visual",
    "5.4.1-b3": "b-procure",
    "5.5.1-b1": "b-tools",
    "5.5.1-b3": "b-manage",
    "5.5.2-b1": "b-tools",
    "5.5.2-b4": "b-manage",
    "5.5.3-b1": "b-tools",
    "5.5.3-b3": "b-storage",
    "5.5.3-b4": "b-manage",
    "5.5.4-b1": "b-tools",
    "5.5.4-b4": "b-manage",
}
"""What of a clause is not examined by laboratory, and why."""


class Clause(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def text(self) -> str: ...


class Post(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def skill(self) -> Sequence[Clause]: ...


def page(posts: Iterable[Post], tasks: Mapping[str, Task]) -> str:
    """The whole page, Markdown."""
    return "\n".join([*_head(tasks), *_clauses(posts, tasks), *_remarks(), *_tasks(tasks)]) + "\n"


def unexamined(posts: Iterable[Post], tasks: Mapping[str, Task]) -> list[str]:
    """Clauses without a task."""
    found = {clause for one in tasks.values() for clause in one.clauses}
    return [clause.code for post in posts for clause in post.skill if clause.code not in found]


def _head(tasks: Mapping[str, Task]) -> list[str]:
    return [
        "# Laboratories: clauses and tasks",
        "",
        "Made by `tancai labs matrix` from the standard (definition `cmc`) and the tasks; a test keeps it true.",
        f"{len(tasks)} tasks. `tancai labs list` lists them, `tancai labs case CODE` draws a case,"
        " `tancai labs mark WORK.toml` marks work.",
        "",
        "## 技术技能 of the nine posts (T/MIITEC 020-2024)",
        "",
    ]


def _clauses(posts: Iterable[Post], tasks: Mapping[str, Task]) -> list[str]:
    found: list[str] = []
    for post in posts:
        found += [
            f"### {post.clause} {post.name} ({post.name_en})",
            "",
            "| Clause | Requirement | Examined by | Not examined |",
            "|---|---|---|---|",
        ]
        for clause in post.skill:
            named = [f"`{code}`" for code, one in tasks.items() if clause.code in one.clauses]
            note = f"[{ABOUT[clause.code]}](#remarks)" if clause.code in ABOUT else ""
            found.append(f"| {clause.code} | {clause.text} | {', '.join(named) or '—'} | {note} |")
        found.append("")
    return found


def _remarks() -> list[str]:
    return [
        "## Remarks",
        "",
        "What a clause asks for and a laboratory does not examine, and why:",
        "",
        *(f"- **{code}** {text}" for code, text in REMARKS.items()),
        "",
    ]


def _tasks(tasks: Mapping[str, Task]) -> list[str]:
    found = [
        "## The tasks",
        "",
        "| Code | Task | Family | Level | Minutes | Follows |",
        "|---|---|---|---|---|---|",
    ]
    for code, one in tasks.items():
        found.append(
            f"| `{code}` | {said(one.title)} · {said(one.title, 'en')} | {said(FAMILIES[one.family], 'en')}"
            f" | {said(LEVELS[one.level], 'en')} | {one.minutes} | {', '.join(one.papers)} |"
        )
    return found
