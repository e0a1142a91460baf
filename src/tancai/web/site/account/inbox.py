"""站内消息: what the platform said, newest first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tancai.lib import clock
from tancai.messages import api as messages
from tancai.web.shell.requests import SignedInRequest


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """The inbox; ``?unread=1`` shows only what was not opened."""
    only_unread = request.GET.get("unread") == "1"
    found = messages.inbox(request.user)
    if only_unread:
        found = found.filter(read=None)
    here = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {
        "page": here,
        "messages_shown": [messages.show(m) for m in here.object_list],
        "only_unread": only_unread,
        "unread": messages.unread_count(request.user),
    }
    return render(request, "site/account/messages.html", context)


@login_required
def one(request: SignedInRequest, message_id: int) -> HttpResponse:
    """One message; opening it marks it as read."""
    message = messages.message_of(request.user, message_id)
    if message is None:
        raise Http404
    if request.method == "GET":
        messages.mark_read(message, by=request.user, at=clock.now())
    return render(request, "site/account/message.html", {"message": messages.show(message)})


@login_required
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    messages.mark_all_read(request.user, at=clock.now())
    return redirect("account_pages:messages")
