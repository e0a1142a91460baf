"""What a model is taken away as: the model file, a workbook, the report and the label statement on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from tancai.engines.carbon import ENGINE_VERSION
from tancai.engines.carbon.footprint import report as papers
from tancai.labs import api as labs
from tancai.lib import clock, documents, spreadsheets
from tancai.web.workshop.access import own_work
from tancai.web.workshop.downloads import PDF, XLSX, attached
from tancai.web.workshop.footprint import results, words
from tancai.web.workshop.footprint.views import BENCH
from tancai.web.workshop.speaking import language, spoken, unit_said

bench = labs.footprint_bench
REPORT, LABEL = (Path(__file__).with_name("paper") / f"{name}.typ" for name in ("report", "label"))


@require_GET
@own_work(BENCH)
def model(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """The model file; it computes the same on the command line, whatever is still missing in it."""
    done = bench.compute(labs.state_of(work).values)
    return attached(done.text.encode(), "application/toml", f"footprint-{work.id}.toml")


@require_GET
@own_work(BENCH)
def workbook(request: HttpRequest, work: labs.Work) -> HttpResponse:
    done = bench.compute(labs.state_of(work).values)
    if done.found is None:
        return _not_yet(request, work)
    found, names = done.found, results.process_names(done)
    share = [pgettext("row", "项目"), "kgCO2e", _("占比")]
    sheets: list[tuple[str, list[str], list[list[Any]]]] = [
        (
            _("结果"),
            [pgettext("row", "项目"), _("内容")],
            [
                [_("产品"), found.model.goal.get("product", "")],
                [_("功能单位或声明单位"), found.model.unit_text],
                [_("系统边界"), words.boundary(found.model.boundary)],
                ["GWP100", found.model.gwp],
                [_("碳足迹（kgCO2e）"), found.total.value],
                [_("数据质量得分"), found.quality],
                [_("计算引擎"), ENGINE_VERSION],
                ["SHA-256", found.model.digest],
            ],
        ),
        (
            _("清单"),
            [pgettext("row", "项目"), _("过程"), _("阶段"), _("来源"), "kgCO2e", _("占比"), _("计算式")],
            [
                [
                    spoken(one.name),
                    names.get(one.process, one.process),
                    words.stage(one.stage),
                    words.origin(one.origin),
                    one.value,
                    found.share(one.value),
                    " × ".join(f"{part.value:.10g} {part.unit}" for part in one.node.parts),
                ]
                for one in found.contributions
            ],
        ),
        (_("分阶段"), share, [[words.stage(k), v, found.share(v)] for k, v in found.by("stage").items()]),
        (_("分过程"), share, [[names.get(k, k), v, found.share(v)] for k, v in found.by("process").items()]),
        (_("分来源"), share, [[words.origin(k), v, found.share(v)] for k, v in found.by("origin").items()]),
        (
            _("敏感性"),
            [_("改变"), _("过程"), _("变化（kgCO2e）"), _("占比")],
            [
                *(
                    [
                        f"{spoken(one.name)} +10 %",
                        names.get(one.process, one.process),
                        one.change,
                        one.share,
                    ]
                    for one in found.levers
                ),
                *(
                    [one.name, "", one.change, one.relative]
                    for one in done.variants
                    if one.value == one.value
                ),
            ],
        ),
        (
            _("需要处理"),
            [_("位置"), _("说明")],
            [[one.place, one.text] for one in results.told(done, labs.state_of(work).values)],
        ),
    ]
    return attached(spreadsheets.write_book(sheets), XLSX, f"footprint-{work.id}.xlsx")


@require_GET
@own_work(BENCH)
def report(request: HttpRequest, work: labs.Work) -> HttpResponse:
    values = labs.state_of(work).values
    shown = results.context(values)
    if shown["computed"].found is None:
        return _not_yet(request, work)
    return _paper(request, work, REPORT, _report_data(shown), "report")


@require_GET
@own_work(BENCH)
def label(request: HttpRequest, work: labs.Work) -> HttpResponse:
    shown = results.context(labs.state_of(work).values)
    if shown["computed"].found is None:
        return _not_yet(request, work)
    return _paper(request, work, LABEL, _label_data(shown), "label")


def _report_data(shown: dict[str, Any]) -> dict[str, Any]:
    found = shown["computed"].found
    goal = found.model.goal
    facts = [
        (spoken(papers.KINDS[found.model.unit_kind]), found.model.unit_text),
        (
            _("基准流"),
            f"{found.model.amount.value:.10g} {unit_said(str(found.model.amount.unit), paper=True)}".removesuffix(
                " 1"
            ),
        ),
        (_("系统边界"), shown["boundary"]),
        (_("全球变暖潜势"), f"IPCC {found.model.gwp} GWP100"),
        (
            _("取舍准则"),
            _("单项不超过 %(one)s %%，合计不超过 %(all)s %%")
            % {"one": shown["limits"][0], "all": shown["limits"][1]},
        ),
        *(
            (spoken(papers.GOAL[name]), value)
            for name, value in goal.items()
            if name != "product" and name in papers.GOAL
        ),
    ]
    data = [
        [
            spoken(one.name),
            words.stage(one.stage),
            words.data(one.about.get("data", "")),
            one.about.get("period", "") or "–",
            one.about.get("geography", "") or "–",
        ]
        for one in found.model.processes
        if not one.background
    ]
    factors = [
        [
            spoken(one.name),
            f"{emission.node.value:.10g} {unit_said(str(emission.node.unit), paper=True)}",
            spoken(emission.node.source) or "–",
        ]
        for one in found.model.processes
        if one.background
        for emission in one.emissions
    ]
    sensitivity = [
        [f"{name} ± 10 %", f"± {change}", f"± {part}"]
        for name, _process, change, part, _length in shown["levers"][:8]
    ]
    sensitivity += [
        [one["name"], one["change"], one["relative"]] for one in shown["variants"] if not one["bad"]
    ]
    notes = [f"{one.place}{_('：')}{one.text}" if one.place else one.text for one in shown["faults"]]
    return {
        "language": language(),
        "title": _("产品碳足迹报告"),
        "subtitle": goal.get("product", ""),
        "footer": _("计算引擎 %(version)s · 输入 SHA-256 %(digest)s")
        % {"version": ENGINE_VERSION, "digest": shown["digest"][:16]},
        "facts": facts,
        "total_label": _("碳足迹"),
        "total": shown["total"],
        "complete": shown["computed"].complete,
        "incomplete": _("有数据未能采用，结果不完整，见说明。"),
        "uncertainty": _("不确定性（95 %%）± %(value)s %%") % {"value": shown["uncertainty"]}
        if shown["uncertainty"]
        else "",
        "quality": _("数据质量得分 %(score)s（1 最好，5 最差；已评 %(scored)s %%）")
        % {"score": shown["quality"], "scored": shown["scored"]}
        if shown["quality"]
        else "",
        "tables": [
            {
                "title": _("分阶段"),
                "heads": [_("阶段"), "kgCO2e", _("占比")],
                "rows": [[r.name, r.value, r.share] for r in shown["stages"]],
            },
            {
                "title": _("分来源"),
                "heads": [_("来源"), "kgCO2e", _("占比")],
                "rows": [[r.name, r.value, r.share] for r in shown["origins"]],
            },
            {
                "title": _("清单各项"),
                "heads": [pgettext("row", "项目"), _("过程"), _("阶段"), _("来源"), "kgCO2e", _("占比")],
                "rows": [list(row) for row in shown["items"]],
            },
            {
                "title": _("单元过程和数据"),
                "heads": [_("过程"), _("阶段"), _("数据类型"), _("数据时间"), _("地域")],
                "rows": data,
            },
            {"title": _("背景数据"), "heads": [_("名称"), _("因子"), _("来源")], "rows": factors},
            {"title": _("敏感性"), "heads": [_("改变"), "kgCO2e", _("占比")], "rows": sensitivity},
            {
                "title": _("已舍去"),
                "heads": [pgettext("row", "项目"), "kgCO2e"],
                "rows": [list(one) for one in shown["cut"]],
            },
            {
                "title": _("分配"),
                "heads": [_("过程"), _("产品"), _("比例")],
                "rows": [[p, f, s] for p, parts in shown["allocated"] for f, s in parts],
            },
        ],
        "notes_title": _("说明和局限"),
        "notes": [*notes, _("本报告只评价气候变化一项影响；碳抵消不计入。")],
    }


def _label_data(shown: dict[str, Any]) -> dict[str, Any]:
    made = shown["label"]
    facts = [
        (_("每"), made.per),
        (_("系统边界"), shown["boundary"]),
        (_("方法"), f"GB/T 24067-2024{_('；')}IPCC {made.gwp} GWP100"),
    ]
    if made.period:
        facts.append((_("时间范围"), made.period))
    if made.pcr:
        facts.append((_("产品种类规则"), made.pcr))
    if made.review:
        facts.append((_("鉴定性评审"), made.review))
    if made.stored:
        facts.append((_("产品中储存的生物碳"), f"{made.stored:.3g} kgCO2"))
    return {
        "language": language(),
        "title": _("产品碳足迹声明"),
        "product": made.product or _("未命名的产品"),
        "figure": made.figure,
        "partial": _("部分碳足迹") if made.partial else _("全生命周期碳足迹"),
        "facts": facts,
        "stages": [[one.name, one.share, one.length] for one in shown["stages"] if not one.negative],
        "lacks": shown["lacks"],
        "lacks_title": _("出示之前请先处理"),
        "footer": _("计算引擎 %(version)s · 输入 SHA-256 %(digest)s")
        % {"version": made.engine, "digest": made.digest[:16]},
        "limits": _("只说明气候变化一项影响，未计入碳抵消；不同规则算出的数字不能直接比较。"),
    }


def _paper(
    request: HttpRequest, work: labs.Work, template: Path, data: dict[str, Any], name: str
) -> HttpResponse:
    try:
        made = documents.render(template, data, at=clock.now())
    except documents.MissingGlyph as error:
        text = _("这些字无法排印：%(signs)s。请换一种写法。") % {"signs": error.characters}
        messages.error(request, text)
        return redirect("workshop:footprint", work.id)
    return attached(made, PDF, f"footprint-{name}-{work.id}.pdf")


def _not_yet(request: HttpRequest, work: labs.Work) -> HttpResponse:
    messages.warning(request, _("还算不出结果，没有可以下载的报告。请先补齐“需要处理”中的各项。"))
    return redirect("workshop:footprint", work.id)
