from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tancai.items.assembling import Hindrance


class ItemsError(Exception):
    """Something the item bank refuses."""


@dataclass(frozen=True)
class Shortage:
    """What a blueprint asks for that the bank does not hold."""

    part: str
    kind: str
    topics: tuple[str, ...]
    wanted: int
    found: int


class CannotAssemble(ItemsError):
    """No parallel papers: ``hindrances`` are the fewest demands that stand against each other.

    ``proven``: there are none; else none were found in the time given, and ``hindrances`` is empty.
    """

    def __init__(self, hindrances: tuple[Hindrance, ...], *, proven: bool) -> None:
        self.hindrances = hindrances
        self.proven = proven
        told = "; ".join(
            f"{one.demand.code} {', '.join(f'{name}={value}' for name, value in one.demand.params)}"
            for one in hindrances
        )
        super().__init__(told or ("no such papers" if proven else "none found in the time given"))


class NotEnoughItems(ItemsError):
    """A paper cannot be drawn; ``shortages`` names section by section what is missing."""

    def __init__(self, shortages: list[Shortage]) -> None:
        self.shortages = shortages
        super().__init__(
            "; ".join(
                f"{s.part}: {s.kind} on {', '.join(s.topics)} – wanted {s.wanted}, found {s.found}"
                for s in shortages
            )
        )


@dataclass(frozen=True)
class Fault:
    """Something wrong with an item: ``place`` in it, a stable ``code`` and plain parameters."""

    place: str
    code: str
    params: tuple[tuple[str, object], ...] = ()


class BadItem(ItemsError):
    """An item that cannot be used as written; ``faults`` say where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{fault.place}: {fault.code}" for fault in faults))


class BadResponse(ItemsError):
    """A response that is no answer to this kind of question."""


class BadPicture(ItemsError):
    """A picture that is not taken in: ``empty``, ``too_large`` (with ``most``), ``not_an_image``, ``no_words``."""

    def __init__(self, code: str, *, most: int = 0) -> None:
        self.code = code
        self.most = most
        super().__init__(code)


class BadAttachment(ItemsError):
    """A file that is not taken in; ``code`` as ``attached.judged`` says, ``most`` bytes for ``too_large``."""

    def __init__(self, code: str, *, most: int = 0) -> None:
        self.code = code
        self.most = most
        super().__init__(code)


class BadComment(ItemsError):
    """A remark that is not taken: ``empty``, ``too_long``, or ``elsewhere`` (no thread of this version)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class BadChange(ItemsError):
    """A change of several items that is not made: ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class NotAllowed(ItemsError):
    """A step of an item's life that is not open now; ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
