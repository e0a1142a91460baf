"""Advanced: an auction and a block settled, a trader's books over days, a simulated market read for its signals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from tancai.engines.trading import bots, charting, strategy
from tancai.engines.trading.market import Event, Market
from tancai.labs.tasks.accounting.common import steps
from tancai.labs.tasks.chance import Chance
from tancai.labs.tasks.plant import total
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, grid, number, table
from tancai.labs.tasks.trading.common import (
    ASSETS,
    BOOK,
    MINE,
    ORDERS,
    PAPERS,
    PRODUCT,
    RESULT,
    SETTLE,
    SHOW,
    at,
    event,
    opened,
    pack,
    played,
    yuan,
)

LISTED_AT = ("10:40", "11:05", "13:02")


class AuctionAndBlock(Task):
    """A one-way auction by price and time, a block beside it, listed trades: who gets what, money, close."""

    code = "trading-auction-and-block"
    family = "trading"
    level = "advanced"
    title = "单向竞价与大宗协议的成交和交收|An auction and a block, to settlement"
    minutes = 45
    clauses = MINE
    papers = PAPERS
    steps = steps(
        ("auction", "单向竞价|Auction", 44),
        ("block", "大宗协议|Block", 20),
        ("close", BOOK, 14),
        ("settle", SETTLE, 22),
    )

    def draw(self, chance: Chance) -> Drawn:
        previous = chance.randrange(7600, 9200)
        lot = chance.randrange(30, 60) * 1000
        bids = []
        for k, name in enumerate("甲乙丙丁戊"):
            bids.append(
                (
                    f"{name}公司",
                    previous + chance.randrange(-300, 500),
                    chance.randrange(6, 22) * 1000,
                    f"10:{k * 4 + 2:02d}",
                )
            )
        bids[3] = (bids[3][0], bids[1][1], *bids[3][2:])
        facts: dict[str, Any] = {
            "previous": previous,
            "lot": lot,
            "reserve": previous - 400,
            "bids": bids,
            "block_price": previous * chance.randrange(88, 98) // 100,
            "block": chance.randrange(120, 260) * 1000,
            "listed": [
                (previous + chance.randrange(-100, 120), chance.randrange(10, 80) * 100) for _ in range(3)
            ],
        }
        documents = (
            table(
                "单向竞价（卖方丙辰电力，10:00–10:30）",
                ("竞买方", "报价（元/t）", "数量（t）", "申报时间"),
                [(n, yuan(p), q, c) for n, p, q, c in bids],
                f"标的 {lot} t，底价 {yuan(facts['reserve'])} 元/t。价格优先、同价时间优先，"
                "按各自报价成交，最后一名按余量部分成交。",
            ),
            table(
                "大宗协议（13:30）",
                ("卖方", "买方", "价格（元/t）", "数量（t）"),
                [("丙辰电力", "甲公司", yuan(facts["block_price"]), facts["block"])],
            ),
            table(
                "挂牌成交",
                ("时间", "价格（元/t）", "数量（t）"),
                [(clock, yuan(p), q) for clock, (p, q) in zip(LISTED_AT, facts["listed"], strict=True)],
                f"上一交易日收盘价 {yuan(previous)} 元/t；大宗涨跌幅±30 %；收盘价只计挂牌成交。",
            ),
        )
        labels = {f"b{k}": f"{n}|Bidder {k + 1}" for k, (n, *_) in enumerate(bids)}
        fields = (
            *grid(
                "won",
                "auction",
                "竞得数量|Won",
                labels,
                [("won", "数量|Tonnes", "t", 0)],
                within=0.0,
                weight=0.6,
            ),
            number("amount", "auction", "竞价成交金额|Amount of the auction", "元", 2, within=1e-6, weight=2),
            number("mean", "auction", "竞价成交均价|Mean price", "元/t", 4, within=2e-5, weight=2),
            number("floor", "block", "大宗最低限价|Lowest block price", "元/t", 2, within=0.0),
            number("b_amount", "block", "大宗成交金额|Amount of the block", "元", 2, within=1e-6),
            number("close", "close", "收盘价|Close", "元/t", 2, within=5e-5),
            number(
                "received", "settle", "丙辰电力当日应收资金|Money due to the seller", "元", 2, within=1e-6
            ),
            number("delivered", "settle", "丙辰电力当日应交付数量|Tonnes it delivers", "t", 0, within=0.0),
        )
        return Drawn(("推演单向竞价与大宗协议成交，计算收盘价和交收。无手续费。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        market = _auctioned(f)
        won: dict[str, float] = {n: 0.0 for n, *_ in f["bids"]}
        for one in market.trades:
            if one.method == "auction":
                won[one.buyer] += one.quantity
        own = {n: way(f"b{k}.won", won[n]) for k, (n, *_) in enumerate(f["bids"])}
        amount = way("amount", total(own[n] * p for n, p, _, _ in f["bids"]) / 100)
        way("mean", amount / total(own.values()))
        product = market.products[PRODUCT]
        way("floor", product.block_low / 100)
        block = way("b_amount", f["block"] * f["block_price"] / 100)
        way("close", product.close() / 100)
        way("received", amount + block)
        way("delivered", total(own.values()) + f["block"])


def _auctioned(f: Mapping[str, Any]) -> Any:
    names = [n for n, *_ in f["bids"]]
    market = opened(
        yuan(f["previous"]),
        {
            "丙辰电力": (f["lot"] + f["block"], ""),
            "x": (50_000, "9000000.00"),
            "y": (0, "9000000.00"),
            **dict.fromkeys(names, (0, "90000000.00")),
        },
    )
    events = [
        event(
            "09:40:00",
            "auction",
            account="丙辰电力",
            order="A",
            side="sell",
            product=PRODUCT,
            price=yuan(f["reserve"]),
            quantity=f["lot"],
            other="10:00-10:30",
        )
    ]
    events += [
        event(f"{clock}:00", "bid", account=n, order=f"V{k}", price=yuan(p), quantity=q, other="A")
        for k, (n, p, q, clock) in enumerate(f["bids"])
    ]
    for k, (clock, (p, q)) in enumerate(zip(LISTED_AT, f["listed"], strict=True)):
        events.append(
            event(
                f"{clock}:00",
                "list",
                account="x",
                order=f"L{k}",
                side="sell",
                product=PRODUCT,
                price=yuan(p),
                quantity=q,
            )
        )
        events.append(
            event(
                f"{clock}:10",
                "take",
                account="y",
                order=f"M{k}",
                side="buy",
                product=PRODUCT,
                price=yuan(p),
                quantity=q,
            )
        )
    events.append(
        event(
            "13:30:00",
            "block",
            account="丙辰电力",
            order="K1",
            side="sell",
            product=PRODUCT,
            price=yuan(f["block_price"]),
            quantity=f["block"],
            other=names[0],
        )
    )
    events.append(event("13:31:00", "accept", account=names[0], order="K2", other="K1"))
    return played(market, events)


class TradersBooks(Task):
    """A trader's day against the engine: mean prices in and out, position, result at the close, duty still to cover."""

    code = "trading-traders-books"
    family = "trading"
    level = "advanced"
    title = "交易账簿、持仓损益与履约策略|A trader's books, result and plan for the duty"
    minutes = 50
    clauses = (*SHOW, *ASSETS)
    papers = PAPERS
    steps = steps(
        ("books", ORDERS, 36), ("result", RESULT, 40), ("plan", "履约采购方案|Plan for the duty", 24)
    )

    def draw(self, chance: Chance) -> Drawn:
        previous = chance.randrange(7600, 9200)
        moves = []
        position, price = 40_000, previous
        for k in range(8):
            price = max(previous * 92 // 100, min(previous * 108 // 100, price + chance.randrange(-110, 115)))
            side = "sell" if k in (2, 5, 7) else "buy"
            quantity = chance.randrange(20, 90) * 100
            position += quantity if side == "buy" else -quantity
            moves.append((f"{10 + k // 4 + (k // 6) * 2}:{k % 4 * 12 + 5:02d}", side, price, quantity))
        facts: dict[str, Any] = {
            "previous": previous,
            "moves": moves,
            "start": 40_000,
            "due": position + chance.randrange(8, 30) * 1000,
            "days": chance.choice((10, 15, 20)),
            "share": chance.choice((15, 20, 25)),
        }
        facts["volume"] = chance.randrange(20, 60) * 1000
        documents = (
            table(
                "您的成交（CEA25）",
                ("时间", "方向", "价格（元/t）", "数量（t）"),
                [(c, "买" if s == "buy" else "卖", yuan(p), q) for c, s, p, q in moves],
                f"期初持仓 {facts['start']} t（不计成本）；上一交易日收盘价 {yuan(previous)} 元/t；"
                "当日挂牌成交即上表（您是全部成交的一方），收盘价为其加权平均。"
                "当日买入次日方可卖出，期初持仓可卖。",
            ),
            Document(
                "履约",
                (
                    f"年度应清缴 {facts['due']} t，全部用CEA25。剩余 {facts['days']} 个交易日，"
                    f"市场日均成交约 {facts['volume']} t，为避免推高价格，日采购量不超过日均成交的 "
                    f"{facts['share']} %。",
                ),
            ),
        )
        fields = (
            number("bought", "books", "买入数量|Bought", "t", 0, within=0.0),
            number("paid", "books", "买入均价|Mean price paid", "元/t", 4, within=2e-5),
            number("sold", "books", "卖出数量|Sold", "t", 0, within=0.0),
            number("earned", "books", "卖出均价|Mean price earned", "元/t", 4, within=2e-5),
            number("close", "result", "收盘价|Close", "元/t", 2, within=5e-5),
            number("held", "result", "收盘持仓|Held at the close", "t", 0, within=0.0),
            number(
                "result",
                "result",
                "当日交易损益（净买入按收盘价计）|Result of the day's trades",
                "元",
                2,
                within=0.01,
                weight=2,
            ),
            number("missing", "plan", "清缴尚缺数量|Still missing", "t", 0, within=0.0),
            number(
                "most", "plan", "约束下期限内最多可采购|Most that can be bought in time", "t", 0, within=0.0
            ),
            number(
                "daily",
                "plan",
                "均匀采购的日采购量（向上取整）|Bought a day, evenly, rounded up",
                "t",
                0,
                within=0.0,
            ),
        )
        return Drawn(("登记账簿，计算当日损益和持仓，制定履约采购方案。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        market = _traded(f)
        position = strategy.result(market, "you").positions[PRODUCT]
        bought = way("bought", float(position.bought))
        paid = way("paid", position.paid / position.bought / 100)
        sold = way("sold", float(position.sold))
        earned = way("earned", position.earned / position.sold / 100)
        close = way("close", market.products[PRODUCT].close() / 100)
        held = way("held", f["start"] + bought - sold)
        way("result", sold * earned - bought * paid + (bought - sold) * close)
        missing = way("missing", f["due"] - held)
        way("most", float(int(f["volume"] * f["share"] / 100) * f["days"]))
        way("daily", float(math.ceil(missing / f["days"] - 1e-9)))


def _traded(f: Mapping[str, Any]) -> Any:
    market = opened(
        yuan(f["previous"]), {"you": (f["start"], "90000000.00"), "them": (200_000, "90000000.00")}
    )
    events = []
    for k, (clock, side, price, quantity) in enumerate(f["moves"]):
        other = "sell" if side == "buy" else "buy"
        events.append(
            event(
                f"{clock}:00",
                "list",
                account="them",
                order=f"L{k}",
                side=other,
                product=PRODUCT,
                price=yuan(price),
                quantity=quantity,
            )
        )
        events.append(
            event(
                f"{clock}:10",
                "take",
                account="you",
                order=f"T{k}",
                side=side,
                product=PRODUCT,
                price=yuan(price),
                quantity=quantity,
            )
        )
    return played(market, events)


class ReadTheMarket(Task):
    """A simulated day of twenty traders: candles, spread, imbalance, volatility, the signal they give."""

    code = "trading-read-the-market"
    family = "trading"
    level = "advanced"
    title = "行情数据挖掘与交易信号|Reading a market for its signals"
    minutes = 50
    clauses = SHOW
    papers = PAPERS
    steps = steps(
        ("returns", "收益与波动|Returns and volatility", 38),
        ("book", BOOK, 30),
        ("signal", "信号|Signal", 16),
        ("value", RESULT, 16),
    )

    def draw(self, chance: Chance) -> Drawn:
        previous = chance.randrange(7800, 9000)
        for _ in range(40):
            market = _simulated(previous, chance.randrange(1, 10_000))
            candles = charting.candles(market.trades, PRODUCT, 30)[:8]
            depth = charting.depth(market, PRODUCT)
            if len(candles) >= 6 and min(map(len, depth.values())) >= 3:
                break
        facts: dict[str, Any] = {
            "previous": previous,
            "candles": [
                (c.start.strftime("%H:%M"), c.open, c.high, c.low, c.close, c.quantity, c.amount)
                for c in candles
            ],
            "bids": depth["bids"],
            "asks": depth["asks"],
            "hold": chance.randrange(20, 90) * 1000,
        }
        documents = (
            table(
                "30分钟K线（挂牌成交）",
                ("开始", "开", "高", "低", "收", "成交量（t）", "成交额（元）"),
                [
                    (c, yuan(o), yuan(h), yuan(low), yuan(close), q, yuan(a))
                    for c, o, h, low, close, q, a in facts["candles"]
                ],
                f"上一交易日收盘价 {yuan(previous)} 元/t，20名模拟交易者。",
            ),
            table(
                "午后某时的五档盘口",
                ("档", "买价", "买量（t）", "卖价", "卖量（t）"),
                [
                    (
                        k + 1,
                        *(
                            (yuan(facts["bids"][k][0]), facts["bids"][k][1])
                            if k < len(facts["bids"])
                            else ("", "")
                        ),
                        *(
                            (yuan(facts["asks"][k][0]), facts["asks"][k][1])
                            if k < len(facts["asks"])
                            else ("", "")
                        ),
                    )
                    for k in range(5)
                ],
            ),
            Document(
                "口径",
                (
                    "收益率＝相邻K线收盘价之比减1；波动率为收益率样本标准差（n−1）；买卖失衡＝(买量−卖量)/(买量＋卖量)，按表中各档合计。",
                    "信号规则：最后一根K线收盘高于全部K线的量加权均价且失衡为正则“看多”，"
                    f"都相反则“看空”，否则“观望”。您持有 {facts['hold']} t。",
                ),
            ),
        )
        options = {
            "long": "看多|Long",
            "short": "看空|Short",
            "wait": "观望|Wait",
            "halt": "停止交易|Halt",
            "all": "全部卖出|Sell all",
        }
        fields = (
            number("mean", "returns", "平均收益率|Mean return", "%", 3, within=0.01),
            number("vol", "returns", "收益率标准差|Volatility", "%", 3, within=0.01),
            number("vwap", "returns", "量加权均价|Volume-weighted price", "元/t", 2, within=1e-4),
            number("spread", "book", "买卖价差|Spread", "元/t", 2, within=0.0),
            number("mid", "book", "中间价|Mid price", "元/t", 3, within=1e-5),
            number("imbalance", "book", "买卖失衡|Imbalance", "1", 3, within=0.005),
            choice("signal", "signal", "信号|Signal", options),
            number("value", "value", "持仓按最后收盘价的市值|Value of the holding", "元", 0, within=1e-5),
        )
        return Drawn(("由K线和盘口计算指标，按规则给出信号。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        closes = [c[4] for c in f["candles"]]
        returns = [b / a - 1 for a, b in pairwise(closes)]
        mean = way("mean", 100 * total(returns) / len(returns))
        way("vol", 100 * math.sqrt(total((r - mean / 100) ** 2 for r in returns) / (len(returns) - 1)))
        vwap = way("vwap", total(c[6] for c in f["candles"]) / total(c[5] for c in f["candles"]) / 100)
        best_bid, best_ask = f["bids"][0][0], f["asks"][0][0]
        way("spread", (best_ask - best_bid) / 100)
        way("mid", (best_ask + best_bid) / 200)
        bid, ask = total(q for _, q in f["bids"]), total(q for _, q in f["asks"])
        imbalance = way("imbalance", (bid - ask) / (bid + ask))
        above = closes[-1] / 100 > vwap
        way(
            "signal",
            "long" if above and imbalance > 0 else "short" if not above and imbalance < 0 else "wait",
        )
        way("value", f["hold"] * closes[-1] / 100)


@lru_cache(maxsize=64)
def _simulated(previous: int, seed: int) -> Market:
    """The market of twenty bots until twenty to three, moving every five minutes."""
    market, crowd = Market(pack()), bots.crowd(20, previous, seed)
    for one in (
        Event(at("09:00:00"), "previous_close", product=PRODUCT, price=previous),
        *bots.opening(crowd, PRODUCT, at("09:00:00")),
    ):
        market.apply(one)
    step = 0
    for begin, end in (("09:30:00", "11:30:00"), ("13:00:00", "14:40:00")):
        now = at(begin)
        while now < at(end):
            for one in bots.moves(market, crowd, PRODUCT, at=now, step=step, seed=seed):
                market.apply(one)
            step, now = step + 1, now + timedelta(minutes=5)
    return market
