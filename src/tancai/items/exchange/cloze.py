"""Moodle's embedded answers: ``{1:SHORTANSWER:=answer#feedback~%50%half}`` in a text become blanks. Pure."""

from __future__ import annotations

import re
from typing import Any

from tancai.items.exchange import assembled, markup
from tancai.items.exchange.model import NotThis

_OPEN = re.compile(r"\{(\d*):([A-Z_]+):")
_TYPED = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_CHOSEN = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS"}
_CHOSEN |= {"MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}
_FIGURE = {"NUMERICAL", "NM"}


def made(text: str, texts: markup.Texts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Content and key of a fill-in item; raises NotThis."""
    shown: list[dict[str, Any]] = []
    wanted: list[dict[str, Any]] = []
    weights: set[str] = set()
    stem, place = "", 0
    while found := _OPEN.search(text, place):
        stem += text[place : found.start()]
        end = _closing(text, found.end())
        weights.add(found[1] or "1")
        _blank(found[2], text[found.end() : end], shown, wanted, texts)
        stem += f"[[{len(wanted)}]]"
        place = end + 1
    stem += text[place:]
    if not wanted:
        raise NotThis("no_key")
    if len(weights) > 1:
        texts.lose("weights", " ".join(sorted(weights)))
    return {"stem": stem, "blanks": shown}, {"blanks": wanted}


def _closing(text: str, place: int) -> int:
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == "}":
            return place
        place += 1
    raise NotThis("not_closed", "{")


def _blank(name: str, body: str, shown: list[Any], wanted: list[Any], texts: markup.Texts) -> None:
    if name not in _TYPED | _CHOSEN | _FIGURE:
        raise NotThis("type", name)
    answers = [_answer(part, texts) for part in re.split(r"(?<!\\)~", body) if part.strip()]
    right = [{"text": text, "share": share} for text, share in answers if share != "0"]
    if name in _FIGURE:
        right = [_figure(one) for one in right]
    if not right:
        raise NotThis("no_key", body[:40])
    options = list(dict.fromkeys(text for text, _share in answers)) if name in _CHOSEN else []
    shown.append({"options": options} if options else {})
    wanted.append({"answers": right, **({"case": True} if name.endswith("C") and name in _TYPED else {})})


def _answer(part: str, texts: markup.Texts) -> tuple[str, str]:
    text, *feedback = re.split(r"(?<!\\)#", part.strip(), maxsplit=1)
    if feedback and feedback[0].strip():
        texts.said.append(f"{text.lstrip('=')}：{feedback[0].strip()}")
    share = "0"
    if text.startswith("="):
        share, text = "1", text[1:]
    elif weight := re.match(r"%(-?[\d.]+)%", text):
        value = assembled.share_of(weight[1])
        share, text = format(value.normalize(), "f") if value > 0 else "0", text[weight.end() :]
    return re.sub(r"\\(.)", r"\1", text).strip(), share


def _figure(answer: dict[str, str]) -> dict[str, str]:
    value, _is, room = answer["text"].partition(":")
    return {"text": value.strip(), "share": answer["share"], "tolerance": room.strip() or "0"}
