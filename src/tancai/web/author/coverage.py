"""What the papers of a programme need against what the bank holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tancai.items import api as items
from tancai.lib import clock
from tancai.web.author import trying, words
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
    printed = definition.blueprint(level, chosen["speciality"])
    blueprint, faults = trying.tried(printed, request.GET)
    papers_wanted = trying.number(request.GET.get("papers", ""), 1, 20) or COMFORTABLE
    held = items.supply(level=level)
    topics = words.topics([definition.code])
    sections = [_section(section, held, topics, definition) for section in blueprint.sections]
    tables = [
        _table(section, blueprint, held, topics, definition, papers_wanted) for section in blueprint.sections
    ]
    missing = [
        words.topic_title(topics.get(code), code)
        for code in blueprint.cover
        if not any(count for (topic, _kind, _difficulty), count in held.items() if topic == code)
    ]
    papers = min((section["papers"] for section in sections), default=0)
    return render(
        request,
        "author/coverage.html",
        {
            **chosen,
            "sections": sections,
            "tables": tables,
            "missing": missing,
            "short": [section for section in sections if section["missing"]],
            "papers": 0 if missing else papers,
            "comfortable": COMFORTABLE,
            "papers_wanted": papers_wanted,
            "lacking": sum(table["lacking"] for table in tables),
            "total": blueprint.total,
            "difficulties": _difficulties(blueprint, held),
            "trying": trying.rows(definition, printed, blueprint, level),
            "faults": faults,
            "is_tried": blueprint != printed,
            "may_save": trying.may_save(request.user, definition.code),
            "today": clock.today(),
        },
    )


def _section(section: Any, held: dict, topics: dict[str, Any], definition: Any) -> dict[str, Any]:
    codes = set(section.topics)
    found = sum(count for (topic, kind, _d), count in held.items() if kind == section.kind and topic in codes)
    return {
        "title": section_title(section, definition),
        "count": section.count,
        "marks": section.marks,
        "found": found,
        "missing": max(section.count - found, 0),
        "papers": found // section.count,
    }


def section_title(section: Any, definition: Any) -> str:
    """Part and kind of a section; the kind alone where the paper has one part."""
    part = next((part for part in definition.paper.parts if part.code == section.part), None)
    several = part is not None and len(definition.paper.parts) > 1
    return (
        f"{words.named(part)} · {items.kind_name(section.kind)}" if several else items.kind_name(section.kind)
    )


def _table(
    section: Any, blueprint: Any, held: dict, topics: dict[str, Any], definition: Any, papers: int
) -> dict[str, Any]:
    """Topics by difficulty of one section: what the bank has, what so many papers take, what is short."""
    mix = blueprint.mix.model_dump() if blueprint.mix else None
    codes = section.tiers[0]
    wanted = items.needs(section.count, codes, mix, papers)
    rows = [_row(code, section.kind, held, wanted, topics, mix) for code in codes]
    return {
        "title": section_title(section, definition),
        "rows": rows,
        "difficulties": [words.difficulty(code) for code in items.DIFFICULTIES],
        "by_difficulty": mix is not None,
        "held": sum(row["held"] for row in rows),
        "wanted": section.count * papers,
        "lacking": sum(row["lacking"] for row in rows),
    }


def _row(
    code: str, kind: str, held: dict, wanted: dict, topics: dict[str, Any], mix: dict[str, float] | None
) -> dict[str, Any]:
    cells = []
    for difficulty in items.DIFFICULTIES:
        need = wanted.get((code, difficulty), 0) if mix else None
        have = held.get((code, kind, difficulty), 0)
        lacking = max((need or 0) - have, 0)
        cells.append(
            {
                "difficulty": difficulty,
                "held": have,
                "need": need,
                "lacking": lacking,
                "find": _address("bank", topic=code, kind=kind, difficulty=difficulty, state="active"),
                "write": _address("new", topic=code, kind=kind, difficulty=difficulty),
            }
        )
    have, need = (
        sum(cell["held"] for cell in cells),
        sum(n for (topic, _d), n in wanted.items() if topic == code),
    )
    return {
        "title": words.topic_title(topics.get(code), code),
        "cells": cells,
        "held": have,
        "need": need,
        "lacking": sum(cell["lacking"] for cell in cells) if mix else max(need - have, 0),
        "find": _address("bank", topic=code, kind=kind, state="active"),
        "write": _address("new", topic=code, kind=kind, difficulty="medium"),
    }


def _address(name: str, **asked: str) -> str:
    return f"{reverse(f'author:{name}')}?{urlencode(asked)}"


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
