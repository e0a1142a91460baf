"""The texts of an item: plain characters, formulas ``$…$`` and ``$$…$$``, pictures ``![words](image:token)``,
files ``[words](file:token)``.

One dollar sign opens a formula only before a character that is no space and closes it only after one and before no
digit, so that prices stay prices; ``\\$`` is always a dollar sign. Everything else is shown as it is written. Pure:
pictures are fetched by the function handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from tancai.items.errors import Fault
from tancai.items.formulas import BadFormula, mathml

TOKEN = re.compile(r"[0-9a-f]{40}")
_PIECES = re.compile(
    r"(?P<escaped>\\\$)"
    r"|\$\$(?P<block>[^$]+?)\$\$"
    r"|\$(?=[^$\n]*[A-Za-z0-9\\])(?P<formula>[^\s$](?:[^$\n]*?[^\s$\\])?)\$(?!\d)"
    r"|!\[(?P<words>[^\]\n]*)\]\(image:(?P<token>[0-9a-f]{40})\)"
    r"|\[(?P<named>[^\]\n]*)\]\(file:(?P<file>[0-9a-f]{40})\)"
)
_TABLE = re.compile(r"^[ \t]*\|[^\n]*\|[ \t]*\n(?:[ \t]*\|[^\n]*\|[ \t]*(?:\n|\Z))+", re.M)
_LAST_WORD = re.compile(r"(?<![&\w;#])[A-Za-z0-9]{1,20}$", re.ASCII)


@dataclass(frozen=True)
class Piece:
    """``kind`` is ``text``, ``formula``, ``block``, ``image`` or ``file`` (``text`` the words, ``token`` the file)."""

    kind: str
    text: str
    token: str = ""


def pieces(text: str) -> Iterator[Piece]:
    """The parts of a text in order."""
    place = 0
    for found in _PIECES.finditer(text):
        if found.start() > place:
            yield Piece("text", text[place : found.start()])
        place = found.end()
        if found["escaped"]:
            yield Piece("text", "$")
        elif found["token"]:
            yield Piece("image", found["words"].strip(), found["token"])
        elif found["file"]:
            yield Piece("file", found["named"].strip(), found["file"])
        elif found["block"]:
            yield Piece("block", found["block"].strip())
        else:
            yield Piece("formula", found["formula"])
    if place < len(text):
        yield Piece("text", text[place:])


def html(text: str, picture: Callable[[str], str]) -> str:
    """The text as HTML; ``picture(token)`` gives an address, ``""`` when there is none.

    A formula that cannot be converted is shown as its author wrote it. Two lines or more between upright strokes are a
    table: its first line is the head when one of strokes and hyphens follows.
    """
    found, place = [], 0
    for block in _TABLE.finditer(text):
        found += [_line(text[place : block.start()].rstrip("\n"), picture), _table(block[0], picture)]
        place = block.end() + len(text[block.end() :]) - len(text[block.end() :].lstrip("\n"))
    return "".join([*found, _line(text[place:], picture)])


def _table(block: str, picture: Callable[[str], str]) -> str:
    """Rows of a table, as elements that may stand within a line of text."""
    rows = [row.strip() for row in block.strip().splitlines()]
    head = len(rows) > 1 and not rows[1].strip("|-: ")
    shown = []
    for number, row in enumerate(row for row in rows if row.strip("|-: ")):
        name = "columnheader" if head and number == 0 else "cell"
        cells = "".join(f'<span role="{name}">{_line(cell, picture)}</span>' for cell in _cells(row))
        shown.append(f'<span role="row">{cells}</span>')
    table = f'<span class="item-table" role="table">{"".join(shown)}</span>'
    return (
        f'<span class="item-table-in" tabindex="0">{table}</span>'  # wider than a phone: it is moved within
    )


def _cells(row: str) -> list[str]:
    """The cells of a row; a stroke within a formula or after a backslash parts nothing."""
    row = row.strip()[1:-1]
    inside = [found.span() for found in _PIECES.finditer(row)]
    ends = [
        place
        for place, sign in enumerate(row)
        if sign == "|" and row[place - 1 : place] != "\\" and not any(a <= place < b for a, b in inside)
    ]
    parts = [row[a + 1 : b] for a, b in zip([-1, *ends], [*ends, len(row)], strict=True)]
    return [part.replace("\\|", "|").strip() for part in parts]


def _line(text: str, picture: Callable[[str], str]) -> str:
    found: list[str] = []
    for piece in pieces(text):
        shown = _shown(piece, picture)
        last = _LAST_WORD.search(found[-1]) if found and piece.kind == "formula" else None
        if last:  # CO$_2$ stays on one line
            found[-1], shown = found[-1][: last.start()], f'<span class="keep">{last[0]}{shown}</span>'
        found.append(shown)
    return "".join(found)


def _shown(piece: Piece, picture: Callable[[str], str]) -> str:
    if piece.kind == "text":
        return escape(piece.text)
    if piece.kind == "file":  # the file itself stands before the question
        return f'<cite class="item-file-name">{escape(piece.text)}</cite>'
    if piece.kind == "image":
        address = picture(piece.token)
        words = escape(piece.text)
        if not address:
            return f'<span class="item-image-gone">[{words}]</span>'
        return f'<img class="item-image" src="{escape(address)}" alt="{words}">'
    try:
        return mathml(piece.text, block=piece.kind == "block")
    except BadFormula:
        return f"<code>{escape(piece.text)}</code>"


def plain(text: str) -> str:
    """The text for lists: formulas as TeX, pictures and files as their words in brackets, tables cell by cell."""
    return "".join(
        f"[{piece.text}]" if piece.kind in ("image", "file") else piece.text
        for piece in pieces(_TABLE.sub(_told, text))
    )


def _told(block: re.Match[str]) -> str:
    rows = [row for row in block[0].strip().splitlines() if row.strip().strip("|-: ")]
    return "；".join(" ".join(_cells(row)) for row in rows) + ("\n" if block[0].endswith("\n") else "")


def faults(place: str, text: str) -> list[Fault]:
    """Formulas that cannot be shown and pictures without words, as faults at ``place``."""
    found = []
    for piece in pieces(text):
        if piece.kind == "image" and not piece.text:
            found.append(Fault(place, "image_without_words"))
        if piece.kind == "file" and not piece.text:
            found.append(Fault(place, "file_without_words"))
        if piece.kind in ("formula", "block"):
            try:
                mathml(piece.text, block=piece.kind == "block")
            except BadFormula as error:
                found.append(Fault(place, "formula", (("formula", piece.text[:60]), ("piece", error.piece))))
    return found


def tokens(text: str) -> list[str]:
    """The pictures and files of a text."""
    return [piece.token for piece in pieces(text) if piece.token]


def attached(text: str) -> list[tuple[str, str]]:
    """The files of a text as (token, words)."""
    return [(piece.token, piece.text) for piece in pieces(text) if piece.kind == "file"]
