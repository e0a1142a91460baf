"""The part of the ruling page that asks for another key, and how what is given there is told to the marking room."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.web.author import words


def choices(version: Any, given: QueryDict) -> list[dict[str, Any]]:
    """What another key is chosen from or written in: options or lines of the item, or of the questions of a case."""
    kind = items.kinds()[version.item.kind]
    public, solution = kind.public(version.content), kind.solution(version.content, version.key)
    if kind.shape != "questions":
        group = _group(kind, version.content, version.key, public, solution, given)
        return [{"legend": "", **group}] if group else []
    found = []
    for asked, own, shown, solved in zip(
        version.content["questions"],
        version.key["questions"],
        public["questions"],
        solution["questions"],
        strict=True,
    ):
        number, part = str(shown["number"]), items.kinds()[asked["kind"]]
        group = _group(part, asked["content"], own, shown["public"], solved["solution"], given, number)
        if group:
            legend = _("第 %(n)s 小题") % {"n": number} + f" {shown['public']['stem']}"
            found.append({"legend": legend, **group})
    return found


def _group(
    kind: Any,
    content: dict[str, Any],
    key: dict[str, Any],
    public: dict[str, Any],
    solution: dict[str, Any],
    given: QueryDict,
    number: str = "",
) -> dict[str, Any]:
    """Options or lines of one question; empty where people mark it."""
    if own := items.key_lines(kind, content, key):
        before = f"{number}." if number else ""
        return {"lines": [_line(kind, name, text, before, given) for name, text in own.items()]}
    letters = solution.get("letters")
    return {"options": _options(public["options"], letters, number)} if letters else {}


def _line(kind: Any, name: str, text: str, before: str, given: QueryDict) -> dict[str, Any]:
    label, words_for_it = words.line(kind.code, name)
    place = f"line-{before}{name}"
    rows = next(line.rows for line in kind.lines if line.name == name)
    if name == "unit":
        words_for_it = _("考生写在数后面的单位以此为准；不能改成没有单位。")
    return {
        "name": place,
        "id": place.replace(".", "-"),
        "label": label,
        # what is shown to candidates cannot change any more
        "help": _("只能调换原有的内容，不能增减或改写。") if name in ("pairs", "order") else words_for_it,
        "own": text,
        "text": given.get(place, text),
        "rows": rows,
    }


def told(groups: list[dict[str, Any]], given: QueryDict) -> tuple[str, ...]:
    """The new key as rulings are asked for it: ticked letters, and the lines of every question with a changed one."""
    found = given.getlist("letters")
    for group in groups:
        lines = [(line["name"], _rows(line["text"]), _rows(line["own"])) for line in group.get("lines", [])]
        alone = not group["legend"]
        if alone or any(text != own for _name, text, own in lines):
            found += [f"{name.removeprefix('line-')}={text}" for name, text, _own in lines]
    return tuple(found)


def _rows(text: str) -> str:
    return "\n".join(text.splitlines()).strip()


def _options(options: list[dict[str, str]], key: list[str], before: str = "") -> list[dict[str, Any]]:
    """Options with what the form sends for them; a judgement shows its sign alone."""
    return [
        {
            **option,
            "letter": "" if option["text"] in ("√", "×") else option["letter"],
            "value": before + option["letter"],
            "right": option["letter"] in key,
        }
        for option in options
    ]
