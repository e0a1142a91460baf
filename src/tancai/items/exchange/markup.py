"""Between HTML and the texts of items: plain characters, ``$TeX$``, pictures and files. Pure.

``![words](image:sha1)`` and ``[words](file:sha1)`` stand for what was read with the text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from tancai.items import texts
from tancai.items.attached import MIMES
from tancai.items.exchange.model import Loss
from tancai.items.formulas import BadFormula, mathml

Fetch = Callable[[str], bytes | None]
"""Bytes of a picture by the address a text gives, None when the package has none."""

_BLOCKS = {
    "p",
    "div",
    "tr",
    "ul",
    "ol",
    "table",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dl",
    "dd",
    "dt",
}
_BLOCKS |= {"section", "article", "figure", "figcaption", "center", "caption", "thead", "tbody"}
_LOST = {
    "object": "media",
    "audio": "media",
    "video": "media",
    "iframe": "media",
    "embed": "media",
    "svg": "drawing",
}
_LOST |= {
    "canvas": "drawing",
    "script": "script",
    "style": "style",
    "input": "field",
    "select": "field",
    "form": "field",
}
_LOST |= {
    "printedVariable": "variable",
    "feedbackInline": "feedback",
    "feedbackBlock": "feedback",
    "templateInline": "variable",
}
_LOST |= {
    "templateBlock": "variable",
    "customInteraction": "field",
    "feedbackinline": "feedback",
    "feedbackblock": "feedback",
}
_LOST |= {"templateinline": "variable", "templateblock": "variable", "printedvariable": "variable"}
_SILENT = {"script", "style", "title", "head"}
_TEX = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$([^$]+?)\$\$", re.S)
_WHITE = re.compile(r"[ \t\r\n\f]+")
"""What HTML takes for one space; the wide space of Chinese text is none of it."""
_BREAK, _SPACE = "\ue010", "\ue011"


class Texts:
    """Reads the texts of one item; gathers its pictures and what was lost."""

    def __init__(self, fetch: Fetch = lambda _address: None) -> None:
        self.fetch = fetch
        self.pictures: dict[str, tuple[str, bytes]] = {}
        self.losses: list[Loss] = []
        self.notes: list[Loss] = []
        self.said: list[str] = []
        """Feedback met on the way, for the explanation."""

    def lose(self, code: str, piece: str = "") -> None:
        if Loss(code, piece) not in self.losses:
            self.losses.append(Loss(code, piece))

    def note(self, code: str, piece: str = "") -> None:
        if Loss(code, piece) not in self.notes:
            self.notes.append(Loss(code, piece))

    def html(self, source: str) -> str:
        """The text of a piece of HTML."""
        if "<" not in source and "&" not in source:
            return self._sound(_tidy(dollars(source).replace("\xa0", _SPACE)))
        reader = _Reader(self)
        try:
            reader.feed(source)
            reader.close()
        except (AssertionError, ValueError):  # the standard parser gives up on some broken declarations
            self.lose("markup")
        return self._sound(_tidy("".join(reader.parts)))

    def plain(self, source: str) -> str:
        """A text that is no markup; its lines stay."""
        rows = [row.replace("\t", " ").strip(" ") for row in re.split(r"\r\n?|\n", dollars(source))]
        return self._sound(re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n "))

    def node(self, node: ET.Element | None) -> str:
        """The text of what stands inside an element."""
        if node is None:
            return ""
        inner = escape(node.text or "", quote=False)
        return self.html(inner + "".join(_serialised(child) for child in node))

    def picture(self, address: str, words: str) -> str:
        data = self.fetch(address)
        name = address.rpartition("/")[2].split("?")[0]
        if data is None:
            self.lose("picture_missing", name)
            return f"[{words or name}]"
        words = " ".join(words.replace("[", "（").replace("]", "）").split())
        if not words:
            self.note("picture_words", name)
        sha = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        self.pictures[sha] = (name, data)
        return f"![{words or name}](image:{sha})"

    def attached(self, address: str) -> str | None:
        """The sha1 of a file that a link names, kept; None for links to elsewhere."""
        name = unquote(address.rpartition("/")[2].split("?")[0])
        if name.rpartition(".")[2].lower() not in MIMES or (data := self.fetch(address)) is None:
            return None
        sha = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        self.pictures[sha] = (name, data)
        return sha

    def formula(self, tex: str) -> str:
        """TeX as a formula, or as it is written when it cannot be shown."""
        tex = " ".join(tex.split())
        try:
            mathml(tex, block=False)
        except BadFormula:
            self.lose("formula", tex[:60])
            return tex.replace("$", r"\$")
        return f"${tex}$" if re.search(r"[A-Za-z0-9\\]", tex) else tex

    def _sound(self, text: str) -> str:
        return calm(_TEX.sub(lambda m: self.formula(m[1] or m[2] or m[3]), text.replace(r"\$\$", "$$")))


def calm(text: str) -> str:
    """Dollar signs without their backslash where nobody could take them for a formula."""
    bare = text.replace(r"\$", "$")
    return bare if [*texts.pieces(bare)] == _joined(text) else text


def _joined(text: str) -> list[texts.Piece]:
    found: list[texts.Piece] = []
    for piece in texts.pieces(text):
        if found and piece.kind == found[-1].kind == "text":
            found[-1] = texts.Piece("text", found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


class _Reader(HTMLParser):
    def __init__(self, texts: Texts) -> None:
        super().__init__(convert_charrefs=True)
        self.texts = texts
        self.parts: list[str] = []
        self.silent = 0
        self.math: ET.TreeBuilder | None = None
        self.cells = 0
        self.links: list[tuple[str | None, int]] = []
        """Open links: the file each names, if any, and where its words begin."""
        self.inside: list[str] = []
        """Open objects that stand as pictures; their text is for browsers that cannot show them."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.math is not None or tag in ("math", "m:math"):
            self.math = self.math or ET.TreeBuilder()
            self.math.start(tag.removeprefix("m:"), given)
            return
        if tag == "object" and given.get("type", "").startswith("image/"):
            self.parts.append(self.texts.picture(given.get("data", ""), ""))
            self.silent += 1
            self.inside.append(tag)
            return
        if tag == "object" and given.get("type") == "text/html":
            data = self.texts.fetch(given.get("data", ""))
            if data is not None:
                self.parts += [
                    _BREAK,
                    self.texts.html(data.decode("utf-8", "replace")).replace("\n", _BREAK),
                    _BREAK,
                ]
                self.inside.append(tag)
                self.silent += 1
                return
        if tag == "a":
            self.links.append((self.texts.attached(given.get("href", "")), len(self.parts)))
        if tag in _LOST:
            self.texts.lose(_LOST[tag], tag)
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.parts.append(_BREAK)
        elif tag == "img":
            self.parts.append(self.texts.picture(given.get("src", ""), given.get("alt", "")))
        elif tag == "li":
            self.parts.append(_BREAK + "• ")
        elif tag in ("td", "th"):
            self.parts.append(" | " if self.cells else "")
            self.cells += 1
        elif tag in ("sub", "sup"):
            self.parts.append("$_{" if tag == "sub" else "$^{")
        elif tag in _BLOCKS:
            self.parts.append(_BREAK)
            if tag == "tr":
                self.cells = 0
            if tag == "table":
                self.texts.note("table_as_lines")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.math is not None or tag in _SILENT:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.math is not None:
            self.math.end(tag.removeprefix("m:"))
            if tag in ("math", "m:math"):
                self.parts.append(self._formula(self.math.close()))
                self.math = None
        elif tag == "a" and self.links:
            self._link(*self.links.pop())
        elif tag == "object" and self.inside:
            self.inside.pop()
            self.silent = max(0, self.silent - 1)
        elif tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in ("sub", "sup"):
            self.parts.append("}$")
        elif tag in _BLOCKS:
            self.parts.append(_BREAK)

    def handle_data(self, data: str) -> None:
        if self.math is not None:
            self.math.data(data)
        elif not self.silent:
            self.parts.append(dollars(data).replace("\xa0", _SPACE))

    def _link(self, sha: str | None, start: int) -> None:
        if sha is None:
            return
        words = _tidy("".join(self.parts[start:])).replace("\n", " ")
        words = words.replace("[", "（").replace("]", "）") or self.texts.pictures[sha][0]
        self.parts[start:] = [f"[{words}](file:{sha})"]

    def _formula(self, node: Any) -> str:
        tex = node.get("alttext") or _tex(node)
        if tex is None:
            self.texts.lose("formula", " ".join("".join(node.itertext()).split())[:60])
            return " ".join("".join(node.itertext()).split())
        block = node.get("display") == "block"
        shown = self.texts.formula(tex)
        return f"${shown}$" if block and shown.startswith("$") else shown


_SYMBOLS = {
    "×": r"\times",
    "÷": r"\div",
    "±": r"\pm",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "π": r"\pi",
    "∑": r"\sum",
}


def _tex(node: Any) -> str | None:
    """TeX of simple MathML, None when there is something else in it."""
    name, inner = node.tag, [_tex(child) for child in node]
    if name in ("mi", "mn", "mo", "mtext"):
        text = "".join(node.itertext()).strip()
        return f"{_SYMBOLS[text]} " if text in _SYMBOLS else text
    if any(part is None for part in inner):
        return None
    parts = [part or "" for part in inner]
    if name in ("math", "mrow", "mstyle", "semantics", "mpadded"):
        return "".join(parts)
    if name == "mfenced":
        return "(" + ",".join(parts) + ")"
    if name == "msqrt":
        return r"\sqrt{" + "".join(parts) + "}"
    if name == "mfrac" and len(parts) == 2:
        return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
    if name in ("msup", "msub") and len(parts) == 2:
        return f"{{{parts[0]}}}{'^' if name == 'msup' else '_'}{{{parts[1]}}}"
    return "" if name == "mspace" else None


def dollars(text: str) -> str:
    """Dollar signs stay dollar signs, except around display formulas, which Moodle writes so."""
    return re.sub(r"(?<!\$)\$(?!\$)", r"\\$", text)


def _tidy(text: str) -> str:
    text = _WHITE.sub(" ", text)
    text = re.sub(rf" ?(?:{_BREAK} ?)+", _lines, text).strip(" \n").replace(_SPACE, " ")
    return re.sub(r"\$([_^])\{\s*\}\$", "", text).strip("\n")


def _lines(found: re.Match[str]) -> str:
    return "\n"


_EMPTY = {"br", "img", "hr"}


def _serialised(node: ET.Element) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attrib.items())
    tail = escape(node.tail or "", quote=False)
    if node.tag in _EMPTY:
        return f"<{node.tag}{attributes}>{tail}"
    inner = escape(node.text or "", quote=False) + "".join(_serialised(child) for child in node)
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>{tail}"


def to_html(text: str, address: Callable[[str], str], *, tex: bool = False) -> str:
    """A text of an item as HTML that is also XML; formulas as MathML, or as ``\\(TeX\\)`` with ``tex``."""
    return "".join(_shown(piece, address, tex) for piece in texts.pieces(text))


def _shown(piece: texts.Piece, address: Callable[[str], str], tex: bool) -> str:
    if piece.kind == "file":
        return f'<a href="{escape(address(piece.token))}">{escape(piece.text, quote=False)}</a>'
    if piece.kind == "image":
        return f'<img src="{escape(address(piece.token))}" alt="{escape(piece.text)}"/>'
    if piece.kind == "text":
        kept = re.sub(r"(?:(?<=[ \n])|^) | (?=\n|$)", "\xa0", piece.text)
        return escape(kept, quote=False).replace("\n", "<br/>")
    block = piece.kind == "block"
    if tex:
        return (
            f"\\[{escape(piece.text, quote=False)}\\]"
            if block
            else f"\\({escape(piece.text, quote=False)}\\)"
        )
    try:
        made = mathml(piece.text, block=block)
    except BadFormula:
        return escape(piece.text)
    if "alttext=" in made.partition(">")[0]:
        return made
    return made.replace("<math", f'<math alttext="{escape(piece.text)}"', 1)
