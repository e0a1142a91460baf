"""A model as a file of ``tancai carbon footprint``, and such a file as the values of a work."""

from __future__ import annotations

from typing import Any

from tancai.engines.carbon.footprint.model import QUALITY
from tancai.labs.benches.figures import split
from tancai.labs.benches.footprint.names import KINDS
from tancai.labs.benches.footprint.reading import GOAL, SIDES

PRICES = {"price", "energy"}


def values_of(model: dict[str, Any]) -> dict[str, Any]:
    """The values of a work from a model file as read (``reading.Source.values``). Fields nobody knows are left out."""
    return _Writer(model).all()


def _split(value: Any) -> tuple[Any, str]:
    """``1085 kg ± 2 %`` into ``1085 ± 2 %`` and ``kg``; a plain number has the unit 1."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, int) else repr(value), "1"
    return split(value, bare="1")


class _Writer:
    def __init__(self, model: dict[str, Any]) -> None:
        self.model = model
        self.values: dict[str, Any] = {}
        self.flows: dict[tuple[str, str], str] = {}
        """(maker, flow) and ("", flow) to ``5.1``."""
        self.numbers: dict[tuple[str, str], int] = {}
        self._number()

    def _lists(self, table: dict[str, Any], key: str) -> list[dict[str, Any]]:
        found = table.get(key)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def _number(self) -> None:
        number = 0
        for kind in KINDS:
            for one in self._lists(self.model, kind):
                number += 1
                name = str(one.get("id") if kind == "process" else one.get("flow") or "electricity")
                self.numbers[kind, name] = number
                if kind == "process":
                    for j, output in enumerate(self._lists(one, "output"), 1):
                        self._makes(name, str(output.get("flow")), f"{number}.{j}")
                else:
                    self._makes(f"{kind}:{name}", name, str(number))
                    self.flows.setdefault((kind, name), str(number))

    def _makes(self, maker: str, flow: str, at: str) -> None:
        self.flows[maker, flow] = at
        self.flows.setdefault(("", flow), at)

    def all(self) -> dict[str, Any]:
        for group, names in (
            ("goal", GOAL),
            ("boundary", ("kind",)),
            ("method", ("gwp",)),
            ("unit", ("kind", "text")),
        ):
            self._copy(self._group(group), names, group)
        method = self._group("method")
        for key in ("cut_single", "cut_total"):
            self._percent(method.get(key), f"method.{key}")
        if isinstance(method.get("accept_uncertain"), list):
            self._put("method.accept_uncertain", " ".join(str(one) for one in method["accept_uncertain"]))
        unit = self._group("unit")
        self._put("unit.flow", self.flows.get(("", str(unit.get("flow"))), unit.get("flow")))
        self._quantity(unit.get("amount"), "unit.amount", "unit.unit")
        number = 0
        for kind in KINDS:
            for one in self._lists(self.model, kind):
                number += 1
                self._node(kind, one, f"n.{number}")
        for k, scenario in enumerate(self._lists(self.model, "scenario"), 1):
            self._scenario(k, scenario)
        return self.values

    def _group(self, name: str) -> dict[str, Any]:
        found = self.model.get(name)
        return found if isinstance(found, dict) else {}

    def _put(self, name: str, value: Any) -> None:
        if value is not None and value != "":
            self.values[name] = value

    def _copy(self, table: dict[str, Any], names: tuple[str, ...], at: str) -> None:
        for name in names:
            self._put(f"{at}.{name}", table.get(name))

    def _quantity(self, value: Any, name: str, unit: str) -> None:
        figure, found = _split(value)
        self._put(name, figure)
        if figure is not None:
            self._put(unit, found)

    def _percent(self, value: Any, name: str) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = f"{100 * value:.10g}"
        self._put(name, value.replace("%", "").strip() if isinstance(value, str) and "%" in value else value)

    def _quality(self, value: Any, at: str) -> None:
        scores = value if isinstance(value, dict) else dict(zip(QUALITY, value or [], strict=False))
        for name in QUALITY:
            self._put(f"{at}.quality.{name}", None if scores.get(name) is None else str(scores[name]))

    def _node(self, kind: str, one: dict[str, Any], at: str) -> None:
        self._put(f"{at}.kind", kind)
        texts = ("name", "data", "period", "geography", "technology", "remark")
        self._copy(one, texts, at)
        self._quality(one.get("quality"), at)
        if kind == "process":
            self._copy(one, ("id", "stage", "allocation", "allocation_reason"), at)
            for short, side in SIDES.items():
                for j, row in enumerate(self._lists(one, side), 1):
                    self._row(short, row, f"{at}.{short}.{j}")
        elif kind == "factor":
            self._copy(one, ("flow", "source", "gwp", "illustrative"), at)
            self._quantity(one.get("value"), f"{at}.value", f"{at}.unit")
            for key in ("biogenic", "land-use", "aircraft"):
                figure, unit = _split(one.get(key))
                same = unit == self.values.get(f"{at}.unit")
                self._put(f"{at}.{key}", figure if same else one.get(key))
        else:
            self._copy(one, ("rule", "area", "instrument"), at)
            self._put(f"{at}.flow", one.get("flow") or "electricity")
            self._put(f"{at}.year", None if one.get("year") is None else str(one["year"]))
            figure, unit = _split(one.get("value"))
            self._put(f"{at}.value", figure if unit == "kgCO2e/kWh" else one.get("value"))

    def _row(self, kind: str, row: dict[str, Any], at: str) -> None:
        self._copy(row, ("name",), at)
        self._quantity(row.get("amount"), f"{at}.amount", f"{at}.unit")
        self._quality(row.get("quality"), at)
        if kind == "out":
            self._copy(row, ("flow", "role"), at)
            for key in PRICES:
                self._quantity(row.get(key), f"{at}.{key}", f"{at}.{key}_unit")
            self._percent(row.get("share"), f"{at}.share")
            figure, unit = _split(row.get("biogenic_carbon"))
            self._put(f"{at}.biogenic_carbon", figure if unit == "kgC/kg" else row.get("biogenic_carbon"))
        elif kind == "in":
            flow = str(row.get("flow") or "")
            self._put(f"{at}.flow", self.flows.get((str(row.get("from") or ""), flow), flow))
            self._copy(row, ("stage", "data", "cut", "hazardous"), at)
            for key, usual in (("mass", "kg"), ("distance", "km")):
                figure, unit = _split(row.get(key))
                self._put(f"{at}.{key}", figure if unit == usual else row.get(key))
        else:
            self._copy(row, ("gas", "fuel", "fuels", "origin", "removal", "stage"), at)

    def _scenario(self, number: int, scenario: dict[str, Any]) -> None:
        self._put(f"s.{number}.name", scenario.get("name"))
        changes = scenario.get("set")
        for j, (path, to) in enumerate(changes.items() if isinstance(changes, dict) else (), 1):
            what = self._what(path)
            at = f"s.{number}.change.{j}"
            self._put(f"{at}.what", what)
            self._put(f"{at}.to", str(to) if isinstance(to, int | float) else to)

    def _what(self, path: str) -> str:
        """The name of the value that a path of the engine leads to; the path itself where there is none."""
        kind, _, rest = path.partition(".")
        steps = rest.split(".")
        number = self.numbers.get((kind, steps[0]))
        if number is None:
            return path
        if len(steps) == 2:
            return f"n.{number}.{steps[1]}"
        if len(steps) == 4 and steps[1] in ("input", "output"):
            short = "in" if steps[1] == "input" else "out"
            one = self._lists(self.model, kind)[
                list(self.numbers).index((kind, steps[0])) - self._before(kind)
            ]
            for j, row in enumerate(self._lists(one, steps[1]), 1):
                if row.get("flow") == steps[2]:
                    return f"n.{number}.{short}.{j}.{steps[3]}"
        return path

    def _before(self, kind: str) -> int:
        return sum(len(self._lists(self.model, one)) for one in KINDS[: KINDS.index(kind)])
