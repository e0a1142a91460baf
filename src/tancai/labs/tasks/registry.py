"""All tasks by code. A family is a module or package of this folder; its tasks are subclasses of ``Task``."""

from __future__ import annotations

import difflib
import functools
import importlib

from tancai.labs.errors import NoSuchTask
from tancai.labs.tasks.protocol import FAMILIES, FULL, LEVELS, Task

MODULES = tuple(FAMILIES)


@functools.cache
def tasks() -> dict[str, Task]:
    """Every task, by family, level and code."""
    for name in MODULES:
        importlib.import_module(f"tancai.labs.tasks.{name}")
    found = [one() for one in _leaves(Task)]
    for one in found:
        _check(one)
    keys, levels = list(FAMILIES), list(LEVELS)
    found.sort(key=lambda one: (keys.index(one.family), levels.index(one.level), one.code))
    if len({one.code for one in found}) != len(found):
        raise ValueError("two tasks have one code")
    return {one.code: one for one in found}


def _leaves(of: type[Task]) -> list[type[Task]]:
    below = of.__subclasses__()
    return [leaf for one in below for leaf in _leaves(one)] if below else [of]


def _check(one: Task) -> None:
    if one.family not in FAMILIES or one.level not in LEVELS:
        raise ValueError(f"{one.code}: no such family or level")
    if abs(sum(step.points for step in one.steps) - FULL) > 1e-9:
        raise ValueError(f"{one.code}: the steps do not make {FULL} points")


def task(code: str) -> Task:
    """The task of a code. Raises NoSuchTask with codes that look like it."""
    found = tasks().get(code)
    if found is None:
        raise NoSuchTask(code, tuple(difflib.get_close_matches(code, tasks(), n=3)))
    return found
