"""Sharing a process among its products: physical, economic, given shares, or credit for what is avoided.

Order of preference (ISO 14044 clause 4.3.4; M): split the process or expand the system; a physical relation; another
such as prices. Shares sum to one, so that what is allocated is what was there.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.footprint.model import Flow, Process
from tancai.engines.carbon.units import unit

_BASES = {
    "mass": ("kg", None, "质量（kg）|mass in kg"),
    "energy": ("MJ", "energy", "热值|an energy content"),
    "economic": ("CNY", "price", "价格|a price"),
}


def products(process: Process) -> list[Flow]:
    return [one for one in process.outputs if one.role == "product"]


def shares(process: Process, note: Callable[[Problem], None]) -> list[float]:
    """The share of each product, in the order of ``products``; the first takes all when there is only one.

    Problems (no price, shares that do not sum to one) are noted; the shares are then those by count.
    """
    made = products(process)
    if len(made) == 1:
        return [1.0]
    method = process.allocation
    if method == "substitution":
        return [1.0, *[0.0] * (len(made) - 1)]
    if method == "shares":
        return _given(process, made, note)
    weights = _weights(process, made, "mass" if method == "none" else method, note)
    whole = math.fsum(weights)
    if whole <= 0:
        note(Problem("allocation_zero", "refused", process.place))
        return [1 / len(made)] * len(made)
    return [weight / whole for weight in weights]


def _given(process: Process, made: list[Flow], note: Callable[[Problem], None]) -> list[float]:
    given = [one.share if one.share is not None else 0.0 for one in made]
    whole = math.fsum(given)
    if abs(whole - 1) > 1e-6:
        note(Problem("allocation_shares", "refused", process.place, {"total": f"{whole:g}"}))
        return [one / whole for one in given] if whole > 0 else [1 / len(made)] * len(made)
    return given


def _weights(process: Process, made: list[Flow], method: str, note: Callable[[Problem], None]) -> list[float]:
    at, attribute, needed = _BASES[method]
    found = []
    for one in made:
        value = one.amount.value * float(one.amount.unit.factor)
        dims = dict(one.amount.unit.dims)
        if attribute is not None:
            factor = getattr(one, attribute)
            if factor is None:
                note(Problem("allocation_basis", "refused", one.place, {"method": method, "needed": needed}))
                return [1.0] * len(made)
            value *= factor.value * float(factor.unit.factor)
            for name, power in factor.unit.dims:
                dims[name] = dims.get(name, 0) + power
        left = tuple(sorted((name, power) for name, power in dims.items() if power))
        if left != unit(at).dims:
            note(Problem("allocation_basis", "refused", one.place, {"method": method, "needed": needed}))
            return [1.0] * len(made)
        found.append(value)
    return found
