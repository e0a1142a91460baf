"""Aiken: a question, lines ``A. `` or ``A) ``, then ``ANSWER: X``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tancai.items.exchange import assembled, markup
from tancai.items.exchange.model import Found, NotThis, Read, Refused

_OPTION = re.compile(r"([A-Z])[.)]\s*(.*)")
_ANSWER = re.compile(r"ANSWER:\s*(.*)")


def questions(text: str, *, place: str = "") -> Iterator[Read]:
    """Every question of a file in order; one that is broken names its line and the next one is read."""
    stem: list[str] = []
    options: list[str] = []
    start = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        row = raw.strip()
        if not row:
            continue
        if found := _ANSWER.match(row):
            yield _made(stem, options, found[1].strip(), place, start or number)
            stem, options, start = [], [], 0
        elif stem and (found := _OPTION.match(row)) and ord(found[1]) - 65 == len(options):
            options.append(found[2])
        elif options:
            yield Refused("no_answer_line", title=stem[0][:60], place=place, line=number, asks="multichoice")
            stem, options, start = [row], [], number
        else:
            stem.append(row)
            start = start or number
    if stem:
        yield Refused("no_answer_line", title=stem[0][:60], place=place, line=start, asks="multichoice")


def _made(stem: list[str], options: list[str], letter: str, place: str, line: int) -> Read:
    texts = markup.Texts()
    try:
        if not stem:
            raise NotThis("no_stem")
        if len(letter) != 1 or not 0 <= ord(letter) - 65 < len(options):
            raise NotThis("no_key", letter[:20])
        shares = [(texts.plain(text), Decimal(chr(65 + n) == letter)) for n, text in enumerate(options)]
        kind, content, key = assembled.choice(texts.plain("\n".join(stem)), shares, several=False)
    except NotThis as reason:
        title = stem[0][:60] if stem else ""
        return Refused(reason.reason, reason.piece, title=title, place=place, line=line, asks="multichoice")
    return Found(kind, content, key, place=place, line=line, losses=tuple(texts.losses))
