"""What changed between two texts, character by character, as safe HTML."""

from __future__ import annotations

from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def marked(before: str, after: str) -> SafeString:
    """``after`` with what was added in <ins> and what went in <del>."""
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("", after[c:d]))
            continue
        if b > a:
            pieces.append(("del", before[a:b]))
        if d > c:
            pieces.append(("ins", after[c:d]))
    return format_html_join("", "{}", ((_wrapped(tag, text),) for tag, text in pieces))


def _wrapped(tag: str, text: str) -> SafeString | str:
    if tag == "del":
        return format_html("<del>{}</del>", text)
    return format_html("<ins>{}</ins>", text) if tag == "ins" else text
