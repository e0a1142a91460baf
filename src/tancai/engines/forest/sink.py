"""From a project to the tonnes it may claim: stock, discount, pools, baseline, leakage, non-permanence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tancai.engines.bilingual import said
from tancai.engines.carbon.errors import Problem
from tancai.engines.forest import VERSION, biomass, discount, pools, sampling, tables
from tancai.engines.forest.plots import Survey
from tancai.engines.forest.project import Project
from tancai.engines.forest.reading import ForestError
from tancai.engines.forest.tree import CARBON_TO_CO2, Node, calc, leaf, record, total


@dataclass
class Sink:
    """``credit`` is the root of the calculation (whole tonnes); ``u`` of the tree change; ``estimates`` per survey."""

    project: Project
    credit: Node
    net: Node
    change: Node
    u: float
    estimates: dict[str, sampling.Estimate]
    counted: dict[str, float]
    size: sampling.Size | None
    ex_ante: list[dict[str, Any]]

    @property
    def problems(self) -> list[Problem]:
        return self.project.problems

    @property
    def complete(self) -> bool:
        return not any(problem.level == "refused" for problem in self.problems)


def sink(project: Project) -> Sink:
    """The whole chain; raises ForestError when no stock can be computed at all."""
    top = project.source.top()
    if project.now is None:
        raise ForestError(
            [one for one in project.problems if one.level == "refused"]
            or [Problem("missing", place=top.place("plots", "now"))]
        )
    counted = _counted(project)
    if not counted:
        top.problem("no_strata", "stratum")
        raise ForestError([one for one in project.problems if one.level == "refused"])
    estimates = {"now": _estimate(project.now, counted)}
    change, u = _change(project, counted, estimates)
    shown = leaf(
        "u",
        u if math.isfinite(u) else 0.0,
        "1",
        "碳储量变化的相对不确定度（90 %）|relative uncertainty of the change (90 %)",
    )
    trees = _discounted(project, change, shown)
    parts = {"trees": trees} | _pools(project, trees, counted)
    stock = total(
        "project.change", parts, "tCO2", "项目碳储量变化|change of project stocks", source="AR-ACM0003, R2"
    )
    net = _net(project, stock)
    size = planned(project)
    plots = sum(estimates["now"].counts)
    if size is not None and plots < size.n:
        project.source.top().problem("plots_few", "plots", "noted", count=plots, needed=size.n)
    credit = calc(
        "credit",
        "floor(max(0 * N, N * (1 - K)))",
        {"N": net, "K": project.rules.k_risk},
        "tCO2e",
        "可申请的减排量（向下取整）|reduction that may be claimed (rounded down)",
        source="R6",
    )
    return Sink(project, credit, net, change, u, estimates, counted, size, _ex_ante(project))


def _counted(project: Project) -> dict[str, float]:
    """Strata with two plots at least (in every survey that is used); the others leave the claim and are named."""
    found = {}
    surveys = [one for one in (project.now, project.first) if one is not None]
    for name, area in project.areas.items():
        count = min(len(survey.of(name)) for survey in surveys)
        if count < 2:
            project.source.top().problem("stratum_plots", "stratum", detail=name, value=name, count=count)
        else:
            found[name] = area
    return found


def _estimate(survey: Survey, areas: dict[str, float]) -> sampling.Estimate:
    return sampling.estimate(
        list(areas.values()), [[plot.carbon.value for plot in survey.of(name)] for name in areas]
    )


def _mean(key: str, survey: Survey, areas: dict[str, float], words: str) -> Node:
    """``Σ A · c̄ · 44/12`` with every plot beneath."""
    parts = {}
    for name, area in areas.items():
        plots = {f"c{k}": plot.carbon for k, plot in enumerate(survey.of(name), 1)}
        mean = calc(
            f"{key}.{name}.mean",
            f"sum({', '.join(plots)}) / {len(plots)}",
            plots,
            "tC/ha",
            f"分层 {name} 平均碳密度|mean carbon density of {name}",
            source="AR-TOOL14",
        )
        parts[pools.symbol(name)] = calc(
            f"{key}.{name}",
            "k * A * c",
            {
                "k": CARBON_TO_CO2,
                "A": leaf(f"area.{name}", area, "ha", f"分层 {name} 面积|area of {name}"),
                "c": mean,
            },
            "tCO2",
            f"分层 {name}|stratum {name}",
        )
    return total(key, parts, "tCO2", words, source="AR-TOOL14, E3")


def _change(
    project: Project, areas: dict[str, float], estimates: dict[str, sampling.Estimate]
) -> tuple[Node, float]:
    assert project.now is not None
    second = _mean("stock.now", project.now, areas, "期末林木碳储量|stock of trees now")
    u_second = estimates["now"].u
    if project.first is not None:
        first = _mean("stock.first", project.first, areas, "期初林木碳储量|stock of trees at first")
        estimates["first"] = _estimate(project.first, areas)
        u_first = estimates["first"].u
    elif project.first_stock is not None:
        first, u_first = project.first_stock
    else:
        first, u_first = leaf("stock.first", 0.0, "tCO2", "期初（无林地）|at first (no forest)"), 0.0
    change = calc(
        "trees.change",
        "C2 - C1",
        {"C2": second, "C1": first},
        "tCO2",
        "林木碳储量变化|change of tree stock",
        source="IPCC 2006 Eq 2.5, E4",
    )
    if project.paired and project.first is not None and (u := _paired(project, areas, estimates)) is not None:
        return change, u
    return change, discount.of_change(
        first.value, 0.0 if math.isnan(u_first) else u_first, second.value, u_second
    )


def _paired(
    project: Project, areas: dict[str, float], estimates: dict[str, sampling.Estimate]
) -> float | None:
    assert project.first is not None and project.now is not None
    rows = []
    for name in areas:
        before = {plot.id: plot.carbon.value for plot in project.first.of(name)}
        after = {plot.id: plot.carbon.value for plot in project.now.of(name)}
        if before.keys() != after.keys():
            apart = ", ".join(sorted(before.keys() ^ after.keys()))
            project.source.top().problem("paired_missing", "plots", "doubtful", value=apart)
            return None
        rows.append([after[key] - before[key] for key in sorted(after)])
    estimates["change"] = sampling.estimate(list(areas.values()), rows)
    return estimates["change"].u


def _discounted(project: Project, change: Node, u: Node) -> Node:
    rule = project.rules.discount
    top = project.source.top()
    if change.value <= 0:
        top.problem("no_change", "plots", "doubtful")
    try:
        share = discount.factor(rule, u.value)
    except discount.NoClaim:
        top.problem("no_claim", "project", detail="discount", u=f"{u.value:.2%}", rule=rule)
        share = 1.0
    words = said(discount.WORDS[rule], "zh") + "|" + said(discount.WORDS[rule], "en")
    taken = calc(
        "discount",
        {"A": "min(1, f * u)", "B": "f", "C": "f", "none": "f"}[rule],
        {
            "f": leaf(
                "discount.share", discount.share_a(u.value) if rule == "A" else share, "1", "扣减比例|share"
            ),
            "u": u,
        },
        "1",
        words,
        confidence=discount.CONFIDENCE[rule],
    )
    return calc(
        "trees",
        "D - d * abs(D)",
        {"D": change, "d": taken},
        "tCO2",
        "扣减不确定性后的林木碳储量变化|change of tree stock after the discount",
        source="AR-TOOL14",
    )


def _pools(project: Project, trees: Node, areas: dict[str, float]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    chosen = project.rules.pools
    top = project.source.top()
    absent = {
        "shrub": project.forest_biomass,
        "dead_wood": project.dead,
        "litter": project.dead,
        "soil": project.soil,
    }
    for name in chosen:
        if absent[name] is None:
            table = {"shrub": "[shrub]", "soil": "[soil]"}.get(name, "[dead_organic]")
            top.problem("pool_without_data", "project", "doubtful", detail="pools", value=name, table=table)
    if "shrub" in chosen and project.forest_biomass is not None:
        covers = [{name: (area, project.covers[name][k]) for name, area in areas.items()} for k in (0, 1)]
        before = pools.shrubs(
            "shrub.first", project.forest_biomass, covers[0], "期初灌木碳储量|shrubs at first"
        )
        after = pools.shrubs("shrub.now", project.forest_biomass, covers[1], "期末灌木碳储量|shrubs now")
        found["shrub"] = calc(
            "shrub", "S2 - S1", {"S2": after, "S1": before}, "tCO2", "灌木碳储量变化|change of shrubs"
        )
    for name, k, words in (
        ("dead_wood", 0, "枯死木碳储量变化|change of dead wood"),
        ("litter", 1, "枯落物碳储量变化|change of litter"),
    ):
        if name in chosen and project.dead is not None:
            found[name] = calc(
                name, "T * DF", {"T": trees, "DF": project.dead[k]}, "tCO2", words, source="AR-TOOL12, E12"
            )
    if "soil" in chosen and project.soil is not None:
        ref, before, disturbed = project.soil
        whole = math.fsum(areas.values())
        found["soil"] = pools.soil("soil", whole, ref, before, disturbed=disturbed, years=project.years)
    return found


def _net(project: Project, stock: Node) -> Node:
    fire = _fires(project)
    years = leaf("years", project.years, "a", "监测期年数|years of the period")
    nothing = leaf("baseline", 0.0, "tCO2", "基准线清除量（零）|baseline removal (nothing)")
    baseline = nothing
    if project.baseline is not None:
        baseline = calc(
            "baseline",
            "b * y",
            {"b": project.baseline, "y": years},
            "tCO2",
            "基准线清除量|baseline removal",
            source="R1",
        )
    leakage = total(
        "leakage", {f"l{k}": one for k, one in enumerate(project.leaks)}, "tCO2", "泄漏|leakage", source="R4"
    )
    actual = calc(
        "actual",
        "P - E",
        {"P": stock, "E": fire},
        "tCO2e",
        "项目实际净清除量|actual net removal",
        source="AR-ACM0003, R3",
    )
    return calc(
        "net",
        "a - b - l",
        {"a": actual, "b": baseline, "l": leakage},
        "tCO2e",
        "项目净清除量|net removal",
        source="AR-ACM0003, R5",
    )


def _fires(project: Project) -> Node:
    """Counted when the fires cover 5 % of the area and one is larger than the least forest area (0.0667 ha)."""
    whole = math.fsum(project.areas.values())
    burnt = math.fsum(area.value for area, *_ in project.fires)
    if not project.fires:
        return leaf("fire", 0.0, "tCO2e", "火烧排放（无）|emissions of fire (none)")
    least = pools.constant("fire_least").value
    if burnt / whole < least or max(area.value for area, *_ in project.fires) <= 0.0667:
        project.source.top().problem("fire_small", "fire", "noted", share=f"{burnt / whole:.2%}")
        return leaf("fire", 0.0, "tCO2e", "火烧排放（未达门槛）|emissions of fire (below the threshold)")
    parts = {
        f"f{k}": pools.fire(f"fire.{k}", area, mass, part, zone, project.rules.gwp)
        for k, (area, mass, part, zone) in enumerate(project.fires, 1)
    }
    return total(
        "fire", parts, "tCO2e", "火烧排放（CH4、N2O）|emissions of fire (CH4, N2O)", source="AR-TOOL08"
    )


def planned(project: Project) -> sampling.Size | None:
    """Plots needed after the pilot survey, when the strata give one."""
    if set(project.pilots) != set(project.areas) or not project.method.plot_area:
        return None
    pilots = [project.pilots[name] for name in project.areas]
    try:
        return sampling.sample_size(
            list(project.areas.values()),
            [m for m, _ in pilots],
            [s for _, s in pilots],
            project.method.plot_area,
        )
    except ValueError:
        return None


def _ex_ante(project: Project) -> list[dict[str, Any]]:
    """Stock by year over the period and 40 years of age: a forecast, it creates no credits."""
    if not project.curves:
        return []
    rows = []
    for year in range(0, 41, 5):
        stock = 0.0
        for name, (curve, species, age) in project.curves.items():
            stock += project.areas[name] * float(curve.at(age + year)) * biomass.volume_factor(species)
        rows.append({"year": year, "tCO2": stock})
    return rows


def record_of(found: Sink, language: str = "en") -> dict[str, Any]:
    """The result as plain values for JSON: figures, trees, choices, problems, versions and hashes."""
    project = found.project
    files = {one.file: one.digest for one in (project.now, project.first) if one is not None}
    return {
        "schema": "tancai-forest-sink-result/1",
        "engine": VERSION,
        "tables": tables.versions(),
        "input": {"file": project.source.name, "sha256": project.source.digest, "files": files},
        "complete": found.complete,
        "rules": {
            "pack": project.rules.pack,
            "pools": list(project.rules.pools),
            "discount": project.rules.discount,
            "k_risk": project.rules.k_risk.value,
            "gwp": project.rules.gwp,
            "confidence_of_pack_values": dict(project.rules.confidence),
        },
        "strata": {name: {"area_ha": area, **_stratum(found, name)} for name, area in found.counted.items()},
        "statistics": {name: _statistics(one) for name, one in found.estimates.items()},
        "uncertainty_of_change": found.u if math.isfinite(found.u) else None,
        "credit_t": int(found.credit.value),
        "credit_t_per_year": found.net.value * (1 - project.rules.k_risk.value) / project.years,
        "sample_size": _sampled(found.size),
        "ex_ante": found.ex_ante,
        "calculation": record(found.credit, language),
        "problems": [problem.as_dict() for problem in found.problems],
    }


def _stratum(found: Sink, name: str) -> dict[str, Any]:
    k = list(found.counted).index(name)
    now = found.estimates["now"]
    return {"plots": now.counts[k], "mean_tC_per_ha": now.means[k], "sd_tC_per_ha": now.deviations[k]}


def _statistics(one: sampling.Estimate) -> dict[str, Any]:
    return {
        "mean_tC_per_ha": one.mean,
        "standard_error": one.error,
        "df": one.df,
        "t": one.t,
        "half_width": one.half,
        "u": one.u if math.isfinite(one.u) else None,
    }


def _sampled(size: sampling.Size | None) -> dict[str, Any] | None:
    if size is None:
        return None
    return {
        "population": size.population,
        "passes": list(size.passes),
        "t": list(size.t),
        "n": size.n,
        "optimum": list(size.optimum_plots),
        "proportional": list(size.proportional_plots),
    }
