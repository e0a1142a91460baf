"""Block agreement 大宗协议 and one-way auction 单向竞价: outside the real-time quote and outside the close."""

from __future__ import annotations

from datetime import datetime, time

from tancai.engines.trading import hours
from tancai.engines.trading.book import BUY, Order
from tancai.engines.trading.errors import Refused
from tancai.engines.trading.market import Event, Market, handles, yuan


def _may_deal(market: Market) -> None:
    if market.ended:
        raise Refused("day_ended", "at")
    if not market.trading:
        raise Refused("not_trading_day", "at", day=market.day.isoformat())
    if market.suspended:
        raise Refused("suspended", "at")


def _may_block(market: Market, event: Event) -> None:
    _may_deal(market)
    if not market.in_session(market.block_sessions, event.at):
        raise Refused("block_closed", "at", hours=", ".join(market.pack["block_hours"]))


@handles("block")
def block(market: Market, event: Event) -> None:
    """Offer a block to the counterparty named in ``other``, or to anybody."""
    _may_block(market, event)
    account = market.account(event.account)
    if event.quantity < market.block_from:
        raise Refused("block_size", "quantity", limit=market.block_from)
    product = market.products.get(event.product)
    if product is None or not product.previous:
        raise Refused("no_previous_close", "product", product=event.product)
    if not product.block_low <= event.price <= product.block_high:
        raise Refused(
            "price_high" if event.price > product.block_high else "price_low",
            "price",
            low=yuan(product.block_low),
            high=yuan(product.block_high),
            previous=yuan(product.previous),
        )
    market.fresh(event.order)
    if event.other:
        market.account(event.other)
    order = Order(event.order, account, event.side, event.product, event.price, event.quantity, event.at)
    order.method, order.other = "block", event.other
    market.reserve(order)
    market.used.add(order.id)
    market.open[order.id] = order


@handles("accept")
def accept(market: Market, event: Event) -> None:
    """Accept the whole block named in ``other``."""
    _may_block(market, event)
    account = market.account(event.account)
    offer = market.open.get(event.other)
    if offer is None or offer.method != "block":
        raise Refused("no_order", "other", order=event.other)
    if offer.account is account:
        raise Refused("self_trade", "other", other=offer.id)
    if offer.other and offer.other != account.name:
        raise Refused("counterparty", "other")
    market.fresh(event.order)
    order = Order(event.order, account, -offer.side, offer.product, offer.price, offer.left, event.at)
    market.reserve(order)
    market.used.add(order.id)
    buy, sell = (order, offer) if order.side == BUY else (offer, order)
    market.trade(buy, sell, offer.price, offer.left, "block", order.side)
    del market.open[offer.id]
    market.release(offer)
    market.release(order)


class Auction:
    """Announced by one party; the others bid in its hours. The better price wins, at one price the earlier bid."""

    def __init__(self, order: Order, start: datetime, end: datetime) -> None:
        self.order, self.start, self.end = order, start, end
        self.bids: list[Order] = []

    def clear(self, market: Market) -> None:
        """Winners pay their own bid, or the last winning one where the rules say uniform."""
        lot = self.order
        del market.auctions[lot.id]
        market.at = max(market.at, self.end)
        ranked = sorted((bid for bid in self.bids if bid.left), key=lambda bid: bid.price * lot.side)
        wins, left = [], lot.left
        for bid in ranked:
            if left:
                wins.append((bid, min(bid.left, left)))
                left -= wins[-1][1]
        uniform = wins[-1][0].price if wins and market.pack["auction_pays"] == "uniform" else 0
        for bid, quantity in wins:
            buy, sell = (bid, lot) if lot.side != BUY else (lot, bid)
            market.trade(buy, sell, uniform or bid.price, quantity, "auction", -lot.side)
        for one in (lot, *self.bids):
            market.open.pop(one.id, None)
            market.release(one)


@handles("auction")
def auction(market: Market, event: Event) -> None:
    """Announce an auction: ``price`` is the reserve, ``other`` its hours on this day."""
    _may_deal(market)
    account = market.account(event.account)
    if event.quantity < 1 or event.price < 1:
        raise Refused("negative", "quantity" if event.quantity < 1 else "price", value=0)
    try:
        start, end = (_moment(market, second) for second in hours.session(event.other))
    except ValueError:
        raise Refused("auction_hours", "other", value=event.other) from None
    if start < event.at:
        raise Refused("auction_hours", "other", value=event.other)
    market.fresh(event.order)
    market.product(event.product)
    order = Order(event.order, account, event.side, event.product, event.price, event.quantity, event.at)
    order.method = "auction"
    market.reserve(order)
    market.used.add(order.id)
    market.open[order.id] = order
    market.auctions[order.id] = Auction(order, start, end)


def _moment(market: Market, second: int) -> datetime:
    if second >= 86400:
        return datetime.combine(market.day, time.max)
    return datetime.combine(market.day, time(second // 3600, second % 3600 // 60, second % 60))


@handles("bid")
def bid(market: Market, event: Event) -> None:
    """Bid in the auction named in ``other``."""
    _may_deal(market)
    account = market.account(event.account)
    found = market.auctions.get(event.other)
    if found is None:
        raise Refused("no_order", "other", order=event.other)
    lot = found.order
    if not found.start <= event.at < found.end:
        shown = f"{found.start:%H:%M}-{found.end:%H:%M}"
        raise Refused("auction_closed", "at", order=lot.id, hours=shown)
    if lot.account is account:
        raise Refused("self_trade", "other", other=lot.id)
    if (event.price - lot.price) * lot.side > 0:
        raise Refused("auction_price", "price", reserve=yuan(lot.price))
    if not 1 <= event.quantity <= lot.quantity:
        raise Refused("auction_quantity", "quantity", limit=lot.quantity)
    market.fresh(event.order)
    order = Order(event.order, account, -lot.side, lot.product, event.price, event.quantity, event.at)
    order.method = "bid"
    market.reserve(order)
    market.used.add(order.id)
    market.open[order.id] = order
    found.bids.append(order)
