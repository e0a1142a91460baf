"""Writing GIFT and Aiken. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from tancai.items import texts
from tancai.items.exchange.model import Found, NotThis
from tancai.items.exchange.moodle_write import fraction, tags
from tancai.items.kinds import fill, numbers


def gift(found: Found) -> str:
    """One question; raises NotThis for what GIFT has no notation for."""
    if found.kind not in ("single", "multiple", "truefalse", "numeric", "fill", "matching", "short"):
        raise NotThis("kind", found.kind)
    notes = [f"[id:{_bracketed(found.source)}]", *(f"[tag:{_bracketed(tag)}]" for tag in tags(found))]
    title = f"::{_escaped(found.title or found.source)}::"
    stem, inner = _stem(found), _answers(found)
    general = f"####{_escaped(found.explanation)}" if found.explanation else ""
    body = (
        stem.replace("\ue000", "{" + inner + general + "}")
        if "\ue000" in stem
        else f"{stem}{{{inner}{general}}}"
    )
    return f"// {' '.join(notes)}\n{title}{body}\n"


def _bracketed(text: str) -> str:
    return " ".join(text.replace("\\", r"\\").replace("]", r"\]").split())


def _escaped(text: str) -> str:
    _no_pictures(text)
    shown = "".join(f"\\{letter}" if letter in "~=#{}:\\" else letter for letter in _tex(text))
    return shown.replace("\n", "\\n")


def _no_pictures(text: str) -> None:
    if texts.tokens(text):
        raise NotThis("picture")


def _tex(text: str) -> str:
    """Formulas as Moodle's filter reads them, dollar signs plain."""
    parts = []
    for piece in texts.pieces(text):
        if piece.kind == "text":
            parts.append(piece.text)
        else:
            parts.append(f"\\[{piece.text}\\]" if piece.kind == "block" else f"\\({piece.text}\\)")
    return "".join(parts)


def _stem(found: Found) -> str:
    stem = found.content["stem"]
    if found.kind == "fill" and (place := fill.PLACE.search(stem)):
        before, after = stem[: place.start()], stem[place.end() :]
        if not after.strip():
            return f"[plain]{_escaped(before.strip())} "
        return f"[plain]{_escaped(before.strip())} \ue000 {_escaped(after.strip())}"
    return f"[plain]{_escaped(stem)}"


def _answers(found: Found) -> str:
    key, content = found.key, found.content
    if found.kind == "truefalse":
        return "T" if key["right"] else "F"
    if found.kind == "short":
        return ""
    if found.kind == "numeric":
        return "#" + _figures(found)
    if found.kind == "matching":
        right = {one["letter"]: one["text"] for one in content["right"]}
        rows = [(one["text"], right[key["pairs"][one["letter"]]]) for one in content["left"]]
        used = set(key["pairs"].values())
        rows += [("", text) for letter, text in right.items() if letter not in used]
        return " ".join(f"={_arrow(left)} -> {_arrow(text)}" for left, text in rows)
    if found.kind == "fill":
        if len(key["blanks"]) > 1 or content["blanks"][0].get("options"):
            raise NotThis("several_blanks")
        answers = key["blanks"][0]["answers"]
        if any("tolerance" in answer for answer in answers):
            raise NotThis("figure_in_text")
        return " ".join(f"={_weight(answer['share'])}{_escaped(answer['text'])}" for answer in answers)
    return " ".join(_options(found))


def _arrow(text: str) -> str:
    if "->" in text:
        raise NotThis("arrow")
    return _escaped(text)


def _weight(share: object) -> str:
    return "" if Decimal(str(share)) == 1 else f"%{fraction(share)}%"


def _options(found: Found) -> list[str]:
    letters, shares = found.key["letters"], found.key.get("shares")
    rows = []
    for option in found.content["options"]:
        letter, text = option["letter"], _escaped(option["text"])
        if "->" in option["text"]:
            raise NotThis("arrow")
        if found.kind == "single" and not shares:
            rows.append(f"={text}" if letter in letters else f"~{text}")
        elif shares:
            sign = "=" if found.kind == "single" and letter in letters else "~"
            rows.append(f"{sign}{text}" if sign == "=" else f"~%{fraction(shares.get(letter, 0))}%{text}")
        else:
            share = Decimal(1) / len(letters) if letter in letters else Decimal(-1)
            rows.append(f"~%{fraction(share)}%{text}")
    return rows


def _figures(found: Found) -> str:
    parts = [f"={_weight(share)}{value}:{room}" for value, room, share in numbers.absolute(found.key)]
    return parts[0][1:] if len(parts) == 1 else " ".join(parts)


def aiken(found: Found) -> str:
    """One question; only single choice fits, without pictures and explanations."""
    if found.kind != "single" or found.key.get("shares"):
        raise NotThis("kind", found.kind)
    stem, rows = found.content["stem"], []
    _no_pictures(stem)
    if any(re.match(r"[A-Z][.)]\s|ANSWER:", row) for row in stem.splitlines()):
        raise NotThis("looks_like_option")
    for option in found.content["options"]:
        _no_pictures(option["text"])
        if "\n" in option["text"]:
            raise NotThis("lines")
        rows.append(f"{option['letter']}. {_tex(option['text'])}")
    lines = [row for row in _tex(stem).splitlines() if row.strip()]
    return "\n".join([*lines, *rows, f"ANSWER: {found.key['letters'][0]}", ""])
