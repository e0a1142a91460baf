"""What is wrong with an input: a stable code, the place, and words in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from tancai.engines.bilingual import LANGUAGES, filled
from tancai.engines.carbon.words import PROBLEMS

LEVELS = ("refused", "doubtful", "noted")
"""``refused``: left out of the result. ``doubtful``: used, but somebody should look. ``noted``: worth knowing."""


@dataclass(frozen=True)
class Place:
    """Where a figure stands: file, line (0: unknown) and the field as a person would name it."""

    file: str = ""
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return " ".join(part for part in (where, self.field) if part)


@dataclass(frozen=True)
class Problem:
    """One thing wrong or doubtful; the words give reason and remedy."""

    code: str
    level: str = "refused"
    place: Place = Place()
    params: dict[str, Any] = field(default_factory=dict, compare=False)

    def words(self, language: str = "en") -> str:
        """Reason and remedy without the place."""
        template = PROBLEMS[self.code][LANGUAGES.index(language)]
        return filled(template, {"near": "", **self.params}, language)

    def message(self, language: str = "en") -> str:
        words = self.words(language)
        return f"{self.place}: {words}" if str(self.place) else words

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "level": self.level,
            "file": self.place.file,
            "line": self.place.line or None,
            "field": self.place.field,
            "message": self.message("en"),
            "message_zh": self.message("zh"),
        }


def near(value: str, known: Iterable[str]) -> str:
    """``中文|English`` of the known word that a wrong one comes closest to; "" when none is close."""
    found = get_close_matches(value, list(known), 1, 0.5)
    return f"（是否应为“{found[0]}”？）| (did you mean {found[0]}?)" if found else ""


class CarbonError(ValueError):
    """Input from which nothing can be computed; ``problems`` says why, the first one is the message."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.message() for problem in self.problems))

    @property
    def code(self) -> str:
        return self.problems[0].code
