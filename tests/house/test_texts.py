"""Every interface text can be English: it goes through gettext, and the catalogue has it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2] / "src" / "tancai"
HAN = re.compile(r"[\u4e00-\u9fff]")
MARKED = {
    "_", "lazy", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy",
    "npgettext", "pgettext", "pgettext_lazy",
}  # fmt: skip
DATA = (
    "demo/",
    "items/bank/",
    "learning/courses/",
    "programmes/definitions/",
    "messages/texts/",
    "migrations/",
)
CHINESE_BY_NATURE = {
    # what is read from or written to Chinese files, dates and numbers, not shown as interface
    "lib/chinese_dates.py",
    "lib/spreadsheets.py",
}
pytestmark = pytest.mark.anydatabase


def _sources(pattern: str) -> list[Path]:
    found = sorted(ROOT.rglob(pattern))
    return [p for p in found if not any(part in f"{p.relative_to(ROOT)}" for part in DATA)]


def _calls(node: ast.AST) -> set[int]:
    """Ids of string constants that are handed to gettext."""
    marked: set[int] = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if name in MARKED:
                marked |= {id(part) for argument in call.args for part in ast.walk(argument)}
    return marked


def _docstrings(node: ast.AST) -> set[int]:
    found = set()
    for part in ast.walk(node):
        body = getattr(part, "body", None)
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def test_no_chinese_in_python_outside_gettext() -> None:
    told = []
    for path in _sources("*.py"):
        name = str(path.relative_to(ROOT))
        if name in CHINESE_BY_NATURE:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        fine = _calls(tree) | _docstrings(tree)
        told += [
            f"{name}:{node.lineno}: {node.value[:30]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and HAN.search(node.value)
            and id(node) not in fine
        ]
    assert told == []


def _bare(text: str) -> str:
    """A template without what gettext handles and what nobody sees."""
    text = re.sub(r"\{% *comment.*?endcomment *%\}|\{#.*?#\}", "", text, flags=re.S)
    text = re.sub(r"\{% *(blocktranslate|blocktrans)\b.*?end\1 *%\}", "", text, flags=re.S)
    text = re.sub(r"""\{% *trans(late)? +("[^"]*"|'[^']*').*?%\}""", "", text)
    text = re.sub(r"""_\(("[^"]*"|'[^']*')\)""", "", text)
    return text


@pytest.mark.parametrize("pattern", ["*.html", "*.js", "*.txt"])
def test_no_chinese_in_templates_and_scripts_outside_gettext(pattern: str) -> None:
    told = []
    for path in _sources(pattern):
        text = path.read_text(encoding="utf-8")
        text = _bare(text) if pattern != "*.js" else re.sub(r"//.*|/\*.*?\*/", "", text, flags=re.S)
        told += [
            f"{path.relative_to(ROOT)}: {line.strip()[:80]}" for line in text.splitlines() if HAN.search(line)
        ]
    assert told == []


def test_every_catalogue_is_complete() -> None:
    told = []
    catalogues = sorted(ROOT.rglob("locale/en/LC_MESSAGES/django.po"))
    assert len(catalogues) > 8
    for path in catalogues:
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                continue
            words = [entry.msgstr, *entry.msgstr_plural.values()]
            if "fuzzy" in entry.flags or not entry.translated():
                told.append(f"{path.relative_to(ROOT)}: {entry.msgid[:40]}")
            elif any(HAN.search(word) for word in words):
                told.append(f"{path.relative_to(ROOT)}: Chinese in English: {entry.msgid[:40]}")
    assert told == []
