"""What a paper must be: requirements by name, aims, and what several forms may share.

A requirement is one sentence of the blueprint. It is what an explanation of a conflict speaks of, so its ``name`` is
in the author's words; ``line`` is where it stands in its file (0 when there is none).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from tancai.engines.assembly.conditions import Condition, span
from tancai.engines.assembly.errors import AssemblyError

EVERY_ITEM = Condition()
MEASURES = ("count", "sum", "mean", "share", "information", "score")
GOALS = ("none", "closest", "most", "least")

Kind = TypeVar("Kind", bound="Requirement")


@dataclass(frozen=True)
class Measure:
    """A number that a form has.

    ``count`` items; ``sum`` or ``mean`` of a column; ``share`` of items (0 to 1); ``information`` or expected
    ``score`` at ability ``theta``; each over the items that meet ``where``, ``share`` among all items of the form.
    """

    kind: str = "count"
    column: str = ""
    theta: float = 0.0
    where: Condition = EVERY_ITEM

    def __post_init__(self) -> None:
        if self.kind not in MEASURES:
            raise AssemblyError("measure", f"Measure {self.kind} is unknown; use {', '.join(MEASURES)}.")

    def __str__(self) -> str:
        what = {
            "count": "items",
            "share": "share",
            "sum": f"sum of {self.column}",
            "mean": f"mean {self.column}",
            "information": f"information at {self.theta:g}",
            "score": f"expected score at {self.theta:g}",
        }[self.kind]
        return f"{what} with {self.where}" if self.where.tests else what


@dataclass(frozen=True)
class Requirement:
    name: str = ""
    line: int = 0

    def __str__(self) -> str:
        return self.name or self.words()

    def words(self) -> str:
        """The requirement spelt out."""
        raise NotImplementedError


@dataclass(frozen=True)
class Limit(Requirement):
    """A measure of each form stays within bounds."""

    measure: Measure = Measure()
    low: float | None = None
    high: float | None = None

    def words(self) -> str:
        return f"{self.measure}: {span(self.low, self.high)}"


@dataclass(frozen=True)
class Enemies(Requirement):
    """At most ``most`` of a set in one form.

    The set is ``items``; or every set of items with one value in column ``same``; or, for each item, itself with each
    item that its cell in column ``listed`` names (pairs).
    """

    items: tuple[str, ...] = ()
    same: str = ""
    listed: str = ""
    most: int = 1

    def words(self) -> str:
        if self.items:
            return f"at most {self.most} of {', '.join(self.items)}"
        if self.same:
            return f"at most {self.most} with the same {self.same}"
        return f"no two that exclude each other ({self.listed})"


@dataclass(frozen=True)
class Stimuli(Requirement):
    """Items on a shared text: all or none (``whole``), or from ``low`` to ``high`` of each text that is used.

    ``fewest``/``most`` bound the number of texts in a form.
    """

    column: str = "stimulus"
    whole: bool = False
    low: int | None = None
    high: int | None = None
    fewest: int | None = None
    most: int | None = None

    def words(self) -> str:
        said = ["all items or none"] if self.whole else []
        if self.low is not None or self.high is not None:
            said.append(f"{span(self.low, self.high)} items each")
        if self.fewest is not None or self.most is not None:
            said.append(f"{span(self.fewest, self.most)} in a form")
        return f"{self.column}: {', '.join(said) or 'any'}"


@dataclass(frozen=True)
class Fixed(Requirement):
    """In every form; overlap and uses do not count these."""

    items: tuple[str, ...] = ()

    def words(self) -> str:
        return f"in every form: {_few(self.items)}"


@dataclass(frozen=True)
class Forbidden(Requirement):
    """In no form."""

    items: tuple[str, ...] = ()

    def words(self) -> str:
        return f"in no form: {_few(self.items)}"


@dataclass(frozen=True)
class Unseen(Requirement):
    """No item that one of these groups has seen, as column ``column`` tells."""

    groups: tuple[str, ...] = ()
    column: str = "seen_by"

    def words(self) -> str:
        return f"nothing seen by {_few(self.groups)}"


@dataclass(frozen=True)
class Rested(Requirement):
    """No item used in the ``last`` sessions; ``sessions`` in order of time, or the words of the column sorted."""

    last: int = 1
    column: str = "sessions"
    sessions: tuple[str, ...] = ()

    def words(self) -> str:
        return f"nothing used in the last {self.last} session{'s' if self.last != 1 else ''}"


@dataclass(frozen=True)
class Exposure(Requirement):
    """No item shown more than ``most`` times: ``column`` says how often until now, ``per_form`` how many will sit."""

    most: int = 1
    column: str = "shown"
    per_form: int = 1

    def words(self) -> str:
        return f"no item shown more than {self.most} times"


@dataclass(frozen=True)
class Overlap(Requirement):
    """Any two forms share at most ``most`` items."""

    most: int = 0

    def words(self) -> str:
        return f"any two forms share at most {self.most} items"


@dataclass(frozen=True)
class Uses(Requirement):
    """An item stands in at most ``most`` of the forms."""

    most: int = 1

    def words(self) -> str:
        return f"an item in at most {self.most} of the forms"


@dataclass(frozen=True)
class Aim:
    """A measure with its target (goal ``closest``) and the unit in which its deviation counts."""

    measure: Measure
    target: float = 0.0
    unit: float = 1.0

    def __post_init__(self) -> None:
        if not self.unit > 0:
            raise AssemblyError("unit", f"{self.measure}: the unit must be above 0.")


@dataclass(frozen=True)
class Objective:
    """``closest``: the largest |measure - target| / unit over aims and forms is least; ``most``: the smallest
    measure / unit is greatest; ``least``: the largest is least. ``gap``: how far from the best is near enough."""

    goal: str = "none"
    aims: tuple[Aim, ...] = ()
    gap: float = 0.05

    def __post_init__(self) -> None:
        if self.goal not in GOALS:
            raise AssemblyError("goal", f"Goal {self.goal} is unknown; use {', '.join(GOALS)}.")
        if (self.goal == "none") != (not self.aims):
            raise AssemblyError("aims", "A goal needs measures to aim at, and measures need a goal.")
        if not self.gap >= 0:
            raise AssemblyError("gap", "The gap must be 0 or more.")


@dataclass(frozen=True)
class Blueprint:
    """``order``: columns by which the items of a form are put in order."""

    requirements: tuple[Requirement, ...]
    objective: Objective = Objective()
    title: str = ""
    order: tuple[str, ...] = ()

    def without(self, *dropped: Requirement) -> Blueprint:
        kept = tuple(one for one in self.requirements if not any(one is other for other in dropped))
        return Blueprint(kept, self.objective, self.title, self.order)

    def length(self) -> int | None:
        """The number of items when the blueprint fixes it."""
        for one in self.of(Limit):
            if one.measure == Measure() and one.low is not None and one.low == one.high:
                return int(one.low)
        return None

    def of(self, kind: type[Kind]) -> Iterator[Kind]:
        return (one for one in self.requirements if isinstance(one, kind))


def _few(words: tuple[str, ...]) -> str:
    return ", ".join(words[:6]) + (f" and {len(words) - 6} more" if len(words) > 6 else "")
