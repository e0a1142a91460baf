"""QTI items that ask several questions about one text, taken apart. Pure.

The standard has no element for a question: an item body holds text and interactions. What stands before an interaction
belongs to it, but for what stands before the first: that is the text all of them are about.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from tancai.items.exchange.model import NotThis
from tancai.items.kinds import numbers

MOST = 12


@dataclass(frozen=True)
class Groups:
    """``text``: elements all questions are about; ``questions``: one body a question."""

    text: list[ET.Element]
    questions: list[ET.Element]


def groups(body: ET.Element, no_questions: Collection[str], blanks: Collection[str]) -> Groups:
    """The body by questions; raises NotThis where one part of it holds several that cannot be told apart."""
    before, parts = _level(body, no_questions)
    text: list[ET.Element] = list(before)
    found: list[ET.Element] = []
    waiting: list[ET.Element] = []
    for part in parts:
        asked = [one for one in part.iter() if _asks(one, no_questions)]
        if not asked:
            (waiting if found else text).append(part)
            continue
        if len(asked) > 1 and not {one.tag for one in asked} <= set(blanks):
            raise NotThis("several_interactions", " ".join(sorted({one.tag for one in asked})))
        question = ET.Element("itemBody")
        if not found and text and not _says(part, asked):
            waiting = [text.pop()]  # the line right above the first question is its own
        question.extend([*waiting, part])
        waiting = []
        found.append(question)
    if len(found) > MOST:
        raise NotThis("several_interactions", str(len(found)))
    return Groups([*text, *waiting], found)


def _level(body: ET.Element, no_questions: Collection[str]) -> tuple[list[ET.Element], list[ET.Element]]:
    """The parts side by side that hold the questions, below elements that hold all of them; and what stood before."""
    before: list[ET.Element] = []
    while True:
        parts = list(_parts(body))
        holding = [part for part in parts if any(_asks(one, no_questions) for one in part.iter())]
        if len(holding) != 1 or _asks(holding[0], no_questions):
            return before, parts
        place = parts.index(holding[0])
        inside = [one for one in holding[0].iter() if _asks(one, no_questions)]
        if len(inside) < 2:
            return before, parts
        before += parts[:place]
        body = holding[0]


def _parts(body: ET.Element) -> Iterator[ET.Element]:
    """Children with the loose text between them as elements of their own."""
    if (body.text or "").strip():
        yield _loose(body.text or "")
    for child in list(body):
        tail, child.tail = child.tail or "", None
        yield child
        if tail.strip():
            yield _loose(tail)


def _loose(text: str) -> ET.Element:
    found = ET.Element("p")
    found.text = text
    return found


def _asks(part: ET.Element, no_questions: Collection[str]) -> bool:
    return isinstance(part.tag, str) and part.tag.endswith("Interaction") and part.tag not in no_questions


def _says(part: ET.Element, asked: list[ET.Element]) -> bool:
    """Whether the part has words of its own: a prompt, or text around its interaction."""
    if any("".join(one.itertext()).strip() for one in part.iter("prompt")):
        return True
    inside = sum(len("".join(one.itertext()).strip()) for one in asked)
    return len("".join(part.itertext()).strip()) > inside


def item(whole: ET.Element, body: ET.Element, responses: list[str]) -> ET.Element:
    """A question as an item of its own, with the declarations and rules of its responses."""
    ours = (one.get("class", "") for one in body if one.get("class", "").startswith("tancai-"))
    found = ET.Element("assessmentItem", {"label": next(ours, "").replace("tancai-", "tancai:")})
    for part in whole.findall("responseDeclaration"):
        if part.get("identifier") in responses:
            found.append(part)
    rules = whole.find("responseProcessing")
    if rules is not None:
        found.append(_rules(rules, set(responses)))
    found.append(body)
    return found


def _rules(rules: ET.Element, responses: set[str]) -> ET.Element:
    """The rules that speak of these responses; what they set counts as the score of the question."""
    if not len(rules):
        return ET.Element("responseProcessing", dict(rules.attrib))
    found = ET.Element("responseProcessing")
    for rule in rules:
        named = {one.get("identifier", "") for one in rule.iter()}
        if not named & responses:
            continue
        own = copy.deepcopy(rule)
        for one in own.iter():
            if one.get("identifier", "").endswith("SCORE"):
                one.set("identifier", "SCORE")
        found.append(own)
    return found


def marks(whole: ET.Element, responses: list[str]) -> int:
    """What a question is worth: what the item says is the most for its response, else 1."""
    for name in responses:
        head = name.rpartition("RESPONSE")[0] if "RESPONSE" in name else f"{name}_"
        most = whole.find(f"outcomeDeclaration[@identifier='{head}MAXSCORE']/defaultValue/value")
        value = numbers.number("" if most is None or not head else most.text)
        if value is not None and value == value.to_integral_value() and 1 <= value <= 100:
            return int(value)
    return 1
