"""What the papers of a programme need against what the bank holds."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tancai.items import api as items
from tancai.web.author import words
from tancai.web.author.access import author_only, own_programme, programme_codes

COMFORTABLE = 3
"""Disjoint papers a bank should give: the session, a resit, a reserve."""


def choice(request: HttpRequest) -> dict[str, Any]:
    """Programme, level and speciality from the address, each with what can be chosen."""
    codes = programme_codes(request.user)
    code = request.GET.get("programme") or codes[0]
    definition = own_programme(request, code)
    level = _one_of(request.GET.get("level", ""), definition.level_codes)
    speciality = _one_of(request.GET.get("speciality", ""), definition.speciality_codes)
    return {
        "definition": definition,
        "programme": code,
        "programmes": list(words.collection_names(codes).items()),
        "level": level,
        "levels": [(each.code, words.named(each)) for each in definition.levels],
        "speciality": speciality,
        "specialities": [(each.code, words.named(each)) for each in definition.specialities],
    }


def _one_of(given: str, codes: tuple[str, ...]) -> str:
    return given if given in codes else codes[0]


@require_GET
@author_only
def page(request: HttpRequest) -> HttpResponse:
    chosen = choice(request)
    definition, level = chosen["definition"], chosen["level"]
    blueprint = definition.blueprint(level, chosen["speciality"])
    held = items.supply(level=level)
    topics = words.topics([definition.code])
    sections = [_section(section, held, topics, definition) for section in blueprint.sections]
    kinds = list(dict.fromkeys(section.kind for section in blueprint.sections))
    rows = _topic_rows(blueprint, held, topics, kinds)
    missing = [row["title"] for row in rows if row["must"] and not row["total"]]
    papers = min((section["papers"] for section in sections), default=0)
    return render(
        request,
        "author/coverage.html",
        {
            **chosen,
            "sections": sections,
            "rows": rows,
            "kinds": [words.kind(kind) for kind in kinds],
            "missing": missing,
            "short": [section for section in sections if section["missing"]],
            "papers": 0 if missing else papers,
            "comfortable": COMFORTABLE,
            "total": blueprint.total,
            "difficulties": _difficulties(blueprint, held),
        },
    )


def _section(section: Any, held: dict, topics: dict[str, Any], definition: Any) -> dict[str, Any]:
    codes = set(section.topics)
    found = sum(count for (topic, kind, _d), count in held.items() if kind == section.kind and topic in codes)
    part = next((part for part in definition.paper.parts if part.code == section.part), None)
    return {
        "part": words.named(part) if part and len(definition.paper.parts) > 1 else "",
        "kind": words.kind(section.kind),
        "count": section.count,
        "marks": section.marks,
        "found": found,
        "missing": max(section.count - found, 0),
        "papers": found // section.count,
        "topics": [words.topic_title(topics.get(code), code) for code in section.topics],
    }


def _topic_rows(blueprint: Any, held: dict, topics: dict[str, Any], kinds: list[str]) -> list[dict[str, Any]]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (topic, kind, _difficulty), count in held.items():
        counts[topic, kind] += count
    codes = dict.fromkeys(code for section in blueprint.sections for code in section.topics)
    most = max((counts[code, kind] for code in codes for kind in kinds), default=0) or 1
    return [
        {
            "code": code,
            "title": words.topic_title(topics.get(code), code),
            "must": code in blueprint.cover,
            "cells": [
                {"kind": kind, "count": counts[code, kind], "step": _step(counts[code, kind], most)}
                for kind in kinds
            ],
            "total": sum(counts[code, kind] for kind in kinds),
        }
        for code in codes
    ]


def _step(count: int, most: int) -> int:
    """Depth of a cell's colour, 0–4."""
    return 0 if not count else 1 + min(3, 4 * count // (most + 1))


def _difficulties(blueprint: Any, held: dict) -> list[dict[str, Any]]:
    """Held shares of difficulty against the wished mix."""
    codes = {code for section in blueprint.sections for code in section.topics}
    kinds = {section.kind for section in blueprint.sections}
    counts = dict.fromkeys(items.DIFFICULTIES, 0)
    for (topic, kind, difficulty), count in held.items():
        if topic in codes and kind in kinds:
            counts[difficulty] += count
    total = sum(counts.values())
    wished = blueprint.mix.model_dump() if blueprint.mix else {}
    return [
        {
            "word": words.difficulty(code),
            "count": count,
            "share": round(100 * count / total) if total else 0,
            "wished": round(100 * wished[code]) if code in wished else None,
        }
        for code, count in counts.items()
    ]
