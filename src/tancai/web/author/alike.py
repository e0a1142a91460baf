"""Items that say nearly the same: the list of pairs, and two of them side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.author import tabs, words
from tancai.web.author.access import author_only, collections, own_item
from tancai.web.author.differences import marked
from tancai.web.author.item import labelled_parts, preview
from tancai.web.shell.tables import Column, Empty, Filter, Table

LEVELS = ("0.9", "0.8", "0.7")
MOST = 500


@author_only
def page(request: HttpRequest) -> HttpResponse:
    every = _rows(collections(request.user))
    judged = sum(1 for row in every if row["judged"])
    asked = request.GET.get("judged") == "1"
    rows = [row for row in every if bool(row["judged"]) == asked]
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
            *([Column("reason", _("不是重复的理由"))] if asked else []),
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
            Filter("judged", _("结论"), [("1", _("不是重复"))], lambda found, _value: found),
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
        "author/alike.html",
        {
            "tabs": tabs.bank_tabs("alike"),
            "count": len(rows),
            "most": MOST,
            "judged": judged,
            "open": len(every) - judged,
            "asked": asked,
        },
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
        "judged": pair.judged,
        "reason": pair.judged.reason if pair.judged else "",
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
    mark = items.alike_marks().get(_ids(sides))
    olds, news = (dict(labelled_parts(side["item"], side["version"])) for side in sides)
    return render(
        request,
        "author/alike_pair.html",
        {
            "sides": sides,
            "mark": mark,
            "marked_by": people.staff_name(mark.by) if mark is not None and mark.by else "",
            "rows": [
                {"label": label, "text": marked(olds.get(label, ""), news.get(label, ""))}
                for label in dict.fromkeys([*olds, *news])
                if olds.get(label) != news.get(label)
            ],
        },
    )


def _ids(sides: list[dict[str, Any]]) -> tuple[int, int]:
    first, second = sorted(side["version"].pk for side in sides)
    return first, second


@require_POST
@author_only
def judge(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """Say that two items are no duplicates, or take that back."""
    one, other = (items.versions_of(own_item(request, code))[0] for code in (first, second))
    mark = request.POST.get("mark", "")
    refused = {
        "no_reason": _("请写明为什么不是重复，例如考查的条款不同。"),
        "as_it_is": _("这对题已经这样标明。"),
    }
    try:
        items.mark_alike(
            one, other, mark, reason=request.POST.get("reason", ""), by=request.user, at=clock.now()
        )
    except items.BadChange as error:
        if error.code not in refused:
            raise Http404 from error
        messages.error(request, refused[error.code])
        return redirect("author:alike_pair", first, second)
    if mark == items.AlikeMark.DIFFERENT:
        messages.success(request, _("已标明不是重复，不再列在相近的题里。"))
        return redirect("author:alike")
    messages.success(request, _("已撤回，这对题重新列在相近的题里。"))
    return redirect("author:alike_pair", first, second)


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
