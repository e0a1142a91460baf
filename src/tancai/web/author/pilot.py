"""The items being tried, as one paper to print for a course or volunteers, and its key for the analysis."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tancai.items import api as items
from tancai.web.author import words
from tancai.web.author.access import SHARED, author_only, collections
from tancai.web.author.trial import sections_of


@require_GET
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """The pilot paper of one collection; ``?key=csv`` gives the key of its choices for ``tancai analyse``."""
    names = words.collection_names(collections(request.user))
    chosen = request.GET.get("collection", "")
    collection = chosen if chosen in names else next(iter(names))
    paper, keyed = items.pilot_paper(collection)
    if request.GET.get("key") == "csv":
        return _key(paper, keyed, collection)
    return render(
        request,
        "author/pilot.html",
        {
            "collections": list(names.items()),
            "collection": collection,
            "name": names[collection],
            "paper": paper,
            "sections": sections_of(paper, keyed, {}),
            "with_keys": "keys" in request.GET,
            "shared": collection == SHARED,
        },
    )


def _key(paper: items.FormView, keyed: dict[int, items.Keyed], collection: str) -> HttpResponse:
    """One row a question with one right letter, in the shape the analysis reads; columns named ``q1``, ``q2`` …"""
    text = io.StringIO()
    rows: list[list[Any]] = [["item", "key", "options"]]
    for entry in paper.entries:
        letters = keyed[entry.position].solution.get("letters", [])
        options = "|".join(option["letter"] for option in entry.public.get("options", []))
        if len(letters) == 1 and options:
            rows.append([f"q{entry.position}", letters[0], options])
    csv.writer(text).writerows(rows)
    name = f'attachment; filename="tancai-pilot-{collection}-key.csv"'
    return HttpResponse(
        text.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )
