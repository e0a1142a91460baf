"""Fill in: one or more blanks, each with its accepted answers; every blank counts the same.

``content`` {stem, blanks [{options? [text]}]}: ``[[1]]`` in the stem is the place of the first blank; a stem without
places has its blanks below. ``key`` {blanks [{answers [{text, share, tolerance?}], case?}]}: ``share`` of the blank's
marks, ``*`` in a text stands for anything, an answer with ``tolerance`` is a number. Case (unless ``case``), width,
repeated spaces and how a formula is set do not matter. A response is the list of texts, ``""`` where nothing is given.
"""

from __future__ import annotations

import random
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from tancai.items.errors import BadResponse, Fault
from tancai.items.kinds import lines, numbers, typed
from tancai.items.kinds.score import Score

MOST = 20
LONGEST = 200
PLACE = re.compile(r"\[\[(\d{1,2})\]\]")


class Fill:
    code = "fill"
    name = gettext_lazy("填空题")
    letter = "f"
    shape = "lines"
    lines = (lines.Line("blanks", rows=5),)
    bodies = ("blanks",)
    key_lines = ("blanks",)

    def faults(self, content: dict[str, Any], key: dict[str, Any], marks: int | None) -> list[Fault]:
        found = lines.stem_faults(content)
        blanks = key.get("blanks", [])
        if not 1 <= len(blanks) <= MOST or len(content.get("blanks", [])) != len(blanks):
            return [*found, Fault("blanks", "count", (("least", 1), ("most", MOST)))]
        places = PLACE.findall(content["stem"])
        if places and sorted(places, key=int) != [str(n) for n in range(1, len(blanks) + 1)]:
            found.append(Fault("stem", "blanks_do_not_match", (("blanks", len(blanks)),)))
        for number, blank in enumerate(blanks, start=1):
            found += _blank_faults(f"blanks.{number}", blank, content["blanks"][number - 1].get("options"))
        return found

    def public(self, content: dict[str, Any]) -> dict[str, Any]:
        """The stem with its blanks as pieces {text} or {blank, options}; blanks without a place come at the end."""
        pieces: list[dict[str, Any]] = []
        for place, part in enumerate(PLACE.split(content["stem"])):
            if place % 2 == 0:
                pieces += [{"text": part}] if part else []
            elif 1 <= int(part) <= len(content["blanks"]):
                pieces.append({"blank": int(part), **content["blanks"][int(part) - 1]})
        if not PLACE.search(content["stem"]):
            pieces += [{"blank": n, **blank} for n, blank in enumerate(content["blanks"], start=1)]
        return {"stem": PLACE.sub("____", content["stem"]), "pieces": pieces, "count": len(content["blanks"])}

    def response(self, raw: Any) -> list[str] | None:
        if raw in (None, "", []):
            return None
        values = [raw] if isinstance(raw, str) else raw
        if not isinstance(values, list) or len(values) > MOST or not all(isinstance(v, str) for v in values):
            raise BadResponse("blanks are a list of texts")
        given = [value[:LONGEST] for value in values]
        return given if any(value.strip() for value in given) else None

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, *, marks: Decimal, policy: str
    ) -> Score:
        given = [*(response or []), *[""] * len(key["blanks"])]
        shares = [_share(text, blank) for text, blank in zip(given, key["blanks"], strict=False)]
        total = sum(shares, Decimal(0)) / len(shares)
        return Score(marks * total, marks, {"right": total == 1, "parts": [float(share) for share in shares]})

    def answer(
        self, content: dict[str, Any], key: dict[str, Any], *, right: bool, chance: random.Random
    ) -> list[str]:
        blanks = zip(content["blanks"], key["blanks"], strict=True)
        if right:
            return [max(blank["answers"], key=_worth)["text"].replace("*", "") for _shown, blank in blanks]
        texts = [answer["text"].replace("*", "") for blank in key["blanks"] for answer in blank["answers"]]
        return [_wrong(shown.get("options", []), blank, texts, chance) for shown, blank in blanks]

    def solution(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {"blanks": [[_told(answer) for answer in blank["answers"]] for blank in key["blanks"]]}

    def from_file(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """``blanks``: for each blank a list of accepted texts, or {answers, options, case, tolerance}."""
        shown, wanted = [], []
        for blank in raw.get("blanks", []):
            table = (
                blank
                if isinstance(blank, dict)
                else {"answers": blank if isinstance(blank, list) else [blank]}
            )
            answers = [{"text": str(text), "share": "1"} for text in table.get("answers", [])]
            if "tolerance" in table:
                answers = [{**answer, "tolerance": str(table["tolerance"])} for answer in answers]
            shown.append({"options": [str(o) for o in table["options"]]} if table.get("options") else {})
            wanted.append({"answers": answers, **({"case": True} if table.get("case") else {})})
        return {"stem": raw["stem"], "blanks": shown}, {"blanks": wanted}

    def written(self, content: dict[str, Any], key: dict[str, Any]) -> dict[str, str]:
        rows = []
        for shown, blank in zip(content["blanks"], key["blanks"], strict=True):
            row = " | ".join(_told(answer) for answer in blank["answers"])
            rows.append(f"{row} << {' | '.join(shown['options'])}" if shown.get("options") else row)
        return {"blanks": "\n".join(rows)}

    def read(self, stem: str, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        shown, wanted = [], []
        for row in lines.rows(given["blanks"]):
            answers, _is, options = row.partition("<<")
            parts = [part.strip() for part in re.split(r"[|｜]", answers) if part.strip()]
            listed = [part.strip() for part in re.split(r"[|｜]", options) if part.strip()]
            shown.append({"options": listed} if listed else {})
            wanted.append({"answers": [_read(part) for part in parts]})
        return {"stem": stem, "blanks": shown}, {"blanks": wanted}

    def rekeyed(
        self, content: dict[str, Any], key: dict[str, Any], given: dict[str, str]
    ) -> dict[str, Any] | None:
        """Other accepted answers, blank by blank; what is chosen from stays, and so does a blank left as it was."""
        before = self.written(content, key)["blanks"]
        shown, new = self.read(content["stem"], {"blanks": before, **given})
        _shown, read = self.read(content["stem"], {"blanks": before})
        if shown["blanks"] != content["blanks"] or len(read["blanks"]) != len(key["blanks"]):
            return None
        blanks = [
            old if one == same else {**old, **one}
            for old, same, one in zip(key["blanks"], read["blanks"], new["blanks"], strict=True)
        ]
        return {**key, "blanks": blanks}


def _read(text: str) -> dict[str, str]:
    body, _is, tail = text.partition("±")
    share = re.search(r"（(\d+(?:\.\d+)?)%）$", text)
    if share:
        body, tail = body.removesuffix(share[0]), tail.removesuffix(share[0])
    found = {"text": body.strip(), "share": str(Decimal(share[1]) / 100) if share else "1"}
    return {**found, "tolerance": tail.strip()} if tail else found


def _told(answer: dict[str, Any]) -> str:
    text = answer["text"] + (f" ± {answer['tolerance']}" if "tolerance" in answer else "")
    share = Decimal(str(answer.get("share", 1)))
    return text if share == 1 else f"{text}（{(share * 100).normalize():f}%）"


def _blank_faults(place: str, blank: dict[str, Any], options: list[str] | None) -> list[Fault]:
    answers = blank.get("answers", [])
    found = [] if answers else [Fault(place, "empty")]
    for answer in answers:
        if not answer["text"].strip():
            found.append(Fault(place, "empty"))
        share = numbers.number(answer.get("share"))
        if share is None or not -1 <= share <= 1:
            found.append(Fault(place, "share"))
        if "tolerance" in answer:
            value = numbers.number(answer["text"])
            if value is None:
                found.append(Fault(place, "number", (("text", answer["text"]),)))
            elif numbers.tolerance(answer["tolerance"], value) is None:
                found.append(Fault(place, "tolerance", (("text", answer["tolerance"]),)))
    if options and not {answer["text"] for answer in answers} <= set(options):
        found.append(Fault(place, "not_among_options"))
    return found


def _share(given: str, blank: dict[str, Any]) -> Decimal:
    """The best share of the accepted answers that this text is."""
    shares = [
        Decimal(str(a["share"])) for a in blank["answers"] if _is(given, a, case=bool(blank.get("case")))
    ]
    return max(max(shares, default=Decimal(0)), Decimal(0))


def _is(given: str, answer: dict[str, Any], *, case: bool) -> bool:
    if "tolerance" in answer:
        value, wanted = numbers.number(given), numbers.number(answer["text"])
        room = None if wanted is None else numbers.tolerance(answer["tolerance"], wanted)
        return value is not None and wanted is not None and room is not None and abs(value - wanted) <= room
    text, wanted_text = _plain(given, case), _plain(answer["text"], case)
    if "*" not in wanted_text:
        return bool(text) and text == wanted_text
    pieces = [re.escape(piece) for piece in wanted_text.split("*")]
    return re.fullmatch(".*?".join(pieces), text) is not None


def _worth(answer: dict[str, Any]) -> Decimal:
    return Decimal(str(answer.get("share", 1)))


def _wrong(options: list[str], blank: dict[str, Any], texts: list[str], chance: random.Random) -> str:
    """Another option, what belongs into another blank, another figure; or nothing at all."""
    found = options or [*texts, *(figure for text in texts for figure in _near(text))]
    wrong = [text for text in found if _share(text, blank) == 0]
    return chance.choice(wrong) if wrong else ""


def _near(text: str) -> list[str]:
    value = numbers.number(text)
    return [] if value is None else [numbers.shown(value * 2), numbers.shown(value + 1)]


def _plain(text: str, case: bool) -> str:
    plain = " ".join(typed.unset(text).split())
    return plain if case else plain.casefold()


KIND = Fill()
