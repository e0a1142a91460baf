"""Order files (schema ``tancai-market-orders/1``): CSV rows to events; a bad row is refused and the rest goes on."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from tancai.engines.carbon.numbers import BadNumber, number
from tancai.engines.trading.errors import Problem, Refused, TradingError
from tancai.engines.trading.market import HANDLERS, Event, yuan

SCHEMA = "tancai-market-orders/1"
REQUIRED = ("at", "kind")
COLUMNS = (*REQUIRED, "account", "order", "side", "product", "price", "quantity", "amount", "other")
ORDER = COLUMNS.index("order")
SIDES = {"": 0, "buy": 1, "sell": -1, "买": 1, "卖": -1}
MOST = 10**12
WANTED = {
    "list": ("account", "order", "side", "product", "price", "quantity"),
    "take": ("account", "order", "side", "product", "quantity"),
    "block": ("account", "order", "side", "product", "price", "quantity"),
    "auction": ("account", "order", "side", "product", "price", "quantity", "other"),
    "bid": ("account", "order", "other", "price", "quantity"),
    "accept": ("account", "order", "other"),
    "cancel": ("account", "order"),
    "strike": ("order",),
    "open": ("account",),
    "deposit": ("account", "amount"),
    "withdraw": ("account", "amount"),
    "duty": ("account", "quantity", "other"),
    "surrender": ("account", "product", "quantity", "other"),
    "previous_close": ("product", "price"),
    "closing_day": ("other",),
    **dict.fromkeys(
        ("carry_over", "issue", "to_trading", "to_registered", "freeze", "unfreeze", "retire"),
        ("account", "product", "quantity"),
    ),
}
_WANTED_AT = {kind: tuple(COLUMNS.index(name) for name in WANTED.get(kind, ())) for kind in HANDLERS}
_DIGITS = re.compile(r"[0-9]+")
_TWO = re.compile(r"[0-9]+(\.[0-9]{0,2}0*)?")


@lru_cache(65536)
def cents(text: str, field: str, code: str = "tick") -> int:
    """``86.10`` to 8610; raises Refused with the code for parts of a cent, or the fault in the writing."""
    if not _TWO.fullmatch(text):
        _plain(text, field)
        raise Refused(code, field, value=text)
    whole, _, part = text.partition(".")
    value = int(whole) * 100 + int(part[:2].ljust(2, "0") or 0)
    return _bounded(value, text, field)


@lru_cache(65536)
def tonnes(text: str, field: str = "quantity") -> int:
    """Whole tonnes; ``1000.5`` breaks the quantity step."""
    if not _DIGITS.fullmatch(text):
        if _plain(text, field) % 1:
            raise Refused("quantity_step", field, value=text)
        text = text.partition(".")[0]
        if not _DIGITS.fullmatch(text):
            raise Refused("no_number", field, value=text)
    return _bounded(int(text), text, field)


def _plain(text: str, field: str) -> float:
    try:
        value = number(text)
    except BadNumber as error:
        raise Refused(error.code, field, value=text, remedy=error.remedy) from None
    if value <= 0:
        raise Refused("negative", field, value=text)
    return value


def _bounded(value: int, text: str, field: str) -> int:
    if value < 1:
        raise Refused("negative", field, value=text)
    if value > MOST:
        raise Refused("too_large", field, value=text, limit=MOST)
    return value


@lru_cache(1024)
def moment(text: str) -> datetime:
    """A time of Shanghai, ``2026-03-02 09:30:00``; raises Refused."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("no_time", "at", value=text) from None
    if found.tzinfo is not None or len(text) <= 10 or not 2000 <= found.year <= 2200:
        raise Refused("no_time", "at", value=text)
    return found


def event_from(values: Mapping[str, str], row: int = 0) -> Event:
    """An event from texts by column; raises Refused naming the field."""
    return _event([(values.get(name) or "").strip() for name in COLUMNS], row)


def _event(cells: list[str], row: int) -> Event:
    """Cells in the sequence of COLUMNS."""
    at, kind, account, order, side, product, price, quantity, amount, other = cells
    if kind not in HANDLERS:
        raise Refused("unknown_choice", "kind", value=kind, choices=", ".join(sorted(HANDLERS)))
    for k in _WANTED_AT[kind]:
        if not cells[k]:
            raise Refused("missing", COLUMNS[k])
    if side not in SIDES:
        raise Refused("unknown_choice", "side", value=side, choices="buy, sell")
    return Event(
        moment(at),
        kind,
        account,
        order,
        SIDES[side],
        product,
        cents(price, "price") if price else 0,
        tonnes(quantity) if quantity else 0,
        cents(amount, "amount", "cents") if amount else 0,
        other,
        row,
    )


@dataclass
class OrderFile:
    """A file as read; ``events()`` yields events and refused rows in their sequence."""

    name: str
    digest: str
    text: str

    def events(self) -> Iterator[Event | Problem]:
        reader = csv.reader(io.StringIO(self.text))
        lines = (cells for cells in reader if cells and not cells[0].startswith("#"))
        headings = [cell.strip() for cell in next(lines, [])]
        lacking = [name for name in REQUIRED if name not in headings]
        if lacking:
            raise TradingError(Problem("columns", 1, params={"missing": ", ".join(lacking)}, file=self.name))
        for name in headings:
            if name not in (*COLUMNS, "note"):
                raise TradingError(Problem("unknown_field", 1, name, file=self.name))
        straight = headings == list(COLUMNS)
        places = [headings.index(name) if name in headings else len(headings) for name in COLUMNS]
        for cells in lines:
            if not cells[0] and not any(cell.strip() for cell in cells):
                continue
            if straight and len(cells) == len(COLUMNS):
                yield _event_or_problem([cell.strip() for cell in cells], reader.line_num)
            else:
                yield self._fitted(cells, places, len(headings), reader.line_num)

    def _fitted(self, cells: list[str], places: list[int], width: int, row: int) -> Event | Problem:
        """A row whose columns stand otherwise, or that is too short or too long."""
        extra = len(cells) - width
        cells = [cell.strip() for cell in cells[:width]] + [""] * (1 - min(0, extra))
        cells = [cells[place] for place in places]
        if extra > 0:
            return Problem("ragged", row, "", {"count": extra}, order=cells[ORDER])
        return _event_or_problem(cells, row)


def _event_or_problem(cells: list[str], row: int) -> Event | Problem:
    try:
        return _event(cells, row)
    except Refused as refused:
        return Problem(refused.code, row, refused.field, refused.params, order=cells[ORDER])


def cells_of(event: Event) -> dict[str, str]:
    """An event as texts by column, empty ones left out; ``event_from`` makes the same event of it."""
    found = {
        "at": event.at.isoformat(sep=" "),
        "kind": event.kind,
        "account": event.account,
        "order": event.order,
        "side": {1: "buy", -1: "sell"}.get(event.side, ""),
        "product": event.product,
        "price": yuan(event.price) if event.price else "",
        "quantity": str(event.quantity or ""),
        "amount": yuan(event.amount) if event.amount else "",
        "other": event.other,
    }
    return {name: text for name, text in found.items() if text}


def text_of(events: Iterable[Event]) -> str:
    """Events as the text of an order file; reading it gives the same events."""
    return text_of_cells(map(cells_of, events))


def text_of_cells(rows: Iterable[Mapping[str, str]], about: str = "") -> str:
    """Rows as the text of an order file, good ones and bad ones as they came; ``about`` is a comment before them."""
    out = io.StringIO()
    if about:
        out.write(f"# {about}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([row.get(name, "") for name in COLUMNS])
    return out.getvalue()


def read_orders(path: Path) -> OrderFile:
    """Raises TradingError when the file cannot be opened or is no UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TradingError(
            Problem("unreadable", params={"why": error.strerror or str(error)}, file=path.name)
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TradingError(
            Problem("not_utf8", data[: error.start].count(b"\n") + 1, file=path.name)
        ) from error
    return OrderFile(path.name, hashlib.sha256(data).hexdigest(), text)
