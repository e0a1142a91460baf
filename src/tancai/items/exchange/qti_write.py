"""Writing QTI 2.1, 2.2 and 3.0: one item, and the package around many. Pure.

Written by the names of 2.x; 3.0 has the same with ``qti-`` and hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from tancai.items.exchange import markup
from tancai.items.exchange.model import Found, NotThis
from tancai.items.kinds import fill, printed_marks

Address = Callable[[str], str]


@dataclass(frozen=True)
class Dialect:
    """One version of the standard."""

    code: str
    item_space: str
    item_type: str
    manifest_space: str
    schema: str
    schema_version: str
    rules: str

    @property
    def hyphens(self) -> bool:
        return self.code == "qti3"


_2X = "http://www.imsglobal.org/xsd/imscp_v1p1"
DIALECTS = {
    one.code: one
    for one in (
        Dialect(
            "qti21",
            "http://www.imsglobal.org/xsd/imsqti_v2p1",
            "imsqti_item_xmlv2p1",
            _2X,
            "QTIv2.1 Package",
            "1.0.0",
            "http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
        ),
        Dialect(
            "qti22",
            "http://www.imsglobal.org/xsd/imsqti_v2p2",
            "imsqti_item_xmlv2p2",
            _2X,
            "QTIv2.2 Package",
            "1.0.0",
            "http://www.imsglobal.org/question/qti_v2p2/rptemplates/",
        ),
        Dialect(
            "qti3",
            "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
            "imsqti_item_xmlv3p0",
            "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
            "QTI Package",
            "3.0.0",
            "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
        ),
    )
}


class _Writer:
    def __init__(self, dialect: Dialect, address: Address, question: int = 0) -> None:
        self.dialect, self.address, self.question = dialect, address, question

    def named(self, name: str) -> str:
        """An identifier of the item, or of this question of a case."""
        return f"Q{self.question}_{name}" if self.question else name

    def tag(self, name: str, attributes: Mapping[str, Any] | None = None, *inner: str) -> str:
        hyphens = self.dialect.hyphens
        name = f"qti-{_hyphened(name)}" if hyphens else name
        given = "".join(
            f' {_hyphened(key) if hyphens else key}="{escape(str(value))}"'
            for key, value in (attributes or {}).items()
        )
        return f"<{name}{given}>{''.join(inner)}</{name}>" if inner else f"<{name}{given}/>"

    def text(self, text: str) -> str:
        return markup.to_html(text, self.address)

    def paragraphs(self, text: str) -> str:
        return f"<p>{self.text(text)}</p>"

    def values(self, values: list[str]) -> str:
        return "".join(self.tag("value", {}, escape(value, quote=False)) for value in values)


def _hyphened(name: str) -> str:
    return name if ":" in name else re.sub(r"(?<!^)([A-Z])", lambda m: f"-{m[1].lower()}", name)


def item(found: Found, dialect: Dialect, address: Address) -> str:
    """One item as a document; raises NotThis for kinds that have no interaction."""
    writer = _Writer(dialect, address)
    if found.kind not in _BODIES:
        raise NotThis("kind", found.kind)
    declarations, body, rules = _BODIES[found.kind](writer, found)
    worth = printed_marks(found.content, found.key) if found.kind in ("short", "case") else 1
    parts = [*declarations, *_outcomes(writer, worth)]
    feedback = ""
    if found.explanation:
        shown = {"identifier": "FEEDBACK", "cardinality": "single", "baseType": "identifier"}
        parts.append(writer.tag("outcomeDeclaration", shown))
        said = {"outcomeIdentifier": "FEEDBACK", "identifier": "explanation", "showHide": "show"}
        inner = writer.paragraphs(found.explanation)
        inner = writer.tag("contentBody", {}, inner) if dialect.hyphens else inner
        feedback = writer.tag("modalFeedback", said, inner)
    head = {
        "xmlns": dialect.item_space,
        "identifier": found.source,
        "title": found.title or found.source,
        "label": f"tancai:{found.kind}",
        "adaptive": "false",
        "timeDependent": "false",
    }
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + writer.tag(
        "assessmentItem", head, *parts, writer.tag("itemBody", {}, body), rules, feedback
    )


Parts = tuple[list[str], str, str]


def _rules(writer: _Writer, name: str) -> str:
    if writer.question:  # a template knows one response only
        return writer.tag("responseProcessing", {}, _rule(writer, name))
    return writer.tag("responseProcessing", {"template": writer.dialect.rules + name})


def _rule(writer: _Writer, name: str) -> str:
    """What a template says, written out."""
    response = {"identifier": writer.named("RESPONSE")}
    score = {"identifier": writer.named("SCORE")}
    if name == "map_response":
        return writer.tag("setOutcomeValue", score, writer.tag("mapResponse", response))
    same = writer.tag("match", {}, writer.tag("variable", response), writer.tag("correct", response))
    win = writer.tag("setOutcomeValue", score, writer.tag("baseValue", {"baseType": "float"}, "1"))
    return writer.tag("responseCondition", {}, writer.tag("responseIf", {}, same, win))


def _declared(
    writer: _Writer, cardinality: str, base: str, right: list[str], *inner: str, name: str = "RESPONSE"
) -> str:
    shown = {"identifier": writer.named(name), "cardinality": cardinality, "baseType": base}
    correct = [writer.tag("correctResponse", {}, writer.values(right))] if right else []
    return writer.tag("responseDeclaration", shown, *correct, *inner)


def _mapping(writer: _Writer, entries: Mapping[str, Any], **attributes: Any) -> str:
    case = attributes.pop("case", None)
    extra = {} if case is None else {"caseSensitive": "true" if case else "false"}
    rows = [
        writer.tag("mapEntry", {"mapKey": key, "mappedValue": value, **extra})
        for key, value in entries.items()
    ]
    return writer.tag("mapping", {"defaultValue": "0", **attributes}, *rows)


def _choice(writer: _Writer, found: Found) -> Parts:
    several = found.kind == "multiple"
    letters, shares = found.key["letters"], found.key.get("shares")
    inner = [_mapping(writer, shares, lowerBound="0", upperBound="1")] if shares else []
    declared = _declared(writer, "multiple" if several else "single", "identifier", letters, *inner)
    choices = [
        writer.tag("simpleChoice", {"identifier": option["letter"]}, writer.text(option["text"]))
        for option in found.content["options"]
    ]
    return (
        [declared],
        _asked(writer, "choiceInteraction", found, choices, maxChoices=0 if several else 1),
        _rules(writer, "map_response" if shares else "match_correct"),
    )


def _asked(writer: _Writer, name: str, found: Found, inner: list[str], **attributes: Any) -> str:
    prompt = writer.tag("prompt", {}, writer.text(found.content["stem"]))
    shown = {"responseIdentifier": writer.named("RESPONSE"), "shuffle": "false", **attributes}
    return writer.tag(name, shown, prompt, *inner)


def _truefalse(writer: _Writer, found: Found) -> Parts:
    declared = _declared(writer, "single", "identifier", ["T" if found.key["right"] else "F"])
    choices = [
        writer.tag("simpleChoice", {"identifier": letter}, text)
        for letter, text in (("T", "正确"), ("F", "错误"))
    ]
    return (
        [declared],
        _asked(writer, "choiceInteraction", found, choices, maxChoices=1),
        _rules(writer, "match_correct"),
    )


def _equal(writer: _Writer, name: str, room: str) -> str:
    mode = "relative" if room.endswith("%") else "absolute"
    width = room.rstrip("%")
    given = (
        {"toleranceMode": mode, "tolerance": f"{width} {width}"}
        if Decimal(width)
        else {"toleranceMode": "exact"}
    )
    return writer.tag(
        "equal",
        given,
        writer.tag("variable", {"identifier": writer.named(name)}),
        writer.tag("correct", {"identifier": writer.named(name)}),
    )


def _when(writer: _Writer, condition: str, value: str) -> str:
    worth = writer.tag("baseValue", {"baseType": "float"}, value)
    add = writer.tag("sum", {}, writer.tag("variable", {"identifier": writer.named("SCORE")}), worth)
    win = writer.tag("setOutcomeValue", {"identifier": writer.named("SCORE")}, add)
    return writer.tag("responseCondition", {}, writer.tag("responseIf", {}, condition, win))


def _numeric(writer: _Writer, found: Found) -> Parts:
    declared = _declared(writer, "single", "float", [found.key["value"]])
    entry = writer.tag(
        "textEntryInteraction", {"responseIdentifier": writer.named("RESPONSE"), "expectedLength": "20"}
    )
    unit = found.content.get("unit", "")
    body = f"<p>{writer.text(found.content['stem'])} {entry}{' ' + writer.text(unit) if unit else ''}</p>"
    rules = _when(writer, _equal(writer, "RESPONSE", found.key.get("tolerance", "0")), "1")
    return [declared], body, writer.tag("responseProcessing", {}, rules)


def _fill(writer: _Writer, found: Found) -> Parts:
    declared, rules, places = [], [], {}
    for number, (shown, blank) in enumerate(
        zip(found.content["blanks"], found.key["blanks"], strict=True), start=1
    ):
        name = f"RESPONSE{number}"
        made, rule, entry = _one_blank(writer, name, shown.get("options"), blank)
        declared.append(made)
        rules.append(rule)
        places[number] = entry
    stem = writer.text(found.content["stem"])
    if not fill.PLACE.search(stem):
        stem += "".join(f" [[{number}]]" for number in places)
    body = fill.PLACE.sub(lambda m: places.get(int(m[1]), m[0]), stem)
    return declared, f"<p>{body}</p>", writer.tag("responseProcessing", {}, *rules)


def _one_blank(
    writer: _Writer, name: str, options: list[str] | None, blank: dict[str, Any]
) -> tuple[str, str, str]:
    answers = blank["answers"]
    map_it = writer.tag("mapResponse", {"identifier": writer.named(name)})
    added = writer.tag("sum", {}, writer.tag("variable", {"identifier": writer.named("SCORE")}), map_it)
    mapped = writer.tag("setOutcomeValue", {"identifier": writer.named("SCORE")}, added)
    if options:
        letters = {text: f"C{place}" for place, text in enumerate(options, start=1)}
        entries = {letters[a["text"]]: a["share"] for a in answers}
        declared = _declared(
            writer,
            "single",
            "identifier",
            [letters[answers[0]["text"]]],
            _mapping(writer, entries),
            name=name,
        )
        listed = [writer.tag("inlineChoice", {"identifier": letters[t]}, writer.text(t)) for t in options]
        return (
            declared,
            mapped,
            writer.tag("inlineChoiceInteraction", {"responseIdentifier": writer.named(name)}, *listed),
        )
    entry = writer.tag("textEntryInteraction", {"responseIdentifier": writer.named(name)})
    if len(answers) == 1 and "tolerance" in answers[0]:
        declared = _declared(writer, "single", "float", [answers[0]["text"]], name=name)
        return (
            declared,
            _when(writer, _equal(writer, name, answers[0]["tolerance"]), answers[0]["share"]),
            entry,
        )
    case = bool(blank.get("case"))
    mapping = _mapping(writer, {a["text"]: a["share"] for a in answers}, case=case)
    return _declared(writer, "single", "string", [answers[0]["text"]], mapping, name=name), mapped, entry


def _matching(writer: _Writer, found: Found) -> Parts:
    couples = [f"L{left} {right}" for left, right in found.key["pairs"].items()]
    entries = {couple: format(Decimal(1) / len(couples), ".7f") for couple in couples}
    declared = _declared(writer, "multiple", "directedPair", couples, _mapping(writer, entries))
    left = [_associable(writer, f"L{one['letter']}", one["text"], 1) for one in found.content["left"]]
    right = [_associable(writer, one["letter"], one["text"], 0) for one in found.content["right"]]
    sets = [writer.tag("simpleMatchSet", {}, *left), writer.tag("simpleMatchSet", {}, *right)]
    most = len(couples)
    return (
        [declared],
        _asked(writer, "matchInteraction", found, sets, maxAssociations=most),
        _rules(writer, "map_response"),
    )


def _associable(writer: _Writer, name: str, text: str, most: int) -> str:
    return writer.tag("simpleAssociableChoice", {"identifier": name, "matchMax": most}, writer.text(text))


def _ordering(writer: _Writer, found: Found) -> Parts:
    declared = _declared(writer, "ordered", "identifier", found.key["letters"])
    choices = [
        writer.tag("simpleChoice", {"identifier": option["letter"]}, writer.text(option["text"]))
        for option in found.content["options"]
    ]
    return [declared], _asked(writer, "orderInteraction", found, choices), _rules(writer, "match_correct")


def _short(writer: _Writer, found: Found) -> Parts:
    reference = found.key.get("reference", "")
    declared = _declared(writer, "single", "string", [reference] if reference else [])
    prompt = writer.tag("prompt", {}, writer.text(found.content["stem"]))
    asked = writer.tag("extendedTextInteraction", {"responseIdentifier": writer.named("RESPONSE")}, prompt)
    points = "".join(f"<li>{writer.text(p['text'])}（{p['marks']}）</li>" for p in found.key["points"])
    rubric = writer.tag(
        "rubricBlock", {"view": "scorer"}, writer.tag("contentBody", {}, f"<ul>{points}</ul>")
    )
    if not writer.dialect.hyphens:
        rubric = writer.tag("rubricBlock", {"view": "scorer"}, f"<ul>{points}</ul>")
    return [declared], asked + rubric, ""


def _case(writer: _Writer, found: Found) -> Parts:
    """The text first, then every question in a part of its own; its score counts with its marks."""
    declared: list[str] = []
    bodies = [f'<div class="tancai-text">{writer.paragraphs(found.content["stem"])}</div>']
    outcomes: list[str] = []
    rules: list[str] = []
    parts: list[str] = []
    pairs = zip(found.content["questions"], found.key["questions"], strict=True)
    for number, (question, key) in enumerate(pairs, start=1):
        own = _Writer(writer.dialect, writer.address, number)
        inner = Found(question["kind"], question["content"], key)
        if inner.kind not in _BODIES or inner.kind == "case":
            raise NotThis("kind", inner.kind)
        made, body, rule = _BODIES[inner.kind](own, inner)
        declared += made
        outcomes += _outcomes(own, question["marks"])
        bodies.append(f'<div class="tancai-{inner.kind}">{body}</div>')
        if rule:
            rules.append(rule[rule.index(">") + 1 : rule.rindex("</")])
        worth = own.tag("baseValue", {"baseType": "float"}, str(question["marks"]))
        score = own.tag("variable", {"identifier": own.named("SCORE")})
        parts.append(own.tag("product", {}, score, worth))
    total = writer.tag("setOutcomeValue", {"identifier": "SCORE"}, writer.tag("sum", {}, *parts))
    return [*declared, *outcomes], "".join(bodies), writer.tag("responseProcessing", {}, *rules, total)


def _outcomes(writer: _Writer, worth: int) -> list[str]:
    shown = {"cardinality": "single", "baseType": "float"}
    most = writer.tag("defaultValue", {}, writer.values([str(worth)]))
    return [
        writer.tag("outcomeDeclaration", {"identifier": writer.named("SCORE"), **shown}),
        writer.tag("outcomeDeclaration", {"identifier": writer.named("MAXSCORE"), **shown}, most),
    ]


_BODIES: dict[str, Callable[[_Writer, Found], Parts]] = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "fill": _fill,
    "matching": _matching,
    "ordering": _ordering,
    "short": _short,
    "case": _case,
}


def manifest(
    dialect: Dialect, identifier: str, items: list[tuple[str, str, list[str]]], beside: list[str]
) -> str:
    """``imsmanifest.xml`` for items ``(identifier, path, paths of pictures)`` and other files."""
    rows = []
    for name, path, pictures in items:
        files = "".join(f'<file href="{escape(one)}"/>' for one in (path, *pictures))
        head = f'<resource identifier="R-{escape(name)}" type="{dialect.item_type}" href="{escape(path)}">'
        rows.append(f"{head}{files}</resource>")
    for number, path in enumerate(beside, start=1):
        href = escape(path)
        head = f'<resource identifier="B-{number}" type="webcontent" href="{href}">'
        rows.append(f'{head}<file href="{href}"/></resource>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest xmlns="{dialect.manifest_space}" identifier="{escape(identifier)}">'
        f"<metadata><schema>{dialect.schema}</schema><schemaversion>{dialect.schema_version}</schemaversion></metadata>"
        f"<organizations/><resources>{''.join(rows)}</resources></manifest>"
    )
