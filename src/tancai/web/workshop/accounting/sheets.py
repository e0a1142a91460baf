"""Monthly figures from a spreadsheet: the template, a dry run with a finding a line, and taking over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tancai.engines.carbon.accounting.kinds import KINDS
from tancai.labs import api as labs
from tancai.lib import clock, crypto, spreadsheets
from tancai.web.workshop.access import own_work
from tancai.web.workshop.accounting import words
from tancai.web.workshop.accounting.views import BENCH, LARGEST
from tancai.web.workshop.downloads import XLSX, attached
from tancai.web.workshop.speaking import language

bench = labs.accounting_bench
PURPOSE = "workshop-months"


@require_GET
@own_work(BENCH)
def template(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """A sheet with a line for every figure, filled with what the workbook holds."""
    lines = bench.template(labs.state_of(work).values)
    data = spreadsheets.write("月度数据", bench.HEADINGS, lines, text_columns=("序号",))
    return attached(data, XLSX, f"months-{work.id}.xlsx")


@require_POST
@own_work(BENCH)
def look(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """What a filled sheet would change; nothing is written yet."""
    sent = request.FILES.get("sheet")
    if sent is None or (sent.size or 0) > LARGEST:
        messages.error(request, _("请选择一个不超过 2 MB 的 XLSX 文件。"))
        return redirect("workshop:accounting", work.id)
    try:
        sheet = spreadsheets.read(sent.read(), wanted=bench.HEADINGS)
    except spreadsheets.NotASpreadsheet:
        messages.error(request, _("这个文件不是月度数据表：请先下载模板，在模板中填写后上传。"))
        return redirect("workshop:accounting", work.id)
    values = labs.state_of(work).values
    seen = bench.look([(row.number, row.cells) for row in sheet.rows], values)
    token = crypto.sign({"work": work.id, "values": seen.values()}, PURPOSE)
    return render(
        request,
        "workshop/accounting/months.html",
        {"work": work, "changes": _changes(seen, values), "findings": _findings(seen), "token": token},
    )


def _changes(seen: Any, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "line": one.line,
            "name": values.get(f"s.{one.row}.name") or one.row,
            "item": _item(one, values),
            "unit": one.unit,
            "months": one.months,
            "replaces": one.replaces,
        }
        for one in seen.changes
    ]


def _item(one: Any, values: dict[str, Any]) -> str:
    kind = KINDS[str(values.get(f"s.{one.row}.kind"))]
    return next(words.label(asked) for asked in kind.fields if asked.name == one.item)


def _findings(seen: Any) -> list[dict[str, Any]]:
    return [
        {"line": one.line, "column": one.column, "given": one.given, "text": words.finding(one)}
        for one in seen.findings
    ]


@require_POST
@own_work(BENCH)
def take(request: HttpRequest, work: labs.Work) -> HttpResponse:
    """Write what the dry run showed."""
    at = clock.now()
    try:
        given = crypto.verify(request.POST.get("token", ""), PURPOSE, at)
    except crypto.BadToken:
        given = {}
    if given.get("work") != work.id:
        messages.error(request, _("这次核对已失效，请重新上传。"))
        return redirect("workshop:accounting", work.id)
    try:
        labs.fill(work, given["values"], by=request.user, at=at)  # type: ignore[arg-type]
    except labs.Closed as error:
        messages.error(request, error.message(language()))
        return redirect("workshop:accounting", work.id)
    count = sum(1 for name in given["values"] if name.endswith(".by"))
    messages.success(
        request, ngettext("已取用 %(n)s 行月度数据。", "已取用 %(n)s 行月度数据。", count) % {"n": count}
    )
    return redirect("workshop:accounting", work.id)
