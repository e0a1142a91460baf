"""What a workbook is taken away as: the case file, a spreadsheet, the report on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from tancai.engines.carbon import ENGINE_VERSION, tables
from tancai.engines.carbon.accounting import report as papers
from tancai.engines.carbon.numbers import shown
from tancai.labs import api as labs
from tancai.lib import documents, spreadsheets
from tancai.web.workshop.access import own_work
from tancai.web.workshop.accounting import results, words
from tancai.web.workshop.downloads import PDF, XLSX, attached, cell
from tancai.web.workshop.speaking import language, spoken, unit_said

bench = labs.accounting_bench
BENCH = "accounting"
REPORT = Path(__file__).with_name("paper") / "report.typ"
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@require_GET
@own_work(BENCH)
def case(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """The case file; it computes the same on the command line, whatever is still missing in it."""
    done = bench.compute(labs.state_of(work).values)
    return attached(done.text.encode(), "application/toml", f"inventory-{work.id}.toml")


def _computed(work: labs.Work) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of a work, and what its results show of them."""
    values = labs.state_of(work).values
    return values, results.context(values, draws=bench.DRAWS)


def _not_yet(work: Any, request: HttpRequest) -> HttpResponse:
    messages.error(request, _("还没有可计算的排放源，不能导出结果。"))
    return redirect("workshop:accounting", work.id)


@require_GET
@own_work(BENCH)
def workbook(request: HttpRequest, work: labs.Work) -> HttpResponse:
    values, shown_now = _computed(work)
    done = shown_now["computed"]
    if done.found is None:
        return _not_yet(work, request)
    sheets = [
        (_("结果"), [pgettext("row", "项目"), _("数值"), pgettext("measure", "单位")], _totals(done)),
        (
            _("排放源"),
            [
                _("序号"),
                _("名称"),
                _("类别"),
                _("设施"),
                _("活动数据"),
                "tCO2e",
                _("占比"),
                _("负责人"),
                _("备注"),
            ],
            [
                _source(row, one, done)
                for row, one in zip(bench.rows_of(values, "s"), shown_now["rows"], strict=True)
            ],
        ),
        (
            _("月度"),
            [_("序号"), *(_("%(n)s月") % {"n": month} for month in bench.MONTHS), _("合计")],
            [[str(number), *series, sum(series)] for number, series in done.months.items()],
        ),
        (
            _("数据和因子"),
            [_("排放源"), _("参数"), _("数值"), pgettext("measure", "单位"), _("来源"), _("可信度")],
            [
                [stream, what, cell("".join(value.split())), *rest]
                for stream, what, value, *rest in papers.data(done.found, language())
            ],
        ),
        (
            _("数据质量控制"),
            [_("排放源"), _("参数"), *shown_now["plan_heads"]],
            [[one.place, one.label, *one.cells] for one in shown_now["plan"]],
        ),
        (
            _("交叉核对"),
            [_("位置"), _("情况"), _("说明"), _("请备"), "tCO2e"],
            [
                [one.place, one.word, one.text, one.evidence, one.effect]
                for one in [*shown_now["checks"], *shown_now["observed"]]
            ],
        ),
        (
            _("需要处理"),
            [_("位置"), _("说明")],
            [[one.place, one.text] for one in [*shown_now["refused"], *shown_now["doubtful"]]],
        ),
    ]
    return attached(spreadsheets.write_book(sheets), XLSX, f"inventory-{work.id}.xlsx")


def _source(row: Any, one: results.RowLine, done: Any) -> list[Any]:
    emission = done.emissions.get(row.number)
    return [
        str(row.number),
        one.name,
        one.kind,
        row.text("facility"),
        one.given,
        emission,
        None if emission is None or not one.share else emission / done.found.total.value,
        row.text("who"),
        row.text("note"),
    ]


def _totals(done: Any) -> list[list[Any]]:
    found = done.found
    rows = [[spoken(node.label), node.value, unit_said(node.unit.text)] for node in found.categories.values()]
    rows.append([spoken(found.total.label), found.total.value, "tCO2e"])
    rows += [
        [f"{spoken(node.label)} {_('（单列）')}", node.value, unit_said(node.unit.text)]
        for node in found.beside.values()
    ]
    rows += [
        [spoken(node.label), node.value, unit_said(node.unit.text)]
        for node in [*found.intensities, *found.indicators, *found.allowance]
    ]
    if done.sure is not None:
        rows.append([_("不确定度（误差传递，95 %）"), done.sure.half, "tCO2e"])
    if done.drawn is not None:
        rows.append([_("蒙特卡洛下限（95 %）"), done.drawn.low, "tCO2e"])
        rows.append([_("蒙特卡洛上限（95 %）"), done.drawn.high, "tCO2e"])
    versions = ", ".join(f"{name} {version}" for name, version in tables.versions().items())
    return [
        *rows,
        [_("计算引擎"), ENGINE_VERSION, ""],
        [_("数据表"), versions, ""],
        ["SHA-256", found.case.digest, ""],
    ]


@require_GET
@own_work(BENCH)
def preview(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """The report as it will stand on paper, sheet by sheet, each with the way back to where it is filled in."""
    values, shown_now = _computed(work)
    if shown_now["computed"].found is None:
        return _not_yet(work, request)
    paper = _paper(shown_now, values)
    return render(
        request,
        "workshop/accounting/preview.html",
        {"work": work, "paper": paper, "sheets": _sheets(paper), "faults": len(shown_now["refused"])},
    )


def _sheets(paper: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections of the report in the sequence of the paper."""
    found: list[dict[str, Any]] = [{"kind": "facts", **one} for one in paper["facts"]]
    found += [{"kind": "table", **one} for one in paper["tables"]]
    found.append({"kind": "notes", "title": paper["notes_title"], "rows": paper["notes"]})
    found.append({"kind": "tree", "title": paper["tree_title"], "rows": paper["tree"]})
    return found


@require_GET
@own_work(BENCH)
def report(request: HttpRequest, work: labs.Work) -> HttpResponse:
    values, shown_now = _computed(work)
    if shown_now["computed"].found is None:
        return _not_yet(work, request)
    try:
        data = documents.render(REPORT, _paper(shown_now, values))
    except documents.MissingGlyph as error:
        messages.error(request, _("有的字印不出来：%(signs)s。请改用常用字。") % {"signs": error.characters})
        return redirect("workshop:accounting", work.id)
    return attached(data, PDF, f"report-{work.id}.pdf")


def _paper(shown_now: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    done = shown_now["computed"]
    found = done.found
    about = found.case
    enterprise = [
        (words.enterprise(name), text) for name, text in about.enterprise.items() if name in bench.ENTERPRISE
    ]
    joint = _("；")
    boundary = [(words.boundary(name), joint.join(parts)) for name, parts in about.boundary.items() if parts]
    method = [
        (_("核算指南"), f"{spoken(about.method.title)} ({spoken(about.method.rules['version'])})"),
        (_("全球变暖潜势"), f"IPCC {about.method.gwp}"),
        *((_("不纳入"), spoken(text)) for text in about.method.rules["outside"]),
    ]
    months = [
        [
            values.get(f"s.{number}.name") or str(number),
            *(shown(one, 1) for one in series),
            shown(sum(series), 1),
        ]
        for number, series in done.months.items()
    ]
    return {
        "language": language(),
        "title": f"{about.year or ''} {spoken(papers.TITLE)}".strip(),
        "subtitle": about.enterprise.get("name", ""),
        "footer": _("计算引擎 %(version)s · 输入 SHA-256 %(digest)s")
        % {"version": ENGINE_VERSION, "digest": about.digest[:16]},
        "complete": found.complete,
        "incomplete": _("有数据未能采用，合计不完整，见说明。"),
        "total": shown_now["total"],
        "total_label": spoken(found.total.label),
        "facts": [
            {"title": _("一、报告主体"), "rows": enterprise},
            {"title": _("二、核算边界"), "rows": boundary or [(_("报告主体"), _("没有填写"))]},
            {"title": _("三、核算方法"), "rows": method},
        ],
        "tables": [
            {
                "title": _("四、活动数据和排放因子"),
                "heads": [
                    _("排放源"),
                    _("参数"),
                    _("数值"),
                    pgettext("measure", "单位"),
                    _("来源"),
                    _("可信度"),
                ],
                "right": [2],
                "widths": [24, 28, "auto", "auto", "rest", "auto"],
                "rows": [_read(row) for row in papers.data(found, language())],
            },
            {
                "title": _("五、排放量"),
                "heads": [pgettext("row", "项目"), _("数值"), pgettext("measure", "单位")],
                "right": [1],
                "widths": ["rest", "auto", "auto"],
                "rows": [
                    *(_drawn(one) for one in shown_now["categories"]),
                    [spoken(found.total.label), shown_now["total"], "tCO2e"],
                    *(_drawn((f"{a} {_('（单列）')}", b, c)) for a, b, c in shown_now["beside"]),
                    *(_drawn(one) for one in shown_now["more"]),
                ],
            },
            {
                "title": _("六、分月排放量（tCO2e）"),
                "heads": [_("排放源"), *map(str, bench.MONTHS), _("合计")],
                "right": list(range(1, 14)),
                "widths": ["rest", *["auto"] * 13],
                "rows": months,
                "small": True,
            },
            {
                "title": _("七、不确定性"),
                "heads": [_("来源"), _("对方差的贡献")],
                "right": [1],
                "widths": ["rest", "auto"],
                "after": _sure(shown_now["sure"]),
                "rows": [list(one) for one in (shown_now["sure"] or {}).get("parts", ())],
            },
            _quality(shown_now),
        ],
        "none": _("没有填写"),
        "notes_title": _("九、说明与存疑"),
        "notes": [
            f"{one.place}{_('：')}{one.text}" if one.place else one.text
            for one in [*shown_now["refused"], *shown_now["doubtful"], *shown_now["noted"]]
        ],
        "tree_title": _("附：计算过程"),
        "tree": [_printable(line) for line in shown_now["tree"]],
    }


def _drawn(row: Sequence[str]) -> list[str]:
    """A line of figures for paper, whose font has no lowered figures."""
    return [one.replace("₂", "2") for one in row]


def _read(row: Sequence[str]) -> list[str]:
    """A line of the data with its unit as people write it."""
    stream, what, value, at, *rest = row
    return [stream, what, value, "" if at == "1" else unit_said(at, paper=True), *rest]


def _quality(shown_now: dict[str, Any]) -> dict[str, Any]:
    """The data-quality control plan as far as it is written."""
    written = [one for one in shown_now["plan"] if any(one.cells)]
    return {
        "title": _("八、数据质量控制方案"),
        "heads": [_("排放源"), _("参数"), *shown_now["plan_heads"]],
        "right": [],
        "widths": ["rest", "rest", *["auto"] * 4, "rest", "rest", "auto"],
        "rows": [[one.place, one.label, *one.cells] for one in written],
        "small": True,
    }


def _printable(line: str) -> str:
    """The font of papers has no raised minus: ``10⁻³`` is printed ``10^-3``."""
    return re.sub("⁻([⁰¹²³⁴-⁹]+)", lambda found: "^-" + found[1].translate(RAISED), line)


def _sure(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    text = _("误差传递（95 %%）±%(half)s tCO2e（±%(relative)s %%）") % {
        "half": found["half"],
        "relative": found["relative"],
    }
    if found["low"]:
        text += _("；")
        text += _("蒙特卡洛 %(n)s 次：%(low)s – %(high)s tCO2e") % {
            "n": found["draws"],
            "low": found["low"],
            "high": found["high"],
        }
    return text
