"""The way in: a drawn report with planted faults, or a report of one's own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.labs import api as labs
from tancai.lib import clock
from tancai.web.workshop.speaking import language
from tancai.web.workshop.verification.words import LEVELS, level_word
from tancai.web.workshop.works import own as own_works

BENCH = "verification"
REPORT = "report"
"""The name under which the work keeps what is verified."""
SEEDS = 10**6
bench = labs.verification_bench
MOST_BYTES = 4 * bench.LONGEST


@login_required
def page(request: HttpRequest, faults: tuple[tuple[str, str], ...] = ()) -> HttpResponse:
    counts = {level: bench.LEVELS[level] for level in LEVELS}
    context = {
        "levels": [(level, word, counts[level]) for level, word in LEVELS.items()],
        "faults": faults,
        "works": own_works(request, BENCH, _found(request)),
    }
    return render(request, "workshop/verification/begin.html", context)


def _found(request: HttpRequest) -> Callable[[Any], str]:
    """How many of the faults were found, beside the name of a closed work."""
    said = labs.outcomes(request.user, BENCH)  # type: ignore[arg-type]

    def found(work: Any) -> str:
        return (
            _("指出 %(found)s / %(of)s 处") % said[work.id]
            if {"found", "of"} <= said.get(work.id, {}).keys()
            else ""
        )

    return found


@require_POST
@login_required
def case(request: HttpRequest) -> HttpResponse:
    """A report drawn by chance, or the one whose number was given."""
    level, text = request.POST.get("level", ""), request.POST.get("seed", "").strip()
    if level not in bench.LEVELS or (text and not (text.isascii() and text.isdigit() and len(text) <= 9)):
        messages.error(request, _("请选择级别；案例编号是 1 至 9 位数字。"))
        return redirect("workshop:verification")
    number = int(text) if text else secrets.randbelow(SEEDS - 1) + 1
    title = _("核查练习（%(level)s）· %(number)s") % {"level": level_word(level), "number": number}
    kept = {"case": {"number": number, "level": level, "version": bench.VERSION}}
    return redirect("workshop:verification_work", _begun(request, title, kept).id)


@require_POST
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """A report file, with the case and the monthly table that it names."""
    texts: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    too_large = _("文件太大，全部文件合计不能超过 15 万字。")
    for upload in request.FILES.getlist("files"):
        name = str(upload.name).replace("\\", "/").rpartition("/")[2]
        if (upload.size or 0) > MOST_BYTES:
            faults.append((name, too_large))
            continue
        try:
            texts[name] = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            faults.append((name, _("不是 UTF-8 文本，请另存为 UTF-8 编码后再上传。")))
    if not faults and not texts:
        faults.append(("", _("请选择核查文件。")))
    if sum(map(len, texts.values())) > bench.LONGEST:
        faults.append(("", too_large))
    main = next((name for name, text in texts.items() if "tancai-carbon-report/" in text), "")
    if not faults and not main:
        faults.append(("", _('其中没有核查文件：应有一个 TOML 文件写明 schema = "tancai-carbon-report/1"。')))
    report = None
    if not faults:
        report, faults = _readable(main, texts)
    if report is None:
        return page(request, tuple(faults))
    name = report.inventory.case.enterprise.get("name") or main
    title = _("核查：%(name)s %(year)s") % {"name": name, "year": report.inventory.case.year}
    return redirect("workshop:verification_work", _begun(request, title, {"name": main, "files": texts}).id)


def _readable(main: str, texts: dict[str, str]) -> tuple[Any, list[tuple[str, str]]]:
    try:
        return bench.read_own(main, texts), []
    except bench.CarbonError as error:
        return None, [(str(one.place), one.words(language())) for one in error.problems]


def _begun(request: HttpRequest, title: str, kept: dict[str, Any]) -> Any:
    user: Any = request.user
    at = clock.now()
    work = labs.begin(BENCH, title=title, by=user, at=at)
    labs.write(work, [labs.Entry(1, REPORT, kept)], by=user, at=at)
    return work
