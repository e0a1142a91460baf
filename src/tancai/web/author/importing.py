"""Bringing items in: a file is looked at first, item by item, and taken in when the author says so.

Small files are read while the page is asked for; large ones by the worker (``import_jobs``).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tancai.files import api as files
from tancai.items import api as items
from tancai.lib import clock, spreadsheets
from tancai.web.author import exchange_words, import_jobs, tabs, words
from tancai.web.author.access import author_only, collections, programme_codes

PURPOSE = items.IMPORT_PURPOSE
KEPT = timedelta(days=7)
MOST_BYTES = 64 * 1024 * 1024
PER_PAGE = 50
SMALL = 1024 * 1024
"""Bytes up to which a file is read while its author waits."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """Choose a file and where its items go; nothing is taken in yet."""
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            error = _("请选择文件。")
        else:
            try:
                stored = files.store(
                    upload.read(),
                    purpose=PURPOSE,
                    name=Path(upload.name or "items").name[:100],
                    keep_until=(clock.today() + KEPT),
                    by=request.user if request.user.is_authenticated else None,
                    at=clock.now(),
                )
            except files.BadFile:
                error = _("文件是空的，或超过 64 MB。")
            else:
                if stored.size > SMALL:
                    asked = chosen(request, request.POST)
                    job = import_jobs.begin(request, stored, asked, dry_run=True)
                    return redirect("author:import_job", job.pk)
                return redirect(f"{reverse('author:import_look', args=[stored.token])}?{_chosen(request)}")
    codes = collections(request.user)
    context = {
        "error": error,
        "upload": _upload(error),
        "tabs": tabs.bank_tabs("import"),
        "collections": words.collection_names(codes),
        "topics": _topics(request),
        "formats": exchange_words.import_formats(),
        "chosen": request.POST,
    }
    return render(request, "author/import.html", context, status=422 if error else 200)


def _upload(error: str) -> str:
    said = {"aria-describedby": "import-file-help import-file-error", "aria-invalid": "true"} if error else {}
    attrs = {"id": "import-file", "required": True, "aria-describedby": "import-file-help", **said}
    return forms.FileInput({"data_max_bytes": str(MOST_BYTES), **attrs}).render("file", None)


def _chosen(request: HttpRequest) -> str:
    return urlencode({name: request.POST.get(name, "") for name in ("collection", "topic", "format")})


def _topics(request: HttpRequest) -> dict[str, str]:
    found = words.topics(programme_codes(request.user))
    return {code: words.topic_title(topic, code) for code, topic in found.items()}


@require_GET
@author_only
def look(request: HttpRequest, token: str) -> HttpResponse:
    """What would become of every item of the file."""
    stored = _own(request, token)
    found = list(_run(request, stored, request.GET, dry_run=True))
    return report(request, stored, found, request.GET, done=False)


@require_POST
@author_only
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the items in as drafts and say what became of them."""
    stored = _own(request, token)
    found = list(_run(request, stored, request.POST, dry_run=False))
    count = sum(one.status in ("imported", "imported_with_loss") for one in found)
    if count:
        told = ngettext("已导入 %(n)d 题，存为草稿。", "已导入 %(n)d 题，存为草稿。", count) % {"n": count}
        messages.success(request, told)
    else:
        messages.info(request, _("没有新的试题可以导入。"))
    return report(request, stored, found, request.POST, done=True)


@require_GET
@author_only
def refused(request: HttpRequest, token: str) -> HttpResponse:
    """What is not taken in, as a workbook to mend the file by."""
    stored = _own(request, token)
    return refused_list(_run(request, stored, request.GET, dry_run=True))


def refused_list(outcomes: Iterable[items.Outcome]) -> HttpResponse:
    rows = [
        [one.place, one.line or "", one.title or one.source, one.asks, exchange_words.reason(one)]
        for one in outcomes
        if one.status == "refused"
    ]
    heads = [_("文件"), _("行"), _("试题"), _("类型"), _("原因")]
    answer = HttpResponse(spreadsheets.write(_("未导入"), heads, rows, text_columns=heads), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="refused.xlsx"'
    return answer


@require_GET
@author_only
def template(_request: HttpRequest) -> HttpResponse:
    """The empty table to write items in."""
    answer = HttpResponse(items.import_template(), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="items-template.xlsx"'
    return answer


def _own(request: HttpRequest, token: str) -> files.StoredFile:
    stored = files.file(token)
    if stored is None or stored.purpose != PURPOSE or stored.stored_by_id != request.user.pk:
        raise Http404
    return stored


@dataclass(frozen=True)
class Chosen:
    """Where the items of a file go, checked against what its author may write in."""

    collection: str
    topic: str
    form: str
    topics: frozenset[str]


def chosen(request: HttpRequest, given: Any) -> Chosen:
    """What the form asks for; 404 for what it does not offer."""
    codes = collections(request.user)
    collection, form = given.get("collection") or codes[-1], given.get("format", "")
    if collection not in codes or form not in ("", *items.IMPORT_FORMATS):
        raise Http404
    topics = frozenset(words.topics(programme_codes(request.user)))
    topic = given.get("topic") or items.UNSORTED
    if topic != items.UNSORTED and topic not in topics:
        raise Http404
    return Chosen(collection, topic, form, topics)


def _run(
    request: HttpRequest, stored: files.StoredFile, given: Any, *, dry_run: bool
) -> Iterator[items.Outcome]:
    asked = chosen(request, given)
    target = items.Target(
        collection=asked.collection,
        topic=asked.topic,
        topics=lambda name: name if name in asked.topics else "",
        bank=stored.name,
    )
    try:
        data = files.read(stored)
    except files.FileGone:
        raise Http404 from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (stored.name or "items")
        path.write_bytes(data)
        yield from items.import_file(
            path, target, form=asked.form, dry_run=dry_run, by=request.user, at=clock.now()
        )


def report(
    request: HttpRequest,
    stored: files.StoredFile,
    found: list[items.Outcome],
    given: Any,
    *,
    done: bool,
    job: Any = None,
) -> HttpResponse:
    """The page that says what becomes of each item; ``job`` when the worker has read the file."""
    counts = Counter(one.status for one in found)
    wanted = given.get("status", "")
    shown = [one for one in found if not wanted or one.status == wanted]
    paged = not done or job is not None
    leaf = Paginator(shown, PER_PAGE).get_page(given.get("page") if paged else 1)
    names = () if job is not None else ("collection", "topic", "format")
    asked = {name: given.get(name, "") for name in names}
    collection = job.params["collection"] if job is not None else asked["collection"]
    rows = [
        {
            "one": one,
            "status": exchange_words.status(one.status, done=done),
            "kind": items.kind_name(one.kind) if one.kind else one.asks,
            "text": items.plain_text(one.stem) or one.title or one.source,
            "title": one.title if one.stem else "",
            "why": exchange_words.why(one),
        }
        for one in (leaf if paged else shown[:500])
    ]
    context = {
        "file": stored,
        "done": done,
        "rows": rows,
        "page": leaf,
        "asked": asked,
        "query": urlencode(asked),
        "status": wanted,
        "filters": [
            (status, exchange_words.status(status, done=done)[0], counts[status])
            for status in ("imported", "imported_with_loss", "unchanged", "refused")
            if counts[status]
        ],
        "total": len(found),
        "fresh": counts["imported"] + counts["imported_with_loss"],
        "refused": counts["refused"],
        "collection": words.collection_names(collections(request.user)).get(collection, ""),
        "paged": paged,
        "take_url": reverse("author:import_job_take", args=[job.pk])
        if job is not None
        else reverse("author:import_take", args=[stored.token]),
        "refused_url": reverse("author:import_job_refused", args=[job.pk])
        if job is not None
        else f"{reverse('author:import_refused', args=[stored.token])}?{urlencode(asked)}",
    }
    return render(request, "author/import_look.html", context)
