"""Reads of shared markets: who is in which, the boards, and the record as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tancai.engines.trading import orders
from tancai.labs.errors import NoSuchMarket
from tancai.labs.market import board as boards
from tancai.labs.market.keeping import looking
from tancai.labs.market.live import is_of_engine
from tancai.labs.models import Market, Move, Seat

if TYPE_CHECKING:
    from tancai.people.api import User


def markets_of(user: User) -> QuerySet[Market]:
    """Markets that this person opened, newest first."""
    return Market.objects.filter(opener=user).order_by("-id")


def seats_of(user: User) -> QuerySet[Seat]:
    """Seats of this person, newest first."""
    return Seat.objects.filter(user=user).select_related("market").order_by("-id")


def market_of(user: User, market_id: int) -> Market:
    """A market that this person opened. Raises NoSuchMarket, also for somebody else's."""
    found = markets_of(user).filter(pk=market_id).first()
    if found is None:
        raise NoSuchMarket()
    return found


def seat_of(user: User, market_id: int) -> Seat:
    """This person's seat in a market. Raises NoSuchMarket when there is none."""
    found = seats_of(user).filter(market_id=market_id).first()
    if found is None:
        raise NoSuchMarket()
    return found


def people_in(market: Market) -> list[Seat]:
    """Seats of people, in the sequence in which they came."""
    return list(market.seats.filter(user__isnull=False).select_related("user").order_by("id"))


def market_board(market: Market) -> boards.Board:
    with looking(market) as live:
        return boards.board(live)


def own_side(seat: Seat) -> boards.Own:
    with looking(seat.market) as live:
        return boards.own(live, seat.account)


def market_number(market: Market) -> int:
    """The last number of the record."""
    with looking(market) as live:
        return live.number


def open_orders(market: Market) -> tuple[boards.Open, ...]:
    with looking(market) as live:
        return boards.orders_of(live)


def market_ranking(market: Market) -> list[boards.Standing]:
    """People only, best first."""
    names = [one.account for one in people_in(market)]
    with looking(market) as live:
        return boards.ranking(live, names)


@dataclass(frozen=True)
class Record:
    """``digest`` is what ``tancai market replay`` prints for ``text`` once the market has ended."""

    text: str
    digest: str
    moves: int


def market_record(market: Market) -> Record:
    """The record as an order file (schema ``tancai-market-orders/1``)."""
    rows = Move.objects.filter(market=market).order_by("number").values_list("kind", "body")
    cells = [{**body, "kind": kind} for kind, body in rows if is_of_engine(kind)]
    rules = "".join(f" --set {name}={value}" for name, value in sorted(market.choices.items()))
    text = orders.text_of_cells(cells, f"tancai market replay ORDERS.csv --rules {market.rules}{rules}")
    with looking(market) as live:
        return Record(text, live.engine.digest(), len(cells))


def closes_of(market: Market) -> list[object]:
    """Every day's close of every product."""
    with looking(market) as live:
        return list(live.engine.closes)
