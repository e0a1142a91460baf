"""What an HTML page offers and says: addresses, forms, texts with their language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib

HAN = re.compile(r"[㐀-鿿]")
_SILENT = {"script", "style", "template"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SAID = ("title", "aria-label", "aria-description", "placeholder", "alt")
_OFFERED = {"a": "href", "img": "src", "iframe": "src", "object": "data", "embed": "src"}


@dataclass(frozen=True)
class Form:
    method: str
    action: str


@dataclass
class Page:
    """A page as read: ``texts`` are what people see or hear, each with whether it is marked as Chinese."""

    whole: bool = False
    language: str = ""
    title: str = ""
    headings: int = 0
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    texts: list[tuple[str, bool]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[tuple[str, bool]] = []

    @property
    def chinese(self) -> bool:
        return self.open[-1][1] if self.open else False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        chinese = has["lang"].lower().startswith("zh") if "lang" in has else self.chinese
        if tag == "html":
            self.page.whole, self.page.language = True, has.get("lang", "")
        self.page.headings += tag == "h1"
        self._offers(tag, has)
        self._says(tag, has, chinese)
        if tag not in _VOID:
            self.open.append((tag, chinese))

    def _offers(self, tag: str, has: dict[str, str]) -> None:
        wanted = [has.get(_OFFERED.get(tag, ""), ""), has.get("hx-get", "")]
        self.page.links += [address for address in wanted if address]
        if tag == "form":
            self.page.forms.append(Form(has.get("method", "get").lower(), has.get("action", "")))
        for name in ("hx-post", "formaction"):
            if has.get(name):
                self.page.forms.append(Form("post", has[name]))

    def _says(self, tag: str, has: dict[str, str], chinese: bool) -> None:
        names = [name for name in has if name in _SAID or name.startswith("data-")]
        if tag == "input" and has.get("type") in ("submit", "button", "reset"):
            names.append("value")
        self.page.texts += [(has[name].strip(), chinese) for name in names if has[name].strip()]

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in {name for name, _ in self.open}:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        names = {name for name, _ in self.open}
        text = " ".join(data.split())
        if not text or names & _SILENT:
            return
        if "title" in names and "svg" not in names:
            self.page.title += text
            self.page.texts += [(part.strip(), self.chinese) for part in text.split("·")]
        else:
            self.page.texts.append((text, self.chinese))


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    return reader.page


@cache
def interface_texts(root: Path) -> tuple[frozenset[str], re.Pattern[str]]:
    """Every Chinese message id: those without parameters, and one pattern for those with."""
    plain, patterns = set(), set()
    for path in root.rglob("locale/en/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            for text in filter(None, (entry.msgid, entry.msgid_plural)):
                words = " ".join(text.split())
                if entry.obsolete or len(HAN.findall(words)) < 2:
                    continue
                parts = re.split(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", words.replace("%%", "%"))
                if len(parts) == 1:
                    plain.add(words)
                elif sum(len(HAN.findall(part)) for part in parts) > 3:
                    patterns.add(".*".join(map(re.escape, parts)))
    return frozenset(plain), re.compile("|".join(sorted(patterns)) or r"(?!)", re.S)


def left_in_chinese(page: Page, root: Path, names: frozenset[str] = frozenset()) -> list[str]:
    """Interface texts, and names that have an English form, that an English page still says in Chinese."""
    told = []
    for text, chinese in page.texts:
        words = " ".join(text.split())
        if not chinese and len(HAN.findall(words)) > 1 and _is_known(words, root, names):
            told.append(words[:80])
    return told


@cache
def _is_known(words: str, root: Path, names: frozenset[str]) -> bool:
    plain, pattern = interface_texts(root)
    parts = {part.strip() for part in re.split(r" · |，", words)} | {words}
    return bool(parts & plain or parts & names or pattern.fullmatch(words))
