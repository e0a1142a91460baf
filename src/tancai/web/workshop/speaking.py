"""The language of the page, for texts of the engines and laboratories, ``中文|English``."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tancai.engines.bilingual import said


def language() -> str:
    """``zh`` or ``en``."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def spoken(text: Any) -> str:
    """One language of a bilingual text; what has only one is the same in both."""
    return str(said(text, language()))


def unit_said(code: str, *, paper: bool = False) -> str:
    """A unit of the engines as people write it: ``tCO2e/piece`` is ``tCO₂e/件``, ``10^4Nm3`` is ``万Nm³``.

    The font of ``paper`` has no lowered figures: CO2 stays as it is.
    """
    words = {"piece": _("件"), "台": _("台"), "辆": _("辆"), "h": _("小时"), "CNY": _("元")}
    written = "".join(words.get(part) or _written(part) for part in re.split(r"([/·()])", code))
    return written if paper else written.replace("CO2", "CO₂")


def _written(part: str) -> str:
    part = part.replace("10^4", "万" if language() == "zh" else "10⁴ ")
    return re.sub("m([23])$", lambda found: f"m{'²³'[int(found[1]) - 2]}", part)
