"""Collections of items with constraint tables, where a folder of them is at hand, and a made-up bank for all.

``TANCAI_SAMPLES`` names the folder; without, ``shared/samples`` beside the project is used when there is one.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tancai.engines.assembly.bank import Bank, bank
from tancai.engines.assembly.blueprint import (
    Aim,
    Blueprint,
    Enemies,
    Limit,
    Measure,
    Objective,
    Requirement,
)
from tancai.engines.assembly.conditions import Condition, Test
from tancai.engines.psychometrics.curves import Item, item_from_locations

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "samples"
FOLDER = Path(os.environ.get("TANCAI_SAMPLES", BESIDE)) / "ata"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def columns(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    """Columns with names in capitals, NA as empty."""
    names = [name for name in rows[0] if name.upper() != "ID"]
    return {name.upper(): ["" if row[name] == "NA" else row[name] for row in rows] for name in names}


def test_design(pool: str) -> tuple[Bank, tuple[Requirement, ...]]:
    """A pool of TestDesign (``bayes_320``, ``fatigue_95``) and its constraints that are switched on."""
    attributes = rows_of(FOLDER / "TestDesign" / f"itemattrib_{pool}.csv")
    parameters = {row["ID"]: row for row in rows_of(FOLDER / "TestDesign" / f"itempool_{pool}.csv")}
    ids = [row["ID"] for row in attributes]
    items = [_item(parameters[id]) for id in ids]
    constraints = rows_of(FOLDER / "TestDesign" / f"constraints_{pool}.csv")
    return bank(ids, columns(attributes), items), tuple(_requirements(constraints))


def _item(row: dict[str, str]) -> Item:
    numbers = [float(row[name]) for name in sorted(row) if name.startswith("PAR") and row[name]]
    if row["MODEL"] == "3PL":
        return item_from_locations(row["ID"], "3pl", numbers[0], numbers[1], numbers[2])
    assert row["MODEL"] == "GR"
    return item_from_locations(row["ID"], "grm", numbers[0], numbers[1:])


def _requirements(constraints: list[dict[str, str]]) -> Iterator[Requirement]:
    for row in constraints:
        name = f"{row['CONSTRAINT_ID']} {row['CONDITION']}".strip()
        bounds: dict[str, Any] = {
            "low": float(row["LB"]) if row["LB"] else None,
            "high": float(row["UB"]) if row["UB"] else None,
        }
        if row["ONOFF"] == "OFF" or row["TYPE"] == "Order":
            continue
        if row["TYPE"] == "Enemy":
            yield Enemies(name, items=tuple(re.findall(r'"([^"]+)"', row["CONDITION"])))
        elif row["TYPE"] == "Number":
            yield Limit(name, measure=Measure("count", where=_condition(row["CONDITION"])), **bounds)
        else:
            raise AssertionError(row)


def _condition(text: str) -> Condition:
    if not text:
        return Condition()
    if found := re.fullmatch(r"!is\.na\((\w+)\)", text):
        return Condition((Test(found[1], given=True),))
    name, value = re.fullmatch(r'([\w.]+) == "?(\w+)"?', text).groups()  # type: ignore[union-attr]
    return Condition((Test(name, any_of=(value,)),))


def eat_ata(pool: str) -> Bank:
    """A pool of eatATA: ``mini``, ``pilot`` or ``diao``."""
    rows = rows_of(FOLDER / "eatATA" / f"items_{pool}.csv")
    ids = [row.pop("item") for row in rows]
    items = [
        item_from_locations(id, "3pl", float(row["a"]), float(row["b"]), float(row["c"]))
        for id, row in zip(ids, rows, strict=True)
        if "a" in row
    ]
    return bank(ids, {name: [row[name] for row in rows] for name in rows[0]}, items)


def made_up(items: int = 120, seed: int = 1) -> Bank:
    """A small bank of our own: topics, kinds, words, texts for some, enemies, who has seen what."""
    chance = np.random.default_rng(seed)
    ids = [f"q{k:03}" for k in range(1, items + 1)]
    a, b = chance.lognormal(0, 0.3, items), chance.normal(0, 1, items)
    enemies = [ids[chance.integers(items)] if chance.random() < 0.1 else "" for _ in ids]
    texts = [f"t{k // 3 % 8}" if k < items // 5 else "" for k in range(items)]
    return bank(
        ids,
        {
            "topic": chance.choice(["market", "accounting", "sink", "policy"], items).tolist(),
            "kind": chance.choice(["single", "multiple", "truefalse"], items, p=[0.6, 0.2, 0.2]).tolist(),
            "difficulty": np.round(b, 2).tolist(),
            "words": chance.integers(20, 120, items).tolist(),
            "points": chance.choice([1, 2], items).tolist(),
            "stimulus": texts,
            "enemies": enemies,
            "seen_by": [" ".join(g for g in ("red", "blue") if chance.random() < 0.15) for _ in ids],
            "sessions": [" ".join(f"s{n}" for n in range(8, 12) if chance.random() < 0.08) for _ in ids],
            "shown": chance.integers(0, 100, items).tolist(),
        },
        [item_from_locations(id, "2pl", x, y) for id, x, y in zip(ids, a, b, strict=True)],
    )


def near(theta: list[float], target: list[float], gap: float = 0.05) -> Objective:
    aims = tuple(Aim(Measure("information", theta=t), g) for t, g in zip(theta, target, strict=True))
    return Objective("closest", aims, gap)


def most_information(theta: list[float], gap: float = 0.05) -> Objective:
    return Objective("most", tuple(Aim(Measure("information", theta=t)) for t in theta), gap)


def blueprint(*requirements: Requirement, objective: Objective | None = None) -> Blueprint:
    return Blueprint(requirements, objective or Objective())
