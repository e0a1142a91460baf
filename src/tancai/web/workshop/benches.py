"""The benches of the workshop. A bench is a folder of this desk with its own pages; here it has one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Bench:
    """A place to work: ``code`` names its folder and its pieces of work, ``page`` its first page."""

    code: str
    name: str | Promise
    lead: str | Promise
    page: str
    icon: str = "chart"


BENCHES: tuple[Bench, ...] = ()
