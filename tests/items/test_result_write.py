"""Responses of every kind as variables of the results binding."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from tancai.items.exchange.result_write import ItemResult, PaperResult, document, name, told, variables
from tancai.marking.result_files import harmless

pytestmark = pytest.mark.anydatabase
AT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "content", "response", "cell", "shape"),
    [
        ("single", {}, "C", "C", ("single", "identifier", ["C"])),
        ("multiple", {}, ["A", "C"], "AC", ("multiple", "identifier", ["A", "C"])),
        ("truefalse", {}, "T", "T", ("single", "identifier", ["T"])),
        ("numeric", {"unit": "t"}, "1,234.50 t", "1234.50", ("single", "float", ["1234.50"])),
        ("parameterised", {"unit": ""}, "about 3", "about 3", ("single", "string", ["about 3"])),
        ("matching", {}, ["1A", "12C"], "1A 12C", ("multiple", "directedPair", ["1 A", "12 C"])),
        ("ordering", {}, ["A2", "B1", "C10"], "BAC", ("ordered", "identifier", ["B", "A", "C"])),
        ("short", {}, "先算\n再报", "先算\n再报", ("single", "string", ["先算\n再报"])),
        (
            "laboratory",
            {},
            {"a": "1", "b": ["x"]},
            '{"a": "1", "b": "[\\"x\\"]"}',
            ("record", "", ["1", '["x"]']),
        ),
    ],
)
def test_a_response_in_variables(
    kind: str, content: dict[str, Any], response: Any, cell: str, shape: tuple[str, str, list[str]]
) -> None:
    made = variables(kind, content, response)
    assert told(made) == cell
    assert (made[0].cardinality, made[0].base, [text for _field, text in made[0].values]) == shape


def test_blanks_keep_their_places() -> None:
    made = variables("fill", {}, ["甲", "", "丙"])
    assert [one.identifier for one in made] == ["RESPONSE1", "RESPONSE2", "RESPONSE3"]
    assert told(made) == '{"RESPONSE1": "甲", "RESPONSE2": "", "RESPONSE3": "丙"}'
    assert variables("fill", {}, None) == () and told(()) == ""


def test_a_document_stays_well_formed_whatever_was_typed() -> None:
    nasty = "]]>&<\x00\x0b\ud800 '\"=cmd"
    one = ItemResult("a&b", 1, variables("short", {}, nasty), (("x", "1.5"),), None, Decimal(4))
    other = ItemResult("c", 2, (), (), Decimal("0.50"), Decimal(2), 3)
    paper = PaperResult("form-1", "2ABC-DEF", AT, (one, other), (("urn:tancai:name", "甲 <乙>"),), 12.5)
    root = ElementTree.fromstring(document(paper))
    space = {"r": "http://www.imsglobal.org/xsd/imsqti_result_v2p2"}
    context = root.find("r:context", space)
    assert context is not None and context.get("sourcedId") == "_2ABC-DEF"
    first, second = root.findall("r:itemResult", space)
    assert first.get("sessionStatus") == "pendingResponseProcessing"
    assert first.findtext("r:templateVariable/r:value", namespaces=space) == "1.5"
    assert second.get("sessionStatus") == "final"
    assert second.findtext("r:outcomeVariable/r:value", namespaces=space) == "0.5"
    assert second.find("r:responseVariable/r:candidateResponse", space) is not None
    assert document(paper, "qti21").count("imsqti_result_v2p1") == 1


def test_names_are_identifiers_and_formulas_stay_texts() -> None:
    assert name("甲-1 b") == "甲-1_b" and name("9x") == "_9x" and name("") == "_"
    assert [harmless(text) for text in ("=1+1", "-2.5", "+3e4", "-x", "@a", "A", "")] == [
        "'=1+1",
        "-2.5",
        "+3e4",
        "'-x",
        "'@a",
        "A",
        "",
    ]
