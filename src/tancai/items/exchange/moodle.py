"""Moodle XML: questions of the types multichoice, truefalse, shortanswer, numerical, matching, essay, ordering,
cloze, gapselect and ddwtos."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import IO, Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from tancai.items.exchange import assembled, cloze, markup, xml
from tancai.items.exchange.model import MOST_FOREIGN, Found, Loss, NotThis, Read, Refused, Unusable
from tancai.items.exchange.moodle_write import CASE, PART
from tancai.items.kinds import numbers, ordering

_READ = {
    "name",
    "questiontext",
    "generalfeedback",
    "defaultgrade",
    "answer",
    "subquestion",
    "single",
    "tags",
    "idnumber",
    "usecase",
    "shuffleanswers",
    "graderinfo",
    "selectoption",
    "dragbox",
}
_SETTINGS = {
    "penalty",
    "hidden",
    "answernumbering",
    "showstandardinstruction",
    "shownumcorrect",
    "unitgradingtype",
    "unitpenalty",
    "showunits",
    "unitsleft",
    "responseformat",
    "responserequired",
    "responsefieldlines",
    "minwordlimit",
    "maxwordlimit",
    "attachments",
    "attachmentsrequired",
    "filetypeslist",
    "maxbytes",
    "responsetemplate",
    "instantfeedback",
    "image",
    "image_base64",
    "layouttype",
    "selecttype",
    "selectcount",
    "gradingtype",
    "showgrading",
    "numberingstyle",
    "category",
    "info",
    "correctfeedback",
    "partiallycorrectfeedback",
    "incorrectfeedback",
}
"""Of Moodle's own handling of an attempt; nothing of the question itself."""


def questions(stream: IO[bytes], *, place: str = "") -> Iterator[Read]:
    """Every question of a file in order; what is broken ends it after the questions before."""
    return _joined(_all(stream, place))


def _all(stream: IO[bytes], place: str) -> Iterator[Read | _Text]:
    category = ""
    try:
        for node in xml.elements(stream, {"question"}):
            if node.get("type") == "category":
                category = xml.words(node.find("category"))
                continue
            text = _text(node, category, place)
            yield _question(node, category, place) if text is None else text
    except Unusable as error:
        yield Refused(error.reason, error.piece, place=place, line=error.line)


@dataclass(frozen=True)
class _Text:
    """The text of a case of ours; its questions follow."""

    code: str
    found: Found


def _text(node: xml.Node, category: str, place: str) -> _Text | None:
    if node.get("type") != "description":
        return None
    tags = [xml.words(tag) for tag in node.findall("tags/tag")]
    code = next((tag.removeprefix(CASE) for tag in tags if tag.startswith(CASE)), "")
    found = _read(node, category, place, lambda question: ("case", {"stem": question.stem}, {}))
    return _Text(code, found) if code and isinstance(found, Found) else None


def _joined(found: Iterator[Read | _Text]) -> Iterator[Read]:
    """Questions of a case of ours become one item with the text before them."""
    text: _Text | None = None
    parts: list[Found] = []
    for one in found:
        if text is not None and isinstance(one, Found) and f"{PART}{text.code}" in one.tags:
            parts.append(one)
            continue
        if text is not None:
            yield _case(text, parts)
        text, parts = (one, []) if isinstance(one, _Text) else (None, [])
        if not isinstance(one, _Text):
            yield one
    if text is not None:
        yield _case(text, parts)


def _case(text: _Text, parts: list[Found]) -> Read:
    head = text.found
    where: dict[str, Any] = {
        "title": head.title,
        "source": head.source,
        "place": head.place,
        "line": head.line,
    }
    made = [(part.kind, int(part.about["marks"]), part.content, part.key) for part in parts]
    try:
        _kind, content, key = assembled.case(head.content["stem"], made)
    except NotThis as reason:
        return Refused(reason.reason, reason.piece, asks="description", **where)
    pictures = dict(head.pictures)
    for part in parts:
        pictures |= part.pictures
    every = (head, *parts)
    return replace(
        head,
        content=content,
        key=key,
        tags=tuple(tag for tag in head.tags if not tag.startswith(CASE)),
        pictures=pictures,
        losses=tuple(dict.fromkeys(loss for one in every for loss in one.losses)),
        notes=tuple(dict.fromkeys(note for one in every for note in one.notes)),
    )


def _question(node: xml.Node, category: str, place: str) -> Read:
    """A question; one that belongs to a case of ours with its marks."""
    found = _read(node, category, place, None)
    if isinstance(found, Found) and any(tag.startswith(PART) for tag in found.tags):
        grade = numbers.number(xml.words(node.find("defaultgrade")))
        marks = max(1, min(100, int(grade))) if grade is not None else 1
        return replace(found, about={**found.about, "marks": marks})
    return found


def _read(
    node: xml.Node, category: str, place: str, make: Callable[[_Question], assembled.Made] | None
) -> Read:
    asks = node.get("type", "")
    title = xml.words(node.find("name"))
    source = xml.words(node.find("idnumber"))
    where: dict[str, Any] = {"title": title, "source": source, "place": place, "line": node.line}
    question = _Question(node)
    try:
        make = make or _MAKERS.get(asks)
        if make is None:
            raise NotThis("type" if asks else "no_type", asks)
        kind, content, key = make(question)
    except NotThis as reason:
        return Refused(reason.reason, reason.piece, asks=asks, **where)
    explanation = question.explanation()
    texts = question.texts
    question.look_beside()
    tags = tuple(filter(None, (xml.words(tag) for tag in node.findall("tags/tag"))))
    about, tags = about_of(tags)
    if category:
        about = {"category": category.replace("$course$/", "").removeprefix("top/"), **about}
    return Found(
        kind=kind,
        content=content,
        key=key,
        explanation=explanation,
        tags=tags,
        about=about,
        pictures=texts.pictures,
        losses=tuple(texts.losses),
        notes=tuple(texts.notes),
        foreign=ET.tostring(node, encoding="unicode")[:MOST_FOREIGN] if texts.losses else "",
        **where,
    )


def about_of(tags: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What our own exports write into tags (``topic:cem-1``), and the tags that are left."""
    found: dict[str, Any] = {}
    left = []
    for tag in tags:
        head, is_ours, value = tag.partition(":")
        if is_ours and head in ("topic", "difficulty", "document", "clause"):
            found[head] = value
        elif is_ours and head == "level":
            found.setdefault("levels", []).append(value)
        else:
            left.append(tag)
    return found, tuple(left)


class _Question:
    def __init__(self, node: xml.Node) -> None:
        self.node = node
        self.texts = markup.Texts(self._file)

    def _file(self, address: str) -> bytes | None:
        name = unquote(address.rpartition("/")[2])
        if address.startswith("data:image/"):
            body = address.partition(",")[2]
        else:
            found = next((f for f in self.node.iter("file") if f.get("name") == name), None)
            body = "" if found is None else found.text or ""
            if not body and (old := self.node.find("image_base64")) is not None:
                body = old.text or ""
        try:
            return base64.b64decode("".join(body.split()), validate=True) or None
        except (binascii.Error, ValueError):
            return None

    def text(self, node: ET.Element | None) -> str:
        """A text with its ``format``."""
        if node is None:
            return ""
        inner = node.find("text")
        source = (inner.text if inner is not None else node.text) or ""
        inside = inner if inner is not None else node
        if len(inside) and inner is not None:  # markup written without CDATA
            return self.texts.node(inner)
        if node.get("format", "html") in ("html", "moodle_auto_format"):
            source = source.replace("\n", "<br>") if node.get("format") == "moodle_auto_format" else source
            return self.texts.html(source)
        return self.texts.plain(source)

    @property
    def stem(self) -> str:
        found = self.text(self.node.find("questiontext"))
        old = self.node.find("image")
        if old is not None and (old.text or "").strip():
            found += "\n" + self.texts.picture((old.text or "").strip(), "")
        if not found:
            found = xml.words(self.node.find("name"))
            self.texts.note("title_as_stem")
        return found.strip()

    def flag(self, name: str) -> bool:
        return xml.words(self.node.find(name)).lower() in ("true", "1")

    def answers(self) -> list[tuple[str, Decimal, ET.Element]]:
        return [
            (self.text(one), assembled.share_of(one.get("fraction", "0")), one)
            for one in self.node.findall("answer")
        ]

    def multichoice(self) -> assembled.Made:
        options = [(text, share) for text, share, _node in self.answers()]
        several = not self.flag("single") if self.node.find("single") is not None else False
        ours = "tancai:multiple" in [xml.words(tag) for tag in self.node.findall("tags/tag")]
        made = assembled.choice(self.stem, options, several=several, whole=ours)
        if ours:
            made[2].pop("any_count", None)
        return made

    def truefalse(self) -> assembled.Made:
        right = [text for text, share, _node in self.answers() if share == 1]
        if len(right) != 1 or right[0].lower() not in ("true", "false"):
            raise NotThis("no_key")
        return "truefalse", {"stem": self.stem}, {"right": right[0].lower() == "true"}

    def shortanswer(self) -> assembled.Made:
        found = [{"text": t, "share": format(s.normalize(), "f")} for t, s, _node in self.answers() if s > 0]
        if not found:
            raise NotThis("no_key")
        blank = {"answers": found, **({"case": True} if self.flag("usecase") else {})}
        return "fill", *_below(self.stem, [blank])

    def numerical(self) -> assembled.Made:
        found = []
        for text, share, node in self.answers():
            if share > 0 and text != "*":
                room = xml.words(node.find("tolerance")) or "0"
                found.append({"value": text, "tolerance": room, "share": format(share.normalize(), "f")})
        if not found:
            raise NotThis("no_key")
        found.sort(key=lambda one: -Decimal(one["share"]))
        first, *others = found
        unit = self._unit()
        key: dict[str, Any] = {"value": first["value"], "tolerance": first["tolerance"]}
        if first["share"] != "1":
            raise NotThis("no_key")
        return "numeric", {"stem": self.stem, "unit": unit}, {**key, "also": others} if others else key

    def _unit(self) -> str:
        units = self.node.findall("units/unit")
        for one in units:
            if xml.words(one.find("multiplier")) in ("1", "1.0", "1.0000000"):
                if len(units) > 1:
                    self.texts.lose("units", str(len(units)))
                return xml.words(one.find("unit_name"))
        return ""

    def matching(self) -> assembled.Made:
        asked = self.node.findall("subquestion")
        return assembled.matched(
            self.stem, [(self.text(one), xml.words(one.find("answer"))) for one in asked]
        )

    def ordering(self) -> assembled.Made:
        found = [self.text(one) for one in self.node.findall("answer")]
        if len(set(found)) != len(found):
            raise NotThis("same_options")
        whole = xml.words(self.node.find("gradingtype")) in ("", "-1", "ALL_OR_NOTHING")
        content, key = ordering.make(self.stem, found)
        return "ordering", content, {**key, "whole": True} if whole else key

    def essay(self) -> assembled.Made:
        self.texts.note("marking_point")
        guide = self.text(self.node.find("graderinfo"))
        if xml.words(self.node.find("attachments")) not in ("", "0"):
            self.texts.lose("attachments")
        return assembled.essay(self.stem, xml.words(self.node.find("defaultgrade")), reference=guide)

    def cloze(self) -> assembled.Made:
        return "fill", *cloze.made(self.stem, self.texts)

    def gaps(self) -> assembled.Made:
        """Words to choose or drag into ``[[n]]``; n is the word that belongs there."""
        boxes = self.node.findall("selectoption") or self.node.findall("dragbox")
        words = [(self.text(box), xml.words(box.find("group")) or "1") for box in boxes]
        stem, shown, wanted = self.stem, [], []

        def gap(found: re.Match[str]) -> str:
            number = int(found[1])
            if not 1 <= number <= len(words):
                raise NotThis("no_key", found[0])
            text, group = words[number - 1]
            shown.append({"options": list(dict.fromkeys(word for word, other in words if other == group))})
            wanted.append({"answers": [{"text": text, "share": "1"}]})
            return f"[[{len(shown)}]]"

        stem = re.sub(r"\[\[(\d+)\]\]", gap, stem)
        if not wanted:
            raise NotThis("no_key")
        return "fill", {"stem": stem, "blanks": shown}, {"blanks": wanted}

    def explanation(self) -> str:
        """General feedback, then the feedback of single answers."""
        parts = [self.text(self.node.find("generalfeedback"))]
        for one in self.node.findall("answer"):
            said = self.text(one.find("feedback"))
            if said:
                parts.append(f"{self.text(one)}：{said}")
        return "\n".join(part for part in (*parts, *self.texts.said) if part)

    def look_beside(self) -> None:
        shown = {name for name, _data in self.texts.pictures.values()}
        for one in self.node.iter("file"):
            if one.get("name") not in shown:
                self.texts.lose("file", one.get("name", ""))
        for one in self.node:
            if one.tag == "hint" and self.text(one):
                self.texts.note("hint")
            elif one.tag not in _READ | _SETTINGS | {"hint", "units"}:
                self.texts.lose("element", one.tag)
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            said = self.text(self.node.find(name))
            if said and Loss("attempt_feedback") not in self.texts.notes:
                self.texts.note("attempt_feedback")


def _below(stem: str, blanks: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"stem": stem, "blanks": [{} for _blank in blanks]}, {"blanks": blanks}


_MAKERS = {
    "multichoice": _Question.multichoice,
    "truefalse": _Question.truefalse,
    "shortanswer": _Question.shortanswer,
    "numerical": _Question.numerical,
    "matching": _Question.matching,
    "match": _Question.matching,
    "ordering": _Question.ordering,
    "essay": _Question.essay,
    "cloze": _Question.cloze,
    "multianswer": _Question.cloze,
    "gapselect": _Question.gaps,
    "ddwtos": _Question.gaps,
}
