"""《核查结论》 as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tancai.labs import api as labs
from tancai.lib import clock, documents
from tancai.lib.chinese_dates import long_date
from tancai.web.workshop.access import own_work
from tancai.web.workshop.downloads import PDF, attached
from tancai.web.workshop.speaking import language
from tancai.web.workshop.verification.begin import BENCH
from tancai.web.workshop.verification.opened import Gone, Opened, opened
from tancai.web.workshop.verification.outcome import subjects
from tancai.web.workshop.verification.words import RECORDS

TEMPLATE = Path(__file__).parent / "conclusion.typ"
bench = labs.verification_bench


@own_work(BENCH)
def pdf(request: HttpRequest, work: Any) -> HttpResponse:
    try:
        one = opened(work)
    except Gone:
        raise Http404 from None
    if not one.state.handed_in:
        raise Http404
    data = documents.render(TEMPLATE, _data(one), at=clock.now())
    return attached(data, PDF, f"verification-{work.id}.pdf", inline=True)


def _data(one: Opened) -> dict[str, Any]:
    at = language()
    case = one.report.inventory.case
    names = subjects(one)
    reported = next((r.value for r in one.report.reported if r.item == "total"), None)
    figures = [
        (_("报告排放量（tCO2e）"), f"{reported.values[0]:,.0f}" if reported else "—"),
        (_("核查确认排放量（tCO2e）"), one.text("conclusion.verified") or "—"),
        (_("未整改按保守原则认定（tCO2e）"), one.text("conclusion.conservative") or "—"),
    ]
    blank = _("（未填写）")
    kept = [str(label) for code, label in RECORDS.items() if one.state.values.get(f"archive.{code}") is True]
    return {
        "language": at,
        "title": _("核查结论"),
        "subtitle": "VERIFICATION CONCLUSION" if at == "zh" else "",
        "footer": _("实训文书，不作为正式核查结论使用") + f" · {one.work.name}",
        "facts": [
            (_("被核查单位"), case.enterprise.get("name", case.name)),
            (_("报告年度"), str(case.year)),
            (_("技术工作组"), one.text("team.members") or blank),
            (_("现场核查组"), one.text("site.members") or blank),
            (_("现场核查日期"), one.text("site.date") or blank),
            (_("文件评审意见"), one.text("review.opinion") or blank),
            (_("现场核查情况"), one.text("site.record") or blank),
        ],
        "findings_label": _("不符合项和其他发现"),
        "none": _("未发现问题。"),
        "labels": {
            "fact": _("事实"),
            "basis": _("依据"),
            "place": _("出处"),
            "evidence": _("要求提供的证据"),
            "effect": _("对排放量的影响（tCO2e）"),
            "state": _("状态"),
        },
        "findings": [_finding(finding, names, at) for finding in one.findings],
        "figures_label": _("排放量"),
        "figures": figures,
        "conclusion_label": _("结论"),
        "conclusion": labs.said(bench.CONCLUSIONS.get(one.text("conclusion.kind"), blank), at),
        "statement": one.text("conclusion.text"),
        "notice": [
            (_("告知日期"), one.text("notice.date") or blank),
            (_("告知方式"), one.text("notice.way") or blank),
            (_("存档材料"), _("、").join(kept) or blank),
        ],
        "signs": [_("核查组长"), _("技术复核"), _("核查机构负责人")],
        "sign_date": _("日期："),
        "seal": _("核查机构盖章处"),
        "issued": long_date(clock.today()),
        "digest": f"SHA-256 {one.report.digest}",
    }


def _finding(one: Any, names: dict[str, str], at: str) -> dict[str, str]:
    return {
        "head": f"{labs.said(bench.SEVERITIES.get(one.severity, ''), at)} · {names.get(one.subject, one.subject)}",
        "kind": labs.said(bench.KINDS.get(one.kind, ""), at),
        "fact": one.fact,
        "basis": one.basis,
        "place": one.place,
        "evidence": one.evidence,
        "effect": one.effect_text,
        "state": _("已整改") if one.closed else _("待整改") if one.severity == "nonconformity" else "",
    }
