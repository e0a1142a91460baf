"""Remarks of readers on a version: said at a place, answered, settled, opened again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.people import api as people
from tancai.web.author import words
from tancai.web.author.access import author_only, own_item


def shown(version: Any) -> list[dict[str, Any]]:
    """The threads of a version for its page, open ones first."""
    threads = items.threads([version])[version.pk]
    return [
        {
            "thread": thread,
            "place": words.place_of(thread.head.place) if thread.head.place else _("整题"),
            "said": [_said(comment) for comment in (thread.head, *thread.replies)],
            "settled_by": people.staff_name(thread.settled_by) if thread.settled_by else "",
        }
        for thread in sorted(threads, key=lambda thread: thread.settled)
    ]


def _said(comment: Any) -> dict[str, Any]:
    name = people.staff_name(comment.by) if comment.by else _("系统")
    return {"by": name, "at": comment.at, "text": comment.text}


def places(version: Any) -> list[tuple[str, str]]:
    """Where a remark on this version can stand."""
    found = [place for place, _text in items.labelled_texts(version.content)]
    found += [
        "key",
        *(place for place, _text in items.labelled_texts(version.key) if place.startswith("points")),
    ]
    return [("", _("整题")), *((place, words.place_of(place)) for place in [*found, "basis", "explanation"])]


@require_POST
@author_only
def say(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A new remark, or an answer to the one named by ``answers``."""
    item = own_item(request, code)
    version = next((each for each in items.versions_of(item) if each.number == number), None)
    if version is None:
        raise Http404
    given = request.POST.get("answers", "")
    head = items.comment(int(given)) if given.isascii() and given.isdecimal() and len(given) < 12 else None
    if given and (head is None or head.version_id != version.pk):
        raise Http404
    write_down(request, version, answers=head)
    return _back(item, number)


def write_down(request: HttpRequest, version: Any, *, answers: Any = None) -> None:
    """Write down the remark of a form, and tell whether it was."""
    place = request.POST.get("place", "")
    try:
        items.add_comment(
            version,
            text=request.POST.get("text", ""),
            place=place if place in dict(places(version)) else "",
            answers=answers,
            by=request.user,
            at=clock.now(),
        )
    except items.BadComment as error:
        messages.error(request, words.bad_comment(error.code))
    else:
        messages.success(request, _("意见已记下。"))


@require_POST
@author_only
def mark(request: HttpRequest, code: str, comment_id: int, mark: str) -> HttpResponse:
    """Settle a thread or open it again."""
    item = own_item(request, code)
    comment = items.comment(comment_id)
    if comment is None or comment.version.item_id != item.pk or comment.answers_id is not None:
        raise Http404
    if mark not in (items.CommentMark.SETTLED, items.CommentMark.REOPENED):
        raise Http404
    items.mark_comment(comment, mark, by=request.user, at=clock.now())
    if request.POST.get("back") == "review":
        return redirect(f"{reverse('author:review')}?version={comment.version_id}#remarks")
    return _back(item, comment.version.number)


def _back(item: Any, number: int) -> HttpResponse:
    return redirect(f"{reverse('author:item', args=[item.code])}?version={number}#remarks")
