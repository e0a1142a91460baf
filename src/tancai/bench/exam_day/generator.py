"""The load generator: a process of its own that takes orders as JSON lines and answers each with one.

``python -m tancai.bench.exam_day.generator``. It knows no Django, so that its CPU stays small and apart.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from tancai.bench.exam_day import saves, visits
from tancai.bench.exam_day.saves import Page
from tancai.bench.exam_day.visits import Candidate


class Generator:
    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.candidates: list[Candidate] = []
        self.accounts: list[tuple[str, str]] = []

    async def obey(self, order: dict[str, Any]) -> dict[str, object]:
        action = getattr(self, "do_" + order.pop("do"))
        answer: dict[str, object] = await action(**order)
        return answer

    async def do_pages(self, file: str) -> dict[str, object]:
        """Load sittings that only the log knows: lines of number and token."""
        lines = (line.split() for line in Path(file).read_text().splitlines())
        self.pages += [Page(int(sitting), token) for sitting, token in lines]
        return {"count": len(self.pages)}

    async def do_people(self, file: str) -> dict[str, object]:
        """Load candidates (ticket, code) and accounts (login, password)."""
        found = json.loads(Path(file).read_text())
        self.candidates = [Candidate(n, *each) for n, each in enumerate(found["candidates"])]
        self.accounts = [(login, password) for login, password in found["accounts"]]
        return {"count": len(self.candidates)}

    async def do_claim(self, port: int, first: int, count: int) -> dict[str, object]:
        return await saves.claim_all(port, self.pages[first : first + count])

    async def do_closed(
        self, port: int, first: int, count: int, seconds: float, lines: int, plain: bool = False
    ) -> dict[str, object]:
        pages = self.pages[first : first + count]
        if plain:
            pages = [_copy(page) for page in pages]
        return await saves.closed_loop(port, pages, seconds=seconds, lines=lines, plain=plain)

    async def do_open(
        self, port: int, first: int, count: int, rate: float, seconds: float, lines: int, seed: int
    ) -> dict[str, object]:
        pages = self.pages[first : first + count]
        return await saves.open_loop(port, pages, rate=rate, seconds=seconds, lines=lines, seed=seed)

    async def do_door(self, web: int, first: int, count: int) -> dict[str, object]:
        some = self.candidates[first : first + count]
        return await visits.spread([partial(visits.door, each, web) for each in some], seconds=0)

    async def do_enter(self, web: int, log: int, first: int, count: int, seconds: float) -> dict[str, object]:
        some = self.candidates[first : first + count]
        return await visits.spread([partial(visits.enter, each, web, log) for each in some], seconds=seconds)

    async def do_answer(
        self, log: int, rate: float, seconds: float, lines: int, seed: int
    ) -> dict[str, object]:
        pages = [each.page for each in self.candidates if each.page is not None]
        return await saves.open_loop(log, pages, rate=rate, seconds=seconds, lines=lines, seed=seed)

    async def do_hand_in(
        self, web: int, log: int, first: int, count: int, seconds: float
    ) -> dict[str, object]:
        some = [each for each in self.candidates[first : first + count] if each.page is not None]
        return await visits.spread(
            [partial(visits.hand_in, each, web, log) for each in some], seconds=seconds
        )

    async def do_rush(
        self,
        web: int,
        log: int,
        first: int,
        count: int,
        rate: float,
        sign_ins: int,
        seconds: float,
        seed: int,
    ) -> dict[str, object]:
        """Sign-ins evenly over ``seconds`` while saves of sittings go on at ``rate``."""
        people = [
            partial(visits.sign_in, number, login, password, web)
            for number, (login, password) in enumerate(self.accounts[:sign_ins])
        ]
        pages = self.pages[first : first + count]
        saving = saves.open_loop(log, pages, rate=rate, seconds=seconds, lines=64, seed=seed)
        signing = visits.spread(people, seconds=seconds)
        saved, signed = await asyncio.gather(saving, signing)
        return {"saves": saved, "sign_ins": signed, "count": saved["count"]}

    async def do_acknowledged(self, file: str) -> dict[str, object]:
        """Write what was acknowledged: a line ``[sitting, epoch, highest seq, seqs below it that were not]`` each."""
        pages = [*self.pages, *(each.page for each in self.candidates if each.page is not None)]
        told = [page for page in pages if page.epoch]
        lines = [json.dumps([page.sitting, page.epoch, page.acknowledged, page.lost]) for page in told]
        Path(file).write_text("\n".join(lines))
        return {"count": sum(page.acknowledged for page in told)}


def _copy(page: Page) -> Page:
    """The same page for a server that keeps nothing: what it is told counts nowhere."""
    copied = Page(page.sitting, page.token.decode())
    copied.epoch = page.epoch or 1
    return copied


async def _listen() -> None:
    generator, loop = Generator(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            answer = await generator.obey(json.loads(line))
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(_listen())
