"""QTI 1.2 (``questestinterop``): choices, text and number entry, essays, matching; what Canvas and Blackboard write."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any
from xml.etree import ElementTree as ET

from tancai.items.exchange import assembled, markup, xml
from tancai.items.exchange.model import MOST_FOREIGN, Found, NotThis, Read, Refused, Unusable
from tancai.items.kinds import matching, numbers


def questions(stream: IO[bytes], fetch: markup.Fetch, *, place: str = "") -> Iterator[Read]:
    """Every item of a file in order; what is broken ends it after the items before."""
    try:
        for node in xml.elements(stream, {"item"}):
            yield _item(node, fetch, place)
    except Unusable as error:
        yield Refused(error.reason, error.piece, place=place, line=error.line)


def _item(node: xml.Node, fetch: markup.Fetch, place: str) -> Read:
    reader = _Item(node, markup.Texts(fetch))
    where: dict[str, Any] = {
        "title": node.get("title", ""),
        "source": node.get("ident", ""),
        "place": place,
        "line": node.line,
    }
    try:
        kind, content, key = reader.made()
    except NotThis as reason:
        return Refused(reason.reason, reason.piece, asks=reader.asks, **where)
    texts = reader.texts
    return Found(
        kind=kind,
        content=content,
        key=key,
        explanation=reader.explanation(),
        pictures=texts.pictures,
        losses=tuple(texts.losses),
        notes=tuple(texts.notes),
        foreign=ET.tostring(node, encoding="unicode")[:MOST_FOREIGN] if texts.losses else "",
        **where,
    )


class _Item:
    def __init__(self, node: xml.Node, texts: markup.Texts) -> None:
        self.node, self.texts = node, texts
        self.meta = {
            xml.words(field.find("fieldlabel")): xml.words(field.find("fieldentry"))
            for field in node.iter("qtimetadatafield")
        }
        self.shown = node.find("presentation")
        self.responses = (
            []
            if self.shown is None
            else [
                one
                for one in self.shown.iter()
                if one.tag in ("response_lid", "response_str", "response_num", "response_grp", "response_xy")
            ]
        )
        self.asks = self.meta.get("question_type", "") or " ".join(
            sorted({one.tag for one in self.responses})
        )

    def made(self) -> assembled.Made:
        if self.shown is None:
            raise NotThis("no_body")
        if (
            self.node.find("itemproc_extension") is not None
            or "calculated" in self.asks
            or "formula" in self.asks
        ):
            raise NotThis("template")
        if not self.responses:
            raise NotThis("no_question")
        hot = [one for one in self.responses if one.tag in ("response_xy", "response_grp")]
        if hot or self.node.find(".//render_hotspot") is not None:
            raise NotThis("interaction", self.asks or hot[0].tag)
        if self.asks in ("file_upload_question", "hot_spot_question", "categorization_question"):
            raise NotThis("interaction", self.asks)
        if self.asks in ("ordering_question",):
            raise NotThis("interaction", self.asks)
        choices = [one for one in self.responses if one.tag == "response_lid"]
        if len(choices) == len(self.responses) == 1:
            return self._choice(choices[0])
        if choices and len(choices) == len(self.responses):
            return self._several(choices)
        if len(self.responses) == 1 and not choices:
            return self._text(self.responses[0])
        if not choices:
            return self._texts()
        raise NotThis("several_interactions", self.asks)

    def material(self, node: ET.Element | None) -> str:
        if node is None:
            return ""
        parts = []
        for one in node.iter():
            if one.tag == "mattext" and len(one):
                parts.append(self.texts.node(one))
            elif one.tag == "mattext":
                plain = one.get("texttype", "text/plain") == "text/plain" and "<" not in (one.text or "")
                parts.append(self.texts.plain(one.text or "") if plain else self.texts.html(one.text or ""))
            elif one.tag == "matimage":
                parts.append(self.texts.picture(one.get("uri", ""), one.get("label", "")))
            elif one.tag in ("mataudio", "matvideo", "matapplet", "matapplication"):
                self.texts.lose("media", one.tag)
        return "\n".join(part for part in parts if part)

    def stem(self) -> str:
        assert self.shown is not None
        outer = [self.shown, *self.shown.findall("flow")]
        found = [
            self.material(one) for parent in outer for one in parent if one.tag in ("material", "flow_mat")
        ]
        stem = "\n".join(part for part in found if part) or self.node.get("title", "")
        if not stem:
            raise NotThis("no_stem")
        return stem

    def scores(self) -> list[tuple[ET.Element, Decimal]]:
        """Conditions with what they set or add."""
        found = []
        for one in self.node.iter("respcondition"):
            values = [(s.get("action", "Set"), numbers.number(xml.words(s))) for s in one.findall("setvar")]
            worth = next((v for _a, v in values if v is not None), None)
            condition = one.find("conditionvar")
            if condition is not None and worth is not None:
                found.append((condition, worth))
        return found

    def _worth(self) -> Decimal:
        """The most that can be won, as far as it is said."""
        given = [numbers.number(one.get("maxvalue")) for one in self.node.iter("decvar")]
        return max((value for value in given if value), default=Decimal(0))

    def _choice(self, asked: ET.Element) -> assembled.Made:
        name = asked.get("ident", "")
        options = [(one.get("ident", ""), self.material(one)) for one in asked.iter("response_label")]
        several = asked.get("rcardinality", "Single") == "Multiple"
        stem = self.stem()
        if not options:
            raise NotThis("too_few_options", "0")
        shares: dict[str, Decimal] = {}
        whole = False
        for condition, worth in self.scores():
            said = [one for one in condition.iter("varequal") if one.get("respident") == name]
            refused = {xml.words(v) for no in condition.iter("not") for v in no.iter("varequal")}
            right = [xml.words(one) for one in said if xml.words(one) not in refused]
            if worth > 0 and (len(right) > 1 or refused):
                whole = True
                shares.update({one: Decimal(1) for one in right})
            elif len(right) == 1 and not whole:
                shares[right[0]] = max(shares.get(right[0], Decimal(0)), worth)
        most = max(shares.values(), default=Decimal(0))
        if most <= 0:
            raise NotThis("no_key")
        if several and not whole:
            most = sum((v for v in shares.values() if v > 0), Decimal(0))
        made = [
            (text, max(Decimal(-1), shares.get(ident, Decimal(0)) / (1 if whole else most)))
            for ident, text in options
        ]
        return assembled.choice(stem, made, several=several, whole=whole)

    def _answers(self, name: str) -> list[dict[str, str]]:
        found: dict[str, tuple[Decimal, str | None]] = {}
        for condition, worth in self.scores():
            if worth <= 0:
                continue
            for one in condition.iter("varequal"):
                if one.get("respident") == name and xml.words(one):
                    found.setdefault(xml.words(one), (worth, None))
            least = next(
                (
                    xml.words(o)
                    for o in condition.iter()
                    if o.tag in ("vargte", "vargt") and o.get("respident") == name
                ),
                "",
            )
            most = next(
                (
                    xml.words(o)
                    for o in condition.iter()
                    if o.tag in ("varlte", "varlt") and o.get("respident") == name
                ),
                "",
            )
            low, high = numbers.number(least), numbers.number(most)
            if low is not None and high is not None:
                exact = condition.find(".//or/varequal")
                if exact is not None:
                    found.pop(xml.words(exact), None)
                found[format((low + high) / 2, "f")] = (worth, format(abs(high - low) / 2, "f"))
        best = max((worth for worth, _room in found.values()), default=Decimal(0))
        return [
            {
                "text": text,
                "share": format((worth / best).normalize(), "f"),
                **({"tolerance": room} if room is not None else {}),
            }
            for text, (worth, room) in found.items()
        ]

    def _text(self, asked: ET.Element) -> assembled.Made:
        stem = self.stem()
        answers = self._answers(asked.get("ident", ""))
        if not answers:
            if (
                asked.tag == "response_num"
                or "fib" in self.asks
                or "short_answer" in self.asks
                or "numerical" in self.asks
            ):
                raise NotThis("no_key")
            self.texts.note("marking_point")
            return assembled.essay(stem, self._worth())
        figure = (
            "numerical" in self.asks or asked.tag == "response_num" or any("tolerance" in a for a in answers)
        )
        if figure and all(numbers.number(a["text"]) is not None for a in answers):
            first, *others = sorted(answers, key=lambda a: -Decimal(a["share"]))
            key: dict[str, Any] = {"value": first["text"], "tolerance": first.get("tolerance", "0")}
            if others:
                key["also"] = [
                    {"value": o["text"], "tolerance": o.get("tolerance", "0"), "share": o["share"]}
                    for o in others
                ]
            return "numeric", {"stem": stem, "unit": ""}, key
        return "fill", {"stem": stem, "blanks": [{}]}, {"blanks": [{"answers": answers}]}

    def _texts(self) -> assembled.Made:
        blanks = []
        for asked in self.responses:
            answers = self._answers(asked.get("ident", ""))
            if not answers:
                raise NotThis("no_key", asked.get("ident", ""))
            blanks.append({"answers": answers})
        return "fill", {"stem": self.stem(), "blanks": [{} for _one in blanks]}, {"blanks": blanks}

    def _several(self, asked: list[ET.Element]) -> assembled.Made:
        """Several lists to choose from: matching when the lists are the same, else blanks with options."""
        rows, listed = [], []
        for one in asked:
            labels = {label.get("ident", ""): self.material(label) for label in one.iter("response_label")}
            right = next(
                (
                    xml.words(v)
                    for c, worth in self.scores()
                    if worth > 0
                    for v in c.iter("varequal")
                    if v.get("respident") == one.get("ident")
                ),
                "",
            )
            own = [self.material(part) for part in one if part.tag in ("material", "flow_mat")]
            if right not in labels:
                raise NotThis("no_key", one.get("ident", ""))
            rows.append(["\n".join(own), labels[right]])
            listed.append(list(labels.values()))
        stem = self.stem()
        if all(options == listed[0] for options in listed) and len({row[0] for row in rows}) == len(rows):
            extra = [text for text in listed[0] if text not in {row[1] for row in rows}]
            return "matching", *matching.make(stem, rows, extra)
        if all(row[0] for row in rows):
            stem += "".join(f"\n{row[0]} [[{n}]]" for n, row in enumerate(rows, start=1))
        blanks = [{"options": list(dict.fromkeys(options))} for options in listed]
        wanted = [{"answers": [{"text": row[1], "share": "1"}]} for row in rows]
        return "fill", {"stem": stem, "blanks": blanks}, {"blanks": wanted}

    def explanation(self) -> str:
        parts = [self.material(one) for one in self.node.findall("itemfeedback")]
        return "\n".join(dict.fromkeys(part for part in parts if part))
