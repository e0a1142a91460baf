"""Seeded chance of a case: figures with the decimals of real ledgers, months that vary, fictional names."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from tancai.engines.carbon.numbers import half_up, shown

T = TypeVar("T")
PLACES = (
    "清溪",
    "云岭",
    "白鹭湾",
    "青禾",
    "望川",
    "松原岭",
    "海棠",
    "银杏坪",
    "梧桐",
    "赤松",
    "蓝湖",
    "竹溪",
)
MONTHS = tuple(f"{k}月" for k in range(1, 13))


class Chance(random.Random):
    """A generator that writes figures as ledgers do."""

    def figure(self, low: float, high: float, decimals: int = 0) -> float:
        """A figure from ``low`` to ``high`` with so many decimals."""
        return half_up(self.uniform(low, high), decimals)

    def near(self, value: float, spread: float, decimals: int = 2) -> float:
        """``value`` give or take a share of itself."""
        return half_up(value * (1 + self.uniform(-spread, spread)), decimals)

    def apart(self, value: float, low: float, high: float, decimals: int = 2) -> float:
        """``value`` off by a share between ``low`` and ``high``, up or down."""
        return half_up(value * (1 + self.choice((-1, 1)) * self.uniform(low, high)), decimals)

    def months(self, total: float, spread: float = 0.12, decimals: int = 2) -> list[float]:
        """Twelve figures around a twelfth of ``total``."""
        return [self.near(total / 12, spread, decimals) for _ in range(12)]

    def mixed(self, values: Sequence[T]) -> list[T]:
        """The same in another sequence."""
        found = list(values)
        self.shuffle(found)
        return found

    def name(self, trade: str) -> str:
        """A fictional enterprise."""
        return f"{self.choice(PLACES)}{trade}有限公司（虚构）"


def text(value: float, decimals: int | None = None) -> str:
    """A figure as papers print it, without thin groups, so that it can be copied."""
    return shown(value, decimals).replace(" ", "")
