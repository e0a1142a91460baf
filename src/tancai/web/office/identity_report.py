"""How often comparison of faces errs, by threshold, from what people reviewed; and how many faces are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tancai.proctoring import api as proctoring
from tancai.web.office.identity_flags import own_programmes
from tancai.web.shell.charts import Series

FILING, NEAR_FILING = 100_000, 80_000
"""People whose faces are stored: from the first figure on, filing with the provincial authority within 30 working
days (measures on face recognition in force since 2025-06-01); the second is this page's early warning."""

STEPS = 20


@dataclass(frozen=True)
class Report:
    """Error rates of one adapter and model."""

    adapter: str
    model: str
    threshold: float
    genuine: int
    impostor: int
    marks: list[str]
    series: list[Series]
    refused: Any
    mistaken: Any
    """Per cent of wrong refusals and wrong acceptances at the threshold in force; None without pairs of that kind."""


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    codes = own_programmes(request)
    stored = proctoring.stored_faces()
    context = {
        "reports": [_report(found) for found in proctoring.reviewed_pairs(codes)],
        "adapter_words": proctoring.adapter_words(settings.TANCAI_IDENTITY["adapter"]),
        "recognises": settings.TANCAI_IDENTITY["adapter"] != "eyes",
        "keep_days": settings.TANCAI_IDENTITY["keep_days"],
        "stored": stored,
        "filing": FILING,
        "near_filing": stored >= NEAR_FILING,
    }
    return render(request, "office/identity_report.html", context)


def _report(found: proctoring.Pairs) -> Report:
    rates = proctoring.error_rates(found.pairs, steps=STEPS)
    genuine = sum(same for _score, same in found.pairs)
    here = proctoring.error_rates(found.pairs, low=found.threshold, high=found.threshold, steps=1)[0]
    return Report(
        adapter=found.adapter,
        model=found.model,
        threshold=found.threshold,
        genuine=genuine,
        impostor=len(found.pairs) - genuine,
        marks=[f"{rate.threshold:.2f}" for rate in rates],
        series=[
            Series(_("误拒"), [_percent(rate.false_non_match) for rate in rates]),
            Series(_("误认"), [_percent(rate.false_match) for rate in rates]),
        ],
        refused=_percent(here.false_non_match),
        mistaken=_percent(here.false_match),
    )


def _percent(share: float | None) -> Any:
    return None if share is None else round(100 * share, 2)


identity_report_urls = [path("identity/report/", page, name="identity_report")]
