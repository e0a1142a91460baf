"""QTI 2.1, 2.2 and 3.0 items. 3.0 is read by the names of 2.x (``xml.Node`` turns them), so that one reader does."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from tancai.items.exchange import assembled, composite, markup, xml
from tancai.items.exchange.model import Found, NotThis, Read, Refused, Unusable
from tancai.items.kinds import matching, numbers, ordering, pairs
from tancai.items.kinds.choices import LETTERS

_KNOWN_RULES = {
    "responseProcessing",
    "responseCondition",
    "responseIf",
    "responseElse",
    "responseElseIf",
    "match",
    "variable",
    "correct",
    "setOutcomeValue",
    "baseValue",
    "mapResponse",
    "isNull",
    "not",
    "sum",
    "equal",
    "stringMatch",
    "and",
    "gte",
    "gt",
    "product",
    "multiple",
}
_TEMPLATES = {
    "match_correct",
    "map_response",
    "CC2_match",
    "CC2_map_response",
    "CC2_match_basic",
    "CC2_map_response_basic",
    "",
}

_STIMULI = {"assessmentStimulus", "qti-assessment-stimulus"}
_NO_QUESTIONS = {"endAttemptInteraction", "mediaInteraction"}
_BLANKS = {"textEntryInteraction", "inlineChoiceInteraction"}


def item(node: xml.Node, fetch: markup.Fetch, *, place: str = "", raw: str = "") -> Read:
    """One ``assessmentItem`` as an item, or why not."""
    title, source = node.get("title", ""), node.get("identifier", "")
    asked = [part for part in node.iter() if isinstance(part.tag, str) and part.tag.endswith("Interaction")]
    asks = " ".join(sorted({part.tag for part in asked}))
    where: dict[str, Any] = {"title": title, "source": source, "place": place, "line": node.line}
    reader = _Item(node, asked, markup.Texts(fetch))
    try:
        kind, content, key = reader.made()
    except NotThis as reason:
        return Refused(reason.reason, reason.piece, asks=asks, **where)
    explanation = reader.explanation()
    reader.look_beside()
    content = {**content, "stem": "\n\n".join(filter(None, (*reader.stimuli(), content["stem"])))}
    texts = reader.texts
    return Found(
        kind=kind,
        content=content,
        key=key,
        explanation=explanation,
        pictures=texts.pictures,
        losses=tuple(texts.losses),
        notes=tuple(texts.notes),
        foreign=raw if texts.losses else "",
        **where,
    )


class _Item:
    def __init__(self, node: ET.Element, asked: list[ET.Element], texts: markup.Texts) -> None:
        self.node, self.asked, self.texts = node, asked, texts
        self.declared = {part.get("identifier", ""): part for part in node.findall("responseDeclaration")}
        self.rules = node.find("responseProcessing")
        self.said: list[str] = []

    def made(self) -> assembled.Made:
        body = self.node.find("itemBody")
        if body is None:
            raise NotThis("no_body")
        if self.node.find("templateProcessing") is not None:
            raise NotThis("template")
        names = {part.tag for part in self.asked} - _NO_QUESTIONS
        if not names:
            raise NotThis("no_question")
        only_blanks = names <= _BLANKS
        if self.node.get("label") == "tancai:case" or (
            not only_blanks and sum(part.tag in names for part in self.asked) > 1
        ):
            return self._case(body)
        self._set_aside(body)
        if only_blanks:
            return self._blanks(body)
        name = names.pop()
        makers = {
            "choiceInteraction": self._choice,
            "matchInteraction": self._match,
            "orderInteraction": self._order,
            "extendedTextInteraction": self._essay,
        }
        if name not in makers:
            raise NotThis("interaction", name)
        return makers[name](body, next(part for part in self.asked if part.tag == name))

    def _case(self, body: ET.Element) -> assembled.Made:
        """Several questions about one text: what stands before the first one, or after the last, is the text."""
        groups = composite.groups(body, _NO_QUESTIONS, _BLANKS)
        text = ET.Element("itemBody")
        text.extend(groups.text)
        self._set_aside(text)
        made = []
        for group in groups.questions:
            asked = [part for part in group.iter() if str(part.tag).endswith("Interaction")]
            names = [part.get("responseIdentifier", "") for part in asked]
            one = _Item(composite.item(self.node, group, names), asked, self.texts)
            kind, content, key = one.made()
            self.said += one.said
            made.append((kind, composite.marks(self.node, names), content, key))
        stem = self.texts.node(text)
        if not stem:
            stem = self.node.get("title", "").strip()
            self.texts.note("title_as_stem")
        return assembled.case(stem, made)

    def _set_aside(self, body: ET.Element) -> None:
        """Feedback within the text and notes for others than candidates go to the explanation."""
        for parent in list(body.iter()):
            for child in list(parent):
                views = child.get("view", "candidate").split()
                rubric = child.tag == "rubricBlock" and "candidate" not in views
                asked = any(str(part.tag).endswith("Interaction") for part in child.iter())
                if not asked and (rubric or child.tag in ("feedbackInline", "feedbackBlock")):
                    _taken_out(parent, child)
                    if not (
                        rubric and self.node.get("label") == "tancai:short"
                    ):  # our marking points, written out
                        self.said.append(self.texts.node(child))

    def _stem(self, body: ET.Element, *asked: ET.Element) -> str:
        """The text around the interactions, with their prompts; the interactions taken out."""
        prompts = [prompt for one in asked for prompt in one.findall("prompt")]
        for parent in body.iter():
            for child in list(parent):
                if child in asked or child.tag in (
                    "endAttemptInteraction",
                    "mediaInteraction",
                ):
                    if child.tag == "mediaInteraction":
                        self.texts.lose("media", child.tag)
                    _taken_out(parent, child)
        stem = "\n".join(part for part in (self.texts.node(body), *map(self.texts.node, prompts)) if part)
        if not stem:
            stem = self.node.get("title", "").strip()
            self.texts.note("title_as_stem")
        return stem

    def _response(self, asked: ET.Element) -> ET.Element:
        found = self.declared.get(asked.get("responseIdentifier", ""))
        if found is None:
            raise NotThis("no_key")
        return found

    def _choice(self, body: ET.Element, asked: ET.Element) -> assembled.Made:
        response = self._response(asked)
        several = response.get("cardinality") != "single"
        shown = [(one.get("identifier", ""), self.texts.node(one)) for one in asked.findall("simpleChoice")]
        shares, whole = self._shares(response, [name for name, _text in shown])
        options = [(text, shares[name]) for name, text in shown]
        stem = self._stem(body, asked)
        kind, content, key = assembled.choice(stem, options, several=several, whole=whole)
        label = self.node.get("label", "")
        if label == "tancai:truefalse" and kind == "single" and len(options) == 2:
            return "truefalse", {"stem": stem}, {"right": shown[0][0] == "T" and key["letters"] == ["A"]}
        if self.node.get("label") == "tancai:multiple":
            key.pop("any_count", None)
        return kind, content, key

    def _shares(self, response: ET.Element, names: list[str]) -> tuple[dict[str, Decimal], bool]:
        """Share of every choice, and whether only the exact key counts."""
        right = [xml.words(value) for value in response.findall("correctResponse/value")]
        mapping = response.find("mapping")
        if mapping is not None and self._scoring() == "map":
            given = {
                one.get("mapKey", ""): _number(one.get("mappedValue")) for one in mapping.findall("mapEntry")
            }
            default = _number(mapping.get("defaultValue", "0"))
            values = {name: given.get(name, default) for name in names}
            most = max(values.values(), default=Decimal(0))
            if response.get("cardinality") != "single":
                most = sum((value for value in values.values() if value > 0), Decimal(0))
                bound = mapping.get("upperBound")
                most = min(most, _number(bound)) if bound else most
            if most > 0:
                least = Decimal(-1)
                return {
                    name: max(least, min(Decimal(1), value / most)) for name, value in values.items()
                }, False
        if not set(right) & set(names):
            raise NotThis("no_key")
        return {name: Decimal(name in right) for name in names}, True

    def _scoring(self) -> str:
        """``map`` or ``match``; rules that are neither are lost."""
        rules = self.rules
        if rules is None:
            return "match"
        template = re.sub(r"\.xml$", "", rules.get("template", "").rstrip("/").rpartition("/")[2])
        if len(rules) == 0:
            if template not in _TEMPLATES:
                self.texts.lose("scoring", template)
            return "map" if "map_response" in template else "match"
        strange = sorted({part.tag for part in rules.iter()} - _KNOWN_RULES)
        targets = {one.get("identifier", "") for one in rules.iter("setOutcomeValue")}
        others = sorted(targets - {"SCORE", "MAXSCORE"})
        if strange or (others and not all("FEEDBACK" in name.upper() for name in others)):
            self.texts.lose("scoring", " ".join([*strange, *others])[:80])
        return "map" if rules.find(".//mapResponse") is not None else "match"

    def _blanks(self, body: ET.Element) -> assembled.Made:
        shown: list[dict[str, Any]] = []
        wanted: list[dict[str, Any]] = []
        for number, asked in enumerate(self.asked, start=1):
            if asked.tag in ("endAttemptInteraction", "mediaInteraction"):
                continue
            response = self._response(asked)
            options = [
                (one.get("identifier", ""), self.texts.node(one)) for one in asked.findall("inlineChoice")
            ]
            answers = self._answers(response, dict(options))
            shown.append({"options": [text for _name, text in options]} if options else {})
            wanted.append(answers)
            tail, text = asked.tail, f" [[{number}]] "
            asked.clear()
            asked.tag, asked.text, asked.tail = "span", text, tail
        stem = re.sub(r" *(\[\[\d+\]\]) *", r" \1 ", self._stem(body)).strip()
        stem = re.sub(r" *\n *", "\n", stem)
        if self.node.get("label") == "tancai:numeric" and len(wanted) == 1:
            return self._figure(stem, wanted[0])
        if self.node.get("label") == "tancai:fill":
            stem = stem.replace(" [[", "[[").replace("]] ", "]]")
        return "fill", {"stem": stem, "blanks": shown}, {"blanks": wanted}

    def _figure(self, stem: str, blank: dict[str, Any]) -> assembled.Made:
        stem, _is, unit = stem.rpartition("[[1]]")
        first, *others = blank["answers"]
        key: dict[str, Any] = {"value": first["text"], "tolerance": first.get("tolerance", "0")}
        if others:
            key["also"] = [
                {"value": o["text"], "tolerance": o.get("tolerance", "0"), "share": o["share"]}
                for o in others
            ]
        return "numeric", {"stem": stem.strip(), "unit": unit.strip()}, key

    def _answers(self, response: ET.Element, options: dict[str, str]) -> dict[str, Any]:
        name = response.get("identifier", "")
        shares: dict[str, Decimal] = {}
        case = False
        mapping = response.find("mapping")
        if mapping is not None and (self._scoring() == "map" or response.find("correctResponse") is None):
            entries = [
                (one.get("mapKey", ""), _number(one.get("mappedValue")), one.get("caseSensitive", "false"))
                for one in mapping.findall("mapEntry")
            ]
            most = max((value for _key, value, _case in entries), default=Decimal(0))
            if most > 0:
                shares = {key: value / most for key, value, _case in entries if value > 0}
                case = all(one == "true" for _key, value, one in entries if value > 0)
        else:
            self._scoring()
        for value in response.findall("correctResponse/value"):
            shares.setdefault(xml.words(value), Decimal(1))
        if not shares:
            raise NotThis("no_key", name)
        figure = response.get("baseType") in ("float", "integer") and not options
        room = self._tolerances().get(name, "0") if figure else None
        answers = []
        for text, share in sorted(shares.items(), key=lambda pair: -pair[1]):
            answer = {"text": options.get(text, text), "share": format(share.normalize(), "f")}
            if room is not None and numbers.number(text) is not None:
                answer["tolerance"] = room
            answers.append(answer)
        if options and not {one["text"] for one in answers} <= set(options.values()):
            raise NotThis("no_key", name)
        return {"answers": answers, **({"case": True} if case and not options else {})}

    def _tolerances(self) -> dict[str, str]:
        found = {}
        for equal in [] if self.rules is None else self.rules.iter("equal"):
            variable = equal.find("variable")
            mode, given = equal.get("toleranceMode", "exact"), equal.get("tolerance", "0").split()
            if variable is not None and mode != "exact" and given:
                found[variable.get("identifier", "")] = given[-1] + ("%" if mode == "relative" else "")
        return found

    def _match(self, body: ET.Element, asked: ET.Element) -> assembled.Made:
        response = self._response(asked)
        sets = asked.findall("simpleMatchSet")
        if len(sets) != 2:
            raise NotThis("match_sets", str(len(sets)))
        left, right = ([(one.get("identifier", ""), self.texts.node(one)) for one in side] for side in sets)
        couples = [xml.words(value).split() for value in response.findall("correctResponse/value")]
        if not couples and self._scoring() == "map":
            couples = [
                one.get("mapKey", "").split()
                for one in response.findall("mapping/mapEntry")
                if _number(one.get("mappedValue")) > 0
            ]
        else:
            self._scoring()
        names = {name for name, _text in left}
        couples = [
            couple if couple[:1] and couple[0] in names else couple[::-1]
            for couple in couples
            if len(couple) == 2
        ]
        if {couple[0] for couple in couples} != names or len(couples) != len(names):
            raise NotThis("match_not_one_to_one")
        if len(left) > len(pairs.NUMBERS) or len(right) > len(LETTERS):
            raise NotThis("too_many_options", str(max(len(left), len(right))))
        goes = dict(couples)
        texts = dict(right)
        if len(set(texts.values())) != len(texts):
            raise NotThis("same_options")
        if any(goes[name] not in texts for name in names):
            raise NotThis("match_not_one_to_one")
        stem = self._stem(body, asked)
        used = {goes[name] for name in names}
        extra = [text for name, text in right if name not in used]
        return "matching", *matching.make(stem, [[text, texts[goes[name]]] for name, text in left], extra)

    def _order(self, body: ET.Element, asked: ET.Element) -> assembled.Made:
        response = self._response(asked)
        shown = {one.get("identifier", ""): self.texts.node(one) for one in asked.findall("simpleChoice")}
        order = [xml.words(value) for value in response.findall("correctResponse/value")]
        if sorted(order) != sorted(shown):
            raise NotThis("no_key" if not order else "order_of_some")
        if len(set(shown.values())) != len(shown):
            raise NotThis("same_options")
        if len(shown) > len(LETTERS):
            raise NotThis("too_many_options", str(len(shown)))
        whole = self._scoring() == "match" and self.node.get("label") != "tancai:ordering"
        content, key = ordering.make(self._stem(body, asked), [shown[name] for name in order])
        return "ordering", content, {**key, "whole": True} if whole else key

    def _essay(self, body: ET.Element, asked: ET.Element) -> assembled.Made:
        most = self.node.find("outcomeDeclaration[@identifier='MAXSCORE']/defaultValue/value")
        response = self.declared.get(asked.get("responseIdentifier", ""))
        reference = (
            ""
            if response is None
            else "\n".join(xml.words(v) for v in response.findall("correctResponse/value"))
        )
        self.texts.note("marking_point")
        return assembled.essay(self._stem(body, asked), xml.words(most), reference=reference)

    def explanation(self) -> str:
        """Feedback of the whole item, in order."""
        found = [*self.said, *(self.texts.node(one) for one in self.node.findall("modalFeedback"))]
        return "\n".join(dict.fromkeys(text for text in found if text))

    def stimuli(self) -> Iterator[str]:
        """Texts of files of their own that the item names; what cannot be read is lost."""
        for one in self.node.findall("assessmentStimulusRef"):
            href = one.get("href", "")
            text = self._stimulus(self.texts.fetch(href))
            if not text:
                self.texts.lose("stimulus", href)
            yield text

    def _stimulus(self, data: bytes | None) -> str:
        try:
            found = next(xml.elements(io.BytesIO(data or b""), _STIMULI), None)
        except Unusable:
            return ""
        body = None if found is None else found.find("stimulusBody")
        return self.texts.node(body)

    def look_beside(self) -> None:
        if self.node.get("adaptive") == "true":
            self.texts.lose("adaptive")
        for one in self.node.findall("companionMaterialsInfo"):
            self.texts.lose("material", one.get("href", one.tag))
        if len(self.node.findall("modalFeedback")) > 1:
            self.texts.note("feedback_joined")


def _taken_out(parent: ET.Element, child: ET.Element) -> None:
    """Remove an element, keeping the text behind it."""
    siblings = list(parent)
    place = siblings.index(child)
    if child.tail:
        if place:
            siblings[place - 1].tail = (siblings[place - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _number(text: str | None) -> Decimal:
    found = numbers.number(text)
    return Decimal(0) if found is None else found
