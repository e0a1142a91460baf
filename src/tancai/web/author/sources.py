"""The documents items stand on, and which of them are no longer in force."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.web.author import tabs
from tancai.web.author.access import author_only, collections
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.templatetags import shell as tags


@author_only
def page(request: HttpRequest) -> HttpResponse:
    rows = items.sources(collections(request.user))
    table = Table(
        request,
        rows,
        name="sources",
        title=_("依据"),
        columns=[
            Column("document", _("文件"), sort=True, url=_items_of),
            Column("items", _("引用的试题"), "number", sort=True),
            Column("in_use", _("其中在用"), "number", sort=True),
            Column("mark", _("效力"), "html", value=_mark),
            Column("note", _("说明")),
        ],
        search=["document", "note"],
        search_label=_("文件名称"),
        filters=[
            Filter(
                "mark",
                _("效力"),
                [(items.SourceMark.SUPERSEDED, _("已失效")), (items.SourceMark.IN_FORCE, _("有效"))],
            )
        ],
        order="-items",
        per_page=50,
        empty=Empty(_("没有依据"), _("试题写明依据文件后列在这里。")),
    )
    chosen = request.GET.get("document", "")
    found = next((source for source in rows if source.document == chosen), None)
    return table.respond(
        "author/sources.html",
        {
            "tabs": tabs.bank_tabs("sources"),
            "gone": sum(1 for source in rows if source.mark == items.SourceMark.SUPERSEDED and source.in_use),
            "source": found,
            "documents": [source.document for source in rows],
        },
    )


def _items_of(source: Any) -> str:
    return f"{reverse('author:bank')}?{urlencode({'source': source.document})}"


def _mark(source: Any) -> SafeString | str:
    if source.mark == items.SourceMark.SUPERSEDED:
        return tags.chip(_("已失效"), "bad" if source.in_use else "idle")
    return tags.chip(_("有效"), "good") if source.mark else _("未核对")


@require_POST
@author_only
def mark(request: HttpRequest) -> HttpResponse:
    """Say of a cited document that it is in force or superseded."""
    document, said = request.POST.get("document", ""), request.POST.get("mark", "")
    if document not in {source.document for source in items.sources(collections(request.user))}:
        raise Http404
    note = request.POST.get("note", "").strip()
    if said not in (items.SourceMark.SUPERSEDED, items.SourceMark.IN_FORCE):
        raise Http404
    if said == items.SourceMark.SUPERSEDED and not note:
        messages.error(request, _("请写明由什么文件代替，或何时废止。"))
    else:
        items.mark_source(document, said, note=note, by=request.user, at=clock.now())
        messages.success(request, _("已记下《%(document)s》的效力。") % {"document": document})
    return redirect("author:sources")
