"""The state of one sitting as a pure fold over its rows: epoch, clock, what has been seen, what counts.

``Head`` is what the writer keeps in memory to judge the next event; ``fold`` gives the answer sheet; ``receipt``
chains the rows. The same rows in the same order always give the same state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tancai.exams.log import rows as r
from tancai.exams.log.rows import Row

TOLERANCE = 1_000
"""Milliseconds by which a candidate's estimate of the server's clock may be off at the end."""


EMPTY = frozenset({"null", '""', "[]"})
"""Values that leave a question unanswered."""


class Seen:
    """Which sequence numbers of one epoch have arrived: everything to ``high``, and ``beyond`` it."""

    __slots__ = ("beyond", "high")

    def __init__(self) -> None:
        self.high = 0
        self.beyond: set[int] = set()

    def __contains__(self, seq: int) -> bool:
        return seq <= self.high or seq in self.beyond

    def add(self, seq: int) -> None:
        if seq != self.high + 1:
            if seq > self.high:
                self.beyond.add(seq)
            return
        self.high = seq
        while self.beyond and self.high + 1 in self.beyond:
            self.high += 1
            self.beyond.discard(self.high)


class Head:
    """Everything about a sitting that judging its next event needs."""

    __slots__ = (
        "answered",
        "begins",
        "claim",
        "control_seq",
        "ended_at",
        "ends",
        "epoch",
        "extra",
        "grace",
        "grace_extra",
        "handed_in",
        "last_save",
        "orders",
        "paused_at",
        "paused_total",
        "purged",
        "raws",
        "receipt",
        "refs",
        "saves",
        "sealed_at",
        "seen",
        "sitting",
        "touched",
    )

    def __init__(self, sitting: int) -> None:
        self.sitting = sitting
        self.epoch = 0
        self.claim = ""
        self.control_seq = 0
        self.begins: int | None = None
        self.ends: int | None = None
        self.grace = 0
        self.grace_extra = 0
        self.extra = 0
        self.paused_at: int | None = None
        self.paused_total = 0
        self.ended_at: int | None = None
        self.sealed_at: int | None = None
        self.handed_in: tuple[int, int, int] | None = None
        self.seen: dict[int, Seen] = {}
        self.refs: dict[str, int] = {}
        self.orders: list[dict[str, Any]] = []
        self.saves = 0
        self.answered: set[str] = set()
        self.last_save = 0
        self.touched = 0
        self.receipt: dict[str, Any] | None = None
        self.raws: int | None = None  # pieces of raw input kept, counted when the next one comes
        self.purged = False

    @property
    def closed(self) -> bool:
        return self.handed_in is not None or self.sealed_at is not None

    def end(self) -> int | None:
        """When working time is over as things stand; None while paused or before the first entry."""
        if self.ended_at is not None:
            return self.ended_at
        if self.ends is None or self.paused_at is not None:
            return None
        return self.ends + self.extra + self.paused_total

    def remaining(self, now: int) -> int | None:
        """Milliseconds of working time left; stands still during a pause."""
        if self.ends is None:
            return None
        if self.ended_at is not None:
            return 0
        whole = self.ends + self.extra + self.paused_total
        standing = now if self.paused_at is None else self.paused_at
        return max(0, whole - max(standing, self.begins or 0))

    def last_call(self) -> int | None:
        """Until when answers made in time may still arrive."""
        end = self.end()
        return None if end is None else end + self.grace + self.grace_extra

    def state(self, now: int) -> str:
        if self.handed_in is not None:
            return "handed_in"
        if self.sealed_at is not None:
            return "sealed"
        if self.ended_at is not None:
            return "ended"
        if self.paused_at is not None:
            return "paused"
        if self.begins is None or now < self.begins:
            return "waiting"
        end = self.end()
        return "over" if end is not None and now > end else "running"

    def judge(self, epoch: int, kind: int, at: int, received: int) -> int:
        """The verdict on an event of an epoch up to the present one."""
        if epoch < self.epoch:
            return r.SUPERSEDED
        if self.closed:
            return r.OK if kind == r.NOTE else r.CLOSED
        if self.begins is not None and received < self.begins:
            return r.OK if kind == r.NOTE else r.EARLY
        end = self.end()
        if end is None:
            return r.PAUSED
        if received <= end:
            return r.OK
        in_time = kind == r.HAND_IN or at <= end + TOLERANCE
        return r.LATE if in_time and received <= end + self.grace + self.grace_extra else r.EXPIRED

    def apply(self, row: Row) -> None:
        """Take a stored row into the state; rows must come in the order of the log."""
        if row.epoch == 0:
            self._apply_control(row)
            return
        seen = self.seen.get(row.epoch)
        if seen is None:
            seen = self.seen[row.epoch] = Seen()
        seen.add(row.seq)
        if not r.counts(row.verdict):
            return
        if row.kind == r.HAND_IN:
            self.handed_in = (row.epoch, row.seq, row.received)
        elif row.kind == r.ANSWER:
            self.saves += 1
            self.last_save = row.received
            (self.answered.discard if row.value in EMPTY else self.answered.add)(row.item)

    def _apply_control(self, row: Row) -> None:
        self.control_seq = row.seq
        if row.kind == r.CLAIM:
            claim = json.loads(row.value)
            self.epoch, self.claim = int(row.item), claim["claim"]
            if self.begins is None:
                self.begins, self.ends, self.grace = claim["b"], claim["e"], claim["g"]
            return
        order = json.loads(row.value)["order"]
        self.refs[order["ref"]] = row.seq
        if row.kind == r.EXTRA:
            self.extra += int(order["seconds"]) * 1000
        elif row.kind == r.GRACE:
            self.grace_extra += int(order["seconds"]) * 1000
        elif row.kind == r.PAUSE and self.paused_at is None:
            self.paused_at = row.received
        elif row.kind == r.RESUME and self.paused_at is not None:
            self.paused_total += max(0, row.received - max(self.paused_at, self.begins or 0))
            self.paused_at = None
        elif row.kind == r.END and self.ended_at is None:
            self.ended_at = row.received
            self.paused_at = None
        elif row.kind == r.SEAL and not self.closed:
            self.sealed_at = row.received
        elif row.kind == r.PURGE:
            self._apply_purge(row)
        if row.kind not in (r.SEAL, r.GRACE, r.PURGE):
            self.orders.append(
                {
                    "n": row.seq,
                    "kind": r.ORDER_NAMES[row.kind],
                    "at": row.received,
                    **{key: order[key] for key in ("seconds", "reason", "text") if order.get(key)},
                }
            )

    def _apply_purge(self, row: Row) -> None:
        """The one row left of a sitting: it stays closed, with its receipt, and old pages stay old."""
        left = json.loads(row.value)["left"]
        self.purged, self.epoch, self.receipt = True, left["epoch"], left["receipt"]
        if left["handed_in"]:
            self.handed_in = (left["epoch"], 0, self.receipt["at"])
        else:
            self.sealed_at = self.receipt["at"]

    def over(self, now: int) -> bool:
        """Whether nothing that counts can arrive any more; True when no page has ever claimed the sitting."""
        last = self.last_call()
        return self.closed or self.ends is None or (last is not None and now > last)

    def view(self, now: int, known: int = 0) -> dict[str, Any]:
        """What a candidate's page needs to know; ``orders`` only those after number ``known``."""
        seen = self.seen.get(self.epoch)
        return {
            "now": now,
            "epoch": self.epoch,
            "state": self.state(now),
            "begins": self.begins,
            "remaining": self.remaining(now),
            "high": seen.high if seen else 0,
            "news": self.control_seq,
            "orders": [order for order in self.orders if order["n"] > known],
        }


@dataclass
class Folded:
    """The answer sheet: values by item, flags, how it closed, and how many events count, came late or do not count."""

    values: dict[str, Any] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    saved_at: dict[str, int] = field(default_factory=dict)
    events: int = 0
    late: int = 0
    set_aside: int = 0
    closing: Row | None = None
    receipt: str = ""
    purged_at: int | None = None


def closes(row: Row) -> bool:
    return row.kind in (r.SEAL, r.PURGE) or (row.kind == r.HAND_IN and r.counts(row.verdict))


def until_closing(rows: Iterable[Row]) -> list[Row]:
    """The rows up to and with the first that closes the sitting."""
    kept: list[Row] = []
    for row in rows:
        kept.append(row)
        if closes(row):
            break
    return kept


def fold(rows: Iterable[Row]) -> Folded:
    """The answer sheet from all rows of one sitting in log order.

    Of several events on one item the highest (epoch, seq) among those that count wins, so replay and reordering
    within an epoch change nothing. An answer of ``null`` clears the item. Of a purged sitting only the receipt is left.
    """
    found = Folded()
    rank: dict[tuple[int, str], tuple[int, int]] = {}
    kept: list[Row] = []
    for row in rows:
        if found.closing is None:
            kept.append(row)
            if closes(row):
                found.closing = row
        if row.epoch == 0:
            continue
        if not r.counts(row.verdict):
            found.set_aside += 1
            continue
        found.events += 1
        found.late += row.verdict == r.LATE and row.kind == r.ANSWER
        if row.kind not in (r.ANSWER, r.FLAG):
            continue
        key, order = (row.kind, row.item), (row.epoch, row.seq)
        if rank.get(key, (0, 0)) >= order:
            continue
        rank[key] = order
        value = json.loads(row.value)
        if row.kind == r.FLAG:
            found.flags[row.item] = bool(value)
        else:
            found.values[row.item] = value
            found.saved_at[row.item] = row.received
    found.values = {item: value for item, value in found.values.items() if value is not None}
    found.flags = {item: True for item, value in found.flags.items() if value}
    found.receipt = receipt(kept)
    if found.closing is not None and found.closing.kind == r.PURGE:
        found.purged_at = found.closing.received
        found.receipt = json.loads(found.closing.value)["left"]["receipt"]["hash"]
    return found


def receipt(rows: Iterable[Row]) -> str:
    """SHA-256 chain over the rows, hex: each link hashes the one before and the row as a JSON list."""
    link = b"tancai exam log 1"
    for row in rows:
        line = json.dumps(list(row), ensure_ascii=False, separators=(",", ":")).encode()
        link = hashlib.sha256(link + b"\n" + line).digest()
    return link.hex()


def outbox_code(sitting: int, epoch: int, events: Iterable[tuple[int, int, str, str]]) -> str:
    """The code a page shows for a hand-in that waits for the network: eight base32 characters.

    ``events`` are (seq, at, item, value as JSON text) of the epoch in order of seq, hand-in included.
    """
    lines = [f"tancai hand-in 1\n{sitting}\n{epoch}"]
    lines += [f"{seq}:{at}:{item}:{value}" for seq, at, item, value in events]
    digest = hashlib.sha256("\n".join(lines).encode()).digest()
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(alphabet[byte & 31] for byte in digest[:8])
