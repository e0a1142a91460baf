"""The benches of the workshop. A bench is a folder of this desk with its own pages; here it has one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Bench:
    """A place to work: ``code`` names its folder and its pieces of work, ``page`` its first page.

    ``work`` is the name of the address of one piece of work (``<work_id>``).
    """

    code: str
    name: str | Promise
    lead: str | Promise
    page: str
    work: str
    icon: str = "chart"


BENCHES: tuple[Bench, ...] = ()


def bench(code: str) -> Bench | None:
    """The bench of a piece of work; None for one that is no more."""
    return next((one for one in BENCHES if one.code == code), None)
