"""How a model lies in a piece of work: one value a field, under a name that says whose field it is.

``n.3.name`` is a field of node 3; ``n.3.in.2.amount`` of its second input, ``out`` its products, ``em`` its emissions;
``s.1.name`` of a scenario. An input names what it takes by node and product: ``5.1`` is product 1 of node 5, ``5`` the
flow of a data set. Numbers are given once and never again, so that a name means one thing for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]

KINDS = ("process", "factor", "electricity")
STAGES = ("upstream", "raw material", "production", "transport", "use", "end of life")
ROWS = ("out", "in", "em")
UNITS = ("kg", "t", "kWh", "MWh", "Nm3", "万Nm3", "m3", "t·km", "km", "m2", "piece", "h", "CNY", "kgCO2", "1")
FACTOR_UNITS = tuple(
    f"kgCO2e/({one})" if "·" in one else f"kgCO2e/{one}"
    for one in ("kg", "kWh", "Nm3", "m3", "t·km", "km", "m2", "piece", "h", "CNY", "1")
)
PRICE_UNITS = ("CNY/kg", "CNY/Nm3", "CNY/kWh", "CNY/piece", "CNY/m3", "CNY/m2")


@dataclass(frozen=True)
class Row:
    """A product, input or emission: its number and its fields."""

    number: int
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class Node:
    """A unit process, a background data set or electricity: number, fields, and rows by kind."""

    number: int
    fields: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind: [] for kind in ROWS})

    @property
    def kind(self) -> str:
        found = self.fields.get("kind")
        return found if found in KINDS else "process"

    @property
    def background(self) -> bool:
        return self.kind != "process"

    @property
    def stage(self) -> str:
        if self.background:
            return "upstream"
        found = self.fields.get("stage")
        return found if found in STAGES else "production"

    @property
    def name(self) -> str:
        return str(self.fields.get("name") or "").strip()

    def flows(self) -> list[str]:
        """What can be taken from it: ``5.1``, ``5.2`` …, or ``5``."""
        if self.background:
            return [str(self.number)]
        return [f"{self.number}.{row.number}" for row in self.rows["out"]]


def nodes_of(values: Values) -> list[Node]:
    """The nodes of a work by number. Names that are none of ours are passed over."""
    nodes: dict[int, Node] = {}
    rows: dict[tuple[int, str, int], Row] = {}
    for name, value in values.items():
        steps = name.split(".")
        if steps[0] != "n" or len(steps) < 3 or not steps[1].isdecimal():
            continue
        number = int(steps[1])
        node = nodes.setdefault(number, Node(number))
        if steps[2] in ROWS and len(steps) >= 5 and steps[3].isdecimal():
            key = (number, steps[2], int(steps[3]))
            if key not in rows:
                rows[key] = Row(key[2])
                node.rows[key[1]].append(rows[key])
            rows[key].fields[".".join(steps[4:])] = value
        else:
            node.fields[".".join(steps[2:])] = value
    for node in nodes.values():
        for kind in ROWS:
            node.rows[kind].sort(key=lambda row: row.number)
    return [nodes[number] for number in sorted(nodes)]


def scenarios_of(values: Values) -> list[tuple[int, str, list[tuple[int, str, Any]]]]:
    """Scenarios: number, name, changes (number, what is changed, to what)."""
    found: dict[int, tuple[str, dict[int, dict[str, Any]]]] = {}
    for name, value in values.items():
        steps = name.split(".")
        if steps[0] != "s" or len(steps) < 3 or not steps[1].isdecimal():
            continue
        title, changes = found.get(int(steps[1]), ("", {}))
        if steps[2] == "change" and len(steps) == 5 and steps[3].isdecimal():
            changes.setdefault(int(steps[3]), {})[steps[4]] = value
        elif steps[2] == "name":
            title = str(value)
        found[int(steps[1])] = (title, changes)
    return [
        (k, title, [(j, str(one.get("what", "")), one.get("to")) for j, one in sorted(changes.items())])
        for k, (title, changes) in sorted(found.items())
    ]


def node_id(node: Node) -> str:
    """The id of a node in a model file: its own from an import, else made of its number."""
    return str(node.fields.get("id") or f"process-{node.number}")


def flow_id(nodes: Mapping[int, Node], flow: str) -> str:
    """The flow of a model file that ``5.1`` or ``5`` names; other text is passed on as the name of a flow."""
    number, _, row = flow.partition(".")
    node = nodes.get(int(number)) if number.isdecimal() else None
    if node is None:
        return flow if not flow.replace(".", "").isdecimal() else ""
    if node.background:
        return _own_flow(nodes, node)
    for one in node.rows["out"]:
        if str(one.number) == row:
            return str(one.fields.get("flow") or f"flow-{node.number}-{one.number}")
    return ""


def _own_flow(nodes: Mapping[int, Node], node: Node) -> str:
    """The flow of a data set; a second of the same flow gets its number, as model files know it by the flow."""
    name = str(node.fields.get("flow") or f"flow-{node.number}")
    earlier = (one for one in nodes.values() if one.background and one.number < node.number)
    return f"{name}-{node.number}" if any(one.fields.get("flow") == name for one in earlier) else name
