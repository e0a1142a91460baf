"""Drawn reports hold what was planted, papers show it, and findings are compared fairly."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tancai.labs.api import verification_bench as bench
from tancai.labs.benches.verification.kinds import KIND_OF

pytestmark = pytest.mark.anydatabase
NUMBERS = range(1, 61) if os.environ.get("TANCAI_SWEEP") else range(1, 7)


def told(found: Any, **more: Any) -> list[Any]:
    """A careful verifier writes down what the engine finds heavier than an observation."""
    values = {}
    for number, one in enumerate(found.findings, 1):
        if one.severity != "observation":
            effect = "" if one.effect is None else f"{one.effect:.2f}"
            values[f"finding.{number}"] = {
                "subject": bench.subject_of(one),
                "kind": bench.kind_of(one),
                "severity": one.severity,
                "fact": one.text(),
                "effect": effect,
                **more,
            }
    return bench.own_findings(values)


@pytest.mark.parametrize("level", bench.LEVELS)
def test_the_engine_finds_what_was_planted_and_little_else(level: str) -> None:
    consequences = {
        "reported_sum",
        "meter_against_invoice",
        "month_against_invoice",
        "stock_balance",
        "year_on_year",
    }
    for number in NUMBERS:
        drawn = bench.draw(number, level)
        found = bench.conclude(bench.drawn_report(number, level))
        there = {(one.code, one.subject) for one in found.findings}
        assert set(drawn.planted) <= there and len(drawn.planted) == bench.LEVELS[level]
        assert {code for code, subject in there - set(drawn.planted)} <= consequences
        assert found.conclusion == "to_correct"


@pytest.mark.parametrize("level", bench.LEVELS)
def test_a_careful_verifier_misses_nothing(level: str) -> None:
    for number in NUMBERS:
        report = bench.drawn_report(number, level)
        found = bench.conclude(report)
        compared = bench.compare(
            found, told(found), conclusion=found.conclusion, verified=f"{found.verified:.2f}"
        )
        assert not compared.missed and not compared.false and not compared.near
        assert compared.conclusion and compared.verified
        assert all(pair.severity and pair.effect is not False for pair in compared.found)
        assert bench.compare(found, []).wanted == len(compared.found)


def test_every_subject_of_a_finding_is_offered_on_a_paper() -> None:
    for level in bench.LEVELS:
        for number in NUMBERS:
            report = bench.drawn_report(number, level)
            rows = {row.subject for paper in bench.papers(report) for row in paper.rows}
            offered = bench.subjects(report)
            assert rows <= set(offered)
            for one in bench.conclude(report).findings:
                assert bench.subject_of(one) in rows
                assert one.code in KIND_OF and bench.kind_of(one) in bench.KINDS


def test_wrong_findings_are_told_apart() -> None:
    report = bench.drawn_report(3, "advanced")
    found = bench.conclude(report)
    heavy = next(one for one in found.findings if one.code == "calibration")
    values = {
        "finding.1": {"subject": "gas", "kind": "plan", "severity": "observation", "fact": "x"},
        "finding.2": {
            "subject": "equipment:链条锅炉",
            "kind": "source",
            "severity": "nonconformity",
            "fact": "x",
        },
        "finding.3": {"subject": "team", "kind": "other", "severity": "observation", "fact": "x"},
        "finding.x": {"subject": "gas"},
        "finding.9": "no mapping",
    }
    own = bench.own_findings(values)
    assert [one.number for one in own] == [1, 2, 3]
    compared = bench.compare(found, own, conclusion="conforms", verified="12,5")
    assert {one.subject for one in compared.false} == {"equipment:链条锅炉", "team"}
    assert heavy.subject == "gas" and [pair.own.number for pair in compared.near] == [1]
    assert not compared.conclusion and compared.verified is False
    assert bench.compare(found, own, verified="").verified is None


def test_a_slip_in_a_stream_excuses_the_sum_but_not_the_other_way() -> None:
    for number in range(1, 40):
        report = bench.drawn_report(number, "beginner")
        found = bench.conclude(report)
        codes = {one.code: one for one in found.findings}
        if {"reported_emission", "reported_sum"} <= set(codes):
            break
    stream = bench.own_findings(
        {
            "finding.1": {
                "subject": codes["reported_emission"].subject,
                "kind": "reported",
                "severity": "",
                "fact": "",
            }
        }
    )
    assert not [one for one in bench.compare(found, stream).missed if one.code.startswith("reported")]
    total = bench.own_findings(
        {"finding.1": {"subject": "total", "kind": "reported", "severity": "", "fact": ""}}
    )
    assert [one.code for one in bench.compare(found, total).missed if one.code.startswith("reported")] == [
        "reported_emission"
    ]


def test_corrected_findings_change_the_conclusion() -> None:
    report = bench.drawn_report(2, "beginner")
    found = bench.conclude(report)
    closed = bench.closed_ids(report, told(found, closed=True))
    again = bench.conclude(report, {one.id for one in found.findings} | closed)
    assert closed and again.conclusion == "conforms_after_correction"
