"""Writing Moodle XML. Pure."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from typing import Any

from tancai.items.exchange import markup
from tancai.items.exchange.model import Found, NotThis
from tancai.items.kinds import fill, numbers

_FRACTIONS = (
    "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5 11.11111 10 5 0"
)
FRACTIONS = [Decimal(text) for text in _FRACTIONS.split()]
"""The only shares of the marks that Moodle takes, in per cent, and their negatives."""

Picture = Callable[[str], tuple[str, bytes] | None]
"""Name and bytes of a picture by its token."""


def fraction(share: Any) -> str:
    """The nearest share that Moodle takes."""
    value = Decimal(str(share)) * 100
    nearest = min(FRACTIONS, key=lambda one: abs(one - abs(value)))
    return format(nearest if value >= 0 else -nearest, "f")


class _Writer:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def text(self, name: str, text: str, *inner: str, **attributes: str) -> str:
        """A text as HTML with its pictures as files."""
        used: dict[str, bytes] = {}

        def address(token: str) -> str:
            found = self.picture(token)
            if found is None:
                return token
            used[found[0]] = found[1]
            return f"@@PLUGINFILE@@/{found[0]}"

        html = markup.to_html(text, address, tex=True)
        given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        files = "".join(
            f'<file name="{escape(one)}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'
            for one, data in used.items()
        )
        return f'<{name}{given} format="html"><text>{_cdata(html)}</text>{files}{"".join(inner)}</{name}>'

    def answer(self, text: str, share: Any, *inner: str) -> str:
        return self.text("answer", text, *inner, fraction=fraction(share))

    def plain(self, text: str, share: Any, *inner: str) -> str:
        kept = f"<text>{escape(text, quote=False)}</text>"
        return f'<answer fraction="{fraction(share)}" format="plain_text">{kept}{"".join(inner)}</answer>'


def _cdata(html: str) -> str:
    return "<![CDATA[" + html.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def question(found: Found, picture: Picture) -> str:
    """One question, a case as its text and its questions; raises NotThis for what Moodle has no type for."""
    if found.kind == "case":
        return _case(found, picture)
    return _question(found, picture, 1)


def _case(found: Found, picture: Picture) -> str:
    """The text as a description, then the questions: the way Moodle shows several questions about one text."""
    writer = _Writer(picture)
    parts = [_wrapped(writer, found, "description", found.content["stem"], [], 0, [f"{CASE}{found.source}"])]
    pairs = zip(found.content["questions"], found.key["questions"], strict=True)
    for number, (own, key) in enumerate(pairs, start=1):
        source = f"{found.source}/{number}"
        inner = Found(own["kind"], own["content"], key, source=source, title=source)
        parts.append(_question(inner, picture, own["marks"], [f"{PART}{found.source}"]))
    return "\n".join(parts)


CASE, PART = "tancai:case:", "tancai:part:"
"""Tags that tell which questions belong to which text; the code of the item follows."""


def _question(found: Found, picture: Picture, worth: int, more: Sequence[str] = ()) -> str:
    writer = _Writer(picture)
    if found.kind not in _TYPES:
        raise NotThis("kind", found.kind)
    name, stem, parts = _TYPES[found.kind](writer, found)
    return _wrapped(writer, found, name, stem, parts, worth, more)


def _wrapped(
    writer: _Writer, found: Found, name: str, stem: str, parts: list[str], worth: int, more: Sequence[str]
) -> str:
    title = found.title or found.source
    return "".join(
        (
            f'<question type="{name}"><name><text>{escape(title, quote=False)}</text></name>',
            writer.text("questiontext", stem),
            writer.text("generalfeedback", found.explanation),
            f"<defaultgrade>{worth}</defaultgrade><penalty>0</penalty><hidden>0</hidden>",
            f"<idnumber>{escape(found.source, quote=False)}</idnumber>",
            *parts,
            "<tags>",
            *(f"<tag><text>{escape(tag, quote=False)}</text></tag>" for tag in (*tags(found), *more)),
            "</tags></question>",
        )
    )


def tags(found: Found) -> list[str]:
    """Place and basis of an item as tags, and its own tags."""
    about = [
        f"{name}:{found.about[name]}"
        for name in ("topic", "difficulty", "document", "clause")
        if found.about.get(name)
    ]
    levels = [f"level:{level}" for level in found.about.get("levels", [])]
    ours = ["tancai:multiple"] if found.kind == "multiple" and not found.key.get("shares") else []
    return [*about, *levels, *ours, *(tag for tag in found.tags if tag not in ours)]


Parts = tuple[str, str, list[str]]


def _choice(writer: _Writer, found: Found) -> Parts:
    several = found.kind == "multiple"
    letters, shares = found.key["letters"], found.key.get("shares")
    parts = [f"<single>{'false' if several else 'true'}</single><shuffleanswers>false</shuffleanswers>"]
    parts.append("<answernumbering>ABCD</answernumbering>")
    for option in found.content["options"]:
        letter = option["letter"]
        if shares:
            share = Decimal(str(shares.get(letter, 0)))
        elif letter in letters:
            share = Decimal(1) / len(letters) if several else Decimal(1)
        else:
            share = Decimal(-1) if several else Decimal(0)
        parts.append(writer.answer(option["text"], share))
    return "multichoice", found.content["stem"], parts


def _truefalse(writer: _Writer, found: Found) -> Parts:
    right = found.key["right"]
    return (
        "truefalse",
        found.content["stem"],
        [writer.plain("true", int(right)), writer.plain("false", int(not right))],
    )


def _numeric(writer: _Writer, found: Found) -> Parts:
    parts = [
        writer.plain(value, share, f"<tolerance>{room}</tolerance>")
        for value, room, share in numbers.absolute(found.key)
    ]
    unit = found.content.get("unit", "")
    if unit:
        named = f"<unit_name>{escape(unit, quote=False)}</unit_name>"
        parts.append(f"<units><unit><multiplier>1</multiplier>{named}</unit></units>")
    return "numerical", found.content["stem"], parts


def _fill(writer: _Writer, found: Found) -> Parts:
    blanks = found.key["blanks"]
    typed = not any(shown.get("options") for shown in found.content["blanks"])
    figures = any("tolerance" in answer for blank in blanks for answer in blank["answers"])
    if len(blanks) == 1 and typed and not figures and not fill.PLACE.search(found.content["stem"]):
        parts = [f"<usecase>{int(bool(blanks[0].get('case')))}</usecase>"]
        parts += [writer.plain(answer["text"], answer["share"]) for answer in blanks[0]["answers"]]
        return "shortanswer", found.content["stem"], parts
    stem = found.content["stem"]
    if not fill.PLACE.search(stem):
        stem += "".join(f" [[{number}]]" for number in range(1, len(blanks) + 1))
    stem = fill.PLACE.sub(
        lambda m: _embedded(found.content["blanks"][int(m[1]) - 1], blanks[int(m[1]) - 1]), stem
    )
    return "cloze", stem, []


def _embedded(shown: dict[str, Any], blank: dict[str, Any]) -> str:
    answers = blank["answers"]
    options = shown.get("options")
    figure = all("tolerance" in answer for answer in answers)
    name = (
        "MULTICHOICE"
        if options
        else "NUMERICAL"
        if figure
        else "SHORTANSWER_C"
        if blank.get("case")
        else "SHORTANSWER"
    )
    shares = {answer["text"]: answer["share"] for answer in answers}
    texts = options or list(shares)
    rooms = {answer["text"]: f":{answer['tolerance']}" for answer in answers} if figure else {}
    parts = []
    for text in texts:
        share = Decimal(str(shares.get(text, 0)))
        sign = "=" if share == 1 else f"%{fraction(share)}%" if share else ""
        parts.append(sign + _escaped(text) + rooms.get(text, ""))
    return "{1:" + name + ":" + "~".join(parts) + "}"


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in '}#~/"\\' else letter for letter in text)


def _matching(writer: _Writer, found: Found) -> Parts:
    right = {one["letter"]: one["text"] for one in found.content["right"]}
    rows = [(one["text"], right[found.key["pairs"][one["letter"]]]) for one in found.content["left"]]
    used = set(found.key["pairs"].values())
    rows += [("", text) for letter, text in right.items() if letter not in used]
    parts = ["<shuffleanswers>true</shuffleanswers>"]
    for left, text in rows:
        answer = f"<answer><text>{escape(text, quote=False)}</text></answer>"
        parts.append(writer.text("subquestion", left, answer))
    return "matching", found.content["stem"], parts


def _ordering(writer: _Writer, found: Found) -> Parts:
    texts = {one["letter"]: one["text"] for one in found.content["options"]}
    whole = "ALL_OR_NOTHING" if found.key.get("whole") else "RELATIVE_NEXT_EXCLUDE_LAST"
    parts = [
        f"<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>{whole}</gradingtype>"
    ]
    parts += [writer.answer(texts[letter], 1) for letter in found.key["letters"]]
    return "ordering", found.content["stem"], parts


def _short(writer: _Writer, found: Found) -> Parts:
    rows = [point["text"] + f"（{point['marks']}）" for point in found.key["points"]]
    guide = "\n".join(part for part in (found.key.get("reference", ""), *rows) if part)
    return "essay", found.content["stem"], [writer.text("graderinfo", guide)]


_TYPES: dict[str, Callable[[_Writer, Found], Parts]] = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "fill": _fill,
    "matching": _matching,
    "ordering": _ordering,
    "short": _short,
}
