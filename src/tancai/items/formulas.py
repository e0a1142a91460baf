r"""Formulas in items: a subset of TeX as MathML, so that a page needs no script and no font to show them.

The converter does not escape what stands in ``\text``; therefore commands and characters are checked before it and its
result is parsed and built anew from the elements of MathML alone. Pure.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache

from latex2mathml.converter import convert

LONGEST = 1000
"""Characters of one formula."""

COMMANDS = frozenset(
    """
    frac dfrac tfrac sqrt binom sum prod int lim max min sup inf ln log lg exp sin cos tan
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    times cdot div pm mp le leq ge geq lt gt ne neq approx equiv sim propto to rightarrow leftarrow Rightarrow
    infty partial nabla in notin subset subseteq cup cap forall exists ldots cdots dots quad qquad degree circ prime
    left right text mathrm mathbf mathit hat bar overline underline tilde vec dot ddot overset underset
    begin end lfloor rfloor lceil rceil langle rangle mid parallel perp percent
    """.split()
)
_ENVIRONMENTS = frozenset({"matrix", "pmatrix", "bmatrix", "cases", "aligned", "array"})
_SIGNS = frozenset({"\\", ",", ";", ":", "!", " ", "{", "}", "%", "_", "#", "|"})
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_BEGUN = re.compile(r"\\(begin|end)\s*\{([A-Za-z*]*)\}")
_ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd"
    " mstyle mpadded mphantom menclose".split()
)
_ATTRIBUTES = frozenset(
    "display displaystyle linethickness stretchy fence form accent accentunder columnalign width mathvariant"
    " lspace rspace minsize maxsize largeop movablelimits separator symmetric columnspacing rowspacing".split()
)


_ARITY = {
    "mfrac": 2,
    "msub": 2,
    "msup": 2,
    "mover": 2,
    "munder": 2,
    "mroot": 2,
    "msubsup": 3,
    "munderover": 3,
}
_STAND_INS = {"<": "\ue00a", ">": "\ue00b"}
"""The converter passes these through unescaped; they are put back once its result is a tree."""


class BadFormula(ValueError):
    """A formula that cannot be shown; ``code`` says why, ``piece`` is what is wrong in it."""

    def __init__(self, code: str, piece: str) -> None:
        self.code, self.piece = code, piece
        super().__init__(f"{code}: {piece}")


def check(tex: str) -> None:
    """Raises BadFormula: ``empty``, ``too_long``, ``unknown_command``, ``braces``, ``sign``."""
    if not tex.strip():
        raise BadFormula("empty", "")
    if len(tex) > LONGEST:
        raise BadFormula("too_long", tex[:20])
    for name in _COMMAND.findall(tex):
        if name not in (COMMANDS if name.isalpha() else _SIGNS):
            raise BadFormula("unknown_command", f"\\{name}")
    for _word, environment in _BEGUN.findall(tex):
        if environment not in _ENVIRONMENTS:
            raise BadFormula("unknown_command", f"\\begin{{{environment}}}")
    bare = _COMMAND.sub(" ", tex)
    if re.search(r"&\s*[#\w]+;", tex) or any(ord(sign) < 32 and sign not in "\n\t" for sign in tex):
        raise BadFormula("sign", "&")
    depth = 0
    for sign in bare:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            break
    if depth or tex.count("\\left") - tex.count("\\leftarrow") != tex.count("\\right") - tex.count(
        "\\rightarrow"
    ):
        raise BadFormula("braces", tex[:40])


@lru_cache(maxsize=4096)
def mathml(tex: str, *, block: bool = False) -> str:
    """The formula as a ``<math>`` element with its TeX as alternative text; raises BadFormula."""
    check(tex)
    source = tex.replace("\\degree", r"{}^{\circ}").replace("\\percent", r"\%")
    for sign, stand_in in _STAND_INS.items():
        source = source.replace(sign, stand_in)
    try:
        found = ET.fromstring(convert(source, display="block" if block else "inline"))
    except Exception as error:  # the converter raises whatever its stack met
        raise BadFormula("not_understood", tex[:40]) from error
    _clean(found)
    found.set("alttext", tex)
    return ET.tostring(found, encoding="unicode")


def _clean(element: ET.Element) -> None:
    name = element.tag.rpartition("}")[2]
    if name not in _ELEMENTS:
        raise BadFormula("not_understood", name)
    if name in _ARITY and len(element) != _ARITY[name]:
        raise BadFormula("not_understood", name)
    for sign, stand_in in _STAND_INS.items():
        if element.text == stand_in:
            name = "mo"
        element.text = element.text and element.text.replace(stand_in, sign)
    element.tag = name
    for attribute in list(element.attrib):
        if attribute not in _ATTRIBUTES:
            del element.attrib[attribute]
    for child in element:
        _clean(child)
