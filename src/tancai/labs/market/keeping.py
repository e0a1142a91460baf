"""States of markets kept by this process: caught up from the record before every look, or made anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from tancai.labs.market.live import Live, Setup
from tancai.labs.models import Market, Move

MOST_KEPT = 24


class Kept:
    """One market in this process; ``last`` is the row of the last move folded."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        one = self.market
        self.live = Live(Setup(one.rules, one.choices, one.scenario, one.seed, one.bots))
        self.last = 0

    def catch_up(self) -> Live:
        """Fold what other processes appended; from the beginning when the record is not the one folded so far."""
        rows = Move.objects.filter(market=self.market, number__gte=self.live.number).order_by("number")
        found = list(rows.values_list("id", "number", "kind", "body", "at"))
        if self.live.number:
            if not found or found[0][0] != self.last:
                self.forget()
                return self.catch_up()
            found = found[1:]
        for row, number, kind, body, at in found:
            self.live.take(number, kind, body, at)
            self.last = row
        return self.live


_kept: OrderedDict[int, Kept] = OrderedDict()
_all = threading.Lock()


def kept(market: Market) -> Kept:
    """The market in this process; the one longest unused is let go."""
    with _all:
        found = _kept.get(market.pk)
        if found is None:
            found = _kept[market.pk] = Kept(market)
        _kept.move_to_end(market.pk)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return found


@contextmanager
def looking(market: Market) -> Iterator[Live]:
    """The market as it stands, for as long as the block lasts; the block must not change it."""
    one = kept(market)
    with one.lock:
        yield one.catch_up()


def forget_all() -> None:
    """Let go of every market; for tests, where numbers return."""
    with _all:
        _kept.clear()
