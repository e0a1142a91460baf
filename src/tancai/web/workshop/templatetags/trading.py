"""``{% load trading %}``: prices, quantities and words of the market."""

from __future__ import annotations

from typing import Any

from django import template

from tancai.people import api as people
from tancai.web.workshop.speaking import language
from tancai.web.workshop.trading import words

register = template.Library()
_TABLES: dict[str, Any] = {
    "phase": words.PHASES,
    "status": words.STATUSES,
    "method": words.METHODS,
    "side": words.SIDES,
    "move": words.MOVES,
    "state": words.STATES,
    "sector": words.SECTORS,
}


@register.filter
def price(cents: int | None) -> str:
    """``7786`` as 77.86; a dash where there is none."""
    return f"{cents / 100:,.2f}" if cents else "—"


@register.filter
def yuan(cents: int) -> str:
    """An amount, also nought and below."""
    return f"{cents / 100:,.2f}".replace("-", "−")


@register.filter
def tonnes(quantity: int) -> str:
    return f"{quantity:,}".replace("-", "−")


@register.filter
def word(code: Any, table: str) -> Any:
    return _TABLES[table].get(code, code)


@register.filter
def reason(refusal: Any) -> str:
    """Why a move was refused, in the language of the page."""
    return refusal.problem.words(language())


@register.filter
def change(last: int, previous: int) -> str:
    """Against the previous close, in per cent."""
    if not last or not previous:
        return "—"
    return f"{(last / previous - 1) * 100:+.2f}%".replace("-", "−")


@register.filter
def trades_as(trade: Any, account: str) -> int:
    """1 when this account bought, -1 when it sold."""
    return 1 if trade.buyer == account else -1


@register.filter
def person(user: Any) -> str:
    return people.display_name(user)
