"""What a computed work shows: graph with shares, total, bands, contributions, sensitivity, cut-off, faults."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tancai.engines.carbon.footprint.model import ALLOCATIONS
from tancai.engines.carbon.footprint.result import candidates
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.tree import lines, uncertain
from tancai.engines.carbon.uncertainty import propagate
from tancai.labs import api as labs
from tancai.web.workshop.footprint import words
from tancai.web.workshop.speaking import language, spoken

bench = labs.footprint_bench


@dataclass(frozen=True)
class Share:
    """A row of a table of contributions; ``length`` of its bar of 100."""

    name: str
    value: str
    share: str
    length: float
    negative: bool


@dataclass(frozen=True)
class Told:
    """A fault in words; ``name`` is the field it belongs to."""

    name: str
    place: str
    text: str
    level: str


def context(values: dict[str, Any]) -> dict[str, Any]:
    """Everything the parts ``graph`` and ``result`` are drawn from."""
    done = bench.compute(values)
    found: dict[str, Any] = {
        "computed": done,
        "faults": told(done, values),
        "graph": _graph(values, done),
        "started": bool(bench.nodes_of(values)),
    }
    if done.found is not None:
        found |= _figures(values, done)
    return found


def told(done: bench.Computed, values: dict[str, Any]) -> list[Told]:
    order = {"refused": 0, "doubtful": 1, "noted": 2}
    names = _names(values)
    found = [
        Told(one.name, words.place(values, one.name), _text(one, names), one.level) for one in done.faults
    ]
    return sorted(dict.fromkeys(found), key=lambda one: order[one.level])


def _text(fault: bench.Fault, names: dict[str, str]) -> str:
    """The engine's words, with the names on the page for its ids and field codes."""
    params = dict(fault.problem.params)
    for key, value in params.items():
        if key in ("flow", "processes", "process") and isinstance(value, str):
            params[key] = _("、").join(names.get(one, one) for one in value.split(", "))
        elif key == "missing" and isinstance(value, str):
            params[key] = _("、").join(words.field(one) for one in value.split(", "))
        elif key == "method" and value in ALLOCATIONS:
            params[key] = words.allocation(value)
    return replace(fault.problem, params=params).words(language())


def _names(values: dict[str, Any]) -> dict[str, str]:
    """Names on the page of the flows and processes of the model file."""
    nodes = {one.number: one for one in bench.nodes_of(values)}
    found = {
        bench.flow_id(nodes, flow): words.node_name(one) for one in nodes.values() for flow in one.flows()
    }
    for number, one in nodes.items():
        found[str(one.fields.get("id") or f"process-{number}")] = words.node_name(one)
    return found


def _figures(values: dict[str, Any], done: bench.Computed) -> dict[str, Any]:
    found = done.found
    assert found is not None
    names = process_names(done)
    flows = _flow_names(values, done)
    sure = propagate(found.total) if uncertain(found.total) else None
    return {
        "total": shown(found.total.value, 2),
        "unit_text": found.model.unit_text,
        "label": bench.label_of(found),
        "lacks": [words.label_lack(code) for code in bench.label_of(found).lacks],
        "boundary": words.boundary(found.model.boundary),
        "gwp": found.model.gwp,
        "uncertainty": f"{100 * sure.relative:.2f}" if sure else "",
        "quality": "" if found.quality is None else f"{found.quality:.2f}",
        "scored": f"{100 * found.scored:.0f}",
        "stages": _shares(done, found.by("stage"), words.stage),
        "processes": _shares(done, found.by("process"), lambda code: names.get(code, code)),
        "origins": _shares(done, found.by("origin"), words.origin),
        "items": [
            (
                spoken(one.name),
                names.get(one.process, one.process),
                words.stage(one.stage),
                words.origin(one.origin),
                shown(one.value, 2),
                f"{100 * found.share(one.value):.2f} %",
            )
            for one in found.contributions
        ],
        "sankey": bench.sankey(found, lambda key: _bar_name(key, names)),
        "levers": [
            (
                flows.get(one.name) or spoken(one.name),
                names.get(one.process, one.process),
                shown(abs(one.change), 3),
                f"{100 * abs(one.share):.3f} %",
                round(100 * abs(one.change) / max(abs(found.levers[0].change), 1e-12), 1),
            )
            for one in found.levers[:12]
        ],
        "variants": [
            {
                "name": one.name,
                "bad": math.isnan(one.value),
                "value": "" if math.isnan(one.value) else shown(one.value, 2),
                "change": "" if math.isnan(one.value) else f"{one.change:+.3f}",
                "relative": "" if math.isnan(one.value) else f"{100 * one.relative:+.4f} %",
                "problems": [problem.words(language()) for problem in one.problems],
            }
            for one in done.variants
        ],
        "small": [
            (
                spoken(one.name),
                f"{100 * ghg:.3f} %",
                "–" if math.isnan(mass) else f"{100 * mass:.3f} %",
                one in found.cut,
            )
            for one, ghg, mass in candidates(found)
        ],
        "limits": (f"{100 * found.model.cut_single:g}", f"{100 * found.model.cut_total:g}"),
        "cut": [(spoken(one.name), shown(one.value, 2)) for one in found.cut],
        "allocated": [
            (
                names.get(code, code),
                [(flows.get(flow, flow), f"{100 * share:.4f} %") for flow, share in parts],
            )
            for code, parts in found.allocated.items()
        ],
        "stored": [(spoken(name), shown(value, 2)) for name, value in found.stored],
        "tree": "\n".join(lines(found.total, language())),
        "digest": found.model.digest,
    }


def process_names(done: bench.Computed) -> dict[str, str]:
    assert done.found is not None
    return {one.id: spoken(one.name) for one in done.found.model.processes}


def _flow_names(values: dict[str, Any], done: bench.Computed) -> dict[str, str]:
    """Names of flows whose output has none of its own: that of the node that makes them."""
    found = _names(values)
    assert done.found is not None
    named = (one for process in done.found.model.processes for one in process.outputs if one.name != one.flow)
    return found | {one.flow: spoken(one.name) for one in named}


def _bar_name(key: tuple[str, str], names: dict[str, str]) -> str:
    layer, code = key
    if layer == "item":
        return spoken(code) or _("其他各项")
    if layer == "process":
        return names.get(code, code)
    if layer == "stage":
        return words.stage(code)
    return {"net": _("产品碳足迹"), "credits": _("抵扣与清除")}[code]


def _shares(done: bench.Computed, sums: dict[str, float], name: Any) -> list[Share]:
    assert done.found is not None
    most = max((abs(value) for value in sums.values()), default=0.0) or 1.0
    return [
        Share(
            name(code),
            shown(value, 2),
            f"{100 * done.found.share(value):.2f} %",
            round(100 * abs(value) / most, 1),
            value < 0,
        )
        for code, value in sums.items()
    ]


@dataclass(frozen=True)
class Drawn:
    """A box of the graph with its words."""

    box: Any
    title: str
    lines: list[str]
    share: str
    length: float
    amiss: bool


def _graph(values: dict[str, Any], done: bench.Computed) -> dict[str, Any]:
    drawing = bench.draw(values)
    shares = _node_shares(values, done)
    amiss = {
        one.name.split(".")[1] for one in done.faults if one.level == "refused" and one.name.startswith("n.")
    }
    boxes = []
    for box in drawing.boxes:
        plain = words.kind(box.kind) + (f" {box.number}" if box.kind in ("process", "factor") else "")
        title = spoken(box.name) if box.name else plain
        share = shares.get(box.number)
        boxes.append(
            Drawn(
                box,
                title,
                wrapped(title),
                "" if share is None else f"{100 * share:.1f} %".replace("-0.0 %", "0.0 %"),
                0.0 if share is None else round(132 * min(1.0, max(0.0, share)), 1),
                str(box.number) in amiss,
            )
        )
    titles = {one.box.number: one.title for one in boxes}
    return {
        "boxes": boxes,
        "width": drawing.width,
        "height": drawing.height,
        "columns": [(words.stage(stage), x, stage) for stage, x in drawing.columns],
        "edges": [(one, titles[one.source], titles[one.target]) for one in drawing.edges],
    }


def _node_shares(values: dict[str, Any], done: bench.Computed) -> dict[int, float]:
    """What part of the footprint is emitted by a process itself, or brought in by a data set."""
    if done.found is None:
        return {}
    nodes = {one.number: one for one in bench.nodes_of(values)}
    by_id = {
        str(one.fields.get("id") or f"process-{one.number}"): n
        for n, one in nodes.items()
        if not one.background
    }
    by_flow = {bench.flow_id(nodes, str(n)): n for n, one in nodes.items() if one.background}
    sums: dict[int, float] = {}
    for one in done.found.contributions:
        number = by_flow.get(one.flow) if one.flow else by_id.get(one.process)
        if number is not None:
            sums[number] = sums.get(number, 0.0) + one.value
    return {number: done.found.share(value) for number, value in sums.items()}


def wrapped(text: str, wide: int = 18, most: int = 2) -> list[str]:
    """Text in lines of ``wide`` half-width signs; what is too long ends in an ellipsis."""
    lines_found, line, width = [], "", 0
    for sign in text:
        step = 2 if ord(sign) > 0x2E7F else 1
        if width + step > wide:
            lines_found.append(line)
            line, width = "", 0
        line, width = line + sign, width + step
    if lines_found and line in ("）", ")", "。", "”"):
        lines_found[-1] += line  # a closing sign does not stand alone
    else:
        lines_found.append(line)
    if len(lines_found) > most:
        lines_found = [*lines_found[: most - 1], lines_found[most - 1][:-1] + "…"]
    return [one.strip() for one in lines_found]
