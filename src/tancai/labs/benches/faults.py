"""What is wrong with a value of a piece of work, as an engine says it."""

from __future__ import annotations

from dataclasses import dataclass

from tancai.engines.carbon.errors import Problem


@dataclass(frozen=True)
class Fault:
    """``name`` of the value (empty: the whole work), and the engine's problem with code, level and words."""

    name: str
    problem: Problem

    @property
    def level(self) -> str:
        return self.problem.level

    def row_of(self, letters: tuple[str, ...]) -> str:
        """``s.3`` when it concerns a row under one of the letters, else "" ."""
        head, _, rest = self.name.partition(".")
        return f"{head}.{rest.partition('.')[0]}" if head in letters else ""

    def words(self, language: str) -> str:
        """Reason and remedy; the place is ``name``."""
        return self.problem.words(language)
