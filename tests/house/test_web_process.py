"""The web process: threads are kept, and lanes keep a queue in one place from holding up another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import get_resolver, path

pytestmark = pytest.mark.anydatabase
held = threading.Event()


def thread(request: HttpRequest) -> HttpResponse:
    return HttpResponse(threading.current_thread().name)


def wait(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(held.wait(10)))


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> Any:
        for number in range(3):
            yield f"{number};"

    return StreamingHttpResponse(parts())


def file(request: HttpRequest) -> StreamingHttpResponse:
    response = StreamingHttpResponse(iter(["a;", "b;"]))
    response._resource_closers.append(lambda: closed.append(threading.current_thread().name))
    return response


closed: list[str] = []
urlpatterns = [
    path("thread", thread),
    path("slow/wait", wait),
    path("slow/thread", thread),
    path("slow/file", file),
    path("stream", stream),
]


async def ask(handler: Any, address: str) -> tuple[int, str]:
    status, body = 0, b""
    asked = False
    never = asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await never.wait()
        asked = True
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    await handler(scope, receive, send)
    return status, body.decode()


@pytest.fixture
def handler() -> Any:
    from tancai.config.asgi import Handler

    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        yield Handler([("/slow/", 1), ("/", 2)])


def test_one_after_another_stays_in_one_thread(handler: Any) -> None:
    async def some() -> list[str]:
        return [(await ask(handler, "/thread"))[1] for _ in range(5)]

    assert len(set(asyncio.run(some()))) == 1


def test_a_queue_in_one_lane_does_not_hold_up_the_others(handler: Any) -> None:
    held.clear()

    async def some() -> tuple[str, list[tuple[int, str]]]:
        waiting = [asyncio.create_task(ask(handler, "/slow/wait")) for _ in range(4)]
        await asyncio.sleep(0.05)
        _status, quick = await asyncio.wait_for(ask(handler, "/thread"), 5)
        assert not any(task.done() for task in waiting)
        held.set()
        return quick, list(await asyncio.gather(*waiting))

    quick, slow = asyncio.run(some())
    assert quick.startswith("web / ")
    assert slow == [(200, "True")] * 4


def test_what_an_asynchronous_view_streams_arrives(handler: Any) -> None:
    assert asyncio.run(ask(handler, "/stream")) == (200, "0;1;2;")


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
def test_what_is_streamed_from_a_lane_of_its_own_ends_in_its_thread(handler: Any) -> None:
    async def both() -> tuple[str, str]:
        return (await ask(handler, "/slow/thread"))[1], (await ask(handler, "/slow/file"))[1]

    name, streamed = asyncio.run(both())
    assert name.startswith("web /slow/")
    assert streamed == "a;b;"
    assert closed == [name]


def views(patterns: Any, before: str = "/") -> Iterator[tuple[str, Any]]:
    for each in patterns:
        address = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from views(each.url_patterns, address)
        else:
            yield address, each.callback


def test_asynchronous_views_have_no_lane_of_their_own() -> None:
    """Lanes of their own cross into the thread without what such views need around them."""
    from tancai.config.asgi import LANES

    found = [address for address, view in views(get_resolver().url_patterns) if iscoroutinefunction(view)]
    assert found, "the streams are among the addresses"
    own = tuple(start for start in LANES if start != "/")
    assert [address for address in found if address.startswith(own)] == []
