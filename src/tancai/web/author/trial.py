"""A trial paper: drawn as for a session, looked at and printed, never kept."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tancai.items import api as items
from tancai.web.author import words
from tancai.web.author.access import author_only
from tancai.web.author.coverage import choice

MOST = 999


@require_GET
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """The paper of a number: the same number and bank give the same paper."""
    chosen = choice(request)
    definition = chosen["definition"]
    given = request.GET.get("number", "")
    number = int(given) if given.isascii() and given.isdigit() and 0 < int(given[:4]) <= MOST else 1
    context = {**chosen, "number": number, "next": number % MOST + 1, "with_keys": "keys" in request.GET}
    try:
        paper, keyed = items.trial(
            definition,
            level=chosen["level"],
            speciality=chosen["speciality"],
            seed=f"trial:{definition.code}:{number}",
        )
    except items.NotEnoughItems as error:
        names = words.topics([definition.code])
        context["shortages"] = [words.shortage(found, names) for found in error.shortages]
        return render(request, "author/trial.html", context)
    parts = {part.code: words.named(part) for part in definition.paper.parts}
    return render(
        request,
        "author/trial.html",
        {**context, "paper": paper, "sections": sections_of(paper, keyed, parts)},
    )


def sections_of(
    paper: items.FormView, keyed: dict[int, items.Keyed], parts: dict[str, str]
) -> list[dict[str, Any]]:
    """A paper's entries by part, kind and marks, each with its template and solution."""
    several = len(parts) > 1
    sections = []
    for (part, kind, marks), group in groupby(paper.entries, key=lambda e: (e.part, e.kind, e.marks)):
        entries = list(group)
        sections.append(
            {
                "part": parts.get(part, part) if several else "",
                "kind": items.kind_name(kind),
                "count": len(entries),
                "marks": marks,
                "entries": [
                    {
                        "entry": entry,
                        "template": f"items/kinds/{entry.kind}.html",
                        "keyed": keyed[entry.position],
                    }
                    for entry in entries
                ],
            }
        )
    return sections
