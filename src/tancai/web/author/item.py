"""One item: as the candidate sees it, its key and basis, its versions, and the steps of its life."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.author import remarks, words
from tancai.web.author.access import author_only, collections, own_item, programme_codes
from tancai.web.author.differences import marked
from tancai.web.author.history import history_of

STEPS = ("review", "pilot", "active", "draft", "retired")


@require_GET
@author_only
def page(request: HttpRequest, code: str) -> HttpResponse:
    item = own_item(request, code)
    versions = items.versions_of(item)
    shown: Any = _chosen(versions, request.GET.get("version", "")) or versions[0]
    return render(
        request,
        "author/item.html",
        {
            "item": item,
            "version": shown,
            "newest": versions[0],
            "collection": words.collection_names([item.collection])[item.collection],
            "kind": items.kind_name(item.kind),
            "difficulty": words.difficulty(item.difficulty),
            "topic": words.topic_title(
                words.topics(programme_codes(request.user)).get(item.topic), item.topic
            ),
            "levels": _levels(item, programme_codes(request.user)),
            "state": words.state(shown.state),
            "entry": preview(item, shown),
            "template": f"items/kinds/{item.kind}.html",
            "explanation": items.explained(item.kind, shown.explanation, shown.content, shown.key),
            "solution": items.kinds()[item.kind].solution(shown.content, shown.key),
            "history": [_history(version) for version in versions],
            "tags": items.tags_of([item.pk]).get(item.pk, []),
            "remarks": remarks.shown(shown),
            "open": items.open_threads(shown),
            "places": remarks.places(shown),
            "asked": history_of(item),
            "figures": [_figures(row) for row in items.history_of([version.pk for version in versions])],
            "alike": _alike(request, item, shown),
            "superseded": _superseded(shown),
            "standing": words.standing(shown.basis),
            **_may(request, shown),
        },
    )


def _figures(row: Any) -> dict[str, Any]:
    """What one session said about a version of the item."""
    return {
        "row": row,
        "difficulty": f"{row.difficulty:.2f}",
        "discrimination": "" if row.discrimination is None else f"{row.discrimination:.2f}",
        "flags": len(row.flags),
    }


def _alike(request: HttpRequest, item: Any, version: Any) -> list[tuple[Any, int]]:
    """Other items that say nearly the same, with the likeness in per cent."""
    found = items.alike_to(version.content, collections(request.user), item=item)
    return [(other, round(100 * value)) for other, value in found]


def _superseded(version: Any) -> Any:
    """The mark of the document this version stands on, when it is no longer in force."""
    mark = items.source_marks().get(version.basis.get("document", ""))
    return mark if mark is not None and mark.mark == items.SourceMark.SUPERSEDED else None


def _chosen(versions: list[Any], number: str) -> Any:
    return next((version for version in versions if str(version.number) == number), None)


def _levels(item: Any, codes: list[str]) -> str:
    from tancai.programmes import api as programmes

    if not item.levels:
        return _("全部级别")
    names = {level.code: words.named(level) for code in codes for level in programmes.definition(code).levels}
    return _("、").join(names.get(level, level) for level in item.levels)


def preview(item: Any, version: Any) -> dict[str, Any]:
    """What the exam room hands to the kind's template; marks as the bank prints them."""
    kind = items.kinds()[item.kind]
    return {
        "position": 1,
        "marks": items.printed_marks(version.content, version.key),
        "public": kind.public(version.content),
    }


def _history(version: Any) -> dict[str, Any]:
    return {
        "version": version,
        "state": words.state(version.state),
        "author": words.written_by(version),
        "steps": [
            {
                "word": words.state(step.state)[0],
                "at": step.at,
                "by": people.staff_name(step.by) if step.by else "",
                "reason": step.reason,
            }
            for step in sorted(version.states.all(), key=lambda step: step.pk)
        ],
    }


def _may(request: HttpRequest, version: Any) -> dict[str, bool]:
    """Which steps this user may take with this version."""
    own = items.author_of(version) == request.user.pk
    return {
        "may_send": version.state == "draft",
        "may_approve": version.state == "review" and not own,
        "may_activate": version.state == "pilot" and not own,
        "may_return": version.state in ("review", "pilot"),
        "may_retire": version.state in ("active", "draft", "pilot"),
        "may_revive": version.state == "retired",
        "waits_for_other": version.state == "review" and own,
    }


@require_POST
@author_only
def step(request: HttpRequest, code: str, number: int, state: str) -> HttpResponse:
    """Send to review, approve, send back or retire; going back, ending a pilot and retiring need a reason."""
    item = own_item(request, code)
    version = _chosen(items.versions_of(item), str(number))
    if version is None or state not in STEPS:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:500]
    back = redirect(f"{_address(item)}?version={number}")
    if not reason and _needs_reason(version.state, state):
        messages.error(
            request, _("请写明试测的情况。") if state == "active" else _("请写明理由，作者会看到。")
        )
        return back
    try:
        items.take_step(version, state, reason=reason, by=request.user, at=clock.now())
    except items.NotAllowed as error:
        messages.error(request, words.refusal(error.code))
    else:
        messages.success(request, _done(version.state, state))
    return back


def _needs_reason(before: str, state: str) -> bool:
    return (
        state == "retired"
        or (state == "draft" and before in ("review", "pilot"))
        or (state == "active" and before == "pilot")
    )


def _address(item: Any) -> str:
    from django.urls import reverse

    return reverse("author:item", args=[item.code])


def _done(before: str, state: str) -> str:
    if state == "draft":
        return _("已退回修改。") if before in ("review", "pilot") else _("已恢复为草稿。")
    return {
        "review": _("已送审，等待另一位命题员审核。"),
        "pilot": _("已通过，进入试测；试测期间不用于考试。"),
        "active": _("已通过，新版本即日起用于组卷。"),
        "retired": _("已停用，不再用于组卷；以往的试卷不受影响。"),
    }[state]


@require_GET
@author_only
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions of an item, what went and what came."""
    item = own_item(request, code)
    versions = items.versions_of(item)
    after = _chosen(versions, request.GET.get("after", "")) or versions[0]
    before = _chosen(versions, request.GET.get("before", "")) or next(
        (version for version in versions if version.number < after.number), None
    )
    if before is None:
        raise Http404
    return render(
        request,
        "author/compare.html",
        {
            "item": item,
            "before": before,
            "after": after,
            "versions": versions,
            "rows": _rows(item, before, after),
        },
    )


def _rows(item: Any, before: Any, after: Any) -> list[dict[str, Any]]:
    olds, news = (dict(labelled_parts(item, version)) for version in (before, after))
    found = []
    for label in dict.fromkeys([*olds, *news]):
        old, new = olds.get(label, ""), news.get(label, "")
        found.append({"label": label, "text": marked(old, new), "changed": old != new})
    return found


def labelled_parts(item: Any, version: Any) -> list[tuple[str, str]]:
    """An item as labelled texts, the same labels for both versions."""
    parts = [(_("题干"), version.content["stem"])]
    parts += [
        (_("选项 %(letter)s") % {"letter": option["letter"]}, option["text"])
        for option in version.content.get("options", [])
    ]
    parts += _answer_parts(items.kinds()[item.kind], version)
    basis = version.basis
    parts.append((_("依据"), f"{basis.get('document', '')} {basis.get('clause', '')}".strip()))
    parts.append((_("解析"), version.explanation))
    return parts


def _answer_parts(kind: Any, version: Any) -> list[tuple[str, str]]:
    """The answer side as its authors write it."""
    if kind.shape in ("lines", "questions"):
        written = kind.written(version.content, version.key)
        return [(words.line(kind.code, name)[0], str(text)) for name, text in written.items() if text]
    solution = kind.solution(version.content, version.key)
    parts = [(_("答案"), _("、").join(solution["letters"]))] if "letters" in solution else []
    if solution.get("reference"):
        parts.append((_("参考答案"), solution["reference"]))
    return parts + [
        (_("要点 %(number)s") % {"number": number}, f"{point['text']} ({point['marks']})")
        for number, point in enumerate(solution.get("points", []), start=1)
    ]
