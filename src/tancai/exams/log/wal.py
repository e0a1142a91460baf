"""Whether SQLite, opening a file after a crash, had to leave commits behind that had been acknowledged.

Recovery reads the write-ahead log up to the first page whose checksum is wrong and says nothing of what lies behind.
Every commit is on disk before the next begins, so a power cut can tear the last one only: two or more commits of the
present round behind the point of recovery mean that the file was damaged. Format: https://sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER, _FRAME = 32, 24


def commits(path: Path) -> list[int]:
    """Frame numbers (from 1) of the commits of the present round in a ``-wal`` file; empty when there is none."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER)
            if len(head) < _HEADER:
                return []
            (page,), salts = struct.unpack_from(">I", head, 8), head[16:24]
            found, number = [], 0
            while len(frame := file.read(_FRAME)) == _FRAME:
                number += 1
                if frame[8:16] == salts and frame[4:8] != b"\0\0\0\0":
                    found.append(number)
                file.seek(page, 1)
            return found
    except OSError:
        return []


def left_behind(before: list[int], recovered: int) -> int:
    """How many acknowledged commits recovery has surely lost; ``recovered`` is the last frame it took."""
    behind = sum(number > recovered for number in before)
    return behind - 1 if behind > 1 else 0
