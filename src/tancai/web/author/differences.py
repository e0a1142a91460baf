"""What changed between two texts, word by word, as safe HTML.

A Latin word, a number, a formula, a picture, a file and a single Chinese character are words. A lone word that stayed
between two changes is taken into them, so that a reader sees one change and not three splinters.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WORDS = re.compile(
    r"\$\$.+?\$\$|\$[^$\n]+\$|!?\[[^\]]*\]\((?:image|file):[0-9a-f]+\)|[A-Za-z]+|\d+(?:[.,]\d+)*%?|\s+|.",
    re.DOTALL,
)

_TOKENS = re.compile(r"\((image|file):([0-9a-f]{6})[0-9a-f]{34}\)")

Piece = tuple[str, str, str]
"""Kind (``same`` or ``changed``), text before, text after."""


def marked(before: str, after: str) -> SafeString:
    """``after`` with what was added in <ins> and what went in <del>."""
    found: list[SafeString | str] = []
    for kind, old, new in pieces(before, after):
        if kind == "same":
            found.append(_short(new))
            continue
        if old:
            found.append(format_html("<del>{}</del>", _short(old)))
        if new:
            found.append(format_html("<ins>{}</ins>", _short(new)))
    return format_html_join("", "{}", ((part,) for part in found))


def _short(text: str) -> str:
    """The text with the names of pictures and files cut to what tells one from another."""
    return _TOKENS.sub(r"(\1 \2…)", text)


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts as what stayed and what changed, in order."""
    olds, news = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        kind = "same" if tag == "equal" else "changed"
        found = _joined(found, (kind, "".join(olds[a:b]), "".join(news[c:d])))
    return found


def _joined(found: list[Piece], new: Piece) -> list[Piece]:
    """The list with one more piece; a lone word between two changes becomes part of them."""
    if new[0] == "changed" and len(found) >= 2 and found[-1][0] == "same" and len(found[-1][1]) == 1:
        (_kind, old, fresh), (_same, lone, _lone) = found[-2], found[-1]
        return [*found[:-2], ("changed", old + lone + new[1], fresh + lone + new[2])]
    return [*found, new]
