"""Registry 登记: accounts, money in and out, holding states, and the surrender of allowances for a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from tancai.engines.trading import compliance
from tancai.engines.trading.accounts import Account, Holding
from tancai.engines.trading.errors import Refused
from tancai.engines.trading.market import Event, Market, handles, yuan


def _some(value: int, field: str) -> int:
    if value < 1:
        raise Refused("negative", field, value=value)
    return value


def _holding(market: Market, event: Event) -> Holding:
    if not event.product:
        raise Refused("missing", "product")
    _some(event.quantity, "quantity")
    return market.account(event.account).holding(event.product)


@handles("open")
def open_account(market: Market, event: Event) -> None:
    """Open the one account of an entity; ``other`` is ``barred`` for those whom art. 7 keeps from trading."""
    if not event.account:
        raise Refused("missing", "account")
    if event.account in market.accounts:
        raise Refused("account_open", "account", account=event.account)
    if event.other == "barred":
        raise Refused("barred", "account", account=event.account)
    market.accounts[event.account] = Account(event.account)


@handles("deposit")
def deposit(market: Market, event: Event) -> None:
    account = market.account(event.account)
    account.available += _some(event.amount, "amount")
    market.paid_in += event.amount


@handles("withdraw")
def withdraw(market: Market, event: Event) -> None:
    """Money out; proceeds of today wait for the next trading day (D)."""
    account = market.account(event.account)
    free = max(0, account.available - account.proceeds)
    if free < _some(event.amount, "amount"):
        raise Refused("withdrawable", "amount", available=yuan(free), wanted=yuan(event.amount))
    account.available -= event.amount
    market.paid_out += event.amount


@handles("issue")
def issue(market: Market, event: Event) -> None:
    """Allowances or CCER come into being, registered; ``other``: ``tradable`` to begin there, ``covered`` for CCER of
    a project inside the market's coverage."""
    holding = _holding(market, event)
    if event.other not in ("", "tradable", "covered"):
        raise Refused("unknown_choice", "other", value=event.other, choices="tradable, covered")
    if event.other == "tradable":
        holding.tradable += event.quantity
    else:
        holding.registered += event.quantity
    if event.other == "covered":
        market.covered.add(event.product)
    market.issued[event.product] = market.issued.get(event.product, 0) + event.quantity


@handles("to_trading")
def to_trading(market: Market, event: Event) -> None:
    holding = _holding(market, event)
    _registered(holding, event.quantity)
    holding.registered -= event.quantity
    holding.tradable += event.quantity


@handles("to_registered")
def to_registered(market: Market, event: Event) -> None:
    holding = _holding(market, event)
    if holding.tradable < event.quantity:
        market.refuse_sale(market.account(event.account), event.product, event.quantity)
    holding.tradable -= event.quantity
    holding.registered += event.quantity


@handles("freeze")
def freeze(market: Market, event: Event) -> None:
    """Judicial freeze of registered holdings."""
    holding = _holding(market, event)
    _registered(holding, event.quantity)
    holding.registered -= event.quantity
    holding.judicial += event.quantity


@handles("unfreeze")
def unfreeze(market: Market, event: Event) -> None:
    holding = _holding(market, event)
    if holding.judicial < event.quantity:
        raise Refused("judicial", "quantity", frozen=holding.judicial, wanted=event.quantity)
    holding.judicial -= event.quantity
    holding.registered += event.quantity


@handles("duty")
def duty(market: Market, event: Event) -> None:
    """What an entity owes for the year in ``other``: its verified emissions."""
    account = market.account(event.account)
    account.duties[_year(event)] = _some(event.quantity, "quantity")


@handles("surrender")
def surrender(market: Market, event: Event) -> None:
    """Give registered allowances (or CCER, within the cap) for the duty of the year in ``other``."""
    holding = _holding(market, event)
    account, year = market.account(event.account), _year(event)
    due = account.duties.get(year)
    if due is None:
        raise Refused("no_duty", "other", year=year)
    offset = compliance.is_ccer(event.product)
    if offset:
        used = account.offsets.get(year, 0)
        cap = compliance.offset_cap(due, market.pack["offset_percent"])
        if event.product in market.covered:
            raise Refused("ccer_covered", "product", product=event.product)
        if used + event.quantity > cap:
            raise Refused("ccer_cap", "quantity", limit=cap, used=used, wanted=event.quantity)
    else:
        _vintage(event.product, year)
    left = due - account.surrendered.get(year, 0)
    if event.quantity > left:
        raise Refused("over_duty", "quantity", left=left, wanted=event.quantity)
    _registered(holding, event.quantity)
    _give_up(market, event, holding)
    account.surrendered[year] = account.surrendered.get(year, 0) + event.quantity
    if offset:
        account.offsets[year] = account.offsets.get(year, 0) + event.quantity


@handles("carry_over")
def carry_over(market: Market, event: Event) -> None:
    """Turn registered vintages to 2024 into vintage 2025, one for one, up to T = B + NS × R of the entity (V1).

    ``other``: empty for power, or for the industries ``industry:`` and their multiplier, which was not found.
    """
    holding, account = _holding(market, event), market.account(event.account)
    years = compliance.vintage_years(event.product)
    if years is None or years[1] > compliance.LAST_OLD_VINTAGE:
        raise Refused("not_old", "product", product=event.product)
    if event.at.date() > compliance.CARRY_DEADLINE:
        raise Refused("carry_late", "at", deadline=compliance.CARRY_DEADLINE.isoformat())
    _registered(holding, event.quantity)
    most = _most_carried(market, event)
    if account.carried + event.quantity > most:
        raise Refused("carry_limit", "quantity", limit=most, used=account.carried, wanted=event.quantity)
    _give_up(market, event, holding)
    account.holding("CEA25").registered += event.quantity
    market.issued["CEA25"] = market.issued.get("CEA25", 0) + event.quantity
    account.carried += event.quantity


def _most_carried(market: Market, event: Event) -> int:
    sold = bought = 0
    first, last = compliance.NET_SALES
    for one in market.trades:
        years = compliance.vintage_years(one.product)
        if years and years[1] <= compliance.LAST_OLD_VINTAGE and first <= one.at.date() <= last:
            sold += one.quantity * (one.seller == event.account)
            bought += one.quantity * (one.buyer == event.account)
    sector, _, given = event.other.partition(":")
    if sector not in ("", "power", "industry"):
        raise Refused("unknown_choice", "other", value=event.other, choices="power, industry:1.5")
    if sector != "industry":
        return compliance.carry_over(sold, bought, 0).most
    try:
        multiplier = Decimal(given)
    except InvalidOperation:
        raise Refused("no_number", "other", value=event.other, remedy="industry:1.5") from None
    if not Decimal(0) <= multiplier <= 100:
        raise Refused("no_number", "other", value=event.other, remedy="industry:1.5")
    return compliance.carry_over(sold, bought, 0, sector="industry", multiplier=multiplier).most


@handles("retire")
def retire(market: Market, event: Event) -> None:
    """Voluntary cancellation 自愿注销 of registered holdings."""
    holding = _holding(market, event)
    _registered(holding, event.quantity)
    _give_up(market, event, holding)


@handles("previous_close")
def previous_close(market: Market, event: Event) -> None:
    """The close from which the limits of a product are counted, before its first listed trade of the day."""
    product = market.product(event.product)
    if product.quantity:
        raise Refused("time_back", "product")
    market.set_previous(product, _some(event.price, "price"))


@handles("suspend")
def suspend(market: Market, event: Event) -> None:
    market.suspended = True


@handles("resume")
def resume(market: Market, event: Event) -> None:
    market.suspended = False


@handles("clock")
def clock(market: Market, event: Event) -> None:
    """Time goes on: a new day opens, auctions whose time is over are cleared. Nothing else happens."""


@handles("close_day")
def close_day(market: Market, event: Event) -> None:
    """The exchange ends its day: open orders lapse, the close is made, trades are cleared."""
    market.finish()


@handles("closing_day")
def closing_day(market: Market, event: Event) -> None:
    """The exchange announces a day without trading, in ``other``."""
    try:
        market.closed_days.add(date.fromisoformat(event.other))
    except ValueError:
        raise Refused("no_time", "other", value=event.other) from None


def _year(event: Event) -> int:
    text = event.other
    if not (text.isascii() and text.isdecimal() and 2019 <= int(text) <= 2100):
        raise Refused("whole", "other", value=text)
    return int(text)


def _registered(holding: Holding, quantity: int) -> None:
    if holding.registered < quantity:
        raise Refused(
            "registered",
            "quantity",
            registered=holding.registered,
            wanted=quantity,
            tradable=holding.tradable,
        )


def _give_up(market: Market, event: Event, holding: Holding) -> None:
    holding.registered -= event.quantity
    market.given_up[event.product] = market.given_up.get(event.product, 0) + event.quantity


def _vintage(product: str, year: int) -> None:
    verdict = compliance.vintage(product, year)
    if verdict is not None:
        raise Refused(
            "vintage", "product", product=product, year=year, remedy=verdict[0], remedy_en=verdict[1]
        )
