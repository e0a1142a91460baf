"""The footprint report as Markdown: unit, boundary, data, result by stage and origin, interpretation, limits."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tancai.engines.bilingual import said
from tancai.engines.carbon import ENGINE_VERSION, tables
from tancai.engines.carbon.footprint.result import Footprint, candidates
from tancai.engines.carbon.footprint.scenarios import Variant
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.tree import lines, uncertain
from tancai.engines.carbon.uncertainty import propagate

STAGES = {
    "raw material": "原材料获取|raw material",
    "production": "生产|production",
    "transport": "运输|transport",
    "use": "使用|use",
    "end of life": "寿命末期|end of life",
    "upstream": "上游|upstream",
}
ORIGINS = {
    "fossil": "化石|fossil",
    "biogenic": "生物成因|biogenic",
    "land-use": "直接土地利用变化|direct land-use change",
    "aircraft": "航空运输|aircraft",
}
BOUNDARIES = {
    "cradle-to-grave": "从摇篮到坟墓|cradle to grave",
    "cradle-to-gate": "从摇篮到大门（部分碳足迹）|cradle to gate (partial footprint)",
    "gate-to-gate": "从大门到大门（部分碳足迹）|gate to gate (partial footprint)",
}
GOAL = {
    "product": "产品|product",
    "purpose": "目的|purpose",
    "audience": "受众|audience",
    "pcr": "产品种类规则|product category rules",
    "review": "鉴定性评审|critical review",
    "period": "时间范围|period",
}
DATA = {
    "site": "现场数据|site-specific",
    "primary": "初级数据|primary",
    "secondary": "次级数据|secondary",
    "": "未说明|not stated",
}
KINDS = {"declared": "声明单位|declared unit", "functional": "功能单位|functional unit"}


def report(found: Footprint, variants: list[Variant], language: str = "zh") -> str:
    def words(text: str) -> str:
        return str(said(text, language))

    model = found.model
    out = [f"# {words('产品碳足迹报告|Product carbon footprint report')}", ""]
    out += [f"- {words(GOAL.get(name, name))}: {value}" for name, value in model.goal.items()]
    out.append(f"- {words(KINDS[model.unit_kind])}: {model.unit_text}")
    amount = f"{shown(model.amount.value)} {model.amount.unit}"
    out.append(f"- {words('参考流|reference flow')}: {model.flow}, {amount}")
    out.append(f"- {words('系统边界|boundary')}: {words(BOUNDARIES[model.boundary])}; GWP100 {model.gwp}")
    out += ["", f"**{shown(found.total.value, 2)} kgCO2e**", ""]
    if not found.complete:
        out += [f"**{words('结果不完整，见说明。|The result is incomplete, see the remarks.')}**", ""]
    out += [f"## {words('贡献|Contributions')}", ""]
    rows = [
        [
            words(one.name),
            words(STAGES.get(one.stage, one.stage)),
            words(ORIGINS[one.origin]),
            shown(one.value, 2),
            f"{100 * found.share(one.value):.2f} %",
        ]
        for one in found.contributions
    ]
    heading = ["项目|item", "阶段|stage", "来源|origin", "kgCO2e", "占比|share"]
    out += _table([words(text) for text in heading], rows)
    for title, what, names in (("分阶段|By stage", "stage", STAGES), ("分来源|By origin", "origin", ORIGINS)):
        out += ["", f"## {words(title)}", ""]
        rows = [
            [words(names.get(name, name)), shown(value, 2), f"{100 * found.share(value):.2f} %"]
            for name, value in found.by(what).items()
        ]
        out += _table([words("项目|item"), "kgCO2e", words("占比|share")], rows)
    out += _processes(found, language)
    out += _interpretation(found, variants, language)
    out += [
        "",
        f"## {words('计算过程|The calculation')}",
        "",
        "```",
        *lines(found.total, language),
        "```",
        "",
    ]
    versions = ", ".join(f"{name} {version}" for name, version in tables.versions().items())
    out.append(f"{words('计算引擎|engine')} {ENGINE_VERSION}; {versions}; SHA-256 {model.digest}")
    return "\n".join(out) + "\n"


def _processes(found: Footprint, language: str) -> Iterator[str]:
    """Unit processes with their data, and background factors with their sources."""

    def words(text: str) -> str:
        return str(said(text, language))

    yield from ("", f"## {words('单元过程和数据|Unit processes and data')}", "")
    rows = [
        [
            words(one.name),
            words(STAGES.get(one.stage, one.stage)),
            words(DATA[one.about.get("data", "")]),
            one.about.get("period", "") or "–",
            one.about.get("geography", "") or "–",
        ]
        for one in found.model.processes
        if not one.background
    ]
    heading = ["过程|process", "阶段|stage", "数据类型|data", "数据时间|period", "地域|geography"]
    yield from _table([words(text) for text in heading], rows)
    rows = [
        [
            words(one.name),
            f"{shown(emission.node.value)} {emission.node.unit}",
            words(emission.node.source) or "–",
        ]
        for one in found.model.processes
        if one.background
        for emission in one.emissions
    ]
    if rows:
        yield ""
        yield from _table(
            [words(text) for text in ("背景数据|background data", "因子|factor", "来源|source")], rows
        )


def _interpretation(found: Footprint, variants: list[Variant], language: str) -> Iterator[str]:
    def words(text: str) -> str:
        return str(said(text, language))

    yield from ("", f"## {words('解释|Interpretation')}", "")
    if found.quality is not None:
        yield (
            f"- {words('数据质量得分（1最好，5最差）|data quality, 1 best to 5 worst')}: {found.quality:.2f} "
            f"({100 * found.scored:.1f} % {words('已评分|of the footprint scored')})"
        )
    for name, parts in found.allocated.items():
        shares = ", ".join(f"{flow} {share:.6f}" for flow, share in parts)
        yield f"- {words('分配比例|allocation')} {name}: {shares}"
    for one in found.cut:
        yield f"- {words('已舍去|cut off')}: {words(one.name)} {shown(one.value, 2)} kgCO2e"
    for one, ghg, mass in candidates(found):
        weight = "–" if math.isnan(mass) else f"{100 * mass:.3f} %"
        yield (
            f"- {words('低于单项取舍阈值|below the single cut-off threshold')}: {words(one.name)} "
            f"({100 * ghg:.3f} %, {words('质量占比|of mass')} {weight})"
        )
    if uncertain(found.total):
        sure = propagate(found.total)
        yield f"- {words('不确定性（95 %）|uncertainty (95 %)')}: ±{100 * sure.relative:.2f} %"
    for lever in found.levers[:8]:
        yield f"- {words(lever.name)} ±10 %: ±{shown(abs(lever.change), 3)} kgCO2e (±{100 * abs(lever.share):.4f} %)"
    for variant in variants:
        if math.isnan(variant.value):
            yield f"- {variant.name}: {'; '.join(problem.message(language) for problem in variant.problems)}"
        else:
            change = f"{variant.change:+.3f}, {100 * variant.relative:+.4f} %"
            yield f"- {variant.name}: {shown(variant.value, 2)} kgCO2e ({change})"
    for name, value in found.stored:
        yield f"- {words('产品中储存的生物碳|biogenic carbon stored in the product')}: {name} {shown(value, 2)} kgCO2"
    yield f"- {words('本报告只评价气候变化一项影响。|Climate change is the only impact assessed.')}"
    for problem in found.problems:
        yield f"- {problem.message(language)}"


def _table(heading: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heading) + " |"
    yield "|" + "---|" * len(heading)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
