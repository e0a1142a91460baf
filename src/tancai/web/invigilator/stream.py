"""The room as a stream of server-sent events: one poller a session looks, every viewer is told what changed."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from tancai.lib import clock
from tancai.people import api as people
from tancai.web.invigilator.access import READERS, own_admission_id, own_session
from tancai.web.invigilator.feed import Feed, feed_of
from tancai.web.shell import streams

PERIOD = 2.0
"""Seconds between two looks at a room."""

rooms = streams.Pollers("room-poller", PERIOD)


class _Viewer:
    def __init__(self, feed: Feed, own: int | None, mark: str) -> None:
        self.feed, self.own, self.mark = feed, own, mark

    async def tell(self, poller: streams.Poller) -> str | None:
        now = self.feed.mark()
        told = self.feed.since(self.mark, self.own)
        # a look that ends between the two lines is told again with the next turn, never left out
        self.mark = now
        return None if told is None else f"id: {self.mark}\ndata: {told}\n\n"

    def behind(self, poller: streams.Poller) -> bool:
        return self.feed.mark() != self.mark


def _look(feed: Feed) -> int:
    feed.look(clock.now())
    return feed.turn.number


def _admitted(request: HttpRequest, session_id: int) -> tuple[Feed, int | None]:
    if not people.access_any(request.user, READERS):
        raise Http404
    session = own_session(request, session_id, READERS)
    return feed_of(session), own_admission_id(request, session)


async def stream(request: HttpRequest, session_id: int) -> HttpResponseBase:
    if request.method != "GET":
        return HttpResponse(status=405)
    feed, own = await sync_to_async(_admitted)(request, session_id)
    if not streams.can_stream(request):
        return streams.no_stream()
    mark = request.headers.get("Last-Event-ID") or request.GET.get("mark", "")
    return streams.streamed(rooms.events(feed, lambda: _look(feed), _Viewer(feed, own, mark)))
