"""``{% load item_texts %}{{ text|item_text }}``: the texts of items with their formulas and pictures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from tancai.items import texts
from tancai.items.item_texts import labelled
from tancai.items.kinds.case import shares
from tancai.items.queries.attachments import Attachment, attachment
from tancai.items.queries.pictures import picture_address

register = template.Library()


@register.filter
def item_text(text: object) -> SafeString:
    """A text of an item as it is shown to candidates."""
    return mark_safe(texts.html(str(text or ""), picture_address))


@register.inclusion_tag("items/files.html")
def item_files(*values: Any) -> dict[str, Any]:
    """The files that these texts name, each once, to be read and taken within the page."""
    found = {
        token: words
        for value in values
        for _place, text in labelled(value)
        for token, words in texts.attached(text)
    }
    return {"files": [_shown(words, attachment(token)) for token, words in found.items()]}


def _shown(words: str, file: Attachment | None) -> dict[str, Any]:
    """What is read, the file, and whether the words already end like its name."""
    return {"words": words, "file": file, "named": bool(file and words.lower().endswith(f".{file.ending}"))}


@register.filter
def item_plain(text: object) -> str:
    """A text of an item without markup, for lists."""
    return texts.plain(str(text or ""))


@register.filter
def blank(value: object, number: int) -> str:
    """What a response holds for the blank of this number, from 1."""
    return value[number - 1] if isinstance(value, list) and len(value) >= number else ""


@register.simple_tag
def case_questions(entry: Any, value: object) -> list[dict[str, Any]]:
    """The questions of a case as entries for the templates of their kinds, with what was answered to them."""
    public, position, marks = (
        (entry["public"], entry["position"], entry["marks"])
        if isinstance(entry, dict)
        else (entry.public, entry.position, entry.marks)
    )
    given = value if isinstance(value, dict) else {}
    worth = shares(public, Decimal(marks))
    return [
        {
            "number": question["number"],
            "template": f"items/kinds/{question['kind']}.html",
            "value": given.get(str(question["number"])),
            "entry": {
                "position": f"{position}-{question['number']}",
                "marks": f"{own.normalize():f}",
                "public": question["public"],
            },
        }
        for question, own in zip(public["questions"], worth, strict=True)
    ]
