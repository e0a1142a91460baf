"""GIFT: one question a block, blocks parted by empty lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tancai.items.exchange import assembled, cloze, markup
from tancai.items.exchange.model import Found, NotThis, Read, Refused
from tancai.items.exchange.moodle import about_of

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_KEEP = {
    "~": "\ue020",
    "=": "\ue021",
    "#": "\ue022",
    "{": "\ue023",
    "}": "\ue024",
    ":": "\ue025",
    "\\": "\ue026",
}
_KEEP["n"] = "\ue027"
_BACK = {mark: "\n" if sign == "n" else sign for sign, mark in _KEEP.items()}
_MARK = re.compile(r"\[(html|moodle|markdown|plain)\]")
_BEGINS = ("::", "$CATEGORY")
_NOTE = re.compile(r"\[(id|tag):((?:\\.|[^\]])*)\]")


def questions(text: str, *, place: str = "") -> Iterator[Read]:
    """Every question of a file in order."""
    category = ""
    for line, block in _blocks(text):
        told = "\n".join(row for row in block if row.lstrip().startswith("//"))
        rows = [row for row in block if not row.lstrip().startswith("//")]
        while rows and rows[0].strip().startswith("$CATEGORY:"):
            category = rows.pop(0).partition(":")[2].strip()
        body = "\n".join(rows).strip()
        if body:
            yield _question(body, told, category, place, line)


def embedded(text: str, *, place: str = "") -> Iterator[Read]:
    """A file that is one text with embedded answers (``{1:SHORTANSWER:=…}``)."""
    texts = markup.Texts()
    try:
        content, key = cloze.made(texts.plain(text), texts)
    except NotThis as reason:
        yield Refused(reason.reason, reason.piece, place=place, line=1, asks="cloze")
    else:
        losses, notes, said = tuple(texts.losses), tuple(texts.notes), "\n".join(texts.said)
        yield Found("fill", content, key, said, place=place, line=1, losses=losses, notes=notes)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Blocks with the line they begin at; an empty line within braces does not end one, unless a title follows."""
    block: list[str] = []
    start = depth = 0
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip() and not (depth > 0 and block):
            if block:
                yield start, block
            block, depth = [], 0
            continue
        if block and not block[-1].strip() and row.startswith(_BEGINS):
            yield start, block  # its brace was never closed
            block, depth = [], 0
        if not block:
            start = number
        block.append(row)
        if not row.lstrip().startswith("//"):
            bare = _ESCAPED.sub("", row)
            depth += bare.count("{") - bare.count("}")
            if depth > 0 and len(block) > 400:
                depth = 0  # a brace that is never closed does not swallow the rest of the file
    if block:
        yield start, block


def _question(body: str, told: str, category: str, place: str, line: int) -> Read:
    notes = [(name, re.sub(r"\\(.)", r"\1", value)) for name, value in _NOTE.findall(told)]
    source = next((value for name, value in notes if name == "id"), "")
    about, tags = about_of(tuple(value for name, value in notes if name == "tag"))
    hidden = _ESCAPED.sub(lambda m: _KEEP[m[1]], body)
    title = ""
    if found := re.match(r"\s*::(.*?)::", hidden, re.S):
        title, hidden = _plain(found[1]).strip(), hidden[found.end() :]
    question = _Question(hidden)
    question.ours = "tancai:multiple" in tags
    where: dict[str, Any] = {"title": title, "source": source, "place": place, "line": line}
    try:
        kind, content, key = question.made(title)
    except NotThis as reason:
        return Refused(reason.reason, reason.piece, asks=question.asks, **where)
    if category:
        about = {"category": category.replace("$course$/", "").removeprefix("top/"), **about}
    texts = question.texts
    return Found(
        kind=kind,
        content=content,
        key=key,
        explanation="\n".join(part for part in (question.general, *question.said) if part),
        tags=tags,
        about=about,
        losses=tuple(texts.losses),
        notes=tuple(texts.notes),
        foreign=body if texts.losses else "",
        **where,
    )


def _plain(text: str) -> str:
    return "".join(_BACK.get(letter, letter) for letter in text)


class _Question:
    def __init__(self, body: str) -> None:
        self.texts = markup.Texts()
        self.asks = ""
        self.ours = False
        """Several right options of which only all together count, as our own exports write it."""
        self.general = ""
        self.said: list[str] = []
        self.format = "moodle"
        if found := _MARK.match(body.strip()):
            self.format, body = found[1], body.strip()[found.end() :]
        self.body = body

    def text(self, hidden: str) -> str:
        way = self.format
        if found := _MARK.match(hidden.strip()):
            way, hidden = found[1], hidden.strip()[found.end() :]
        source = _plain(hidden.strip())
        if way == "plain":
            return self.texts.plain(source)
        if way == "html":
            return self.texts.html(source)
        if way == "markdown":
            if re.search(r"[*_`#>\[]", source):
                self.texts.note("markdown")
            return self.texts.plain(source)
        return (
            self.texts.html(source.replace("\n", "<br>"))
            if re.search(r"<[a-zA-Z/]|&\w+;", source)
            else self.texts.plain(source)
        )

    def made(self, title: str) -> assembled.Made:
        opened, closed = self.body.find("{"), self.body.rfind("}")
        if opened < 0 and closed < 0:
            self.asks = "description"
            raise NotThis("no_question")
        if opened < 0 or closed < opened:
            raise NotThis("not_closed", "{")
        before, inner, after = (
            self.body[:opened],
            self.body[opened + 1 : closed].strip(),
            self.body[closed + 1 :],
        )
        if "{" in inner or "}" in inner:
            raise NotThis("several_answers")
        if found := re.search(r"####(.*)$", inner, re.S):
            self.general, inner = self.text(found[1]), inner[: found.start()].strip()
        stem = self._stem(before, after) or title
        if not stem:
            raise NotThis("no_stem")
        return self._answered(stem, inner, missing=bool(after.strip()))

    def _stem(self, before: str, after: str) -> str:
        if not after.strip():
            return self.text(before)
        return f"{self.text(before)} [[1]] {self.text(after)}".strip()

    def _answered(self, stem: str, inner: str, *, missing: bool) -> assembled.Made:
        shown = stem.replace("[[1]]", "____") if missing else stem
        if not inner:
            self.asks = "essay"
            self.texts.note("marking_point")
            return assembled.essay(shown, 1)
        if inner.startswith("#"):
            self.asks = "numerical"
            return self._figure(shown, inner[1:].strip())
        head, *told = inner.split("#")
        if head.strip().upper() in ("T", "TRUE", "F", "FALSE"):
            self.asks = "truefalse"
            self.said += [self.text(part) for part in told if part.strip()]
            return "truefalse", {"stem": shown}, {"right": head.strip().upper().startswith("T")}
        answers = [self._answer(part) for part in re.findall(r"[=~][^=~]*", inner)]
        if not answers or inner[0] not in "=~":
            raise NotThis("no_answers", _plain(inner)[:40])
        if all("->" in text for _sign, text, _share in answers):
            self.asks = "match"
            return self._matching(shown, [text for _sign, text, _share in answers])
        if all(sign == "=" for sign, _text, _share in answers):
            self.asks = "shortanswer"
            return self._short(stem, answers)
        self.asks = "multichoice"
        if missing and any(sign == "=" for sign, _text, _share in answers):
            self.texts.note("missing_word")
        return self._choice(shown, answers)

    def _answer(self, part: str) -> tuple[str, str, Decimal]:
        sign, rest = part[0], part[1:]
        text, *told = rest.split("#", 1)
        share = Decimal(1) if sign == "=" else Decimal(0)
        if weight := re.match(r"\s*%(-?[\d.]+)%", text):
            share, text = assembled.share_of(weight[1]), text[weight.end() :]
        read = self.text(text) if "->" not in text else text
        if told and told[0].strip():
            self.said.append(f"{read}：{self.text(told[0])}")
        return sign, read, share

    def _choice(self, stem: str, answers: list[tuple[str, str, Decimal]]) -> assembled.Made:
        several = all(sign == "~" for sign, _text, _share in answers)
        return assembled.choice(
            stem, [(text, share) for _sign, text, share in answers], several=several, whole=self.ours
        )

    def _short(self, stem: str, answers: list[tuple[str, str, Decimal]]) -> assembled.Made:
        found = [
            {"text": text, "share": format(share.normalize(), "f")}
            for _sign, text, share in answers
            if share > 0
        ]
        if not found:
            raise NotThis("no_key")
        return "fill", {"stem": stem, "blanks": [{}]}, {"blanks": [{"answers": found}]}

    def _matching(self, stem: str, texts: list[str]) -> assembled.Made:
        sides = [text.partition("->") for text in texts]
        return assembled.matched(stem, [(self.text(left), self.text(right)) for left, _is, right in sides])

    def _figure(self, stem: str, inner: str) -> assembled.Made:
        parts = re.findall(r"[=~][^=~]*", inner) if inner[:1] in "=~" and inner else [f"={inner}"]
        found = []
        for part in parts:
            text, *told = part[1:].split("#", 1)
            share = Decimal(1)
            if weight := re.match(r"\s*%(-?[\d.]+)%", text):
                share, text = assembled.share_of(weight[1]), text[weight.end() :]
            if told and told[0].strip():
                self.said.append(self.text(told[0]))
            if share > 0 and text.strip() not in ("", "*"):
                found.append({**_value(_plain(text).strip()), "share": format(share.normalize(), "f")})
        if not found or found[0]["share"] != "1":
            raise NotThis("no_key")
        first, *others = found
        key: dict[str, Any] = {"value": first["value"], "tolerance": first["tolerance"]}
        return "numeric", {"stem": stem, "unit": ""}, {**key, "also": others} if others else key


def _value(text: str) -> dict[str, str]:
    """``1822:1`` or ``1..5`` as value and tolerance."""
    try:
        if ".." in text:
            least, most = (Decimal(part.strip()) for part in text.split("..", 1))
            return {"value": format((least + most) / 2, "f"), "tolerance": format(abs(most - least) / 2, "f")}
        value, _is, room = text.partition(":")
        return {
            "value": format(Decimal(value.strip()), "f"),
            "tolerance": format(Decimal(room.strip() or "0"), "f"),
        }
    except ArithmeticError:
        raise NotThis("number", text[:40]) from None
