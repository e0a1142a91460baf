"""The verification beside what the engine finds: found, near, missed, not a fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tancai.labs import api as labs
from tancai.web.workshop.access import own_work
from tancai.web.workshop.speaking import language
from tancai.web.workshop.verification.begin import BENCH
from tancai.web.workshop.verification.desk import gone
from tancai.web.workshop.verification.opened import Gone, Opened, opened

bench = labs.verification_bench


@dataclass(frozen=True)
class Told:
    """A finding of the engine in words, with the one written down for it (None: nobody wrote one)."""

    subject: str
    severity: str
    text: str
    evidence: str
    effect: float | None
    own: Any = None
    severity_right: bool = True
    effect_right: bool | None = None


@own_work(BENCH)
def page(request: HttpRequest, work: Any) -> HttpResponse:
    """For a drawn case only once it is closed; for a report of one's own at any time."""
    try:
        one = opened(work)
    except Gone:
        return gone(request, work)
    if one.drawn and not one.state.handed_in:
        return redirect("workshop:verification_work", work.id)
    found = bench.conclude(one.report, bench.closed_ids(one.report, one.findings))
    compared = bench.compare(
        found,
        one.findings,
        conclusion=one.text("conclusion.kind"),
        verified=one.text("conclusion.verified"),
    )
    names, at = subjects(one), language()
    context = {
        "work": work,
        "one": one,
        "closed": one.state.handed_in,
        "compared": compared,
        "found": [told(pair.engine, names, at, pair) for pair in compared.found],
        "near": [told(pair.engine, names, at, pair) for pair in compared.near],
        "missed": [told(finding, names, at) for finding in compared.missed],
        "optional": [told(finding, names, at) for finding in compared.optional],
        "false": [(finding, names.get(finding.subject, finding.subject)) for finding in compared.false],
        "kinds": bench.KINDS,
        "severities": bench.SEVERITIES,
        "mine": one.text("conclusion.kind"),
        "conclusions": bench.CONCLUSIONS,
        "engine": found,
        "conclusion": bench.CONCLUSIONS[found.conclusion],
        "verified": one.text("conclusion.verified"),
        "problems": [
            (str(problem.place), problem.words(at))
            for problem in (*one.report.problems, *one.report.inventory.problems)
            if problem.level != "noted"
        ],
    }
    return render(request, "workshop/verification/outcome.html", context)


def subjects(one: Opened) -> dict[str, str]:
    return {code: labs.said(label, language()) for code, label in bench.subjects(one.report).items()}


def told(finding: Any, names: dict[str, str], at: str, pair: Any = None) -> Told:
    subject = bench.subject_of(finding)
    return Told(
        names.get(subject, finding.subject),
        labs.said(bench.SEVERITIES[finding.severity], at),
        finding.text(at),
        finding.evidence(at),
        finding.effect,
        pair.own if pair else None,
        pair.severity if pair else True,
        pair.effect if pair else None,
    )
