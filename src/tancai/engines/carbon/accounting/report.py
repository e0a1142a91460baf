"""The emission report (排放报告) as Markdown: who, by what rules, from which figures, how much, how sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tancai.engines.bilingual import LANGUAGES, said
from tancai.engines.carbon import ENGINE_VERSION, tables
from tancai.engines.carbon.accounting import plan
from tancai.engines.carbon.accounting.inventory import Inventory, monthly
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.tree import Node, lines, walk
from tancai.engines.carbon.uncertainty import Propagated, Simulated

CONFIDENCE = {
    "V1": "原文核对|read in the document",
    "V2": "间接来源|secondary source",
    "M": "未经核实|unverified",
}
TITLE = "企业温室气体排放报告|Greenhouse gas emission report"
_WORDS = {
    "title": TITLE,
    "entity": "一、报告主体|1. Reporting entity",
    "boundary": "二、核算边界|2. Boundary",
    "method": "三、核算方法|3. Method",
    "data": "四、活动数据和排放因子|4. Activity data and factors",
    "results": "五、排放量|5. Emissions",
    "months": "六、分月排放量|6. Emissions by month",
    "sure": "七、不确定性|7. Uncertainty",
    "quality": "八、数据质量控制|8. Data-quality control",
    "remarks": "九、说明与存疑|9. Remarks and doubts",
    "tree": "附：计算过程|Annex: the calculation",
}
PLAN = (
    "源流|stream",
    "参数|parameter",
    "获取方式|how",
    "计量器具|meter",
    "精度|accuracy",
    "检定周期（月）|calibration, months",
    "频次|frequency",
    "缺失处理|missing data",
    "部门|department",
)
"""Headings of the data-quality plan, in the sequence of ``plan.FIELDS``."""
_FIELDS = {
    "name": "单位名称|name",
    "code": "统一社会信用代码|credit code",
    "sector": "行业|sector",
    "province": "地区|province",
    "address": "地址|address",
    "contact": "联系人|contact",
    "reporter": "填报人|reporter",
    "verifier": "核查机构|verifier",
    "remark": "备注|remark",
}
_BOUNDARY = {
    "entity": "报告主体|entity",
    "main": "主要生产系统|main production system",
    "auxiliary": "辅助生产系统|auxiliary systems",
    "subsidiary": "附属生产系统|subsidiary systems",
    "excluded": "不纳入|left out",
    "changes": "变化|changes",
}


def report(
    inventory: Inventory,
    language: str = "zh",
    *,
    propagated: Propagated | None = None,
    simulated: Simulated | None = None,
) -> str:
    """The report; the calculation tree stands at the end."""

    def words(text: str) -> str:
        return str(said(text, language))

    case = inventory.case
    out = [f"# {words(_WORDS['title'])} {case.year}", ""]
    out += [f"## {words(_WORDS['entity'])}", ""]
    out += [f"- {words(_FIELDS[name])}: {value}" for name, value in case.enterprise.items()]
    out += ["", f"## {words(_WORDS['boundary'])}", ""]
    joint = "；" if language == "zh" else "; "
    out += [f"- {words(_BOUNDARY[name])}: {joint.join(v)}" for name, v in case.boundary.items() if v] or [
        words("未填写|not stated")
    ]
    rules = case.method.rules
    out += ["", f"## {words(_WORDS['method'])}", ""]
    confidence = words(CONFIDENCE[rules["confidence"]])
    out.append(f"- {words('指南|guide')}: {words(rules['title'])} ({words(rules['version'])}; {confidence})")
    out.append(f"- GWP: {case.method.gwp}")
    out += [f"- {words('不纳入|not counted')}: {words(text)}" for text in rules["outside"]]
    out += ["", f"## {words(_WORDS['data'])}", "", *_data(inventory, language)]
    out += ["", f"## {words(_WORDS['results'])}", "", *_results(inventory, language)]
    out += _months(inventory, language)
    out += _sure(propagated, simulated, language)
    out += _quality(inventory, language)
    if inventory.problems:
        out += ["", f"## {words(_WORDS['remarks'])}", ""]
        out += [f"- {problem.message(language)}" for problem in inventory.problems]
    out += ["", f"## {words(_WORDS['tree'])}", "", "```", *lines(inventory.total, language), "```", ""]
    versions = ", ".join(f"{name} {version}" for name, version in tables.versions().items())
    out.append(f"{words('计算引擎|engine')} {ENGINE_VERSION}; {versions}; SHA-256 {case.digest}")
    return "\n".join(out) + "\n"


def _table(heading: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heading) + " |"
    yield "|" + "---|" * len(heading)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "/") for cell in row) + " |"


def _data(inventory: Inventory, language: str) -> Iterator[str]:
    heading = ["源流|stream", "参数|figure", "数值|value", "单位|unit", "来源|source", "可信度|confidence"]
    return _table([said(text, language) for text in heading], data(inventory, language))


def data(inventory: Inventory, language: str) -> list[list[str]]:
    """Every figure that went in: stream, what it is, value, unit, source, how sure it is."""
    rows = []
    for line in inventory.lines:
        for node in {one.key: one for one in _figures(line.node)}.values():
            if node.source == "44/12" or not node.label:
                continue
            confidence = CONFIDENCE.get(node.confidence, "")
            source = said(node.source, language) or said("报告单位提供|from the entity", language)
            rows.append(
                [
                    line.stream.name,
                    said(node.label, language),
                    shown(node.value, node.digits),
                    node.unit.text,
                    source,
                    said(confidence, language),
                ]
            )
    return rows


def _figures(node: Node) -> Iterator[Node]:
    """Leaves, with the months of one figure folded into their sum or mean."""
    folded = (
        node.op == "leaf" or (node.op == "sum" and len(node.parts) == 12) or node.formula == "Σ(w × x) / Σw"
    )
    if folded:
        yield node
        return
    for part in node.parts:
        yield from _figures(part)


def _results(inventory: Inventory, language: str) -> Iterator[str]:
    rows = [
        [said(node.label, language), shown(node.value, 2), node.unit.text]
        for node in inventory.categories.values()
    ]
    rows.append(
        [f"**{said(inventory.total.label, language)}**", f"**{shown(inventory.total.value, 0)}**", "tCO2e"]
    )
    for node in inventory.beside.values():
        apart = said("（单列，不计入）|(stated apart)", language)
        rows.append([f"{said(node.label, language)}{apart}", shown(node.value, 2), node.unit.text])
    for balance in inventory.balances:
        rows.append([balance.process.name, shown(balance.node.value, 2), "tCO2e"])
    rest = [inventory.rest] if inventory.rest else []
    for node in [*rest, *inventory.intensities, *inventory.indicators, *inventory.allowance]:
        rows.append([_joined(node.label, language), shown(node.value, node.digits), node.unit.text])
    heading = ["项目|item", "数值|value", "单位|unit"]
    yield from _table([said(text, language) for text in heading], rows)
    if not inventory.complete:
        yield ""
        yield f"**{said('合计不完整，见第九节。|The total is incomplete, see section 9.', language)}**"


def _joined(label: str, language: str) -> str:
    return str(said(label, language))


def _months(inventory: Inventory, language: str) -> list[str]:
    series = monthly(inventory)
    if not series:
        return []
    heading = [said("源流|stream", language), *map(str, range(1, 13)), said("合计|sum", language)]
    rows = [[name, *(shown(v, 2) for v in values), shown(sum(values), 2)] for name, values in series.items()]
    return ["", f"## {said(_WORDS['months'], language)}", "", *_table(heading, rows)]


def _sure(propagated: Propagated | None, simulated: Simulated | None, language: str) -> list[str]:
    if propagated is None or not propagated.contributions:
        return []
    out = ["", f"## {said(_WORDS['sure'], language)}", ""]
    method = said("误差传递（95 %）|error propagation (95 %)", language)
    out.append(f"- {method}: ±{shown(propagated.half, 2)} tCO2e (±{100 * propagated.relative:.2f} %)")
    if simulated is not None:
        draws = said(f"蒙特卡洛 {simulated.draws} 次|Monte Carlo, {simulated.draws} draws", language)
        out.append(
            f"- {draws}: {shown(simulated.low, 2)} – {shown(simulated.high, 2)} tCO2e "
            f"(±{100 * simulated.relative:.2f} %)"
        )
    for one in propagated.contributions[:5]:
        out.append(f"- {said(one.label, language)} ({one.key}): {100 * one.share:.1f} %")
    return out


def _quality(inventory: Inventory, language: str) -> list[str]:
    case = inventory.case
    if not case.plan:
        return []
    rows: list[list[Any]] = [[line.get(name, "") for name in plan.FIELDS] for line in case.plan]
    out = ["", f"## {said(_WORDS['quality'], language)}", ""]
    out += _table([said(text, language) for text in PLAN], rows)
    return [*out, "", *(f"- {problem.message(language)}" for problem in plan.check(inventory))]


def provenance(inventory: Inventory) -> list[Node]:
    """Every table figure that was used, once."""
    found = {node.key: node for node in walk(inventory.total) if node.confidence and node.op == "leaf"}
    return [found[key] for key in sorted(found)]


__all__ = ["CONFIDENCE", "LANGUAGES", "PLAN", "data", "provenance", "report"]
