"""What a case is made of: streams with the fields of their kind, and the method they are computed by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.kinds import Kind
from tancai.engines.carbon.errors import Place
from tancai.engines.carbon.reading import Given
from tancai.engines.carbon.tree import Spread

YEAR = tuple(range(1, 13))
Value = Given | str | bool | tuple[tuple[str, Given], ...]


@dataclass(frozen=True)
class Meter:
    """Required accuracy, and months for which the meter was not calibrated in time or found beyond its limit."""

    name: str = ""
    required: float = 0.0
    uncovered: tuple[int, ...] = ()
    found: float | None = None


@dataclass(frozen=True)
class Stream:
    """A source stream; ``stage``: within a process balance, where by-product gases count in and out."""

    id: str
    name: str
    kind: Kind
    values: dict[str, Value]
    place: Place
    facility: str = ""
    counted: bool = True
    meter: Meter = Meter()
    estimated: tuple[int, ...] = ()
    reason: str = ""
    stage: bool = False
    places: dict[str, Place] = field(default_factory=dict)

    def at(self, name: str) -> Place:
        """Where a field stands; the stream itself when it does not."""
        return self.places.get(name, self.place)

    def month(self, number: int) -> Stream:
        """The stream as it was in one month."""
        return replace(
            self,
            values={
                name: replace(value, values=(value.values[number - 1],))
                if isinstance(value, Given) and value.monthly
                else value
                for name, value in self.values.items()
            },
            meter=replace(self.meter, uncovered=YEAR if number in self.meter.uncovered else ()),
        )

    @property
    def monthly(self) -> bool:
        return any(isinstance(value, Given) and value.monthly for value in self.values.values())


@dataclass(frozen=True)
class Method:
    """What the case is computed by. ``spreads`` are uncertainties by field for figures without their own."""

    guide: str
    gwp: str
    fuels: str
    series: str = "average"
    electricity_year: str = ""
    area: str = "national"
    accepted: tuple[str, ...] = ()
    spreads: dict[str, Spread] = field(default_factory=dict)
    apart: bool = False

    @property
    def rules(self) -> dict[str, Any]:
        return tables.guides()[self.guide]

    @property
    def title(self) -> str:
        return str(self.rules["title"])
