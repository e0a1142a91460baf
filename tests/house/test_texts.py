"""Every interface text can be English: it goes through gettext, and the catalogue has it."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2] / "src" / "tancai"
HAN = re.compile(r"[\u4e00-\u9fff]")
SAID = re.compile(r"[\u4e00-\u9fff、。（），：；]")
"""Words or marks of a Chinese sentence."""
EXAMPLE = re.compile(r"[Ff]or example:? [^.;]*|e\.g\. [^.;]*|“[^”]*”")
MARKED = {
    "_", "lazy", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy",
    "npgettext", "pgettext", "pgettext_lazy",
}  # fmt: skip
DATA = (
    "bench/",
    "demo/",
    "engines/",  # know no gettext: they say things in both languages side by side, as their own tests check
    "items/bank/",
    "learning/courses/",
    "programmes/definitions/",
    "messages/texts/",
    "migrations/",
)
CHINESE_BY_NATURE = {
    "config/settings.py": "the name of the language",
    "credentials/documents.py": "a bilingual paper",
    "enrolment/archives.py": "names of files and folders that institutions send in",
    "enrolment/form.py": "a paper of the certifying body",
    "enrolment/imports.py": "the spreadsheet handed back to the institution",
    "enrolment/rules.py": "the ending of a major's name, stripped before comparing",
    "enrolment/sheets.py": "headings of the spreadsheet that institutions fill in",
    "items/exchange/assembled.py": "a marking point written into the bank",
    "items/exchange/files.py": "the range of Han characters",
    "items/actions/importing.py": "the source kept with an item, part of its digest in every language",
    "items/exchange/qti_write.py": "the two options of a question inside the file",
    "items/exchange/sheet.py": "headings and words of the spreadsheet that authors fill in",
    "items/kinds/case/__init__.py": "brackets around the numbers of questions, part of the Chinese reference",
    "items/kinds/case/wording.py": "headings and fields of the text that authors write questions in",
    "items/kinds/parameterised/__init__.py": "a word that authors may write in a range",
    "items/kinds/short/__init__.py": "an answer beside the point, in the language of the papers",
    "items/kinds/truefalse/__init__.py": "answers read from files",
    "labs/benches/accounting/sheets.py": "headings of the spreadsheet of monthly data",
    "labs/benches/figures.py": "the range of Han characters",
    "labs/benches/sink/raster.py": "a kind of land as the tables name it",
    "labs/benches/sink/words.py": "species, forests and regions as the tables name them, beside their English",
    "labs/benches/sink/writing.py": "headings of tally sheets as people write them",
    "labs/market/scenarios.py": "names of made-up enterprises",
    "learning/courses.py": "a heading inside lessons",
    "lib/chinese_dates.py": "Chinese dates",
    "lib/spreadsheets.py": "cells of Chinese spreadsheets",
    "people/rules.py": "the range of Han characters",
    "programmes/framework.py": "the verbs of a standard",
    "programmes/official_calendar.py": "the name of a document",
    "programmes/rules.py": "a line of the official holiday notice",
    "verify/certificate.html": "a facsimile of a bilingual paper",
    "web/institution/imports.py": "headings of the spreadsheet that institutions fill in",
    "web/workshop/accounting/sheets.py": "the name of the spreadsheet of monthly data",
    "web/workshop/sink/exports.py": "headings of the tally sheet",
    "web/workshop/sink/fields.py": "a kind of land as the tables name it",
    "web/workshop/accounting/fields.py": "units of products as enterprises write them",
    "web/workshop/speaking.py": "units as people write them, read in either language",
}
"""Files whose Chinese is data or paper, not interface."""
PAPERS_OF_CASES = ("labs/tasks/", "labs/benches/verification/cases.py", "labs/benches/verification/papers.py")
"""Papers of Chinese enterprises; that what is asked about them is in both languages is held by tests/labs."""
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


def _bilingual(node: ast.AST) -> set[int]:
    """Ids of texts that say the same in English beside it: a mapping, a pair, or ``中文|English``."""
    found: set[int] = set()
    for part in ast.walk(node):
        keys = [key.value for key in getattr(part, "keys", []) if isinstance(key, ast.Constant)]
        if isinstance(part, ast.Dict) and "en" in keys:
            found |= {id(text) for text in ast.walk(part)}
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and _both(part.value):
            found.add(id(part))
        if isinstance(part, ast.JoinedStr) and _both("".join(map(_said, part.values))):
            found |= {id(text) for text in part.values}
        texts = part.elts if isinstance(part, ast.Tuple) else ()
        found |= {id(text) for text, other in pairwise(texts) if _chinese(text) and _english(other)}
    return found


def _both(text: str) -> bool:
    """``中文|English``."""
    chinese, _, english = text.partition("|")
    return bool(HAN.search(chinese) and english.strip() and not HAN.search(english))


def _said(node: ast.expr) -> str:
    """The fixed text of a part of an f-string."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "0"


def _chinese(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(HAN.search(node.value))


def _english(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not HAN.search(node.value)


def _docstrings(node: ast.AST) -> set[int]:
    found = set()
    for part in ast.walk(node):
        body = getattr(part, "body", None)
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def _in_f_strings(node: ast.AST) -> set[str]:
    """Texts marked inside an f-string, where the gathering of messages may not see them."""
    return {
        call.args[0].value
        for part in ast.walk(node)
        if isinstance(part, ast.JoinedStr)
        for call in ast.walk(part)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
        if isinstance(call.args[0], ast.Constant)
    }


def test_no_chinese_in_python_outside_gettext() -> None:
    told = []
    catalogues = (path.read_text(encoding="utf-8") for path in ROOT.rglob("locale/en/LC_MESSAGES/django.po"))
    known = {
        text for catalogue in catalogues for text in re.findall(r'^msgid "(.*)"$', catalogue, flags=re.M)
    }
    for path in _sources("*.py"):
        name = str(path.relative_to(ROOT))
        if name in CHINESE_BY_NATURE or name.startswith(PAPERS_OF_CASES):
            continue
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        fine = _calls(tree) | _docstrings(tree) | _bilingual(tree)
        if "{_(" in source:
            told += [f"{name}: gathered from no f-string: {text}" for text in _in_f_strings(tree) - known]
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
    return re.sub(r"""<(\w+)\b[^>]*\blang="zh[^>]*>.*?</\1>""", "", text, flags=re.S)


@pytest.mark.parametrize("pattern", ["*.html", "*.js", "*.txt"])
def test_no_chinese_in_templates_and_scripts_outside_gettext(pattern: str) -> None:
    told = []
    for path in _sources(pattern):
        if "/".join(path.parts[-2:]) in CHINESE_BY_NATURE:
            continue
        text = path.read_text(encoding="utf-8")
        text = _bare(text) if pattern != "*.js" else re.sub(r"//.*|/\*.*?\*/", "", text, flags=re.S)
        told += [
            f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
            for line in text.splitlines()
            if SAID.search(line)
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
            elif any(SAID.search(EXAMPLE.sub("", word)) for word in words):
                told.append(f"{path.relative_to(ROOT)}: Chinese in English: {entry.msgid[:40]}")
    assert told == []


def test_a_text_has_one_english_in_every_catalogue() -> None:
    """Catalogues lie one over the other: where a room means something else by the same Chinese, a context tells the
    two apart. A button that hands in must not read "Handed in"."""
    english: dict[tuple[str | None, str, str], dict[str, list[str]]] = {}
    for path in sorted(ROOT.rglob("locale/en/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            if not entry.obsolete:
                said = english.setdefault((entry.msgctxt, entry.msgid, entry.msgid_plural), {})
                words = entry.msgstr or " | ".join(entry.msgstr_plural.values())
                said.setdefault(words, []).append(str(path.parent.relative_to(ROOT)))
    assert {text: said for text, said in english.items() if len(said) > 1} == {}
