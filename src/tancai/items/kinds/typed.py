"""What is written in formulas as people type it: ``CO$_2$``, ``CO₂`` and ``CO2`` are one text. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tancai.items import texts

_SIGNS = {r"\circ": "°", r"\degree": "°", r"\percent": "%", r"\times": "×", r"\cdot": "·"}
_SETTING = re.compile(r"\\(?:mathrm|mathit|mathbf|text|quad|[,;:! ])|[_^{}\\]")
_PRODUCT = re.compile(r"[$_^·⋅∙•*×]")
_DASHES = str.maketrans("−–", "--")


@lru_cache(maxsize=8192)
def unset(text: str) -> str:
    """A text with its formulas as one types them, in ordinary width, raised and lowered figures on the line."""
    if "$" in text:
        text = "".join(
            _typed(piece.text) if piece.kind in ("formula", "block") else piece.text
            for piece in texts.pieces(text)
        )
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def _typed(tex: str) -> str:
    for command, sign in _SIGNS.items():
        tex = tex.replace(command, sign)
    return _SETTING.sub("", tex)


@lru_cache(maxsize=8192)
def unit(text: str) -> str:
    """A unit for comparing: besides, without spaces, case and signs of a product (``t·km`` is ``t km``)."""
    return _PRODUCT.sub("", "".join(unset(text).split())).casefold()
