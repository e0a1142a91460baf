"""From the text of a definition file to a checked ``Definition``, or to faults with line and remedy."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tancai.programmes.checks import cross_check
from tancai.programmes.definition import Definition
from tancai.programmes.errors import BadDefinition, Fault
from tancai.programmes.schema import parse
from tancai.programmes.toml_lines import key_lines

FOLDER = Path(__file__).resolve().parent / "definitions"


@dataclass(frozen=True)
class Loaded:
    """A definition with the file it came from and the digest of its content."""

    definition: Definition
    path: Path
    digest: str


def read_text(text: str, name: str) -> Definition:
    """Check the text of a definition; raises ``BadDefinition`` with every fault found."""
    definition, lines = parse(text, name)
    faults = cross_check(definition, name, lines)
    if faults:
        raise BadDefinition(faults)
    return definition


def read_file(path: Path) -> Loaded:
    """Read and check one file; raises ``BadDefinition``, also when the file name is not ``<code>.toml``."""
    text = path.read_text(encoding="utf-8")
    definition = read_text(text, path.name)
    if path.stem != definition.code:
        line = key_lines(text)[("code",)]
        raise BadDefinition(
            [Fault(path.name, line, "code", "wrong_file_name", {"wanted": f"{definition.code}.toml"})]
        )
    return Loaded(definition, path, digest(content(definition)))


@lru_cache(maxsize=16)
def _read_unchanged(path: Path, changed_at: int) -> Loaded:
    return read_file(path)


def read_cached(path: Path) -> Loaded:
    """As ``read_file``; a file that has not been written to since is not read again."""
    return _read_unchanged(path, path.stat().st_mtime_ns)


def read_all(folder: Path = FOLDER) -> list[Loaded]:
    """All definition files of a folder by their ``order``."""
    loaded = [read_cached(path) for path in sorted(folder.glob("*.toml"))]
    return sorted(loaded, key=lambda each: (each.definition.order, each.definition.code))


def shipped_definition(code: str) -> Definition:
    """The definition as its file that ships with the program says, whatever the database holds.

    Raises FileNotFoundError for a code without a file.
    """
    return read_cached(FOLDER / f"{code}.toml").definition


def content(definition: Definition) -> dict[str, object]:
    """The definition as plain JSON values, without the edition it belongs to."""
    return definition.model_dump(mode="json", exclude={"edition_id", "edition_number"}, exclude_none=True)


def digest(plain: dict[str, object]) -> str:
    """SHA-256 over the canonical JSON of a definition."""
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
