"""Which items a requirement speaks of: tests on columns, all of which must hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tancai.engines.assembly.bank import Bank, Mask, text

Value = str | float | int | bool


@dataclass(frozen=True)
class Test:
    """One column's test; what is not given is not asked.

    ``any_of``/``none_of`` compare the cell, ``low``/``high`` bound a number (both included), ``given`` asks whether
    the cell is filled, ``has`` whether one of these words stands in a cell of several words.
    """

    __test__ = False

    column: str
    any_of: tuple[Value, ...] = ()
    none_of: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None
    given: bool | None = None
    has: tuple[str, ...] = ()

    def mask(self, bank: Bank, wanted_by: str) -> Mask:
        """Items that pass. An empty cell passes ``none_of`` and ``given = false`` only."""
        cells = bank.texts(self.column, wanted_by)
        holds = np.ones(len(bank), dtype=bool)
        if self.any_of:
            wanted = {_text(value) for value in self.any_of}
            holds &= [cell in wanted for cell in cells]
        if self.none_of:
            refused = {_text(value) for value in self.none_of}
            holds &= [cell not in refused for cell in cells]
        if self.given is not None:
            holds &= [(cell != "") == self.given for cell in cells]
        if self.low is not None or self.high is not None:
            numbers = bank.numbers(self.column, wanted_by)
            with np.errstate(invalid="ignore"):
                holds &= numbers >= (-np.inf if self.low is None else self.low)
                holds &= numbers <= (np.inf if self.high is None else self.high)
        if self.has:
            words = bank.words(self.column, wanted_by)
            holds &= [not found.isdisjoint(self.has) for found in words]
        return holds

    def __str__(self) -> str:
        said = []
        if self.any_of:
            said.append(f"{self.column} = {' or '.join(map(_text, self.any_of))}")
        if self.none_of:
            said.append(f"{self.column} not {' nor '.join(map(_text, self.none_of))}")
        if self.given is not None:
            said.append(f"{self.column} {'given' if self.given else 'empty'}")
        if self.low is not None or self.high is not None:
            said.append(f"{self.column} {span(self.low, self.high)}")
        if self.has:
            said.append(f"{self.column} has {' or '.join(self.has)}")
        return ", ".join(said)


@dataclass(frozen=True)
class Condition:
    """All tests hold; no test means every item."""

    tests: tuple[Test, ...] = ()

    def mask(self, bank: Bank, wanted_by: str) -> Mask:
        holds = np.ones(len(bank), dtype=bool)
        for test in self.tests:
            holds &= test.mask(bank, wanted_by)
        return holds

    def __str__(self) -> str:
        return ", ".join(str(test) for test in self.tests)


def equals(**columns: Value) -> Condition:
    """Items whose columns have these values."""
    return Condition(tuple(Test(name, any_of=(value,)) for name, value in columns.items()))


def span(low: float | None, high: float | None) -> str:
    """Bounds in words: 6, at least 4, at most 9, from 4 to 9."""
    if low is not None and low == high:
        return f"{low:g}"
    if low is None or high is None:
        return f"at least {low:g}" if low is not None else f"at most {high:g}" if high is not None else "any"
    return f"from {low:g} to {high:g}"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return text(float(value)) if isinstance(value, int | float) else value
