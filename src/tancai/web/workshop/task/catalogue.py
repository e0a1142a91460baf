"""All tasks by family and level; one task with what it examines, and the way into a case."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.speaking import language
from tancai.web.workshop.works import lines, own

BENCH = "task"
SEEDS = 10**6
"""Cases that are drawn by chance have a number of six digits at most, so that it can be said and typed."""


@dataclass(frozen=True)
class Row:
    """A task in the list with what this person has reached."""

    task: labs.Task
    result: labs.Result | None


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The list, filtered by family, level, post and words of title, steps and clauses."""
    given = {name: request.GET.get(name, "").strip() for name in ("family", "level", "post", "q")}
    reached = labs.results(request.user)  # type: ignore[arg-type]
    found = [Row(one, reached.get(one.code)) for one in labs.tasks().values() if _fits(one, given)]
    groups = [
        (label, rows)
        for family, label in labs.FAMILIES.items()
        if (rows := [row for row in found if row.task.family == family])
    ]
    done = sum(row.result is not None for row in found)
    return render(
        request,
        "workshop/task/catalogue.html",
        {
            "groups": groups,
            "given": given,
            "filtered": any(given.values()),
            "families": labs.FAMILIES,
            "levels": labs.LEVELS,
            "posts": labs.posts(),
            "count": len(found),
            "done": done,
            "works": own(request, BENCH, _scores(request)),
        },
    )


def _scores(request: HttpRequest) -> Callable[[Any], str]:
    """What a work came to, beside its name."""
    totals = labs.outcomes(request.user, BENCH)  # type: ignore[arg-type]

    def score(work: Any) -> str:
        return _("%(total).1f 分") % totals[work.id] if "total" in totals.get(work.id, {}) else ""

    return score


def _fits(one: labs.Task, given: dict[str, str]) -> bool:
    if (given["family"] and one.family != given["family"]) or (
        given["level"] and one.level != given["level"]
    ):
        return False
    if given["post"] and not any(clause.rpartition("-")[0] == given["post"] for clause in one.clauses):
        return False
    words = " ".join((one.title, one.code, *(step.label for step in one.steps), *one.clauses, *one.papers))
    return all(word in words.casefold() for word in given["q"].casefold().split())


# What the task follows is written as document and part; people know the documents by these names.
DOCUMENTS = {
    "001": gettext_lazy("碳排放管理师"),
    "003": "T/MIITEC 020-2024",
    "004": gettext_lazy("碳汇计量评估师"),
}


def _follows(paper: str) -> str:
    document, _space, part = paper.partition(" ")
    return f"{DOCUMENTS[document]}“{part}”"


def task_or_404(code: str) -> labs.Task:
    try:
        return labs.task(code)
    except labs.NoSuchTask:
        raise Http404 from None


@login_required
def one(request: HttpRequest, code: str) -> HttpResponse:
    """What a task examines, its steps, and my attempts at it."""
    found = task_or_404(code)
    user: Any = request.user
    mine = [work for work in labs.works(user, bench=BENCH) if work.task == code]
    clauses: dict[str, list[Any]] = {}
    for post in labs.posts():
        for statement in post.skill:
            if statement.code in found.clauses:
                clauses.setdefault(statement.text, []).append((statement.code, post))
    context = {
        "task": found,
        "level": labs.LEVELS[found.level],
        "family": labs.FAMILIES[found.family],
        "clauses": clauses,
        "papers": _("、").join(_follows(paper) for paper in found.papers),
        "result": labs.results(user).get(code),
        "totals": {work: total for work, total, _at in _tries(user, code)},
        "mine": lines(mine),
        "open": next((line for line in lines(mine) if not line.handed_in), None),
        "seeds": SEEDS - 1,
    }
    return render(request, "workshop/task/task.html", context)


def _tries(user: Any, code: str) -> tuple[Any, ...]:
    found = labs.results(user).get(code)
    return found.works if found else ()


@require_POST
@login_required
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """A new case, or the one whose number was given."""
    found = task_or_404(code)
    text = request.POST.get("seed", "").strip()
    if text and not (text.isascii() and text.isdigit() and int(text) < 10**9):
        messages.error(request, _("案例编号是 1 至 9 位数字。"))
        return redirect("workshop:task", code)
    seed = int(text) if text else secrets.randbelow(SEEDS - 1) + 1
    title = f"{labs.said(found.title, language())} · {seed}"
    work = labs.begin(BENCH, title=title, task=code, seed=seed, by=request.user, at=clock.now())  # type: ignore[arg-type]
    return redirect("workshop:task_work", work.id)
