"""A model computed: the footprint, where it comes from, how good the data are, what may be cut off, what matters."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tancai.engines.bilingual import said
from tancai.engines.carbon import ENGINE_VERSION, tables
from tancai.engines.carbon.errors import CarbonError, Problem
from tancai.engines.carbon.footprint import matrix
from tancai.engines.carbon.footprint.allocation import products, shares
from tancai.engines.carbon.footprint.model import ORIGINS, Emission, Flow, Model, Process, convertible
from tancai.engines.carbon.tree import Node, leaf, product, record, total, uncertain
from tancai.engines.carbon.uncertainty import propagate

KG = "kgCO2e"


@dataclass(frozen=True)
class Activity:
    """One product of one process, with its share."""

    process: Process
    output: Flow
    share: float


@dataclass(frozen=True)
class Contribution:
    """One row of the inventory: an emission, or a flow at its cradle-to-gate factor, for the whole functional unit."""

    process: str
    stage: str
    name: str
    flow: str
    origin: str
    node: Node
    mass: float
    quality: tuple[float, ...]
    cut: bool = False

    @property
    def value(self) -> float:
        return self.node.value


@dataclass(frozen=True)
class Lever:
    """What a change of 10 % of one figure does to the footprint."""

    name: str
    process: str
    change: float
    share: float


@dataclass
class Footprint:
    """``total`` sums ``contributions`` that were not cut; ``carried`` says what a unit of every product carries."""

    model: Model
    total: Node
    contributions: list[Contribution]
    cut: list[Contribution]
    scaling: dict[str, float]
    carried: dict[str, tuple[float, str]]
    allocated: dict[str, list[tuple[str, float]]]
    levers: list[Lever]
    stored: list[tuple[str, float]]
    quality: float | None
    scored: float
    problems: list[Problem] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not any(problem.level == "refused" for problem in self.problems)

    def by(self, what: str) -> dict[str, float]:
        """Sums by ``stage``, ``process``, ``origin`` or ``name``, largest first."""
        found: dict[str, list[float]] = {}
        for one in self.contributions:
            found.setdefault(getattr(one, what), []).append(one.value)
        sums = {name: math.fsum(values) for name, values in found.items()}
        return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))

    def share(self, value: float) -> float:
        return value / self.total.value if self.total.value else math.nan


def footprint(model: Model) -> Footprint:
    """Compute a model. Raises CarbonError when the unit's flow is made by nobody or the system cannot be solved."""
    problems = list(model.problems)
    activities = _activities(model, problems)
    makers = _makers(activities)
    system, inputs = _system(activities, makers, problems)
    demand = _demand(model, activities, makers)
    try:
        solved = matrix.solve(system, demand)
    except matrix.Singular as error:
        name = activities[error.column].process.name
        place = activities[error.column].process.place
        raise CarbonError(Problem("singular", "refused", place, {"processes": said(name, "en")})) from error
    _negative(activities, solved, problems)
    rows = _contributions(activities, solved, inputs)
    kept, cut = _cut_off(model, rows, problems)
    parts = [one.node for one in kept]
    whole = total("footprint", parts, KG, "产品碳足迹|carbon footprint", formula="Σ", digits=2)
    _masses(model, problems)
    quality, scored = _quality(kept)
    return Footprint(
        model,
        whole,
        sorted(kept, key=lambda one: (-one.value, one.node.key)),
        cut,
        _scaling(activities, solved),
        {
            _product(activity): (float(solved.carried[k].sum()), activity.output.amount.unit.text)
            for k, activity in enumerate(activities)
        },
        {
            process.id: [
                (one.flow, share) for one, share in zip(products(process), _quietly(process), strict=True)
            ]
            for process in model.processes
            if len(products(process)) > 1
        },
        _levers(activities, solved, inputs, whole.value),
        _stored(model, activities, solved),
        quality,
        scored,
        problems,
    )


def _product(activity: Activity) -> str:
    return (
        activity.output.flow
        if activity.process.background
        else f"{activity.process.id}:{activity.output.flow}"
    )


def _quietly(process: Process) -> list[float]:
    return shares(process, lambda problem: None)


def _activities(model: Model, problems: list[Problem]) -> list[Activity]:
    found = []
    for process in model.processes:
        parts = shares(process, problems.append)
        made = products(process)
        if process.allocation == "substitution":
            made, parts = made[:1], parts[:1]
        found += [Activity(process, one, share) for one, share in zip(made, parts, strict=True)]
    return found


def _makers(activities: list[Activity]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for k, activity in enumerate(activities):
        found.setdefault(activity.output.flow, []).append(k)
    return found


@dataclass(frozen=True)
class _Input:
    activity: int
    maker: int
    flow: Flow
    amount: float
    """In the unit of the maker's output, before the share."""
    sign: int = 1


def _system(
    activities: list[Activity], makers: dict[str, list[int]], problems: list[Problem]
) -> tuple[matrix.System, list[_Input]]:
    inputs: list[_Input] = []
    for k, activity in enumerate(activities):
        wanted = [(one, 1) for one in activity.process.inputs]
        wanted += [(one, -1) for one in _avoided(activity)]
        for flow, sign in wanted:
            maker = _maker(flow, makers, activities, activity, problems)
            if maker is None:
                continue
            made = activities[maker].output.amount.unit
            scale = convertible(flow.amount.unit, made)
            if scale is None:
                params = {"flow": flow.flow, "made": made.text, "used": flow.amount.unit.text}
                _note(problems, Problem("flow_unit", "refused", flow.place, params))
                continue
            inputs.append(_Input(k, maker, flow, flow.amount.value * scale, sign))
    rows = np.array([one.maker for one in inputs], dtype=np.int64)
    columns = np.array([one.activity for one in inputs], dtype=np.int64)
    values = np.array(
        [one.sign * one.amount * activities[one.activity].share for one in inputs], dtype=np.float64
    )
    impacts = np.zeros((len(activities), len(ORIGINS)))
    for k, activity in enumerate(activities):
        for emission in activity.process.emissions:
            impacts[k, ORIGINS.index(emission.origin)] += activity.share * _per_run(emission, activity)
    outputs = np.array([one.output.amount.value for one in activities], dtype=np.float64)
    return matrix.System(outputs, rows, columns, values, impacts), inputs


def _avoided(activity: Activity) -> list[Flow]:
    """With substitution, by-products replace the same flow made elsewhere; ``avoided`` outputs always do."""
    outputs = [one for one in activity.process.outputs if one.role == "avoided"]
    if activity.process.allocation == "substitution":
        outputs += products(activity.process)[1:]
    return outputs


def _note(problems: list[Problem], problem: Problem) -> None:
    if problem not in problems:
        problems.append(problem)


def _maker(
    flow: Flow,
    makers: dict[str, list[int]],
    activities: list[Activity],
    user: Activity,
    problems: list[Problem],
) -> int | None:
    found = makers.get(flow.flow, [])
    if flow.source:
        found = [
            k
            for k in found
            if flow.source in (activities[k].process.id, activities[k].process.id.partition(":")[0])
        ]
    elif len(found) > 1:
        others = [k for k in found if activities[k].process is not user.process]
        found = others if len(others) == 1 else found
    if not found:
        _note(problems, Problem("no_producer", "refused", flow.place, {"flow": flow.flow}))
        return None
    if len(found) > 1:
        names = ", ".join(activities[k].process.id for k in found)
        params = {"flow": flow.flow, "processes": names}
        _note(problems, Problem("two_producers", "refused", flow.place, params))
        return None
    return found[0]


def _per_run(emission: Emission, activity: Activity) -> float:
    """kgCO2e a run of the activity; a factor is per unit of its flow, and the run makes one."""
    factor = float(emission.node.unit.factor)
    if not activity.process.background:
        return emission.node.value * factor * 1000
    return emission.node.value * factor * 1000 * float(activity.output.amount.unit.factor)


def _demand(model: Model, activities: list[Activity], makers: dict[str, list[int]]) -> matrix.Floats:
    found = [k for k in makers.get(model.flow, []) if not activities[k].process.background] or makers.get(
        model.flow, []
    )
    if len(found) != 1:
        code = "two_producers" if found else "no_producer"
        names = ", ".join(activities[k].process.id for k in found)
        params = {"flow": model.flow, "processes": names}
        raise CarbonError([*model.problems, Problem(code, "refused", params=params)])
    made = activities[found[0]].output.amount.unit
    scale = convertible(model.amount.unit, made)
    if scale is None:
        params = {"flow": model.flow, "made": made.text, "used": model.amount.unit.text}
        raise CarbonError(Problem("flow_unit", "refused", params=params))
    demand = np.zeros(len(activities))
    demand[found[0]] = model.amount.value * scale
    return demand


def _negative(activities: list[Activity], solved: matrix.Solved, problems: list[Problem]) -> None:
    avoiding = any(_avoided(activity) for activity in activities)
    for k, runs in enumerate(solved.scaling):
        if runs < -1e-12 and not avoiding:
            process = activities[k].process
            params = {"process": said(process.name, "en")}
            problems.append(Problem("scaling_negative", "doubtful", process.place, params))


def _scaling(activities: list[Activity], solved: matrix.Solved) -> dict[str, float]:
    found: dict[str, float] = {}
    for activity, runs in zip(activities, solved.scaling, strict=True):
        found[_product(activity)] = float(runs)
    return found


def _contributions(
    activities: list[Activity], solved: matrix.Solved, inputs: list[_Input]
) -> list[Contribution]:
    """Rows of the foreground: direct emissions, and flows from background data at their factors."""
    rows: list[Contribution] = []
    for k, activity in enumerate(activities):
        if activity.process.background or not activity.share * solved.scaling[k]:
            continue
        scale = _scale_node(activity, float(solved.scaling[k]))
        for emission in activity.process.emissions:
            key = f"{emission.node.key}@{activity.output.flow}"
            node = product(key, [emission.node, *scale], KG, emission.name, formula="E × 规模", digits=2)
            rows.append(
                Contribution(
                    activity.process.id,
                    emission.stage,
                    emission.name,
                    "",
                    emission.origin,
                    node,
                    0.0,
                    emission.quality or activity.process.quality,
                )
            )
    for one in inputs:
        maker, user = activities[one.maker], activities[one.activity]
        idle = not user.share * solved.scaling[one.activity]
        if not maker.process.background or user.process.background or idle:
            continue
        rows += _bought(one, maker, user, float(solved.scaling[one.activity]))
    return rows


def _scale_node(activity: Activity, runs: float) -> list[Node]:
    """Runs of the process for the unit, and the product's share, where they are not one."""
    parts = []
    if abs(runs - 1) > 1e-12:
        parts.append(leaf(f"runs.{_product(activity)}", runs, label="过程规模|runs of the process"))
    if activity.share != 1:
        words = f"分配比例（{activity.process.allocation}）|share ({activity.process.allocation})"
        parts.append(leaf(f"share.{_product(activity)}", activity.share, label=words))
    return parts


def _bought(one: _Input, maker: Activity, user: Activity, runs: float) -> list[Contribution]:
    found = []
    flow = one.flow
    mass = convertible(flow.amount.unit, _KILOGRAM)
    sign = [] if one.sign > 0 else [leaf("−1", -1.0, label="替代抵扣|credit")]
    for emission in maker.process.emissions:
        key = f"{flow.amount.key}@{user.output.flow}/{emission.origin}"
        parts = [flow.amount, emission.node, *_scale_node(user, runs), *sign]
        node = product(
            key,
            parts,
            KG,
            flow.name if flow.name != flow.flow else maker.output.name,
            formula="AD × EF",
            digits=2,
        )
        found.append(
            Contribution(
                user.process.id,
                flow.stage,
                node.label,
                flow.flow,
                emission.origin,
                node,
                one.sign * user.share * runs * flow.amount.value * (mass or 0.0),
                flow.quality or maker.process.quality,
                flow.cut,
            )
        )
    return found


_KILOGRAM = leaf("kg", 1.0, "kg").unit


def _cut_off(
    model: Model, rows: list[Contribution], problems: list[Problem]
) -> tuple[list[Contribution], list[Contribution]]:
    """Rows marked ``cut`` leave when each is below the single threshold and together below the total one."""
    whole = math.fsum(abs(row.value) for row in rows)
    marked = [row for row in rows if row.cut]
    flows = {flow.amount.key: flow for process in model.processes for flow in process.inputs}
    leaving = []
    for row in marked:
        flow = flows[row.node.parts[0].key]
        share = abs(row.value) / whole if whole else 0.0
        if flow.hazardous:
            problems.append(Problem("cut_never", "doubtful", flow.place))
        elif share > model.cut_single:
            params = {"share": f"{100 * share:.2f} %", "limit": f"{100 * model.cut_single:g} %"}
            problems.append(Problem("cut_single", "doubtful", flow.place, params))
        else:
            leaving.append(row)
    together = math.fsum(abs(row.value) for row in leaving) / whole if whole else 0.0
    if together > model.cut_total:
        place = flows[leaving[0].node.parts[0].key].place
        params = {"share": f"{100 * together:.2f} %", "limit": f"{100 * model.cut_total:g} %"}
        problems.append(Problem("cut_total", "doubtful", replace(place, line=0, field="cut"), params))
        leaving = []
    gone = {id(row) for row in leaving}
    return [row for row in rows if id(row) not in gone], leaving


def candidates(found: Footprint) -> list[tuple[Contribution, float, float]]:
    """Rows small enough to be cut off: row, share of the footprint, share of the mass put in (nan without mass)."""
    mass = math.fsum(one.mass for one in [*found.contributions, *found.cut] if one.mass > 0)
    whole = math.fsum(abs(one.value) for one in [*found.contributions, *found.cut])
    return [
        (one, abs(one.value) / whole, one.mass / mass if one.mass > 0 and mass else math.nan)
        for one in [*found.contributions, *found.cut]
        if whole and abs(one.value) / whole <= found.model.cut_single
    ]


def _masses(model: Model, problems: list[Problem]) -> None:
    """A process whose masses in and out differ by more than a tenth is worth a look."""
    for process in model.processes:
        sides = []
        for flows in (process.inputs, process.outputs):
            scales = [convertible(one.amount.unit, _KILOGRAM) for one in flows]
            sides.append(sum(s * f.amount.value for s, f in zip(scales, flows, strict=True) if s is not None))
        inside, outside = sides
        if inside and outside and abs(inside - outside) > 0.1 * max(inside, outside):
            params = {
                "gap": f"{100 * abs(inside - outside) / max(inside, outside):.1f} %",
                "inside": f"{inside:g} kg",
                "outside": f"{outside:g} kg",
            }
            problems.append(Problem("mass_open", "noted", process.place, params))


def _quality(rows: list[Contribution]) -> tuple[float | None, float]:
    """Mean score weighted by contribution, and the share of the footprint that has a score."""
    whole = math.fsum(abs(row.value) for row in rows)
    scored = [(abs(row.value), sum(row.quality) / len(row.quality)) for row in rows if row.quality]
    weight = math.fsum(value for value, _ in scored)
    if not weight or not whole:
        return None, 0.0
    return math.fsum(value * score for value, score in scored) / weight, weight / whole


def _levers(
    activities: list[Activity], solved: matrix.Solved, inputs: list[_Input], whole: float
) -> list[Lever]:
    """±10 % of each input of the foreground, from the adjoint: dF/da = y_maker × s_user (exact for small changes)."""
    found = []
    for one in inputs:
        user = activities[one.activity]
        if user.process.background or not user.share * solved.scaling[one.activity]:
            continue
        runs = float(solved.scaling[one.activity]) * user.share
        change = 0.1 * one.sign * one.amount * runs * float(solved.carried[one.maker].sum())
        name = one.flow.name if one.flow.name != one.flow.flow else activities[one.maker].output.name
        found.append(Lever(name, user.process.id, change, change / whole if whole else math.nan))
    return sorted(found, key=lambda lever: -abs(lever.change))


def _stored(model: Model, activities: list[Activity], solved: matrix.Solved) -> list[tuple[str, float]]:
    """Biogenic carbon kept in the product of the unit, as kgCO2 (stated apart)."""
    found = []
    for activity in activities:
        output = activity.output
        if output.flow != model.flow or output.carbon is None:
            continue
        scale = convertible(model.amount.unit, _KILOGRAM)
        if scale is not None:
            found.append((output.name, model.amount.value * scale * output.carbon.value * 44 / 12))
    return found


def record_of(found: Footprint, language: str = "en") -> dict[str, Any]:
    """The footprint as plain values for JSON."""
    model = found.model
    sure = propagate(found.total) if uncertain(found.total) else None
    return {
        "schema": "tancai-carbon-footprint-result/1",
        "engine": {"name": "tancai.engines.carbon", "version": ENGINE_VERSION},
        "tables": tables.versions(),
        "input": {"file": model.name, "sha256": model.digest},
        "goal": model.goal,
        "unit": {
            "kind": model.unit_kind,
            "text": model.unit_text,
            "flow": model.flow,
            "amount": record(model.amount),
        },
        "boundary": model.boundary,
        "gwp": model.gwp,
        "complete": found.complete,
        "total": record(found.total, language),
        "by_stage": found.by("stage"),
        "by_process": found.by("process"),
        "by_origin": found.by("origin"),
        "contributions": [
            {
                "name": said(one.name, language),
                "process": one.process,
                "stage": one.stage,
                "flow": one.flow,
                "origin": one.origin,
                "kgCO2e": one.value,
                "share": found.share(one.value),
            }
            for one in found.contributions
        ],
        "cut_off": [{"name": said(one.name, language), "kgCO2e": one.value} for one in found.cut],
        "allocation": {name: dict(parts) for name, parts in found.allocated.items()},
        "scaling": found.scaling,
        "carried": {name: {"kgCO2e": value, "per": per} for name, (value, per) in found.carried.items()},
        "sensitivity": [vars(lever) for lever in found.levers],
        "biogenic_carbon_stored": [{"name": name, "kgCO2": value} for name, value in found.stored],
        "quality": {"score": found.quality, "share_scored": found.scored},
        "uncertainty": sure.as_dict() if sure else None,
        "problems": [problem.as_dict() for problem in found.problems],
    }
