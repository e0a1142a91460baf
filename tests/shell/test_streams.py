"""Streams: one poller for all who watch, news at once, a failed look is no end, the last viewer ends the looking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest

from tancai.web.shell import streams

pytestmark = pytest.mark.anydatabase


class Counter:
    """A subject whose number goes up when told to."""

    def __init__(self) -> None:
        self.number, self.looks, self.fails = 1, 0, 0

    def look(self) -> int:
        self.looks += 1
        if self.fails:
            self.fails -= 1
            raise OSError("no database for a moment")
        return self.number


class Viewer:
    def __init__(self) -> None:
        self.told = 0

    async def tell(self, poller: streams.Poller) -> str | None:
        if not self.behind(poller):
            return None
        self.told = poller.number
        return f"data: {self.told}\n\n"

    def behind(self, poller: streams.Poller) -> bool:
        return poller.number != self.told


def ran(work: Callable[[streams.Pollers, Counter], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "TOGETHER", 0)
    asyncio.run(work(streams.Pollers("test-poller", 30), Counter()))


def test_one_poller_serves_all_and_ends_with_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(pollers: streams.Pollers, subject: Counter) -> None:
        async with (
            aclosing(pollers.events("m", subject.look, Viewer())) as first,
            aclosing(pollers.events("m", subject.look, Viewer())) as second,
        ):
            for stream in (first, second):
                assert await anext(stream) == "retry: 3000\n\n"
                assert await told(stream) == "data: 1\n\n"
            assert subject.looks == 1
            subject.number = 2
            pollers.moved("m")  # without it the next look would be half a minute away
            assert [await told(first), await told(second)] == ["data: 2\n\n"] * 2
            assert subject.looks == 2
        assert not pollers.watched
        pollers.moved("m")

    ran(work, monkeypatch)


def test_a_look_that_fails_is_made_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(pollers: streams.Pollers, subject: Counter) -> None:
        subject.fails = 1
        async with aclosing(pollers.events("m", subject.look, Viewer())) as stream:
            await anext(stream)
            assert await anext(stream) == ": \n\n"
            while subject.fails:
                await asyncio.sleep(0.001)
            pollers.moved("m")
            assert await told(stream) == "data: 1\n\n"

    ran(work, monkeypatch)
    assert "trying again" in caplog.text


def test_a_stream_beats_while_nothing_happens_and_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.01)
    monkeypatch.setattr(streams, "LIFE", 0.2)

    async def work(pollers: streams.Pollers, subject: Counter) -> None:
        got = [event async for event in pollers.events("m", subject.look, Viewer())]
        assert got.count("data: 1\n\n") == 1 and got.count(": \n\n") > 1

    ran(work, monkeypatch)


async def told(stream: Any) -> str:
    """The next event that is no beat."""
    while (event := await anext(stream)) == ": \n\n":
        pass
    return str(event)
