"""From the fields of a stream to the nodes of its calculation: months summed, means weighted, defaults with source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tancai.engines.carbon import tables
from tancai.engines.carbon.accounting.streams import Method, Stream
from tancai.engines.carbon.errors import Problem
from tancai.engines.carbon.reading import Given
from tancai.engines.carbon.tables import Row
from tancai.engines.carbon.tree import Node, Spread, UnitError, leaf, mean_weighted, product, total
from tancai.engines.carbon.units import ONE, Unit, unit
from tancai.engines.carbon.units import scale as scale_of

DIGITS = {"t": 2, "10^4Nm3": 2, "GJ/t": 3, "GJ/10^4Nm3": 3, "tC/GJ": 5, "MWh": 3, "GJ": 2}
"""Decimals of the reporting forms (steel guide, notes to tables C.3–C.6; V1)."""
DENSITY = "密度|density"


class Refused(Exception):
    """This stream cannot be computed; the problem is noted."""


class Builder:
    """Helps one stream to its emission. ``note`` takes problems; refusals end the stream only."""

    def __init__(self, stream: Stream, method: Method, note: Callable[[Problem], None]) -> None:
        self.stream = stream
        self.method = method
        self.note = note

    # -- what was given
    def given(self, name: str) -> Given | None:
        value = self.stream.values.get(name)
        return value if isinstance(value, Given) else None

    def text(self, name: str, default: str = "") -> str:
        value = self.stream.values.get(name)
        return value if isinstance(value, str) else default

    def flag(self, name: str) -> bool:
        return bool(self.stream.values.get(name))

    def key(self, name: str) -> str:
        return f"{self.stream.id}.{name}"

    def refuse(self, code: str, at: str = "", **params: Any) -> Refused:
        """To be raised; ``at`` names the field that is to blame."""
        self.say(code, "refused", at, **params)
        return Refused(code)

    def say(self, code: str, level: str = "noted", at: str = "", **params: Any) -> None:
        self.note(Problem(code, level, self.stream.at(at), params))

    def spread(self, name: str, given: Given | None) -> tuple[Spread | None, bool]:
        if given is not None and given.spread is not None:
            return given.spread, given.apart
        return self.method.spreads.get(name), self.method.apart

    def leaves(self, name: str, label: str, at: Unit) -> list[Node]:
        """The given figures in ``at``, one or one a month. Months of one meter err together: they share a factor."""
        given = self.given(name)
        assert given is not None
        scale = scale_of(given.unit, at)
        spread, apart = self.spread(name, given)
        source = "｜".join(
            part for part in (given.source, given.meter, given.evidence, given.how) if part
        ).replace("|", "/")
        digits = DIGITS.get(at.text)

        def one(key: str, value: float, words: str, own: Spread | None) -> Node:
            return leaf(key, value * scale, at, words, source=source, digits=digits, spread=own)

        if not given.monthly:
            return [one(self.key(name), given.values[0], label, spread)]
        zh, _, en = label.partition("|")
        found = []
        together = spread is not None and not apart
        common = (
            leaf(self.key(f"{name}.meter"), 1.0, ONE, "计量系统误差|error of the meter", spread=spread)
            if together
            else None
        )
        for month, value in enumerate(given.values, 1):
            key, words = self.key(f"{name}.{month:02d}"), f"{zh} {month}月|{en} month {month}"
            figure = one(key, value, words, spread if apart else None)
            found.append(figure if common is None else product(f"{key}.read", [figure, common], at, words))
        return found

    def amount(self, name: str, label: str, at: str, *, conservative: int = 0) -> Node:
        """The year's amount. ``conservative``: +1 raises, −1 lowers readings of a meter out of calibration."""
        target = unit(at)
        parts = self._corrected(self.leaves(name, label, target), conservative, target)
        if len(parts) == 1:
            return parts[0]
        return total(
            self.key(name),
            parts,
            target,
            label,
            formula="Σ 各月" if len(parts) == 12 else "Σ",
            digits=DIGITS.get(at),
        )

    def mass(self, name: str, label: str, *, conservative: int = 0) -> Node:
        """The year's tonnes of a liquid metered by volume; a month's by its own density when that is known."""
        at = unit("m3")
        volumes = self._corrected(self.leaves(name, label, at), conservative, at)
        densities = self.leaves("density", DENSITY, unit("t/m3"))
        if len(densities) != len(volumes):
            densities = [self.factor("density", DENSITY, "t/m3")] * len(volumes)
        parts = [
            product(f"{volume.key}.mass", [volume, density], "t", volume.label, formula="V × ρ", digits=2)
            for volume, density in zip(volumes, densities, strict=True)
        ]
        if len(parts) == 1:
            return parts[0]
        return total(self.key(f"{name}.mass"), parts, "t", label, formula="Σ 各月", digits=2)

    def _corrected(self, parts: list[Node], way: int, at: Unit) -> list[Node]:
        """Readings of months without valid calibration times 1 ± accuracy (CETS-VG-01.01 ch. 3; V1)."""
        meter = self.stream.meter
        if not way or not meter.uncovered:
            return parts
        if len(parts) == 1 and len(meter.uncovered) < 12:
            raise self.refuse("conservative_months", "meter")
        beyond = meter.found is not None and meter.found > meter.required
        by = (meter.found or 0.0) - meter.required if beyond else meter.required
        self.say("conservative", "noted", months=", ".join(map(str, meter.uncovered)))
        months = meter.uncovered if len(parts) > 1 else (1,)
        found = []
        for month, part in enumerate(parts, 1):
            if month not in months:
                found.append(part)
                continue
            label = "保守修正系数|conservative correction"
            factor = leaf(
                f"{part.key}.correction",
                1 + way * by,
                ONE,
                label,
                source="CETS-VG-01.01-V02-2026",
                confidence="V1",
            )
            found.append(
                product(f"{part.key}.corrected", [part, factor], at, part.label, formula="读数 × (1 ± 精度)")
            )
        return found

    def factor(self, name: str, label: str, at: str, weights: Node | None = None) -> Node:
        """A given factor; monthly ones weigh by the monthly amounts (steel guide 6.2.2; V1)."""
        parts = self.leaves(name, label, unit(at))
        if len(parts) == 1:
            return parts[0]
        by = list(weights.parts) if weights is not None and len(weights.parts) == len(parts) else None
        if by is None:
            by = [leaf(self.key(f"{name}.even"), 1.0)] * len(parts)
        return mean_weighted(
            self.key(name), parts, by, label, "6.2.2 按消耗量加权|6.2.2 weighted by consumption"
        )

    # -- defaults
    def default(
        self, row: Row, label: str, at: str, *, column: str = "value", name: str = "", of: str = "unit"
    ) -> Node:
        """A figure of a table. An unverified one must be accepted by name in the case."""
        code = f"{row.table}:{name or row.line}"
        params = {"value": row.name or name, "source": row.source, "name": code}
        if row.uncertain:
            if code not in self.method.accepted:
                raise self.refuse("factor_uncertain", **params)
            self.say("factor_used_uncertain", "doubtful", **params)
        if row.cells.get("remark"):
            self.say("factor_remark", value=row.name or name, source=row.source, remark=row["remark"])
        target = unit(at)
        value = row.number(column) * scale_of(unit(row[of] if of in row.cells else of), target)
        field = label.partition("|")[2]
        key = f"{row.table}/{row.line}/{column}"
        spread = self.method.spreads.get(self._field_of.get(field, "factor"))
        return leaf(
            key,
            value,
            target,
            label,
            source=row.source,
            confidence=row.confidence,
            digits=DIGITS.get(at),
            spread=spread,
        )

    _field_of = {
        "net calorific value": "ncv",
        "carbon content per energy": "carbon",
        "oxidation rate": "oxidation",
    }

    def process_row(self, role: str, item: str, *, sets: tuple[str, ...]) -> Row:
        """A row of the process factors of the case's guide, by code or name."""
        for name in sets:
            found = tables.named("process", item, "item", set=name, role=role)
            if found is not None:
                return found
        known = "、".join(
            row["zh"] for name in sets for row in tables.find_all("process", set=name, role=role)
        )
        raise self.refuse("factor_unknown", role, value=item, table=known or role)

    def emission(
        self,
        parts: list[Node],
        formula: str,
        label: str = "",
        *,
        powers: list[int] | None = None,
        at: str = "tCO2",
    ) -> Node:
        """The product in ``at``; units that do not come out refuse the stream."""
        try:
            return product(
                self.key("emission"),
                parts,
                at,
                label or self.stream.name,
                powers=powers,
                formula=formula,
                digits=2,
            )
        except UnitError as error:
            raise self.refuse("units_do_not_fit", wanted=at, why=str(error)) from error

    def gas(self, gas: str) -> Node:
        """The warming potential of a gas in the set of the case, tCO2e/t of the gas."""
        row = tables.find("gwp", set=self.method.gwp, gas=gas)
        if row is None:
            raise self.refuse("gas_unknown", gas=gas, gwp=self.method.gwp)
        return gwp_node(row, self.say)


def gwp_node(row: Row, say: Callable[..., None]) -> Node:
    if row.uncertain:
        say("factor_used_uncertain", "doubtful", value=f"{row['gas']} {row['value']}", source=row.source)
    label = f"{row['gas']}的GWP|GWP of {row['gas']}"
    return leaf(
        f"gwp/{row['set']}/{row['gas']}",
        row.number(),
        row["unit"],
        label,
        source=row.source,
        confidence=row.confidence,
    )
