"""Factors that may be picked for a field of a row, each with its source, and why some may not be. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tancai.engines.carbon import tables
from tancai.engines.carbon.tables import Row as Entry
from tancai.labs.benches.accounting.names import Row, Values

ROLES = {"clinker": "clinker", "substitute": "substitute", "material": "material", "product": "product"}
"""Kinds of stream whose text field names a row of the process factors."""
PICKED = {
    "fuel": "fuel",
    "carbonate": "carbonate",
    "clinker": "clinker",
    "substitute": "material",
    "material": "item",
    "product": "item",
    **dict.fromkeys(("gas_filling", "gas_leak", "gas_equipment", "gas_loss"), "gas"),
    **dict.fromkeys(("electricity", "electricity_export", "line_loss"), "area"),
}
"""The field of a kind that a factor is picked for."""
TABLES = {
    "fuel": (("fuels", "fuel"),),
    "carbonate": (("carbonates", "carbonate"), ("process", "item")),
    **dict.fromkeys(("clinker", "material", "item"), (("process", "item"),)),
    "area": (("electricity", "area"),),
}
"""Where the codes of a picked field have their names."""


@dataclass(frozen=True)
class Factor:
    """A row of a table: name ``中文|English``, figures, source, and the values of the row that picking it sets.

    ``why`` is empty when it may be picked, else ``other_guide`` (the guide of the case has a set of its own) or
    ``not_inventory`` (a factor for products, not for inventories).
    """

    name: str
    figures: str
    year: str
    source: str
    confidence: str
    sets: tuple[tuple[str, str], ...]
    why: str = ""
    same: bool = False

    @property
    def uncertain(self) -> bool:
        return self.confidence == tables.UNCERTAIN


def factors(values: Values, row: Row, words: str = "") -> list[Factor]:
    """What may be picked for this row, those of the guide first; ``words`` must all stand in name, source or year.

    Then by name: 天然气 is asked for before 液化天然气 that contains it.
    """
    wanted = words.lower().split()
    found = [one for one in _all(values, row) if all(w in _text(one) for w in wanted)]
    return sorted(found, key=lambda one: (bool(one.why), _distance(one, wanted)))


def _distance(one: Factor, wanted: Sequence[str]) -> int:
    """0: the name itself was asked for; 1: it begins so; 2: the words stand somewhere."""
    names, asked = one.name.lower().split("|"), " ".join(wanted)
    if not asked or asked in names:
        return 0
    return 1 if any(name.startswith(asked) for name in names) else 2


def _text(one: Factor) -> str:
    return f"{one.name} {one.source} {one.year} {one.figures}".lower()


def _all(values: Values, row: Row) -> Iterator[Factor]:
    kind = row.text("kind")
    guide = tables.guides().get(str(values.get("method.guide")), {})
    if kind == "fuel":
        own = str(values.get("method.fuels") or guide.get("fuels", ""))
        for entry in tables.rows("fuels"):
            figures = "; ".join(
                (
                    f"{entry['ncv']} {entry['ncv_unit']}",
                    f"{entry['carbon']} {entry['carbon_unit']}",
                    f"{entry['oxidation_percent']} %",
                )
            )
            why = "" if entry["set"] == own else "other_guide"
            sets = {"fuel": entry["fuel"], "amount.unit": entry["unit"]}
            yield _factor(entry, figures, sets, row, why)
    elif kind == "carbonate":
        steel = values.get("method.guide") == "cets-steel-2024"
        for entry in tables.rows("carbonates"):
            sets = {"carbonate": entry["carbonate"]}
            yield _factor(entry, _figure(entry), sets, row, "other_guide" if steel else "")
        for entry in tables.find_all("process", role="carbonate"):
            why = "" if steel and entry["set"] == "cets-steel-2024" else "other_guide"
            yield _factor(entry, _figure(entry), {"carbonate": entry["item"]}, row, why)
    elif kind in ROLES:
        for entry in tables.find_all("process", role=ROLES[kind]):
            yield _factor(entry, _figure(entry), {PICKED[kind]: entry["item"]}, row, "")
    elif PICKED.get(kind) == "gas":
        own = str(values.get("method.gwp") or guide.get("gwp", ""))
        for entry in tables.find_all("gwp", set=own):
            yield _factor(entry, _figure(entry), {"gas": entry["gas"]}, row, "")
    elif PICKED.get(kind) == "area":
        for entry in tables.rows("electricity"):
            sets = {"series": entry["series"], "area": entry["area"], "year": entry["year"]}
            why = "" if entry["use"] == "inventory" else "not_inventory"
            yield _factor(entry, _figure(entry), sets, row, why)


def _figure(entry: Entry) -> str:
    return f"{entry['value']} {entry['unit']}"


def _factor(entry: Entry, figures: str, sets: dict[str, str], row: Row, why: str) -> Factor:
    name = entry.name or entry["gas"]
    if "series" in sets:
        name = f"{entry['zh']} · {sets['series']}|{entry['en']} · {sets['series']}"
    called = {PICKED[row.text("kind")]: entry.name.split("|")}
    same = not why and all(
        row.text(key) in (value, *called.get(key, ())) for key, value in sets.items() if "unit" not in key
    )
    return Factor(
        name, figures, entry["year"], entry.source, entry.confidence, tuple(sets.items()), why, same
    )


def name_of(kind: str, field: str, value: str) -> str:
    """``中文|English`` of what a text field of a kind names by its code or its name; "" for anything else."""
    if not value or PICKED.get(kind) != field:
        return ""
    for table, column in TABLES.get(field, ()):
        found = tables.named(table, value, column)
        if found is not None:
            return found.name
    return ""
