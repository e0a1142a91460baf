"""The syllabus as a tree with what the bank holds of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tancai.items import api as items
from tancai.web.author import tabs, words
from tancai.web.author.access import SHARED, author_only, collections, own_programme, programme_codes

STATES = ("active", "pilot", "review", "draft", "retired")


@require_GET
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """Units and topics of one programme, the shared ones with it, each with the number of items by state."""
    codes = programme_codes(request.user)
    definition = own_programme(request, request.GET.get("programme") or codes[0])
    counts = items.counts_by_topic([definition.code, SHARED])
    units = _units(definition, counts)
    return render(
        request,
        "author/topics.html",
        {
            "tabs": tabs.bank_tabs("topics"),
            "programme": definition.code,
            "programmes": [(code, name) for code, name in words.collection_names(codes).items()],
            "states": [words.state(state)[0] for state in STATES],
            "units": units,
            "bare": sum(1 for unit in units for row in unit["rows"] if not row["cells"][0][1]),
            "waiting": items.waiting_for_review(collections(request.user), reader=request.user),
        },
    )


def _units(definition: Any, counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for topic in definition.topics:
        held = counts.get(topic.code, {})
        row = {
            "code": topic.code,
            "title": words.topic_title(topic, topic.code),
            "points": topic.points,
            "cells": [(state, held.get(state, 0)) for state in STATES],
            "total": sum(n for state, n in held.items() if state != "retired"),
        }
        found.setdefault((topic.unit, topic.shared), []).append(row)
    return [
        {
            "title": unit,
            "shared": shared,
            "rows": rows,
            "active": sum(row["cells"][0][1] for row in rows),
            "total": sum(row["total"] for row in rows),
        }
        for (unit, shared), rows in found.items()
    ]
