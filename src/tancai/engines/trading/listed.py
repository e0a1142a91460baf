"""Listed agreement 挂牌协议: listings rest in the book, the other side takes them at their price."""

from __future__ import annotations

from tancai.engines.trading.book import BUY, Order, Side
from tancai.engines.trading.errors import Refused
from tancai.engines.trading.market import Event, Market, Product, handles, yuan


def _may_trade(market: Market, event: Event) -> None:
    if market.ended:
        raise Refused("closed", "at", hours=", ".join(market.pack["listed_hours"]))
    if not market.trading:
        raise Refused("not_trading_day", "at", day=market.day.isoformat())
    if market.suspended:
        raise Refused("suspended", "at")
    begin, end = market.window
    if not begin <= event.at < end and not market.in_listed_session(event.at):
        raise Refused("closed", "at", hours=", ".join(market.pack["listed_hours"]))
    if event.quantity >= market.listed_below:
        raise Refused("listed_size", "quantity", limit=market.listed_below)
    if event.quantity < 1:
        raise Refused("negative", "quantity", value=event.quantity)


def _quoted(market: Market, name: str) -> Product:
    product = market.products.get(name)
    if product is None or not product.previous:
        raise Refused("no_previous_close", "product", product=name)
    return product


def _within_limits(product: Product, price: int) -> None:
    if product.low <= price <= product.high:
        return
    raise Refused(
        "price_high" if price > product.high else "price_low",
        "price",
        low=yuan(product.low),
        high=yuan(product.high),
        previous=yuan(product.previous),
    )


def _not_with_oneself(market: Market, order: Order, opposite: Side) -> None:
    """Refuse an order that would reach an own order of the other side."""
    if not market.both_sides.get((order.account.name, order.product, -order.side)):
        return
    left = order.left
    for price in opposite.prices():
        if (price - order.price) * order.side > 0:
            return
        for other in opposite.levels[price]:
            if other.left and other.account is order.account:
                raise Refused("self_trade", "price", other=other.id)
            left -= other.left
            if left <= 0:
                return


def _sweep(market: Market, order: Order, opposite: Side) -> None:
    """Trade with the other side from its best price on, at its prices, the earliest first."""
    side, limit = order.side, order.price
    while order.left:
        price = opposite.best()
        if price is None or (price - limit) * side > 0:
            return
        level = opposite.levels[price]
        before = order.left
        while order.left and level:
            resting = level[0]
            if not resting.left:
                level.popleft()
                continue
            quantity = resting.left if resting.left < order.left else order.left
            if side == BUY:
                market.trade(order, resting, price, quantity, "listed", side)
            else:
                market.trade(resting, order, price, quantity, "listed", side)
            if not resting.left:
                level.popleft()
                _ended(market, resting)
        opposite.less(price, before - order.left)


def _ended(market: Market, order: Order) -> None:
    del market.open[order.id]
    market.both_sides[order.account.name, order.product, order.side] -= 1
    if order.held:
        market.release(order)


@handles("list")
def list_order(market: Market, event: Event) -> None:
    """Offer or seek allowances at a price; what meets the other side trades at once, the rest stays open."""
    _may_trade(market, event)
    account = market.accounts.get(event.account) or market.account(event.account)
    product = market.products.get(event.product)
    if product is None or not product.previous:
        product = _quoted(market, event.product)
    price, side = event.price, event.side
    if not product.low <= price <= product.high:
        _within_limits(product, price)
    if not event.order or event.order in market.used:
        market.fresh(event.order)
    order = Order(event.order, account, side, event.product, price, event.quantity, event.at)
    own, opposite = (product.bids, product.asks) if side == BUY else (product.asks, product.bids)
    best = opposite.best()
    crosses = best is not None and (best - price) * side <= 0
    if crosses:
        if not market.match_crossing:
            raise Refused("price_priority", "price", best=yuan(best or 0), price=yuan(price))
        _not_with_oneself(market, order, opposite)
    market.reserve(order)
    market.used.add(order.id)
    if crosses:
        _sweep(market, order, opposite)
    if order.left:
        own.add(order)
        market.open[order.id] = order
        key = (account.name, event.product, side)
        market.both_sides[key] = market.both_sides.get(key, 0) + 1
    elif order.held:
        market.release(order)


@handles("take")
def take(market: Market, event: Event) -> None:
    """Respond to listings 摘牌: from the best of five levels on, or the order named in ``other`` at the best price.

    A price, when given, names the level wanted: it must not be worse for the listing party than the best one open.
    """
    _may_trade(market, event)
    account = market.account(event.account)
    product = _quoted(market, event.product)
    market.fresh(event.order)
    side = event.side
    opposite = product.asks if side == BUY else product.bids
    levels = opposite.depth(market.levels)
    if event.other:
        _take_one(market, event, opposite)
        return
    best = levels[0][0] if levels else 0
    if event.price and levels and event.price != best:
        _within_limits(product, event.price)
        raise Refused("price_priority", "price", best=yuan(best), price=yuan(event.price))
    if event.price:
        levels = levels[:1]
    depth = sum(quantity for _, quantity in levels)
    if depth < event.quantity:
        raise Refused("five_levels", "quantity", depth=depth, wanted=event.quantity)
    order = Order(event.order, account, side, event.product, levels[-1][0], event.quantity, event.at)
    _not_with_oneself(market, order, opposite)
    _reserve_along(market, order, levels)
    market.used.add(order.id)
    _sweep(market, order, opposite)
    market.release(order)


def _reserve_along(market: Market, order: Order, levels: list[tuple[int, int]]) -> None:
    """A buyer needs the money of the levels it takes, not of the worst price for all."""
    if order.side != BUY:
        market.reserve(order)
        return
    left, amount = order.left, 0
    for price, quantity in levels:
        part = min(left, quantity)
        amount += price * part
        left -= part
    cost = amount + amount * market.fee // 1_000_000
    if order.account.available < cost:
        raise Refused("funds", "quantity", available=yuan(order.account.available), wanted=yuan(cost))
    if market.position_limit:
        market._within_limit(order.account, order.product, order.left)
    order.account.available -= cost
    order.account.frozen += cost
    order.held = cost


def _take_one(market: Market, event: Event, opposite: Side) -> None:
    """At the best price the responding party may choose its counterparty."""
    target = market.open.get(event.other)
    if (
        target is None
        or target.method != "listed"
        or target.side == event.side
        or target.product != event.product
    ):
        raise Refused("no_order", "other", order=event.other)
    best = opposite.best() or 0
    if target.price != best:
        raise Refused("price_priority", "other", best=yuan(best), price=yuan(target.price))
    account = market.account(event.account)
    if target.account is account:
        raise Refused("self_trade", "other", other=target.id)
    if target.left < event.quantity:
        raise Refused("five_levels", "quantity", depth=target.left, wanted=event.quantity)
    order = Order(event.order, account, event.side, event.product, best, event.quantity, event.at)
    market.reserve(order)
    market.used.add(order.id)
    buy, sell = (order, target) if event.side == BUY else (target, order)
    market.trade(buy, sell, best, event.quantity, "listed", event.side)
    if not target.left:
        _ended(market, target)
    opposite.less(best, event.quantity)
    market.release(order)


@handles("cancel")
def cancel(market: Market, event: Event) -> None:
    """Withdraw what has not been executed."""
    order = market.open.get(event.order)
    if order is None:
        raise Refused("no_order", "order", order=event.order)
    if order.account.name != event.account:
        raise Refused("not_yours", "order", order=event.order)
    market.drop(order)


@handles("strike")
def strike(market: Market, event: Event) -> None:
    """The exchange takes a clearly wrong listing or block out; ``other`` says why. Trades that were made stand."""
    order = market.open.get(event.order)
    if order is None or order.method not in ("listed", "block"):
        raise Refused("no_order", "order", order=event.order)
    market.drop(order)
