"""From the values of a work to a model of the engine, with the name of the value behind every field.

The engine says where something is wrong by the line of a file. Here the lines are the numbers of ``Read.names``, so
that every problem leads back to the field on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tancai.engines.carbon.errors import Place, Problem
from tancai.engines.carbon.footprint.model import QUALITY, SCHEMA
from tancai.labs.benches.footprint.names import Node, Values, flow_id, node_id, nodes_of, scenarios_of

GOAL = ("product", "purpose", "audience", "period", "pcr", "review")
SIDES = {"out": "output", "in": "input", "em": "emission"}
_FIGURE = re.compile(r"[\d\s.,+\-eE０-９．，、'’]+")


@dataclass
class Read:
    """``model`` as a model file would hold it; ``lines`` from its steps to numbers in ``names``."""

    model: dict[str, Any]
    names: list[str] = field(default_factory=list)
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    problems: list[tuple[str, Problem]] = field(default_factory=list)

    def name_at(self, line: int) -> str:
        return self.names[line - 1] if 0 < line <= len(self.names) else ""


def read(values: Values) -> Read:
    """The model in ``values``. Blank fields are left out; what the engine thinks of the rest it says itself."""
    return _Reader(values).all()


def quantity(text: Any, unit: str) -> Any:
    """Figure and unit as the engine reads them: ``440 ± 8 %`` and ``kWh`` give ``440 kWh ± 8 %``.

    A unit written into the figure stands; tables (monthly figures of an imported file) pass as they are.
    """
    if not isinstance(text, str):
        return text
    figure, mark, width = text.partition("±")
    figure = figure.strip()
    if not figure:
        return None
    if unit and _FIGURE.fullmatch(figure):
        figure = f"{figure} {unit}"
    return f"{figure} ±{width}" if mark else figure


def percent(text: Any) -> Any:
    """``1`` in a field that says per cent."""
    if isinstance(text, str) and text.strip():
        return text if any(sign in text for sign in "%％") else f"{text.strip()} %"
    return None


class _Reader:
    def __init__(self, values: Values) -> None:
        self.values = values
        self.nodes = {node.number: node for node in nodes_of(values)}
        self.found = Read({"schema": SCHEMA})
        self.makers = self._makers()

    def all(self) -> Read:
        model = self.found.model
        self._plain(model, "goal", GOAL)
        self._plain(model, "boundary", ("kind",))
        self._method(model)
        self._unit(model)
        for node in self.nodes.values():
            made = model.setdefault(node.kind, [])
            steps = (node.kind, len(made))
            self._at(steps, f"n.{node.number}")
            made.append(self._process(node, steps) if node.kind == "process" else self._data_set(node, steps))
        for number, name, changes in scenarios_of(self.values):
            self._scenario(model, number, name, changes)
        return self.found

    def _makers(self) -> dict[str, list[str]]:
        """Ids of the nodes that make each flow."""
        found: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for flow in node.flows():
                name = flow_id(self.nodes, flow)
                found.setdefault(name, []).append(_maker_id(node, name))
        return found

    def _at(self, steps: tuple[str | int, ...], name: str) -> None:
        self.found.names.append(name)
        self.found.lines[steps] = len(self.found.names)

    def _put(
        self, target: dict[str, Any], steps: tuple[str | int, ...], key: str, value: Any, name: str
    ) -> None:
        self._at((*steps, key), name)
        if value is not None and value != "":
            target[key] = value

    def _texts(
        self,
        target: dict[str, Any],
        steps: tuple[str | int, ...],
        fields: Values,
        names: Sequence[str],
        at: str,
    ) -> None:
        for name in names:
            value = fields.get(name)
            text = value.strip() if isinstance(value, str) else value
            self._put(target, steps, name, text, f"{at}.{name}")

    def _plain(self, model: dict[str, Any], group: str, names: Sequence[str]) -> None:
        fields = {name: self.values.get(f"{group}.{name}") for name in names}
        target: dict[str, Any] = {}
        self._texts(target, (group,), fields, names, group)
        if target:
            model[group] = target

    def _method(self, model: dict[str, Any]) -> None:
        target: dict[str, Any] = {}
        self._put(target, ("method",), "gwp", self.values.get("method.gwp"), "method.gwp")
        for key in ("cut_single", "cut_total"):
            self._put(target, ("method",), key, percent(self.values.get(f"method.{key}")), f"method.{key}")
        accepted = self.values.get("method.accept_uncertain")
        if isinstance(accepted, str):
            accepted = [one for one in re.split(r"[\s,，、;；]+", accepted) if one]
        accepted = [*(accepted or []), *(one for one in self._accepted() if one not in (accepted or []))]
        self._put(target, ("method",), "accept_uncertain", accepted or None, "method.accept_uncertain")
        if target:
            model["method"] = target

    def _accepted(self) -> list[str]:
        """Unverified electricity factors that are taken knowingly."""
        return [
            f"electricity:footprint/{node.fields['year']}/{node.fields.get('area') or 'national'}"
            for node in self.nodes.values()
            if node.kind == "electricity" and node.fields.get("accept") and node.fields.get("year")
        ]

    def _unit(self, model: dict[str, Any]) -> None:
        target: dict[str, Any] = {}
        self._at(("unit",), "unit.text")
        fields = {name: self.values.get(f"unit.{name}") for name in ("kind", "text")}
        self._texts(target, ("unit",), fields, ("kind", "text"), "unit")
        flow = flow_id(self.nodes, str(self.values.get("unit.flow") or ""))
        self._put(target, ("unit",), "flow", flow, "unit.flow")
        amount = quantity(self.values.get("unit.amount"), str(self.values.get("unit.unit") or ""))
        self._put(target, ("unit",), "amount", amount, "unit.amount")
        model["unit"] = target

    def _quality(self, target: dict[str, Any], steps: tuple[str | int, ...], fields: Values, at: str) -> None:
        scores = {name: _score(fields.get(f"quality.{name}")) for name in QUALITY}
        given = [name for name in QUALITY if scores[name] is not None]
        if given and len(given) < len(QUALITY):
            problem = Problem("quality_partial", "doubtful", Place("", 0, ""), {"given": len(given)})
            missing = next(name for name in QUALITY if name not in given)
            self.found.problems.append((f"{at}.quality.{missing}", problem))
            return
        self._put(target, steps, "quality", scores if given else None, f"{at}.quality.time")

    def _process(self, node: Node, steps: tuple[str | int, ...]) -> dict[str, Any]:
        at = f"n.{node.number}"
        target: dict[str, Any] = {"id": node_id(node)}
        texts = (
            "name",
            "data",
            "period",
            "geography",
            "technology",
            "remark",
            "allocation",
            "allocation_reason",
        )
        self._texts(target, steps, node.fields, texts, at)
        self._put(target, steps, "stage", node.stage, f"{at}.stage")
        self._quality(target, steps, node.fields, at)
        for kind, side in SIDES.items():
            for row in node.rows[kind]:
                made = target.setdefault(side, [])
                row_steps = (*steps, side, len(made))
                name = f"{at}.{kind}.{row.number}"
                self._at(row_steps, name)
                read_row = {"out": self._output, "in": self._input, "em": self._emission}[kind]
                made.append(read_row(node, row.fields, row_steps, name))
        return target

    def _output(self, node: Node, fields: Values, steps: tuple[str | int, ...], at: str) -> dict[str, Any]:
        target: dict[str, Any] = {}
        self._put(target, steps, "flow", flow_id(self.nodes, f"{node.number}.{at.rpartition('.')[2]}"), at)
        self._texts(target, steps, fields, ("name", "role"), at)
        self._amount(target, steps, fields, at)
        for key, unit in (("price", str(fields.get("price_unit") or "CNY/kg")), ("energy", "MJ/kg")):
            unit = str(fields.get(f"{key}_unit") or unit)
            self._put(target, steps, key, quantity(fields.get(key), unit), f"{at}.{key}")
        self._put(target, steps, "share", percent(fields.get("share")), f"{at}.share")
        carbon = quantity(fields.get("biogenic_carbon"), "kgC/kg")
        self._put(target, steps, "biogenic_carbon", carbon, f"{at}.biogenic_carbon")
        return target

    def _amount(self, target: dict[str, Any], steps: tuple[str | int, ...], fields: Values, at: str) -> None:
        unit = str(fields.get("unit") or "")
        self._put(target, steps, "amount", quantity(fields.get("amount"), unit), f"{at}.amount")

    def _input(self, node: Node, fields: Values, steps: tuple[str | int, ...], at: str) -> dict[str, Any]:
        target: dict[str, Any] = {}
        given = str(fields.get("flow") or "")
        flow = flow_id(self.nodes, given)
        self._put(target, steps, "flow", flow, f"{at}.flow")
        maker = self.nodes.get(int(given.partition(".")[0])) if given.partition(".")[0].isdecimal() else None
        if maker is not None and len(self.makers.get(flow, [])) > 1:
            self._put(target, steps, "from", _maker_id(maker, flow), f"{at}.flow")
        self._texts(target, steps, fields, ("name", "stage", "data"), at)
        if fields.get("mass") or fields.get("distance"):
            self._put(target, steps, "mass", quantity(fields.get("mass"), "kg"), f"{at}.mass")
            self._put(target, steps, "distance", quantity(fields.get("distance"), "km"), f"{at}.distance")
        else:
            self._amount(target, steps, fields, at)
        for key in ("cut", "hazardous"):
            self._put(target, steps, key, True if fields.get(key) else None, f"{at}.{key}")
        self._quality(target, steps, fields, at)
        return target

    def _emission(self, node: Node, fields: Values, steps: tuple[str | int, ...], at: str) -> dict[str, Any]:
        target: dict[str, Any] = {}
        fuel = fields.get("fuel")
        self._texts(target, steps, fields, ("name", "origin", "stage"), at)
        self._texts(target, steps, fields, ("fuel", "fuels") if fuel else ("gas",), at)
        if not fuel:
            self._put(target, steps, "removal", True if fields.get("removal") else None, f"{at}.removal")
        self._amount(target, steps, fields, at)
        self._quality(target, steps, fields, at)
        return target

    def _data_set(self, node: Node, steps: tuple[str | int, ...]) -> dict[str, Any]:
        at = f"n.{node.number}"
        target: dict[str, Any] = {"flow": flow_id(self.nodes, str(node.number))}
        fields = node.fields
        self._texts(target, steps, fields, ("name",), at)
        if node.kind == "electricity":
            self._texts(target, steps, fields, ("rule", "area", "instrument"), at)
            year = str(fields.get("year") or "").strip()
            self._put(target, steps, "year", int(year) if year.isdecimal() else year, f"{at}.year")
            self._put(target, steps, "value", quantity(fields.get("value"), "kgCO2e/kWh"), f"{at}.value")
        else:
            self._texts(
                target,
                steps,
                fields,
                ("source", "data", "period", "geography", "technology", "remark", "gwp"),
                at,
            )
            unit = str(fields.get("unit") or "")
            for key in ("value", "biogenic", "land-use", "aircraft"):
                self._put(target, steps, key, quantity(fields.get(key), unit), f"{at}.{key}")
            taught = True if fields.get("illustrative") else None
            self._put(target, steps, "illustrative", taught, f"{at}.illustrative")
        self._quality(target, steps, fields, at)
        return target

    def _scenario(
        self, model: dict[str, Any], number: int, name: str, changes: list[tuple[int, str, Any]]
    ) -> None:
        made = model.setdefault("scenario", [])
        steps = ("scenario", len(made))
        self._at(steps, f"s.{number}.name")
        changed: dict[str, Any] = {}
        for _, what, to in changes:
            if what and to not in (None, ""):
                path, value = self._change(what, to)
                changed[path] = value
        made.append({"name": name.strip() or f"#{number}", "set": changed})

    def _change(self, what: str, to: Any) -> tuple[str, Any]:
        """A change by the name of a value as the engine's path; a path of the engine stays."""
        steps = what.split(".")
        node = self.nodes.get(int(steps[1])) if steps[0] == "n" and steps[1].isdecimal() else None
        if node is None:
            return what, to
        key = steps[-1]
        if node.background:
            path = f"{node.kind}.{flow_id(self.nodes, str(node.number))}.{key}"
            if key == "year":
                return path, int(to) if str(to).strip().isdecimal() else to
            unit = "kgCO2e/kWh" if node.kind == "electricity" else str(node.fields.get("unit") or "")
            return path, quantity(to, unit) if key != "gwp" else to
        if len(steps) == 3:
            return f"process.{node_id(node)}.{key}", to
        row = next((one for one in node.rows.get(steps[2], []) if str(one.number) == steps[3]), None)
        if row is None:
            return what, to
        flow = (
            flow_id(self.nodes, f"{node.number}.{row.number}")
            if steps[2] == "out"
            else flow_id(self.nodes, str(row.fields.get("flow") or ""))
        )
        path = f"process.{node_id(node)}.{SIDES[steps[2]]}.{flow}.{key}"
        units = {"mass": "kg", "distance": "km"}
        return path, quantity(to, units.get(key, str(row.fields.get("unit") or "")))


def _maker_id(node: Node, flow: str) -> str:
    return f"{node.kind}:{flow}" if node.background else node_id(node)


def _score(value: Any) -> int | float | None:
    try:
        score = float(value)
    except (TypeError, ValueError):
        return None
    return int(score) if score.is_integer() else score
