"""Where the process graph stands on paper: a column a stage, nodes in the order of their neighbours. Deterministic."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from tancai.labs.benches.footprint.names import STAGES, Node, Values, nodes_of

WIDTH, HEIGHT = 148, 56
ACROSS, DOWN, TOP = 184, 74, 40
UNIT = 0
"""Number of the functional unit among the nodes."""


@dataclass(frozen=True)
class Box:
    """A node: ``number`` (0 is the functional unit), upper left corner, column and place in it."""

    number: int
    kind: str
    name: str
    stage: str
    x: int
    y: int
    column: int
    place: int


@dataclass(frozen=True)
class Edge:
    """A flow from ``source`` to ``target``: path, the name of the value that says so, amount and unit as entered."""

    source: int
    target: int
    name: str
    flow: str
    amount: str
    path: str
    back: bool


@dataclass(frozen=True)
class Drawing:
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    columns: tuple[tuple[str, int], ...]
    """Stage and left edge."""


def draw(values: Values) -> Drawing:
    """The graph of a work. Order in a column: as moved (``n.3.order``), else by what the neighbours suggest."""
    nodes = nodes_of(values)
    links = _links(nodes, values)
    columns: list[list[Node]] = [[one for one in nodes if one.stage == stage] for stage in STAGES]
    _arrange(columns, links)
    boxes = {
        node.number: Box(
            node.number,
            node.kind,
            node.name,
            node.stage,
            12 + column * ACROSS,
            TOP + place * DOWN,
            column,
            place,
        )
        for column, several in enumerate(columns)
        for place, node in enumerate(several)
    }
    rows = max((len(several) for several in columns), default=0)
    ends = [boxes[source].y for source, target, *_ in links if target == UNIT and source in boxes]
    last = len(STAGES)
    text = str(values.get("unit.text") or "")
    boxes[UNIT] = Box(UNIT, "unit", text, "", 12 + last * ACROSS, ends[0] if ends else TOP, last, 0)
    edges = tuple(_edge(boxes, *link) for link in links if link[0] in boxes and link[1] in boxes)
    return Drawing(
        tuple(boxes[number] for number in sorted(boxes)),
        edges,
        24 + last * ACROSS + WIDTH,
        TOP + max(rows, 2) * DOWN + 24,
        tuple((stage, 12 + column * ACROSS) for column, stage in enumerate(STAGES)),
    )


Link = tuple[int, int, str, str, str]


def _links(nodes: list[Node], values: Values) -> list[Link]:
    """Source, target, name of the value, name of the flow, amount; the unit's own flow last."""
    known = {node.number: node for node in nodes}
    found: list[Link] = []
    for node in nodes:
        for row in node.rows["in"]:
            source = _number(row.fields.get("flow"))
            if source in known:
                name = f"n.{node.number}.in.{row.number}.flow"
                found.append(
                    (source, node.number, name, _flow_name(known[source], row.fields), _amount(row.fields))
                )
    source = _number(values.get("unit.flow"))
    if source in known:
        amount = _amount({"amount": values.get("unit.amount"), "unit": values.get("unit.unit")})
        found.append(
            (source, UNIT, "unit.flow", _flow_name(known[source], {"flow": values.get("unit.flow")}), amount)
        )
    return found


def _number(flow: object) -> int:
    head = str(flow or "").partition(".")[0]
    return int(head) if head.isdecimal() else -1


def _flow_name(maker: Node, fields: Values) -> str:
    row = str(fields.get("flow") or "").partition(".")[2]
    made = next((one for one in maker.rows["out"] if str(one.number) == row), None)
    own = str(made.fields.get("name") or "") if made else ""
    return str(fields.get("name") or own or maker.name)


def _amount(fields: Values) -> str:
    if fields.get("mass") or fields.get("distance"):
        return f"{fields.get('mass') or '?'} kg × {fields.get('distance') or '?'} km"
    amount = fields.get("amount")
    return f"{amount} {fields.get('unit') or ''}".strip() if isinstance(amount, str | int | float) else ""


def _arrange(columns: list[list[Node]], links: list[Link]) -> None:
    """Two sweeps by the mean place of the neighbours; columns that somebody has ordered stay as ordered."""
    places = {node.number: k for several in columns for k, node in enumerate(several)}
    fixed = [any(_order(node) is not None for node in several) for several in columns]
    for several, ordered in zip(columns, fixed, strict=True):
        if ordered:
            several.sort(key=lambda node: (_rank(node), node.number))
            places.update({node.number: k for k, node in enumerate(several)})
    for sweep in (reversed(range(len(columns))), range(len(columns)), reversed(range(len(columns)))):
        for column in sweep:
            if fixed[column]:
                continue
            wanted = {node.number: _pull(node.number, links, places) for node in columns[column]}
            columns[column].sort(key=lambda node: (wanted[node.number], node.number))
            places.update({node.number: k for k, node in enumerate(columns[column])})


def _pull(number: int, links: list[Link], places: dict[int, int]) -> float:
    near = [places[b] for a, b, *_ in links if a == number and b in places]
    near += [places[a] for a, b, *_ in links if b == number and a in places]
    return fmean(near) if near else places[number]


def _order(node: Node) -> float | None:
    value = node.fields.get("order")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _rank(node: Node) -> float:
    order = _order(node)
    return float(node.number) if order is None else order


def _edge(boxes: dict[int, Box], source: int, target: int, name: str, flow: str, amount: str) -> Edge:
    a, b = boxes[source], boxes[target]
    x1, y1 = a.x + WIDTH, a.y + HEIGHT // 2
    x2, y2 = b.x, b.y + HEIGHT // 2
    if b.column > a.column:
        bend = max(26, (x2 - x1) // 2)
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
        return Edge(source, target, name, flow, amount, path, False)
    if b.column == a.column and source != target:
        path = f"M{x1} {y1 + 8}C{x1 + 34} {y1 + 8} {x1 + 34} {y2 - 8} {x1} {y2 - 8}"
        return Edge(source, target, name, flow, amount, path, False)
    low = max(a.y, b.y) + HEIGHT + 10
    path = (
        f"M{x1} {y1 + 8}C{x1 + 40} {low} {x1 + 10} {low} {(x1 + x2) // 2} {low}S{x2 - 40} {low} {x2} {y2 + 8}"
    )
    return Edge(source, target, name, flow, amount, path, True)
