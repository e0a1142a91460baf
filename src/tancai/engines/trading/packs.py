"""Rules as data: a pack of facts with source and confidence, some of them open to choice."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tancai.engines.trading.errors import Problem, TradingError

FOLDER = Path(__file__).parent / "packs"
UNCERTAIN = ("M", "D")


@dataclass(frozen=True)
class Fact:
    """One rule: ``confidence`` V1 primary text, V2 secondary, M unconfirmed, D our design choice."""

    name: str
    value: Any
    source: str
    confidence: str
    unit: str = ""
    choices: tuple[str, ...] | str = ()
    chosen: bool = False


@dataclass(frozen=True)
class Pack:
    name: str
    version: str
    title: str
    facts: Mapping[str, Fact]

    def __getitem__(self, name: str) -> Any:
        return self.facts[name].value

    def uncertain(self) -> list[Fact]:
        """Facts that no source confirms; they are shown beside every result."""
        return [fact for fact in self.facts.values() if fact.confidence in UNCERTAIN or fact.chosen]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str, choices: Mapping[str, str] | None = None) -> Pack:
    """The pack ``name`` with ``choices`` for facts that offer them; raises TradingError."""
    if name not in names():
        raise TradingError(Problem("no_such_rules", params={"name": name, "choices": ", ".join(names())}))
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    facts = {}
    for key, values in raw["fact"].items():
        offered = values.get("choices", ())
        facts[key] = Fact(
            key,
            values["value"],
            values["source"],
            values["confidence"],
            values.get("unit", ""),
            offered if isinstance(offered, str) else tuple(offered),
        )
    for key, text in (choices or {}).items():
        facts[key] = _chosen(facts, key, text)
    return Pack(raw["name"], raw["version"], raw["title"], facts)


def _chosen(facts: Mapping[str, Fact], key: str, text: str) -> Fact:
    open_to_choice = [name for name, fact in facts.items() if fact.choices]
    if key not in open_to_choice:
        raise TradingError(
            Problem("unknown_choice", params={"value": key, "choices": ", ".join(open_to_choice)})
        )
    fact = facts[key]
    value: Any = text
    if fact.choices == "number":
        if not text.isascii() or not text.isdecimal() or int(text) > 10**12:
            raise TradingError(Problem("whole", field=key, params={"value": text}))
        value = int(text)
    elif text not in fact.choices:
        raise TradingError(
            Problem("unknown_choice", field=key, params={"value": text, "choices": ", ".join(fact.choices)})
        )
    return Fact(key, value, fact.source, fact.confidence, fact.unit, fact.choices, chosen=value != fact.value)
