"""A whole order file: the market it makes, and the record of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tancai.engines.trading import ENGINE_VERSION, charting, strategy
from tancai.engines.trading.errors import Problem, TradingError
from tancai.engines.trading.market import Market, yuan
from tancai.engines.trading.orders import SCHEMA, OrderFile
from tancai.engines.trading.packs import Pack


@dataclass(frozen=True)
class Replay:
    market: Market
    file: OrderFile
    rows: int

    @property
    def refusals(self) -> list[Problem]:
        return self.market.refusals


def replay(file: OrderFile, pack: Pack) -> Replay:
    """Every good row carried out in sequence, every bad one refused by itself; the last day is closed and cleared."""
    market, rows = Market(pack), 0
    for one in file.events():
        rows += 1
        if isinstance(one, Problem):
            market.refusals.append(one)
        else:
            market.apply(one)
    if not rows:
        raise TradingError(Problem("no_rows", file=file.name))
    return Replay(market, file, rows)


def record_of(found: Replay) -> dict[str, Any]:
    """Everything as plain values; money in yuan as text with two decimals, so that nothing is lost."""
    market = found.market.finish()
    pack = market.pack
    return {
        "schema": SCHEMA.replace("orders", "replay"),
        "engine": ENGINE_VERSION,
        "rules": {"name": pack.name, "version": pack.version},
        "input": {"file": found.file.name, "sha256": found.file.digest, "rows": found.rows},
        "uncertain": [
            {
                "rule": fact.name,
                "value": fact.value,
                "confidence": fact.confidence,
                "source": fact.source,
                "chosen": fact.chosen,
            }
            for fact in pack.uncertain()
        ],
        "digest": market.digest(),
        "balance": market.totals(),
        "trades": charting.tape(market.trades),
        "closes": [charting.close_record(one) for one in market.closes],
        "settlement": [
            {
                "day": one.day.isoformat(),
                "trade": one.trade,
                "buyer": one.buyer,
                "seller": one.seller,
                "product": one.product,
                "quantity": one.quantity,
                "amount": yuan(one.amount),
            }
            for one in market.settlements
        ],
        "accounts": {
            name: {
                "available": yuan(one.available + one.waiting),
                "holdings": {product: state.as_dict() for product, state in sorted(one.holdings.items())},
                "duties": one.duties,
                "surrendered": one.surrendered,
                "result": strategy.result(market, name).as_dict(),
            }
            for name, one in sorted(market.accounts.items())
        },
        "refused": [one.as_dict() for one in found.refusals],
    }
