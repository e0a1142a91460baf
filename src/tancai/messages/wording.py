"""The words of messages: one file a kind, Chinese and English, with ``{parameters}``."""

from __future__ import annotations

import functools
import string
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import override

from tancai.lib.chinese_dates import long_date, long_moment
from tancai.messages.errors import MissingParameter, UnknownKind

LANGUAGES = ("zh-hans", "en")
_folders = [Path(__file__).parent / "texts"]


@dataclass(frozen=True)
class Text:
    """The two wordings of a kind and the outside channels to try, best first."""

    kind: str
    reach: tuple[str, ...]
    words: dict[str, dict[str, str]]

    @functools.cached_property
    def parameters(self) -> frozenset[str]:
        texts = [text for words in self.words.values() for text in words.values()]
        return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def register_texts(folder: Path) -> None:
    """Let a room above bring kinds of its own: a folder of ``<kind>.toml`` files."""
    if folder not in _folders:
        _folders.append(folder)
        text.cache_clear()


@functools.cache
def text(kind: str) -> Text:
    """The text of a kind; raises UnknownKind."""
    for folder in _folders:
        path = folder / f"{kind}.toml"
        if kind.isidentifier() and path.is_file():
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            words = {language: dict(raw[language]) for language in LANGUAGES}
            return Text(kind, tuple(raw["reach"]), words)
    raise UnknownKind(kind)


def kinds() -> list[str]:
    """Every kind there is a text for, sorted."""
    return sorted(path.stem for folder in _folders for path in folder.glob("*.toml"))


def check(kind: str, params: dict[str, Any]) -> Text:
    """The text of a kind whose parameters are all given; raises UnknownKind, MissingParameter."""
    found = text(kind)
    missing = sorted(found.parameters - set(params))
    if missing:
        raise MissingParameter(kind, missing)
    return found


def pack(value: Any) -> Any:
    """A parameter as JSON: dates and moments keep their type, lazy strings become text."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, dict):
        return {key: pack(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(inner) for inner in value]
    return value if isinstance(value, (int, float, str, bool)) or value is None else str(value)


def _shown(name: str, value: Any, language: str) -> str:
    if isinstance(value, dict):
        if "moment" in value:
            return long_moment(datetime.fromisoformat(value["moment"]))
        if "date" in value:
            return long_date(date.fromisoformat(value["date"]))
        return str(value.get(language) or next(iter(value.values()), ""))
    if isinstance(value, list):
        return "\n".join(f"· {_shown('', inner, language)}" for inner in value)
    if name == "amount" and isinstance(value, int):
        return f"¥{value / 100:,.2f}"
    if name in {"share", "required"} and isinstance(value, float):
        return f"{value:.0%}"
    return "" if value is None else str(value)


def compose(kind: str, params: dict[str, Any], language: str) -> Words:
    """Subject and body in one language from packed parameters; what is unknown is left empty."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    found = text(kind)
    with override(language):
        values = {name: _shown(name, params.get(name), language) for name in found.parameters}
    words = found.words[language]
    return Words(words["subject"].format_map(values), words["body"].strip().format_map(values))
