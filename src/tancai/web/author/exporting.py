"""Taking items out: the newest versions of a part of the bank as a file of another system."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tancai.items import api as items
from tancai.lib import clock
from tancai.web.author import exchange_words, tabs, words
from tancai.web.author.access import author_only, collections, programme_codes


@require_GET
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """Choose what and how; with a choice made, what the format can hold of it."""
    codes = collections(request.user)
    topics = words.topics(programme_codes(request.user))
    context: dict[str, Any] = {
        "tabs": tabs.bank_tabs("export"),
        "collections": words.collection_names(codes),
        "topics": {code: words.topic_title(topic, code) for code, topic in topics.items()},
        "kinds": {code: items.kind_name(code) for code in items.kinds()},
        "formats": exchange_words.export_formats(),
        "chosen": request.GET,
    }
    if "format" in request.GET:
        made = _made(request)
        counts = Counter(one.status for one in made.items)
        context |= {
            "counts": [(*exchange_words.written(status), counts[status]) for status in counts],
            "total": len(made.items),
            "rows": [
                {"one": one, "kind": items.kind_name(one.kind), "why": exchange_words.left_behind(one)}
                for one in made.items
                if one.status != "exported"
            ][:200],
            "query": request.GET.urlencode(),
        }
    return render(request, "author/export.html", context)


@require_GET
@author_only
def download(request: HttpRequest) -> HttpResponse:
    """The file."""
    made = _made(request)
    name = f"items-{request.GET['format']}-{clock.today():%Y%m%d}{made.ending}"
    answer = HttpResponse(made.data, content_type=made.mime)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _made(request: HttpRequest) -> items.Export:
    codes = collections(request.user)
    given = request.GET
    collection, form = given.get("collection", ""), given.get("format", "")
    if (collection and collection not in codes) or form not in items.EXPORT_FORMATS:
        raise Http404
    chosen = items.items(
        collections=[collection] if collection else codes,
        topic=given.get("topic", ""),
        kind=given.get("kind", ""),
    )
    return items.export_items(list(chosen.values_list("pk", flat=True)), form)
