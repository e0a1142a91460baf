"""Beginner: take through the levels of a book, judge orders by the rules, allowances of power units."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tancai.engines.trading.allocation import PowerUnit, benchmarks, entity, power_unit
from tancai.labs.tasks.accounting.common import lettered, steps
from tancai.labs.tasks.chance import Chance, text
from tancai.labs.tasks.protocol import Document, Drawn, Task, Way, choice, number, table
from tancai.labs.tasks.trading.common import (
    BOOK,
    DUTY,
    MINE,
    ORDERS,
    PAPERS,
    PRODUCT,
    SETTLE,
    SHOW,
    event,
    opened,
    played,
    yuan,
)


class TakeTheBook(Task):
    """Listings of several sellers taken level by level: what trades, at which mean price, what is left, the close."""

    code = "trading-take-the-book"
    family = "trading"
    level = "beginner"
    title = "挂牌协议：逐档摘牌与收盘价|Listed agreement: taking a book level by level"
    minutes = 30
    clauses = MINE
    papers = PAPERS
    steps = steps(("book", BOOK, 30), ("trade", ORDERS, 34), ("settle", SETTLE, 36))

    def draw(self, chance: Chance) -> Drawn:
        start = chance.randrange(7800, 9000)
        asks = []
        price = start
        for k in range(5):
            price += chance.randrange(8, 60)
            asks.append((f"卖方{'甲乙丙丁戊'[k]}", price, chance.randrange(5, 60) * 100))
        facts: dict[str, Any] = {
            "previous": start,
            "asks": asks,
            "take": (asks[0][2] + asks[1][2] + asks[2][2] // 200 * 100),
            "second": asks[2][2] // 400 * 100 + 100,
            "limit_price": asks[2][1],
        }
        documents = (
            table(
                "卖方挂牌（09:40，CEA25）",
                ("挂牌方", "价格（元/t）", "数量（t）"),
                [(n, yuan(p), q) for n, p, q in chance.mixed(asks)],
                f"上一交易日收盘价 {yuan(start)} 元/t。",
            ),
            Document(
                "您的交易",
                (
                    f"09:45 您摘牌买入 {facts['take']} t（从最优价起，最多五档）；10:20 再以 "
                    f"{yuan(facts['limit_price'])} 元/t 摘牌买入 {facts['second']} t。"
                    "其余挂牌当日未成交。",
                    "收盘价为当日挂牌协议成交的加权平均价，四舍五入到分；涨跌幅限制为上一交易日收盘价的±10 %。",
                ),
            ),
        )
        fields = (
            number("high", "book", "当日最高限价|Upper limit of the day", "元/t", 2, within=0.0),
            number("low", "book", "当日最低限价|Lower limit of the day", "元/t", 2, within=0.0),
            number("best", "book", "最优卖价|Best ask", "元/t", 2, within=0.0, weight=0.5),
            number(
                "last",
                "trade",
                "第一笔摘牌最后成交的价格|Last price of the first taking",
                "元/t",
                2,
                within=0.0,
                weight=0.5,
            ),
            number("cost", "trade", "第一笔摘牌成交金额|Amount of the first taking", "元", 2, within=1e-6),
            number("mean", "trade", "第一笔成交均价|Mean price of it", "元/t", 4, within=5e-5),
            number("paid", "settle", "全天应付资金|Money due for the day", "元", 2, within=1e-6),
            number("close", "settle", "当日收盘价|Close", "元/t", 2, within=1e-4),
            number("left", "settle", "收盘时全部卖方剩余挂牌量|Left on the ask side", "t", 0, within=0.0),
        )
        return Drawn(("按挂牌协议规则推演当日成交、资金和收盘价。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        market = _taken(f)
        product = market.products[PRODUCT]
        way("high", product.high / 100)
        way("low", product.low / 100)
        way("best", min(p for _, p, _ in f["asks"]) / 100)
        first = [one for one in market.trades if one.buy_order == "B1"]
        way("last", first[-1].price / 100)
        cost = way("cost", sum(one.price * one.quantity for one in first) / 100)
        way("mean", cost / f["take"])
        second = sum(one.price * one.quantity for one in market.trades if one.buy_order == "B2") / 100
        paid = way("paid", cost + second)
        way("close", paid / (f["take"] + f["second"]))
        way("left", float(sum(q for _, _, q in f["asks"]) - f["take"] - f["second"]))


def _taken(f: Mapping[str, Any]) -> Any:
    market = opened(yuan(f["previous"]), {"you": (0, "90000000.00"), **{n: (q, "") for n, _, q in f["asks"]}})
    listings = [
        event(
            f"09:40:{k:02d}",
            "list",
            account=n,
            order=f"S{k}",
            side="sell",
            product=PRODUCT,
            price=yuan(p),
            quantity=q,
        )
        for k, (n, p, q) in enumerate(f["asks"])
    ]
    takes = [
        event("09:45:00", "take", account="you", order="B1", side="buy", product=PRODUCT, quantity=f["take"]),
        event(
            "10:20:00",
            "take",
            account="you",
            order="B2",
            side="buy",
            product=PRODUCT,
            price=yuan(f["limit_price"]),
            quantity=f["second"],
        ),
    ]
    return played(market, [*listings, *takes])


FAULTS = {
    "price_limit": "超出涨跌幅限制|Outside the price limits",
    "session": "不在交易时段|Outside trading hours",
    "size": "数量超出该方式的规定|Quantity outside the method",
    "holding": "可交易持仓不足|More than is held",
    "money": "可用资金不足|Not enough money",
    "tick": "报价不足一分|Part of a cent",
    "ok": "有效|Valid",
}


class JudgeOrders(Task):
    """Eight orders against the rules of the exchange: limits, hours, sizes, holdings, money."""

    code = "trading-judge-orders"
    family = "trading"
    level = "beginner"
    title = "交易申报合规判断|Judging orders by the trading rules"
    minutes = 30
    clauses = MINE
    papers = PAPERS
    steps = steps(("limits", BOOK, 30), ("orders", ORDERS, 46), ("money", SETTLE, 24))

    def draw(self, chance: Chance) -> Drawn:
        previous = chance.randrange(7600, 9400)
        held, money = chance.randrange(20, 60) * 1000, chance.randrange(300, 600) * 10000 * 100
        high = round(previous * 1.1)
        orders = [
            ("09:45:00", "sell", high + chance.randrange(5, 90), 2000, "price_limit"),
            ("12:10:00", "sell", previous + 20, 3000, "session"),
            ("10:05:00", "sell", previous + 10, 120000, "size"),
            ("10:30:00", "sell", previous + 35, held + 5000, "holding"),
            ("13:40:00", "buy", previous + 15, money // previous + 2000, "money"),
            ("14:10:00", "sell", previous + 25, held // 3 // 100 * 100, "ok"),
            ("14:20:00", "buy", previous - 30, 3000, "ok"),
            ("09:50:00", "sell", previous - 15, held // 5 // 100 * 100, "ok"),
        ]
        facts: dict[str, Any] = {
            "previous": previous,
            "held": held,
            "money": money,
            "orders": [(f"O{k}", *one) for k, one in enumerate(chance.mixed(orders), 1)],
        }
        facts["right"] = {n: verdict for n, _, _, _, _, verdict in facts["orders"]}
        documents = (
            table(
                "挂牌申报（CEA25，相互独立判断）",
                ("编号", "时间", "方向", "价格（元/t）", "数量（t）"),
                [
                    (n, clock, "卖" if side == "sell" else "买", yuan(p), q)
                    for n, clock, side, p, q, _ in facts["orders"]
                ],
            ),
            Document(
                "账户与规则",
                (
                    f"账户可交易 {held} t，可用资金 {yuan(money)} 元。上一交易日收盘价 {yuan(previous)} 元/t。",
                    "挂牌协议：单笔小于100 000 t，涨跌幅±10 %，时段9:30–11:30、13:00–15:00，"
                    "最小变动0.01元/t。大宗协议：单笔不小于100 000 t，涨跌幅±30 %，时段13:00–15:00。",
                ),
            ),
        )
        labels = {n: n for n, *_ in facts["orders"]}
        fields = (
            number("high", "limits", "挂牌最高限价|Listed upper limit", "元/t", 2, within=0.0),
            number("low", "limits", "挂牌最低限价|Listed lower limit", "元/t", 2, within=0.0),
            number("block", "limits", "大宗最低限价|Block lower limit", "元/t", 2, within=0.0),
            *(choice(f"v_{n}", "orders", f"{n} 的判断|Verdict on {n}", FAULTS) for n in labels),
            number("sellable", "money", "有效卖单合计数量|Valid sell orders, tonnes", "t", 0, within=0.0),
            number(
                "frozen", "money", "有效买单冻结资金|Money frozen by valid buy orders", "元", 2, within=1e-6
            ),
            number(
                "most",
                "money",
                "按上一收盘价可买的最大数量|Most that money buys at the last close",
                "t",
                0,
                within=0.0,
                weight=2,
            ),
        )
        return Drawn(
            ("逐笔判断挂牌申报是否有效及原因，计算限价和资金占用。各笔相互独立。",), documents, fields, facts
        )

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        market = opened(yuan(f["previous"]), {"you": (f["held"], yuan(f["money"])), "other": (0, "")})
        product = market.products[PRODUCT]
        way("high", product.high / 100)
        way("low", product.low / 100)
        way(
            "block",
            -(-f["previous"] * 70 // 100) / 100
            if f["previous"] * 70 % 100 * 2 >= 100
            else f["previous"] * 70 // 100 / 100,
        )
        own = {n: way(f"v_{n}", f["right"][n]) for n, *_ in f["orders"]}
        valid = [one for one in f["orders"] if own[one[0]] == "ok"]
        way("sellable", float(sum(q for _, _, side, _, q, _ in valid if side == "sell")))
        way("frozen", sum(p * q for _, _, side, p, q, _ in valid if side == "buy") / 100)
        way("most", float(f["money"] // f["previous"]))

    def engine_verdicts(self, f: Mapping[str, Any]) -> dict[str, str]:
        """Refusal codes of the engine for each order by itself ("" when accepted), for the tests."""
        found = {}
        for n, clock, side, price, quantity, _ in f["orders"]:
            market = opened(yuan(f["previous"]), {"you": (f["held"], yuan(f["money"]))})
            problem = market.apply(
                event(
                    clock,
                    "list",
                    account="you",
                    order=n,
                    side=side,
                    product=PRODUCT,
                    price=yuan(price),
                    quantity=quantity,
                )
            )
            found[n] = "" if problem is None else problem.code
        return found


class PowerAllowance(Task):
    """Coal and gas units of 2024: load factor, benchmarks, whole tonnes, the limited gap of the enterprise."""

    code = "trading-power-allowance"
    family = "trading"
    level = "beginner"
    title = "发电企业配额核算与缺口|Allowances of a power company and its gap"
    minutes = 35
    clauses = (*MINE, "5.3.1-b3")
    papers = PAPERS
    steps = steps(
        ("factor", "修正系数|Correction", 14),
        ("units", "机组配额|Allowances of the units", 46),
        ("entity", DUTY, 40),
    )

    def draw(self, chance: Chance) -> Drawn:
        facts: dict[str, Any] = {
            "year": chance.choice((2023, 2024)),
            "coal": chance.figure(2.4e6, 3.4e6, 3),
            "load": chance.figure(0.52, 0.63, 4),
            "heat": chance.figure(6e5, 1.6e6, 2),
            "gas": chance.figure(4e5, 9e5, 3),
            "gas_heat": chance.figure(4e5, 1.2e6, 2),
        }
        e_coal = round(facts["coal"] * chance.figure(0.83, 0.93, 4))
        e_gas = round(facts["gas"] * chance.figure(0.36, 0.44, 4))
        facts |= {"e_coal": e_coal, "e_gas": e_gas, "price": chance.figure(68, 96, 2)}
        rows = [
            (y, c, b.electricity, b.heat)
            for (y, c), b in sorted(benchmarks().items())
            if y in (2022, 2023, 2024) and c in ("I", "IV")
        ]
        documents = (
            table(
                "机组",
                ("机组", "类别", "发电量（MWh）", "供热量（GJ）", "负荷系数", "核查排放（t）"),
                [
                    (
                        "1号",
                        "I（300 MW以上常规燃煤）",
                        text(facts["coal"], 3),
                        text(facts["heat"], 2),
                        facts["load"],
                        e_coal,
                    ),
                    ("2号", "IV（燃气）", text(facts["gas"], 3), text(facts["gas_heat"], 2), "—", e_gas),
                ],
            ),
            table(
                "供电/供热基准值",
                ("年度", "类别", "电（tCO2/MWh）", "热（tCO2/GJ）"),
                rows,
                f"核算年度 {facts['year']}。配额＝发电量×基准×负荷修正＋供热量×基准，电、热分别向下取整。",
                "常规燃煤机组负荷系数低于65 %时，修正系数＝1.015^(16−20F)，保留六位小数，"
                "F为负荷系数。燃气机组配额低于核查排放时按核查排放核定；"
                "企业缺口不超过核查排放的20 %。",
            ),
            Document("市场", (f"配额市价 {facts['price']} 元/t。",)),
        )
        fields = (
            number("load", "factor", "1号机组负荷修正系数|Correction for load, unit 1", "1", 6, within=0.0),
            number("a1_power", "units", "1号机组供电配额|Unit 1, power", "t", 0, within=1e-7),
            number("a1_heat", "units", "1号机组供热配额|Unit 1, heat", "t", 0, within=1e-7),
            number("a2", "units", "2号机组核定配额|Unit 2, final", "t", 0, within=1e-7, weight=0.5),
            number("initial", "entity", "企业核定配额合计|Allowance of the company", "t", 0, within=1e-7),
            number("gap", "entity", "企业缺口（盈余为负）|Gap (surplus: negative)", "t", 0, within=1e-4),
            number(
                "cost",
                "entity",
                "按市价购买缺口的成本（盈余填0）|Cost of the gap (0 if none)",
                "元",
                0,
                within=1e-3,
            ),
        )
        return Drawn(("核算两台机组的配额，确定企业缺口和履约成本。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        year = f["year"]
        one = power_unit(
            year,
            PowerUnit(
                "1",
                "I",
                Decimal(str(f["coal"])),
                Decimal(str(f["heat"])),
                Decimal(str(f["load"])),
                f["e_coal"],
            ),
        )
        two = power_unit(
            year,
            PowerUnit("2", "IV", Decimal(str(f["gas"])), Decimal(str(f["gas_heat"])), verified=f["e_gas"]),
        )
        load = way("load", float(one.correction))
        power = way(
            "a1_power",
            float(
                one.electricity
                if load == float(one.correction)
                else int(f["coal"] * float(one.benchmark.electricity) * load)
            ),
        )
        heat, second = way("a1_heat", float(one.heat)), way("a2", float(two.final))
        verified = f["e_coal"] + f["e_gas"]
        whole = way("initial", float(entity(year, int(power + heat + second), verified).final))
        gap = way("gap", verified - whole)
        way("cost", max(0.0, gap) * f["price"])


class ReadTheDay(Task):
    """A day's tape: open, high, low, close, volume, mean, change: the figures a quotation screen shows."""

    code = "trading-read-the-day"
    family = "trading"
    level = "beginner"
    title = "行情统计：开高低收与量价指标|A day's figures from its tape"
    minutes = 30
    clauses = SHOW
    papers = PAPERS
    steps = steps(
        ("tape", BOOK, 42), ("measures", "量价指标|Measures", 40), ("show", "图表呈现|Presentation", 18)
    )

    def draw(self, chance: Chance) -> Drawn:
        previous = chance.randrange(7600, 9200)
        price, trades = previous + chance.randrange(-60, 60), []
        for k in range(12):
            price = max(previous * 91 // 100, min(previous * 109 // 100, price + chance.randrange(-70, 75)))
            minute = 30 + k * 10
            trades.append((f"{9 + minute // 60:02d}:{minute % 60:02d}", price, chance.randrange(2, 70) * 100))
        facts: dict[str, Any] = {
            "previous": previous,
            "trades": trades,
            "block": (previous * 96 // 100, chance.randrange(110, 260) * 1000),
        }
        options, facts["chart"] = lettered(
            chance,
            "K线图配成交量柱，下方附数据表|Candles with bars of quantity and a data table",
            [
                "三维饼图|A three-dimensional pie",
                "仅列出收盘价文字|The close in words only",
                "按交易员姓名排序的柱图|Bars by name of the trader",
                "不标注单位的折线|A line without units",
            ],
        )
        documents = (
            table(
                "挂牌协议成交（CEA25）",
                ("时间", "价格（元/t）", "数量（t）"),
                [(c, yuan(p), q) for c, p, q in trades],
                f"上一交易日收盘价 {yuan(previous)} 元/t。另有一笔大宗协议 "
                f"{yuan(facts['block'][0])} 元/t、{facts['block'][1]} t。收盘价为挂牌成交加权平均。",
            ),
        )
        fields = (
            number("open", "tape", "开盘价|Open", "元/t", 2, within=0.0, weight=0.4),
            number("high", "tape", "最高价|High", "元/t", 2, within=0.0, weight=0.4),
            number("low", "tape", "最低价|Low", "元/t", 2, within=0.0, weight=0.4),
            number("volume", "tape", "挂牌成交量|Listed quantity", "t", 0, within=0.0),
            number("close", "tape", "收盘价|Close", "元/t", 2, within=5e-5),
            number("change", "measures", "涨跌幅|Change on the day", "%", 2, within=0.003),
            number(
                "range",
                "measures",
                "振幅（最高减最低比上一收盘）|Range on the last close",
                "%",
                2,
                within=0.003,
            ),
            number("all", "measures", "含大宗的全部成交均价|Mean of all trades", "元/t", 2, within=1e-4),
            number("discount", "measures", "大宗价较收盘价折价|Block below the close", "%", 2, within=0.005),
            choice("chart", "show", "最适合呈现一日行情的图表|Best chart of the day", options, weight=0.6),
            number(
                "busy",
                "show",
                "成交量最大时段（11:00前）占比|Share of quantity before 11:00",
                "%",
                1,
                within=0.005,
                weight=1.0,
            ),
        )
        return Drawn(("由成交明细统计行情指标。",), documents, fields, facts)

    def solve(self, f: Mapping[str, Any], way: Way) -> None:
        trades = f["trades"]
        way("open", trades[0][1] / 100)
        high, low = (
            way("high", max(p for _, p, _ in trades) / 100),
            way("low", min(p for _, p, _ in trades) / 100),
        )
        quantity = way("volume", float(sum(q for _, _, q in trades)))
        amount = sum(p * q for _, p, q in trades) / 100
        close = way("close", amount / quantity)
        before = f["previous"] / 100
        way("change", 100 * (close / before - 1))
        way("range", 100 * (high - low) / before)
        price, tonnes = f["block"]
        way("all", (amount + price * tonnes / 100) / (quantity + tonnes))
        way("discount", 100 * (1 - price / 100 / close))
        way("chart", f["chart"])
        way("busy", 100 * sum(q for c, _, q in trades if c < "11:00") / quantity)
