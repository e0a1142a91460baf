from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.publishing import api as publishing
from tancai.web.shell.templatetags.shell import maybe_url
from tancai.web.site import road_guide, words

SHOWN_DAYS = 6


def definition_or_404(code: str) -> programmes.Definition:
    try:
        return programmes.definition(code, on=clock.today())
    except programmes.UnknownProgramme as error:
        raise Http404 from error


def page(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one programme, from its definition in force today."""
    definition = definition_or_404(code)
    days = programmes.upcoming_days(code, at=clock.now())[:SHOWN_DAYS]
    open_keys = {day.key for day in programmes.open_days(code, at=clock.now())}
    levels = _levels(definition)
    return render(
        request,
        "site/programme.html",
        {
            "definition": definition,
            "days": [{"day": day, "open": day.key in open_keys} for day in days],
            "next": next((day for day in days if day.key in open_keys), None),
            "levels": levels,
            "one_line": all(len(level["lines"]) == 1 for level in levels),
            "steps": road_guide.steps(definition),
            "units": _units(definition),
            "organisations": [o for o in definition.organisations if o.introduction],
            "apply_url": apply_url(code),
            "notices": publishing.notices(code)[:5],
            "weights": _weights(definition),
            "related_majors": words.joined(definition.related_majors),
        },
    )


def apply_url(code: str) -> str:
    """Where an application begins, or an empty text while no such page is installed."""
    url = maybe_url("candidate:apply") or maybe_url("candidate:start") or maybe_url("candidate:home")
    return f"{url}?programme={code}" if url else ""


def _levels(definition: programmes.Definition) -> list[dict[str, Any]]:
    """Levels with their conditions; levels whose conditions read the same are shown once (grades of cmc)."""
    shown: list[dict[str, Any]] = []
    for code in definition.level_codes:
        lines = definition.conditions_for(code)
        level = definition.level(code)
        name = words.in_language(level) if level else ""
        texts = tuple(line.text for line in lines)
        if shown and shown[-1]["texts"] == texts and level is not None and level.group:
            shown[-1]["last"] = name
            continue
        shown.append({"code": code or "all", "name": name, "last": "", "lines": lines, "texts": texts})
    return shown


def _weights(definition: programmes.Definition) -> dict[str, object]:
    """Weights of the dimensions by level, for drawing; empty without a framework."""
    framework = definition.framework
    if framework is None:
        return {}
    rows = [
        (words.in_language(group), [group.weights()[d.code] for d in framework.dimensions])
        for group in framework.groups
    ]
    return {"rows": rows, "names": [words.in_language(d) for d in framework.dimensions]}


def _units(definition: programmes.Definition) -> list[tuple[str, list[programmes.Topic]]]:
    """Topics grouped by unit (and level where each level has its own syllabus), in printed order."""
    units: dict[str, list[programmes.Topic]] = {}
    for topic in definition.topics:
        if topic.shared:
            continue
        level = definition.level(topic.level)
        head = f"{words.in_language(level)} · {topic.unit}" if level else topic.unit
        units.setdefault(head, []).append(topic)
    return list(units.items())
