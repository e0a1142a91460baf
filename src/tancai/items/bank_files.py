"""Reading the shipped bank: TOML files, one a topic, every fault named with file and item."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tancai.items.errors import Fault
from tancai.items.kinds import kinds
from tancai.items.kinds.choices import LETTERS
from tancai.items.rules import DIFFICULTIES

BANK = Path(__file__).with_name("bank")
_HEADS = {"code", "kind", "topic", "difficulty", "levels", "stem", "basis", "explanation"}
_BODIES = {"options", "key", "marks", "points", "reference"}
"""Fields of choices and marking points; other kinds name their own (``bodies``)."""


@dataclass(frozen=True)
class FileItem:
    """An item as its file says it, in the shapes of the room."""

    code: str
    collection: str
    kind: str
    topic: str
    difficulty: str
    levels: tuple[str, ...]
    content: dict[str, Any]
    key: dict[str, Any]
    basis: dict[str, Any]
    explanation: str

    @property
    def digest(self) -> str:
        return content_digest(self.content, self.key, self.basis, self.explanation)


@dataclass(frozen=True)
class FileFault:
    file: str
    item: str
    fault: Fault


def content_digest(content: Any, key: Any, basis: Any, explanation: str) -> str:
    text = json.dumps([content, key, basis, explanation], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_bank(folder: Path = BANK) -> tuple[list[FileItem], list[FileFault]]:
    """Every item under ``folder`` that is sound, and a fault for everything that is not."""
    items: list[FileItem] = []
    faults: list[FileFault] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*/*.toml")):
        name = f"{path.parent.name}/{path.name}"
        try:
            raw_items = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str).get("item", [])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(FileFault(name, "", Fault("file", "unreadable", (("error", str(error)),))))
            continue
        for number, raw in enumerate(raw_items, start=1):
            item, found = read_item(raw, path.parent.name)
            label = str(raw.get("code", f"#{number}"))
            if not found and item is not None and item.code in seen:
                found = [Fault("code", "repeated", (("file", seen[item.code]),))]
            faults += [FileFault(name, label, fault) for fault in found]
            if item is not None and not found:
                seen[item.code] = name
                items.append(item)
    return items, faults


def read_item(raw: dict[str, Any], collection: str) -> tuple[FileItem | None, list[Fault]]:
    """One item of a file, or None and what is wrong with it."""
    faults = [Fault(name, "missing") for name in sorted(_HEADS - set(raw))]
    kind: Any = kinds().get(str(raw.get("kind")))
    bodies = set(getattr(kind, "bodies", _BODIES))
    faults += [Fault(name, "unknown") for name in sorted(set(raw) - _HEADS - bodies)]
    if kind is None:
        faults.append(Fault("kind", "unknown_kind", (("kind", raw.get("kind")),)))
    if raw.get("difficulty") not in DIFFICULTIES:
        faults.append(Fault("difficulty", "unknown"))
    basis = raw.get("basis", {})
    if not isinstance(basis, dict) or not str(basis.get("document", "")).strip():
        faults.append(Fault("basis", "missing"))
    if faults or kind is None:
        return None, faults
    key: dict[str, Any]
    content: dict[str, Any] = {"stem": raw["stem"]}
    if hasattr(kind, "from_file"):
        content, key = kind.from_file(raw)
    elif "options" in raw:
        content["options"] = [
            {"letter": letter, "text": text} for letter, text in zip(LETTERS, raw["options"], strict=False)
        ]
        key = {"letters": list(raw.get("key", []))}
    else:
        key = {"reference": raw.get("reference", ""), "points": raw.get("points", [])}
    item = FileItem(
        code=raw["code"],
        collection=collection,
        kind=kind.code,
        topic=raw["topic"],
        difficulty=raw["difficulty"],
        levels=tuple(raw["levels"]),
        content=content,
        key=key,
        basis=dict(basis),
        explanation=raw["explanation"],
    )
    return item, kind.faults(content, key, raw.get("marks"))
