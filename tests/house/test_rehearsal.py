"""A rehearsal is repeatable, and its totals agree with each other."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tancai.demo import cast, fates
from tancai.demo.rehearsal import STATIONS, broken_identities
from tancai.lib import identity

pytestmark = pytest.mark.anydatabase


HOURS = {"cem", "crp", "csa"}
"""Programmes that ask for study hours before the exam."""


def test_the_totals_of_the_world_agree(world) -> None:
    assert broken_identities(world.report) == []
    for code, counts in world.report["programmes"].items():
        assert set(counts) == set(STATIONS)
        every = [name for name in STATIONS if code in HOURS or name != "short_of_hours"]
        assert all(counts[name] > 0 for name in every), (code, counts)


SEED_11 = {
    "applied": (11, 11, 11, 11, 11),
    "ineligible": (2, 2, 2, 2, 2),
    "returned": (2, 2, 2, 2, 2),
    "still_returned": (1, 1, 1, 1, 1),
    "withdrawn": (1, 1, 1, 1, 1),
    "approved": (7, 7, 7, 7, 7),
    "studied": (7, 6, 6, 6, 7),
    "admitted": (7, 7, 7, 7, 7),
    "short_of_hours": (0, 1, 1, 1, 0),
    "absent": (1, 1, 1, 1, 1),
    "sat": (6, 5, 5, 5, 6),
    "marked": (6, 5, 5, 5, 6),
    "passed": (4, 3, 3, 3, 4),
    "failed": (2, 2, 2, 2, 2),
    "resat": (2, 2, 2, 2, 2),
    "certificates": (4, 3, 3, 3, 4),
    "verified": (4, 3, 3, 3, 4),
}
"""55 candidates by seed 11: dcne, cem, crp, csa, cmc. The same on every machine and in every run."""


def test_a_seed_gives_the_same_counts_everywhere(world) -> None:
    programmes = world.report["programmes"]
    told = {station: tuple(programmes[code][station] for code in programmes) for station in STATIONS}
    assert tuple(programmes) == ("dcne", "cem", "crp", "csa", "cmc")
    assert told == SEED_11


@pytest.mark.sweep
@pytest.mark.skipif("TANCAI_SWEEP" not in os.environ, reason="a second rehearsal: make sweep")
def test_a_second_run_gives_the_same_counts(world, tmp_path: Path) -> None:
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("TANCAI_", "DJANGO_SETTINGS"))
    }
    command = [
        "-m",
        "tancai.cli",
        "rehearse",
        "--candidates",
        "55",
        "--seed",
        "11",
        "--json",
        f"{tmp_path}/again.json",
    ]
    done = subprocess.run([sys.executable, *command], env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    again = json.loads((tmp_path / "again.json").read_text())
    assert again["programmes"] == world.report["programmes"]
    assert (again["seed"], again["candidates"]) == (11, 55)


def test_a_broken_total_is_named() -> None:
    counts = dict.fromkeys(STATIONS, 0) | {"applied": 3, "approved": 2, "admitted": 2, "absent": 2}
    assert broken_identities({"programmes": {"cem": counts}}) == [
        "cem: applied = ineligible + approved + still_returned + withdrawn"
    ]


@pytest.mark.parametrize("count", [11, 44, 50, 250])
def test_every_fate_is_handed_out(count: int) -> None:
    chosen = Counter(fates.hand_out(count, random.Random(1)))
    assert chosen.total() == count
    assert set(chosen) == set(fates.SHARES)


def test_the_cast_is_nobody() -> None:
    numbers = set()
    for number in range(3000):
        person = cast.person(7, number)
        check = identity.check_document("resident_id", person["document"])
        assert check.ok
        assert (check.birth, check.sex) == (person["birth"], person["sex"])
        assert person["document"].startswith("99"), "no region of the country has this code"
        numbers.add(person["document"])
    assert len(numbers) == 3000
