"""Engines asked twice with the same figures answer from memory: marking walks the way of a case several times."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
MOST = 512


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """Keep results by the JSON of the arguments, so many at most; what is returned must not be changed."""
    memory: dict[str, R] = {}

    @wraps(function)
    def remembering(*args: P.args, **kwargs: P.kwargs) -> R:
        name = json.dumps([args, kwargs], sort_keys=True, default=str)
        found = memory.get(name)
        if found is None:
            if len(memory) >= MOST:
                memory.clear()
            found = memory[name] = function(*args, **kwargs)
        return found

    return remembering
