"""What is wrong with an input or an order: a stable code, the place, reason and remedy in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from tancai.engines.bilingual import LANGUAGES, filled
from tancai.engines.trading.words import PROBLEMS


@dataclass(frozen=True)
class Problem:
    """One refused row or field; ``row`` counts lines of the file from 1 (0: unknown)."""

    code: str
    row: int = 0
    field: str = ""
    params: dict[str, Any] = made(default_factory=dict, compare=False)
    file: str = ""
    order: str = ""

    def words(self, language: str = "en") -> str:
        return filled(PROBLEMS[self.code][LANGUAGES.index(language)], self.params, language)

    def message(self, language: str = "en") -> str:
        row = ("第{}行" if language == "zh" else "line {}").format(self.row) if self.row else ""
        order = f"({self.order})" if self.order else ""
        place = " ".join(part for part in (self.file, row, order, self.field) if part)
        return f"{place}: {self.words(language)}" if place else self.words(language)

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "row": self.row or None,
            "field": self.field,
            "order": self.order,
            "message": self.message("en"),
            "message_zh": self.message("zh"),
        }


class TradingError(ValueError):
    """Input from which nothing can be computed; ``problems`` says why."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.message() for problem in self.problems))

    @property
    def code(self) -> str:
        return self.problems[0].code


class Refused(Exception):
    """An event that the rules do not allow; the market stays as it was."""

    def __init__(self, code: str, field: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code, self.field, self.params = code, field, params
