"""Requirements counted once more from the plain cells, sharing nothing with the engine but the blueprint's values."""

from __future__ import annotations

from itertools import combinations
from math import exp, nan
from typing import Any

from tancai.engines.assembly.bank import Bank
from tancai.engines.assembly.blueprint import (
    Blueprint,
    Enemies,
    Exposure,
    Fixed,
    Forbidden,
    Limit,
    Measure,
    Overlap,
    Rested,
    Stimuli,
    Unseen,
    Uses,
)
from tancai.engines.assembly.conditions import Condition

SLACK = 1e-5

Row = dict[str, Any]


def table(bank: Bank) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for i, id in enumerate(bank.ids):
        row: Row = {name: bank.columns[name][i] for name in bank.columns}
        row["item"] = bank.curves[i] if bank.curves else None
        rows[id] = row
    return rows


def fits(row: Row, where: Condition) -> bool:
    """Conditions as the tests use them: equality and bounds."""
    for test in where.tests:
        cell = row[test.column]
        if test.any_of and cell not in test.any_of:
            return False
        if test.low is not None and not cell >= test.low:
            return False
        if test.high is not None and not cell <= test.high:
            return False
    return True


def information(row: Row, theta: float) -> float:
    """2PL by hand: a^2 P (1 - P)."""
    item = row["item"]
    p = 1 / (1 + exp(-(item.a * theta + item.d[0])))
    return float(item.a**2 * p * (1 - p))


def value(rows: list[Row], measure: Measure) -> float:
    mine = [row for row in rows if fits(row, measure.where)]
    if measure.kind == "count":
        return len(mine)
    if measure.kind == "share":
        return len(mine) / len(rows) if rows else nan
    if measure.kind == "information":
        return sum(information(row, measure.theta) for row in mine)
    total = sum(row[measure.column] for row in mine)
    if measure.kind == "mean":
        return float(total / len(mine)) if mine else nan
    return float(total)


def faults(bank: Bank, blueprint: Blueprint, forms: tuple[tuple[str, ...], ...]) -> list[str]:
    """What the forms break; empty when all is well."""
    rows = table(bank)
    fixed = {id for wanted in blueprint.requirements if isinstance(wanted, Fixed) for id in wanted.items}
    found: list[str] = []
    for wanted in blueprint.requirements:
        for form in forms:
            assert len(set(form)) == len(form)
            mine = [rows[id] for id in form]
            bad = False
            if isinstance(wanted, Limit):
                got = value(mine, wanted.measure)
                bad = (wanted.low is not None and got < wanted.low - SLACK) or (
                    wanted.high is not None and got > wanted.high + SLACK
                )
            elif isinstance(wanted, Enemies) and wanted.listed:
                bad = any(
                    b in rows[a][wanted.listed].split() or a in rows[b][wanted.listed].split()
                    for a, b in combinations(form, 2)
                )
            elif isinstance(wanted, Enemies) and wanted.items:
                bad = len(set(form) & set(wanted.items)) > wanted.most
            elif isinstance(wanted, Stimuli):
                texts = [row[wanted.column] for row in mine if row[wanted.column]]
                everywhere = [row[wanted.column] for row in rows.values()]
                for text in set(texts):
                    n = texts.count(text)
                    bad |= wanted.low is not None and n < wanted.low
                    bad |= wanted.high is not None and n > wanted.high
                    bad |= wanted.whole and n < everywhere.count(text)
                bad |= wanted.most is not None and len(set(texts)) > wanted.most
            elif isinstance(wanted, Fixed):
                bad = not set(wanted.items) <= set(form)
            elif isinstance(wanted, Forbidden):
                bad = bool(set(wanted.items) & set(form))
            elif isinstance(wanted, Unseen):
                bad = any(set(row[wanted.column].split()) & set(wanted.groups) for row in mine)
            elif isinstance(wanted, Rested):
                recent = set(wanted.sessions[-wanted.last :])
                bad = any(set(row[wanted.column].split()) & recent for row in mine)
            if bad:
                found.append(str(wanted))
        uses = {id: sum(id in form for form in forms) for id in rows}
        if isinstance(wanted, Overlap):
            shared = [len((set(a) & set(b)) - fixed) for a, b in combinations(forms, 2)]
            found += [str(wanted)] * (max(shared, default=0) > wanted.most)
        elif isinstance(wanted, Uses):
            found += [str(wanted)] * (max(n for id, n in uses.items() if id not in fixed) > wanted.most)
        elif isinstance(wanted, Exposure):
            after = [rows[id][wanted.column] + n * wanted.per_form for id, n in uses.items() if n]
            found += [str(wanted)] * int(max(after, default=0) > wanted.most)
    return found
