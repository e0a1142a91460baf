"""What a project is taken away as: files for the command line, a workbook, a tally form, the five documents."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from tancai.engines.forest import VERSION
from tancai.labs import api as labs
from tancai.lib import clock, documents, spreadsheets
from tancai.web.workshop.access import own_work
from tancai.web.workshop.downloads import PDF, XLSX, attached
from tancai.web.workshop.sink import fields, results
from tancai.web.workshop.sink.views import BENCH
from tancai.web.workshop.speaking import language

bench = labs.sink_bench
PAPER = Path(__file__).with_name("paper") / "document.typ"


@require_GET
@own_work(BENCH)
def archive(request: HttpRequest, work: Any) -> HttpResponse:
    """The project file and its plot files; ``tancai forest sink project.toml`` computes the same from them."""
    plan = bench.read(labs.state_of(work).values)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("project.toml", plan.text)
        for name, data in plan.files.items():
            packed.writestr(name, data)
    return attached(out.getvalue(), "application/zip", f"sink-{work.id}.zip")


@require_GET
@own_work(BENCH)
def workbook(request: HttpRequest, work: Any) -> HttpResponse:
    values = labs.state_of(work).values
    done = bench.compute(values)
    if done.found is None or done.project is None:
        messages.error(request, _("还没有可以导出的结果：请先补齐项目、分层和样地检尺。"))
        return redirect("workshop:sink_result", work.id)
    lines = results.plot_lines(values, done)
    central = bench.central_of(values)
    places = {row.number: bench.place_of(row, central) for row in bench.rows_of(values, "p")}
    sheets: list[tuple[str, list[str], list[list[Any]]]] = [
        (
            _("结果"),
            [pgettext("row", "项目"), _("内容")],
            [
                [_("项目名称"), done.project.name],
                [_("方法学"), bench.words.pack(done.project.rules.pack, language())],
                [_("可申请的减排量（tCO2e）"), done.found.credit.value],
                [_("净清除量（tCO2e）"), done.found.net.value],
                [_("变化量的相对不确定度"), done.found.u],
                [_("计算引擎"), VERSION],
                ["SHA-256", done.project.source.digest],
            ],
        ),
        (
            _("核算表"),
            [pgettext("row", "项目"), _("数值"), _("计算式"), _("来源")],
            [list(row) for row in results.chain(done)],
        ),
        (
            _("分层"),
            [_("分层"), _("面积（ha）"), _("样地数"), _("均值（tC/ha）"), _("标准差")],
            [list(row) for row in results.strata(done)],
        ),
        (
            _("样地"),
            [_("样地"), _("分层"), "X (m)", "Y (m)", _("株数"), "AGB t/ha", "BGB t/ha", "tC/ha", _("状态")],
            [
                [
                    one.name,
                    one.stratum,
                    *(places[one.number] or ("", "")),
                    one.trees,
                    one.above,
                    one.below,
                    one.carbon,
                    one.state,
                ]
                for one in lines
            ],
        ),
        (_("检尺"), [_("样地"), _("分层"), *_heads()], _tallied(values)),
        (
            _("分年度"),
            [_("年份"), _("减排量（tCO2e）")],
            [list(row) for row in results.result(values, done)["yearly"]],
        ),
    ]
    if done.forecast:
        heads = [_("第几年"), _("林木碳储量"), _("净清除"), _("减排量"), _("累计")]
        rows = [[one.year, one.stock, one.net, one.reduction, one.so_far] for one in done.forecast]
        sheets.append((_("预估"), heads, rows))
    sheets.append(
        (
            _("待核对"),
            [_("位置"), _("说明")],
            [[one.place, one.text] for one in results.told(work.id, values, done.faults)],
        )
    )
    return attached(spreadsheets.write_book(sheets), XLSX, f"sink-{work.id}.xlsx")


def _heads() -> list[str]:
    return [_("胸径（cm）"), _("树高（m）"), _("冠长（m）"), _("竹龄（度）"), _("株数"), _("蓄积（m3/ha）")]


def _tallied(values: dict[str, Any]) -> list[list[Any]]:
    strata = {str(row.number): bench.stratum_name(row) for row in bench.rows_of(values, "s")}
    return [
        [
            bench.plot_name(row),
            strata.get(row.text("stratum"), ""),
            *(cells.get(key, "") for key in bench.CELLS),
        ]
        for row in bench.rows_of(values, "p")
        for cells in bench.tally(row, "now")
    ]


@require_GET
@own_work(BENCH)
def tally_form(request: HttpRequest, work: Any) -> HttpResponse:
    """A workbook to fill in the field: the plots laid out, with headings the import knows."""
    values = labs.state_of(work).values
    strata = {str(row.number): bench.stratum_name(row) for row in bench.rows_of(values, "s")}
    rows: list[list[Any]] = []
    keys = ["d", "h", "n"]
    for row in bench.rows_of(values, "p"):
        keys = [key for key, _word in fields.cells_wanted(values, row)]
        given = bench.tally(row, "now") or [{}]
        home = strata.get(row.text("stratum"), "")
        rows += [[bench.plot_name(row), home, *(cells.get(key, "") for key in keys)] for cells in given]
    words = dict(
        zip(
            bench.CELLS,
            ("胸径（cm）", "树高（m）", "冠长（m）", "竹龄（度）", "株数", "蓄积（m3/ha）"),
            strict=True,
        )
    )
    heads = ["样地", "分层", *(words[key] for key in keys)]
    data = spreadsheets.write("检尺表", heads, rows, text_columns=heads[:2])
    return attached(data, XLSX, f"tally-{work.id}.xlsx")


@require_GET
@own_work(BENCH)
def paper(request: HttpRequest, work: Any, kind: str) -> HttpResponse:
    """One of the five documents as PDF, as far as the data go."""
    if kind not in bench.KINDS:
        raise Http404
    at = clock.now()
    found = bench.document(labs.state_of(work).values, kind, language())
    data = {
        "title": found.title,
        "name": found.name or work.name,
        "note": found.note,
        "language": language(),
        "sections": bench.rows_for(found.sections),
        "missing_title": _("尚缺内容"),
        "missing": found.missing,
        "complete": _("所列内容已齐备。"),
        "footer": _("碳才实训 · %(title)s · %(day)s · 计算引擎 %(version)s · 数据 %(digest)s")
        % {
            "title": found.title,
            "day": at.astimezone(clock.SHANGHAI).date().isoformat(),
            "version": VERSION,
            "digest": found.digest[:12],
        },
    }
    try:
        made = documents.render(PAPER, data, at=at)
    except documents.MissingGlyph as error:
        messages.error(
            request, _("文件字体中没有这些字符，请改写后再生成：%(signs)s") % {"signs": error.characters}
        )
        return redirect("workshop:sink_papers", work.id)
    return attached(made, PDF, f"{kind}-{work.id}.pdf")
