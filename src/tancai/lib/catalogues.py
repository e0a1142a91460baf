"""Message catalogues: the texts (.po) are kept, what gettext reads (.mo) is made from them when it is older."""

from __future__ import annotations

import os
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent


def compile_stale(root: Path = PACKAGE) -> int:
    """Compile every ``.po`` under ``root`` whose ``.mo`` is missing or older; how many were made."""
    made = 0
    for source in root.glob("**/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        scratch = target.with_name(f".{target.name}.{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(scratch))
        os.replace(scratch, target)
        made += 1
    return made
