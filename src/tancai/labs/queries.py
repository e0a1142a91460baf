"""Reads: tasks beside the statements of the standard."""

from __future__ import annotations

from typing import Any

from tancai.labs.tasks import matrix as pages
from tancai.labs.tasks.registry import tasks

STANDARD = "cmc"


def posts() -> tuple[Any, ...]:
    """The nine posts with their statements, from the definition that ships with the program."""
    from tancai.programmes import (
        api as programmes,
    )  # here, so that tasks work in Python without a configured Django

    framework = programmes.shipped_definition(STANDARD).framework
    return framework.posts if framework is not None else ()


def matrix() -> str:
    """The page ``docs/laboratories.md``."""
    return pages.page(posts(), tasks())


def unexamined() -> list[str]:
    """Skill clauses without a task."""
    return pages.unexamined(posts(), tasks())
