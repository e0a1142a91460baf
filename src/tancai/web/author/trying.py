"""Trying a paper's structure: other counts, marks and difficulties against the bank, and making them the next edition.

What is tried stands in the address and nowhere else, so it can be sent to a colleague. Saving is the office's right and
makes an edition of the programme like any other change; candidates keep the edition they applied under.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.programmes import api as programmes
from tancai.web.author import words
from tancai.web.author.access import author_only, own_programme

OFFICE = ("office",)


def number(text: str, least: int, most: int) -> int | None:
    """A whole number within bounds, None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    return int(text) if least <= int(text) <= most else None


def tried(printed: Any, given: Any) -> tuple[Any, list[str]]:
    """The blueprint with the counts ``n0``, marks ``m0`` and shares ``easy`` … of the address, and what is wrong."""
    faults: list[str] = []
    sections = []
    for place, section in enumerate(printed.sections):
        changes = {}
        for letter, name, most in (("n", "count", 300), ("m", "marks", 100)):
            text = given.get(f"{letter}{place}", "").strip()
            if text and (value := number(text, 1, most)) is not None:
                changes[name] = value
            elif text:
                faults.append(_("题数须为 1 到 300，分值须为 1 到 100 的整数。"))
        sections.append(section.model_copy(update=changes))
    return printed.model_copy(
        update={"sections": tuple(sections), "mix": _mix(printed.mix, given, faults)}
    ), list(dict.fromkeys(faults))


def _mix(printed: Any, given: Any, faults: list[str]) -> Any:
    texts = [given.get(name, "").strip() for name in items.DIFFICULTIES]
    if printed is None or not any(texts):
        return printed
    shares = [number(text, 0, 100) for text in texts]
    if None in shares or sum(share or 0 for share in shares) != 100:
        faults.append(_("难、中、易的百分比相加须为 100。"))
        return printed
    parts = {name: (share or 0) / 100 for name, share in zip(items.DIFFICULTIES, shares, strict=True)}
    return type(printed)(**parts)


def rows(definition: Any, printed: Any, blueprint: Any, level: str) -> dict[str, Any]:
    """The fields of the form: sections with what is printed and what is tried, shares in per cent."""
    from tancai.web.author.coverage import section_title

    return {
        "sections": [
            {
                "place": place,
                "title": section_title(new, definition),
                "count": new.count,
                "marks": new.marks,
                "changed": old != new,
            }
            for place, (old, new) in enumerate(zip(printed.sections, blueprint.sections, strict=True))
        ],
        "mix": [
            (name, words.difficulty(name), round(100 * getattr(blueprint.mix, name)))
            for name in items.DIFFICULTIES
        ]
        if blueprint.mix
        else [],
        "before": printed.total,
        "after": blueprint.total,
    }


def may_save(user: Any, code: str) -> bool:
    """Whether this author also works at the office of the programme's body."""
    return people.access_at(user, OFFICE, programmes.organisation_ids(code))


@require_POST
@author_only
def save(request: HttpRequest) -> HttpResponse:
    """Make what was tried the next edition of the programme."""
    code, level = request.POST.get("programme", ""), request.POST.get("level", "")
    definition = own_programme(request, code)
    if not may_save(request.user, code) or level not in definition.level_codes:
        raise Http404
    speciality = request.POST.get("speciality", "")
    if speciality not in definition.speciality_codes:
        raise Http404
    asked = {
        name: value
        for name, value in request.POST.items()
        if (name[:1] in "nm" and name[1:].isdigit()) or name in items.DIFFICULTIES
    }
    back = f"{reverse('author:coverage')}?" + urlencode(
        {"programme": code, "level": level, "speciality": speciality, **asked}
    )
    printed = definition.blueprint(level, speciality)
    blueprint, faults = tried(printed, request.POST)
    if faults:
        for text in faults:
            messages.error(request, text)
        return redirect(back)
    try:
        made = programmes.revise(
            code,
            changes={"paper": _paper(definition, blueprint, printed, level)},
            note=request.POST.get("note", ""),
            effective_from=_day(request.POST.get("from", "")) or clock.today(),
            by=request.user,  # type: ignore[arg-type]
            at=clock.now(),
        )
    except programmes.BadChange as error:
        messages.error(request, programmes.explain(error))
        return redirect(back)
    except programmes.BadDefinition as error:
        messages.error(request, _("这样的试卷结构不能保存：%(why)s") % {"why": str(error)})
        return redirect(back)
    messages.success(request, _("试卷结构已保存为第 %(n)s 版。") % {"n": made.number})
    return redirect(f"{reverse('author:coverage')}?{urlencode({'programme': code, 'level': level})}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _paper(definition: Any, blueprint: Any, printed: Any, level: str) -> dict[str, Any]:
    """The paper of the definition with the tried counts and marks, and the shares of this level."""
    paper: dict[str, Any] = definition.paper.model_dump(mode="json", exclude_defaults=True)
    sections = iter(blueprint.sections)
    for part in paper["parts"]:
        for section in part["sections"]:
            new = next(sections)
            section["count"], section["marks"] = new.count, new.marks
    if blueprint.mix != printed.mix:
        paper.setdefault("difficulty", {})[level] = blueprint.mix.model_dump(mode="json")
    return paper
