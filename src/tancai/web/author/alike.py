"""Items that say nearly the same: the list of pairs, and two of them side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tancai.items import api as items
from tancai.web.author import tabs, words
from tancai.web.author.access import author_only, collections, own_item
from tancai.web.author.differences import marked
from tancai.web.author.item import labelled_parts, preview
from tancai.web.shell.tables import Column, Empty, Filter, Table

LEVELS = ("0.9", "0.8", "0.7")
MOST = 500


@author_only
def page(request: HttpRequest) -> HttpResponse:
    rows = _rows(collections(request.user))
    table = Table(
        request,
        rows,
        name="alike",
        title=_("相近的题"),
        columns=[
            Column(
                "percent", _("相似度"), value=lambda row: f"{row['percent']} %", sort="percent", url=_pair
            ),
            Column("first", _("试题"), "code"),
            Column("first_stem", _("题干")),
            Column("second", _("另一题"), "code"),
            Column("second_stem", _("另一题的题干")),
            Column("both", _("都在用"), value=lambda row: _("是") if row["both"] else _("否")),
        ],
        search=["first", "second", "first_stem", "second_stem"],
        search_label=_("编号或题干"),
        filters=[
            Filter(
                "least",
                _("相似度"),
                [(value, f"≥ {round(100 * float(value))} %") for value in LEVELS],
                _at_least,
            ),
            Filter(
                "both",
                _("使用"),
                [("1", _("两题都在用"))],
                lambda found, _value: [r for r in found if r["both"]],
            ),
        ],
        per_page=30,
        empty=Empty(_("没有相近的题"), _("文字相似度在 60 % 以上的题会成对列在这里。")),
    )
    return table.respond(
        "author/alike.html", {"tabs": tabs.bank_tabs("alike"), "count": len(rows), "most": MOST}
    )


def _at_least(rows: Any, value: str) -> Any:
    return [row for row in rows if row["similarity"] >= float(value)]


def _rows(codes: list[str]) -> list[dict[str, Any]]:
    pairs = items.alike(codes)[:MOST]
    wanted = {pk for pair in pairs for pk in (pair.first, pair.second)}
    versions = {
        version.pk: version for version in items.with_state().filter(pk__in=wanted).select_related("item")
    }
    return [_row(pair, versions[pair.first], versions[pair.second]) for pair in pairs]


def _row(pair: Any, first: Any, second: Any) -> dict[str, Any]:
    return {
        "similarity": pair.similarity,
        "percent": round(100 * pair.similarity),
        "first": first.item.code,
        "second": second.item.code,
        "first_stem": Truncator(items.plain_text(first.content["stem"])).chars(50),
        "second_stem": Truncator(items.plain_text(second.content["stem"])).chars(50),
        "both": first.state == second.state == items.ItemState.ACTIVE,
    }


def _pair(row: dict[str, Any]) -> str:
    return reverse("author:alike_pair", args=[row["first"], row["second"]])


@require_GET
@author_only
def pair(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """Two items side by side as in the exam room, and what differs between their texts."""
    if first == second:
        raise Http404
    sides = [_side(own_item(request, code)) for code in (first, second)]
    olds, news = (dict(labelled_parts(side["item"], side["version"])) for side in sides)
    return render(
        request,
        "author/alike_pair.html",
        {
            "sides": sides,
            "rows": [
                {"label": label, "text": marked(olds.get(label, ""), news.get(label, ""))}
                for label in dict.fromkeys([*olds, *news])
                if olds.get(label) != news.get(label)
            ],
        },
    )


def _side(item: Any) -> dict[str, Any]:
    version = items.versions_of(item)[0]
    return {
        "item": item,
        "version": version,
        "state": words.state(version.state),  # type: ignore[attr-defined]
        "entry": {**preview(item, version), "position": item.pk},
        "template": f"items/kinds/{item.kind}.html",
        "solution": items.kinds()[item.kind].solution(version.content, version.key),
    }
