"""A report and its evidence as papers that a verifier turns over: rows with a place, months that can be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tancai.engines.carbon import tables
from tancai.engines.carbon.numbers import shown
from tancai.engines.carbon.reading import Given
from tancai.engines.carbon.tree import Node, walk
from tancai.engines.carbon.units import ratio
from tancai.engines.carbon.verification.reading import Evidence, Report
from tancai.labs.tasks.chance import MONTHS

STOCK = {"opening": "期初库存", "bought": "购入", "closing": "期末库存", "sold": "售出"}


@dataclass(frozen=True)
class Row:
    """A line of a paper; ``subject`` is what a finding on it is about, ``place`` how it is cited."""

    subject: str
    place: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Months:
    """Two series of a year to be compared: what the report uses, and a second source."""

    names: tuple[str, str]
    unit: str
    first: tuple[float, ...]
    second: tuple[float, ...]


@dataclass(frozen=True)
class Paper:
    """``kind`` is ``report`` or ``evidence``; titles and cells are papers of the enterprise and stay Chinese."""

    code: str
    kind: str
    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    text: tuple[str, ...] = ()
    months: Months | None = None


def figure(value: float) -> str:
    return shown(value).replace(" ", "").replace("\u2009", "")


def name_of(report: Report, stream: str) -> str:
    line = report.inventory.line(stream)
    if line is not None:
        return line.stream.name.partition("|")[0]
    product = next((one for one in report.inventory.case.products if one.id == stream), None)
    return product.name if product else stream


def subjects(report: Report) -> dict[str, str]:
    """What findings can be about, ``中文|English``."""
    found = {line.stream.id: line.stream.name for line in report.inventory.lines}
    found |= {one.id: one.name for one in report.inventory.case.products}
    found |= {"total": "排放总量|Total emissions", "intensity": "排放强度|Emission intensity"}
    found |= {f"equipment:{name}": name for name, _, _ in report.equipment}
    found |= {f"balance:{one.name}": one.name for one in report.balances}
    found |= {
        f"month:{month}": f"{month}月存证|Evidence of month {month}" for month, _, _ in report.submitted
    }
    return found | {
        "team": "核查机构和人员|Verifier and staff",
        "plan": "数据质量控制方案|Data-quality plan",
        "other": "其他|Something else",
    }


def papers(report: Report) -> tuple[Paper, ...]:
    """The papers in the sequence in which they are read; what the report does not hold is left out."""
    found = [_rules(report), *_of_report(report), *_of_evidence(report)]
    return tuple(one for one in found if one.rows or one.text)


def _of_report(report: Report) -> Iterator[Paper]:
    case = report.inventory.case
    boundary = case.boundary
    words = {
        "entity": "核算主体",
        "main": "主要生产系统",
        "auxiliary": "辅助生产系统",
        "subsidiary": "附属生产系统",
        "excluded": "不纳入",
    }
    text = [
        f"企业：{case.enterprise.get('name', case.name)}；报告年度：{case.year} 年；核算依据：{_guide(report)}。"
    ]
    text += [f"{label}：{'、'.join(boundary[code])}。" for code, label in words.items() if boundary.get(code)]
    yield Paper("basic", "report", "报告：基本情况和核算边界", text=tuple(text))
    rows = []
    for one in report.reported:
        value = figure(one.value.values[0]) + f" {one.value.unit}"
        label = "合计" if one.item == "total" else name_of(report, one.item)
        rows.append(Row(one.item, f"报告：排放量“{label}”", (label, value)))
    yield Paper("emissions", "report", "报告：排放量", ("项目", "报告值"), tuple(rows))
    yield Paper(
        "data", "report", "报告：活动数据和因子", ("源流", "参数", "数值", "来源"), tuple(_leaves(report))
    )
    rows = [
        Row(
            one.id,
            f"报告：产品产量“{one.name}”",
            (one.name, f"{figure(math.fsum(one.amount.values))} {one.amount.unit}"),
        )
        for one in case.products
    ]
    yield Paper("production", "report", "报告：生产数据", ("产品", "产量"), tuple(rows))
    rows = [
        Row(
            stream,
            f"年度汇总表“{name_of(report, stream)}”",
            (name_of(report, stream), f"{figure(value.values[0])} {value.unit}"),
        )
        for stream, _, value, _ in report.yearly
    ]
    yield Paper("yearly", "report", "报告：年度汇总表", ("项目", "年度数"), tuple(rows))


def _guide(report: Report) -> str:
    rules = tables.guides().get(report.inventory.case.method.guide, {})
    return str(rules.get("title", report.inventory.case.method.guide)).partition("|")[0]


def _rules(report: Report) -> Paper:
    """What is let pass in this verification."""
    limits = report.limits
    text = (
        f"全年计量与结算、库存平衡相差超过 {100 * limits.year:g} % 为不符合项。",
        f"单月计量与结算相差超过 {100 * limits.month:g} %、几个月数值相同、月度数据明显异常须澄清。",
        f"排放强度较上年变化超过 {100 * limits.year_on_year:g} % 须澄清原因。",
        f"实测值与缺省值相差超过 {100 * limits.factor:g} % 须提供检测报告。",
        "报告排放量应能由报告的活动数据和因子重算；计量器具应全年在检定有效期内，否则按准确度保守修正。",
        f"月度数据应在月末后 {limits.late_days} 日内存证，逾期记为观察项；现场设备应有对应源流，或列为不纳入。",
        "核查机构不得同时编制和核查同一地区的报告；现场核查至少 2 人。",
    )
    return Paper("rules", "report", "核查要求（本次核查采用）", text=text)


def _leaves(report: Report) -> Iterator[Row]:
    """Figures a stream was computed from: twelve months as their sum."""
    for line in report.inventory.lines:
        name = name_of(report, line.stream.id)
        for node in _shown(line.node):
            label = node.label.partition("|")[0] or node.key
            value = figure(node.value) + ("" if node.unit.text == "1" else f" {node.unit}")
            cells = (name, label, value, node.source.partition("|")[0])
            yield Row(line.stream.id, f"报告：“{name}”的{label}", cells)


def _shown(root: Node) -> Iterator[Node]:
    skip: set[int] = set()
    for node in walk(root):
        if id(node) in skip or node is root:
            continue
        if len(node.parts) == 12:
            skip.update(id(part) for part in walk(node))
            yield node
        elif node.op == "leaf" and not node.key.startswith("44/"):
            yield node


def _of_evidence(report: Report) -> Iterator[Paper]:
    for number, one in enumerate(report.evidence):
        yield from _second_source(report, one, number)
    yield Paper(
        "stock",
        "evidence",
        "证据：库存盘点",
        ("项目", "期初库存", "购入", "期末库存", "售出", "报告消耗量"),
        tuple(_stock(report)),
    )
    rows = [
        Row(
            one.stream,
            f"检定证书“{one.meter}”",
            (
                name_of(report, one.stream),
                one.meter,
                str(one.on or "—"),
                f"{one.months} 个月",
                f"{100 * one.accuracy:g} %",
            ),
        )
        for one in report.calibrations
    ]
    yield Paper(
        "calibration",
        "evidence",
        "证据：计量器具检定",
        ("源流", "器具", "检定日期", "周期", "准确度"),
        tuple(rows),
    )
    rows = [
        Row(f"equipment:{name}", f"现场设备“{name}”", (name, name_of(report, stream) if stream else "—"))
        for name, stream, _ in report.equipment
    ]
    yield Paper("equipment", "evidence", "证据：现场设备清单", ("设备", "对应源流"), tuple(rows))
    rows = [
        Row(f"month:{month}", f"{month}月存证时间", (f"{month}月", str(on)))
        for month, on, _ in sorted(report.submitted, key=lambda one: one[0])
    ]
    yield Paper("submitted", "evidence", "证据：月度数据存证", ("月份", "存证日期"), tuple(rows))
    yield Paper(
        "balances",
        "evidence",
        "证据：能量和电量平衡",
        ("平衡", "供入源流", "产出", "合理区间"),
        tuple(_balances(report)),
    )
    rows = [
        Row(
            stream,
            f"煤质检测“{name_of(report, stream)}”",
            (name_of(report, stream), fuel, f"{100 * value:.2f} %"),
        )
        for stream, fuel, value, _ in report.coal_tests
    ]
    yield Paper("coal", "evidence", "证据：煤质检测", ("源流", "煤种", "干燥无灰基碳"), tuple(rows))
    yield Paper("past", "evidence", "证据：上年数据和行业区间", ("项目", "数值"), tuple(_past(report)))
    team = report.team
    text = []
    if team.get("verifier"):
        text.append(f"核查机构：{team['verifier']}；报告编制：{team.get('prepared_by') or '企业自编'}。")
    if team.get("members"):
        text.append(f"拟派核查人员：{'、'.join(team['members'])}。")
    rows = [Row("team", "核查委托", (one,)) for one in text]
    yield Paper("team", "evidence", "证据：核查委托和人员", ("内容",), tuple(rows))


def _second_source(report: Report, one: Evidence, number: int) -> Iterator[Paper]:
    name = name_of(report, one.stream)
    line = report.inventory.line(one.stream)
    own = line.stream.values.get(one.field) if line else None
    if line is None:
        own = next((p.amount for p in report.inventory.case.products if p.id == one.stream), None)
    if not isinstance(own, Given):
        return
    scale = float(ratio(one.value.unit, own.unit))
    second = tuple(value * scale for value in one.value.values)
    source = one.name.partition("|")[0]
    title = f"证据：{name}的{source}（{own.unit}）"
    if own.monthly and one.value.monthly:
        rows = [
            Row(one.stream, f"{source}“{name}”{month}", (month, figure(a), figure(b)))
            for month, a, b in zip(MONTHS, own.values, second, strict=True)
        ]
        rows.append(
            Row(
                one.stream,
                f"{source}“{name}”合计",
                ("合计", figure(math.fsum(own.values)), figure(math.fsum(second))),
            )
        )
        months = Months(("报告", source), str(own.unit), own.values, second)
        yield Paper(
            f"evidence-{number}", "evidence", title, ("月份", "报告采用", source), tuple(rows), months=months
        )
    else:
        row = Row(
            one.stream,
            f"{source}“{name}”",
            ("全年", figure(math.fsum(own.values)), figure(math.fsum(second))),
        )
        yield Paper(f"evidence-{number}", "evidence", title, ("期间", "报告采用", source), (row,))


def _stock(report: Report) -> Iterator[Row]:
    for line in report.inventory.lines:
        values = line.stream.values
        used, bought = values.get("amount"), values.get("bought")
        if isinstance(used, Given) and isinstance(bought, Given):
            cells = [
                f"{figure(math.fsum(one.values))} {one.unit}"
                if isinstance(one := values.get(code), Given)
                else "—"
                for code in STOCK
            ]
            name = name_of(report, line.stream.id)
            total = f"{figure(math.fsum(used.values))} {used.unit}"
            yield Row(line.stream.id, f"库存盘点“{name}”", (name, *cells, total))


def _balances(report: Report) -> Iterator[Row]:
    for one in report.balances:
        outputs = "、".join(f"{figure(math.fsum(v.values))} {v.unit}" for v in one.outputs)
        inside = "、".join(name_of(report, name) for name in one.streams)
        cells = (one.name, inside, outputs, f"{100 * one.low:g}–{100 * one.high:g} %")
        yield Row(f"balance:{one.name}", f"平衡表“{one.name}”", cells)


def _past(report: Report) -> Iterator[Row]:
    for name, value in report.previous.items():
        label = "排放总量" if name == "total" else name_of(report, name)
        subject = "intensity" if name == "total" else name
        yield Row(subject, f"上年“{label}”", (f"上年{label}", f"{figure(value)} tCO2e"))
    for name, value in report.previous_output.items():
        yield Row(
            "intensity",
            f"上年产量“{name_of(report, name)}”",
            (f"上年产量（{name_of(report, name)}）", figure(value)),
        )
    for name, low, high, source in report.benchmarks:
        words = f"{low:.4g}–{high:.4g}"
        yield Row(
            "intensity",
            f"行业区间“{name_of(report, name)}”",
            (f"行业强度区间（{name_of(report, name)}）", f"{words} {source}".strip()),
        )
