"""The review queue: one version after the other, by keyboard if wished."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.web.author import remarks, words
from tancai.web.author.access import author_only, collections, programme_codes
from tancai.web.author.differences import marked
from tancai.web.author.item import labelled_parts, preview

VERDICTS = ("active", "pilot", "draft")


@require_GET
@author_only
def page(request: HttpRequest) -> HttpResponse:
    """The version to judge, what changed in it, and how many wait; ``after`` skips those already looked at."""
    codes = collections(request.user)
    queue = list(items.review_queue(codes, reader=request.user))
    wanted = request.GET.get("version", "")
    place = next((i for i, version in enumerate(queue) if str(version.pk) == wanted), 0)
    context: dict[str, Any] = {"count": len(queue), "own": _waiting(codes) - len(queue)}
    if queue:
        version = queue[place]
        context |= _shown(request, version)
        context |= {
            "number": place + 1,
            "previous": queue[place - 1].pk if place else None,
            "following": queue[place + 1].pk if place + 1 < len(queue) else None,
        }
    return render(request, "author/review.html", context)


def _waiting(codes: list[str]) -> int:
    """All that wait for a verdict; those not in one's own queue are one's own."""
    rows = items.with_state().filter(state=items.ItemState.REVIEW, item__collection__in=codes)
    return int(rows.count())


def _shown(request: HttpRequest, version: Any) -> dict[str, Any]:
    item = version.item
    before = item.versions.filter(number__lt=version.number).order_by("-number").first()
    return {
        "item": item,
        "version": version,
        "standing": words.standing(version.basis),
        "author": words.written_by(version),
        "kind": items.kind_name(item.kind),
        "difficulty": words.difficulty(item.difficulty),
        "topic": words.topic_title(words.topics(programme_codes(request.user)).get(item.topic), item.topic),
        "entry": preview(item, version),
        "template": f"items/kinds/{item.kind}.html",
        "solution": items.kinds()[item.kind].solution(version.content, version.key),
        "changed": _changed(item, before, version) if before else [],
        "before": before,
        "remarks": remarks.shown(version),
        "open": items.open_threads(version),
        "places": remarks.places(version),
        "alike": [
            (other, round(100 * value))
            for other, value in items.alike_to(version.content, collections(request.user), item=item)
        ],
    }


def _changed(item: Any, before: Any, after: Any) -> list[dict[str, Any]]:
    olds, news = (dict(labelled_parts(item, version)) for version in (before, after))
    return [
        {"label": label, "text": marked(olds.get(label, ""), news.get(label, ""))}
        for label in dict.fromkeys([*olds, *news])
        if olds.get(label) != news.get(label)
    ]


@require_POST
@author_only
def verdict(request: HttpRequest, version_id: int, state: str) -> HttpResponse:
    """Approve, approve for a pilot or send back; then the next one."""
    queue = list(items.review_queue(collections(request.user), reader=request.user))
    place = next((i for i, version in enumerate(queue) if version.pk == version_id), None)
    if place is None or state not in VERDICTS:
        messages.error(request, _("这道题已经不在您的审题队列里。"))
        return redirect("author:review")
    version, reason = queue[place], request.POST.get("reason", "").strip()[:500]
    here = f"{reverse('author:review')}?version={version_id}"
    if state == "draft" and not reason:
        messages.error(request, _("请写明理由，作者会看到。"))
        return redirect(here)
    try:
        items.take_step(version, state, reason=reason, by=request.user, at=clock.now())
    except items.NotAllowed as error:
        messages.error(request, words.refusal(error.code))
        return redirect(here)
    messages.success(request, _said(state) % {"code": version.item.code})
    following = queue[place + 1 : place + 2]
    address = reverse("author:review")
    return redirect(f"{address}?version={following[0].pk}" if following else address)


def _said(state: str) -> str:
    return {
        "active": _("%(code)s 已通过并启用。"),
        "pilot": _("%(code)s 已通过，进入试测。"),
        "draft": _("%(code)s 已退回作者。"),
    }[state]


@require_POST
@author_only
def remark(request: HttpRequest, version_id: int) -> HttpResponse:
    """A remark written while judging; stays on the same version."""
    queue = {
        version.pk: version for version in items.review_queue(collections(request.user), reader=request.user)
    }
    version = queue.get(version_id)
    if version is not None:
        remarks.write_down(request, version)
    return redirect(f"{reverse('author:review')}?version={version_id}#remarks")
