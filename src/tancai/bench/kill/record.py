"""The record against the words: reads the tables by itself and recomputes everything from their description."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from tancai.bench.kill.load import Ledger
from tancai.bench.kill.place import Place

COLUMNS = ("sitting", "epoch", "seq", "kind", "verdict", "at", "received", "item", "value")
KINDS = {"answer": 1, "flag": 2, "hand_in": 3, "note": 4}
VERDICTS = {0: "ok", 1: "late", 2: "paused", 10: "superseded", 11: "early", 12: "expired", 13: "closed"}
SEAL = 17
Row = tuple[Any, ...]


@dataclass
class Findings:
    """What was counted; every figure from ``lost`` on must be nought."""

    sittings: int = 0
    acknowledged: int = 0
    rows: int = 0
    conflicts: int = 0
    orders: int = 0
    receipts: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    invented: int = 0
    other_word: int = 0
    gaps: int = 0
    wrong_receipts: int = 0
    wrong_orders: int = 0
    wrong_claims: int = 0
    conflicts_lost: int = 0
    faults: int = 0
    examples: list[str] = field(default_factory=list)

    BAD = (
        "lost",
        "doubled",
        "altered",
        "invented",
        "other_word",
        "gaps",
        "wrong_receipts",
        "wrong_orders",
        "wrong_claims",
        "conflicts_lost",
        "faults",
    )

    @property
    def sound(self) -> bool:
        return not any(getattr(self, name) for name in self.BAD)

    def bad(self, name: str, sitting: int, what: object) -> None:
        setattr(self, name, getattr(self, name) + 1)
        if len(self.examples) < 20:
            self.examples.append(f"sitting {sitting}: {name}: {what}")

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "sound": self.sound}


def read(place: Place) -> tuple[dict[int, list[Row]], Counter[int]]:
    """All rows by sitting in log order, and how many conflicting bodies are kept of each."""
    query = f"SELECT {', '.join(COLUMNS)} FROM examlog_event ORDER BY id"  # noqa: S608
    kept = "SELECT sitting FROM examlog_raw WHERE why = 'conflict'"
    if place.address:
        with psycopg.connect(place.address) as connection:
            rows = connection.execute(query.encode()).fetchall()
            raws = connection.execute(kept).fetchall()
    else:
        file = sqlite3.connect(f"{(place.data / 'examlog.sqlite3').as_uri()}?mode=ro", uri=True)
        rows, raws = file.execute(query).fetchall(), file.execute(kept).fetchall()
        file.close()
    by_sitting: dict[int, list[Row]] = {}
    for row in rows:
        by_sitting.setdefault(row[0], []).append(tuple(row))
    return by_sitting, Counter(sitting for (sitting,) in raws)


def compare(place: Place, ledgers: Iterable[Ledger]) -> Findings:
    """Every acknowledged word against the rows, in both directions."""
    rows, raws = read(place)
    found = Findings()
    for ledger in ledgers:
        found.sittings += 1
        _one(found, ledger, rows.pop(ledger.sitting, []), raws[ledger.sitting])
    for sitting in rows:
        found.bad("invented", sitting, "a sitting nobody began")
    return found


def _one(found: Findings, ledger: Ledger, rows: list[Row], conflicts: int) -> None:
    found.rows += len(rows)
    found.conflicts += ledger.conflicts
    if ledger.conflicts > conflicts < 200:
        found.bad("conflicts_lost", ledger.sitting, f"{ledger.conflicts} told, {conflicts} kept")
    for fault in ledger.faults:
        found.bad("faults", ledger.sitting, fault)
    stored = {(row[1], row[2]): row for row in rows if row[1]}
    times = Counter((row[1], row[2]) for row in rows)
    for key, count in times.items():
        if count > 1:
            found.bad("doubled", ledger.sitting, key)
    for key, word in ledger.told.items():
        found.acknowledged += 1
        row = stored.get(key)
        if row is None:
            found.bad("lost", ledger.sitting, (key, word))
        elif VERDICTS[row[4]] != word:
            found.bad("other_word", ledger.sitting, (key, word, VERDICTS[row[4]]))
    _bodies(found, ledger, stored)
    for epoch, high in ledger.high.items():
        for seq in range(1, high + 1):
            if (epoch, seq) not in stored:
                found.bad("gaps", ledger.sitting, (epoch, seq, high))
    _control(found, ledger, [row for row in rows if row[1] == 0])
    _receipt(found, ledger, rows)


def _bodies(found: Findings, ledger: Ledger, stored: dict[tuple[int, int], Row]) -> None:
    for key, row in stored.items():
        event = ledger.made.get(key)
        if event is None:
            found.bad("invented", ledger.sitting, key)
            continue
        body = (KINDS[event["kind"]], event["at"], event["item"], event["value"])
        if body != (row[3], row[5], row[7], json.loads(row[8])):
            found.bad("altered", ledger.sitting, (key, body, row))


def _control(found: Findings, ledger: Ledger, rows: list[Row]) -> None:
    if [row[2] for row in rows] != list(range(1, len(rows) + 1)):
        found.bad("gaps", ledger.sitting, "claims and orders are not numbered through")
    values = [json.loads(row[8]) for row in rows]
    refs = Counter(value["order"]["ref"] for value in values if "order" in value)
    for ref, result in ledger.orders.items():
        found.orders += 1
        if refs[ref] != (0 if result == "closed" else 1):
            found.bad("wrong_orders", ledger.sitting, (ref, result, refs[ref]))
    claims = {
        int(row[7]): value["claim"] for row, value in zip(rows, values, strict=True) if "claim" in value
    }
    for epoch, claim in ledger.claims.items():
        if claims.get(epoch) != claim:
            found.bad("wrong_claims", ledger.sitting, (epoch, claim, claims.get(epoch)))


def _receipt(found: Findings, ledger: Ledger, rows: list[Row]) -> None:
    if ledger.receipt is None:
        return
    found.receipts += 1
    count, chain = chained(rows)
    if (count, chain) != (ledger.receipt["events"], ledger.receipt["hash"]):
        found.bad("wrong_receipts", ledger.sitting, ledger.receipt)


def chained(rows: list[Row]) -> tuple[int, str]:
    """Number of a page's events and the hash over the rows up to the one that closed the sitting."""
    link, count = b"tancai exam log 1", 0
    for row in rows:
        line = json.dumps(list(row), ensure_ascii=False, separators=(",", ":")).encode()
        link = hashlib.sha256(link + b"\n" + line).digest()
        count += row[1] > 0
        if row[3] == SEAL or (row[3] == KINDS["hand_in"] and row[4] < 10):
            return count, link.hex()
    return count, "not closed"
