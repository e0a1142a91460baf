"""The bench of an exam day: it runs against real servers, and it notices when something acknowledged is missing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tancai.bench.exam_day import bare, comparing, main, report
from tancai.bench.exam_day.saves import Page, item_of, value_of

pytestmark = pytest.mark.anydatabase

KEYS = ("cpu_ms_per_save", "cpu_ms_bare", "saves_per_s", "p50_ms", "p99_ms", "peak_mb")
DAY_KEYS = ("start_p99_ms", "handin_p99_ms", "candidate_cpu_s", "marking_cpu_ms")
LONG = bool(os.environ.get("TANCAI_SWEEP"))


def rows(sitting: int, count: int) -> list[comparing.Row]:
    events = range(1, count + 1)
    return [(sitting, 1, seq, 1, item_of(seq), json.dumps(value_of(sitting, seq))) for seq in events]


def told(sitting: int, highest: int, lost: list[int] | None = None) -> str:
    return json.dumps([sitting, 1, highest, lost or []])


def test_everything_acknowledged_and_there_is_fine() -> None:
    found = comparing.compare([told(7, 3), told(8, 2)], [*rows(7, 3), *rows(8, 3)])
    assert (found.acknowledged, found.rows, found.unanswered) == (5, 6, 1)


def test_a_missing_row_is_named() -> None:
    held = rows(7, 3)
    del held[1]
    with pytest.raises(comparing.Lost, match="sitting 7, epoch 1, event 2 was acknowledged and is not there"):
        comparing.compare([told(7, 3)], held)


def test_an_event_that_was_never_acknowledged_may_be_missing() -> None:
    held = rows(7, 3)
    del held[1]
    assert comparing.compare([told(7, 3, lost=[2])], held).acknowledged == 2


def test_a_changed_or_doubled_row_is_noticed() -> None:
    sitting, epoch, seq, kind, item, _value = rows(7, 1)[0]
    with pytest.raises(comparing.Lost, match="was sent as"):
        comparing.compare([told(7, 1)], [(sitting, epoch, seq, kind, item, '"Z"')])
    with pytest.raises(comparing.Lost, match="twice"):
        comparing.compare([told(7, 1)], rows(7, 1) * 2)


def test_what_the_log_has_not_kept_is_sent_again_under_its_number() -> None:
    page = Page(7, "token")
    page.epoch = 1
    assert b'"seq":1' in page.save()
    assert not page.told(503, b'{"error":"not_saved"}')
    assert b'"seq":1' in page.save()
    assert page.told(200, b'{"acks":[[1,"ok"]]}')
    page.save()
    assert not page.told(200, b'{"acks":[[2,"superseded"]]}')
    assert (page.acknowledged, page.lost) == (1, [2])


def test_the_bare_handler_stays_bare() -> None:
    assert len(Path(bare.__file__).read_text().splitlines()) <= 25


def test_saves_are_measured_and_compared(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "figures.json"
    order = ["--database", "sqlite", "--candidates", "40", "--runs", "1", "--seconds", "0.3"]
    assert main([*order, "--parts", "saves,open", "--json", str(file), "--markdown"]) == 0
    results = json.loads(file.read_text())
    assert {"machine", "versions", "sqlite"} <= set(results)
    figures = results["sqlite"]
    assert all(figures[key] > 0 for key in KEYS)
    assert figures["acknowledged"] == figures["rows"] > 100
    assert "| durable save, 64 connections closed loop: CPU-ms |" in capsys.readouterr().out


def test_an_installation_that_loses_rows_fails_the_bench(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    every = comparing.rows_of
    monkeypatch.setattr(comparing, "rows_of", lambda *place: every(*place)[1:])
    order = [
        "--database",
        "sqlite",
        "--candidates",
        "20",
        "--runs",
        "1",
        "--seconds",
        "0.2",
        "--parts",
        "open",
    ]
    assert main(order) == 1
    assert "was acknowledged and is not there" in capsys.readouterr().err


@pytest.mark.sweep
@pytest.mark.skipif(not LONG, reason="a whole small day takes half a minute: make sweep")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_whole_small_day(database: str, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    order = [
        "--database",
        database,
        "--candidates",
        "120",
        "--minutes",
        "0.05",
        "--runs",
        "2",
        "--seconds",
        "0.3",
    ]
    order += ["--portion", "3", "--rush", "1", "--parts", "saves,ladder,day,rush", "--json", str(file)]
    assert main(order) == 0
    figures = json.loads(file.read_text())[database]
    assert all(figures[key] > 0 for key in (*KEYS, *DAY_KEYS))
    done = figures["details"]["collected"]["marking"]["done"]
    assert done["scripts"] == 12


def test_a_target_that_is_missed_is_said() -> None:
    results = {
        "machine": {
            "processor": "p",
            "cores": 2,
            "memory_gb": 4,
            "system": "s",
            "load": [0],
            "load_after": [0],
        },
        "versions": {},
        "sqlite": {"cpu_ms_per_save": 0.11, "saves_per_s": 9_000.0},
        "postgresql": {"cpu_ms_per_save": 0.11, "saves_per_s": 11_000.0},
    }
    table = report.markdown(results)
    assert "| ≤ 0.100 / 0.120 | 0.110 (missed) | 0.110 |" in table
    assert "| ≥ 10,000 | 9,000 (missed) | 11,000 |" in table
