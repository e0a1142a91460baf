"""Classical item analysis of a response file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import CommandParser

from tancai.cli.measuring import MeasuringCommand, number, plain_errors
from tancai.engines.psychometrics import classical, copying, dif, files, keys, reading
from tancai.engines.psychometrics.errors import MeasurementError

FEWEST_ALIKE = 30
"""People from whom it can be told how often wrong answers agree by chance."""


class Command(MeasuringCommand):
    help = "Difficulty, discrimination, options, reliability and flags of a paper, from a CSV of answers or scores."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "responses", type=Path, help="CSV: item names in the first line, one person a line"
        )
        parser.add_argument("--key", type=Path, help="CSV of keys; without it the responses are scores")
        parser.add_argument("--missing", default="", help="codes for no answer, parted by commas (8,9)")
        parser.add_argument("--skip", default="", help="columns that are no items, parted by commas")
        parser.add_argument(
            "--by-design", action="store_true", help="an empty answer was not presented (default: it earns 0)"
        )
        parser.add_argument(
            "--groups", help="column of two groups: is an item harder for one of them among equals?"
        )
        parser.add_argument("--focal", help="the group that is looked at (default: the smaller one)")
        parser.add_argument(
            "--alike", action="store_true", help="pairs of people with strangely like answers (needs --key)"
        )
        parser.add_argument("--people", help="column with the names or numbers of the people")
        for field in fields(classical.Limits):
            option = "--" + field.name.replace("_", "-")
            kind = int if field.name == "fewest_people" else float
            parser.add_argument(
                option, type=kind, default=field.default, help=f"flag limit (default {field.default})"
            )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        limits = classical.Limits(**{field.name: options[field.name] for field in fields(classical.Limits)})
        columns: dict[str, Any] = {
            name: [word for word in options[name].split(",") if word] for name in ("missing", "skip")
        }
        columns["skip"] += [options[name] for name in ("groups", "people") if options[name]]
        answers = None
        with plain_errors():
            if options["key"]:
                found = reading.read_answers(options["responses"], **columns)
                given = reading.read_keys(options["key"], found.items)
                scored, answers, accepted = keys.score_answers(
                    found.answers,
                    found.items,
                    given,
                    frequency=found.frequency,
                    by_design=options["by_design"],
                    notes=found.notes,
                )
                offered = {key.item: key.options for key in given}
                result = classical.analyse(
                    scored, limits=limits, answers=answers, keys=accepted, offered=offered
                )
            else:
                scored = reading.read_scores(options["responses"], **columns)
                result = classical.analyse(scored, limits=limits)
            differing = _differing(scored, options) if options["groups"] else None
            alike = _alike(answers, scored, options) if options["alike"] else None
        self.notes(result.notes)
        if options["json"]:
            more = {"dif": differing} if differing is not None else {}
            more |= {"alike": alike} if alike is not None else {}
            self.record(files.analysis_record(result) | more)
            return
        self._show(result)
        if differing is not None:
            self._show_differing(differing)
        if alike is not None:
            self._show_alike(alike)

    def _show(self, result: classical.PaperStatistics) -> None:
        self.stdout.write(
            f"n {result.n}  mean {result.mean:.3f}  sd {result.sd:.3f}  alpha {number(result.alpha)}  "
            f"SEM {number(result.sem)}  perfect {result.perfect}  zero {result.zero}"
        )
        rows = []
        for item in result.items:
            shares = " ".join(
                f"{'*' if option.is_key else ''}{option.option}:{option.share:.2f}" for option in item.options
            )
            rows.append(
                [
                    item.id,
                    f"{item.n:.0f}",
                    number(item.difficulty),
                    number(item.discrimination),
                    number(item.alpha_without),
                    shares,
                    ", ".join(item.flags),
                ]
            )
        self.table(["item", "n", "p", "r(rest)", "alpha without", "options", "flags"], rows)

    def _show_differing(self, found: dict[str, Any]) -> None:
        self.stdout.write(f"\nDIF: focal {found['focal']} against {found['reference']}")
        rows = [
            [
                item["id"],
                number(item["delta"]),
                number(item["se_delta"]),
                number(item["p"], 4),
                item["effect"] or "–",
                number(item["p_logistic"], 4),
                item["effect_logistic"] or "–",
            ]
            for item in found["items"]
        ]
        self.table(["item", "MH delta", "se", "p", "class", "p logistic", "class"], rows)

    def _show_alike(self, found: dict[str, Any]) -> None:
        self.stdout.write(
            f"\nAlike: {len(found['pairs'])} of {found['looked_at']} pairs below p = {found['level']:.2g}; "
            "a flag to look into, never a proof"
        )
        rows = [
            [
                pair["copier"],
                pair["source"],
                str(pair["matches"]),
                number(pair["expected"], 1),
                f"{pair['p']:.2g}",
            ]
            for pair in found["pairs"]
        ]
        self.table(["copier", "source", "same wrong", "expected", "p"], rows)


def _differing(scored: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Mantel-Haenszel and logistic DIF of every item between the two groups of a column."""
    path, name = options["responses"], options["groups"]
    group = np.array(reading.read_column(path, name))
    found = sorted(set(group.tolist()))
    if len(found) != 2 or "" in found:
        told = ", ".join(value or "(empty)" for value in found[:5])
        raise MeasurementError(
            "groups", f"Column {name} must hold two groups, one for every person; it holds {told}."
        )
    smaller = min(found, key=lambda value: int((group == value).sum()))
    focal = options["focal"] or smaller
    if focal not in found:
        raise MeasurementError("groups", f"Column {name} has no group {focal}: it holds {', '.join(found)}.")
    tested = dif.mantel_haenszel(scored, group == focal)
    regressed = dif.logistic(scored, group == focal)
    return {
        "focal": focal,
        "reference": next(value for value in found if value != focal),
        "items": [
            {
                "id": item.id,
                "delta": item.delta,
                "se_delta": item.se_delta,
                "p": item.p,
                "effect": item.effect,
                "p_logistic": line.p_both,
                "r2_change": line.r2_change,
                "effect_logistic": line.effect,
            }
            for item, line in zip(tested, regressed, strict=True)
        ],
    }


def _alike(answers: Any, scored: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Pairs whose wrong answers are more alike than chance explains (K-index), at 5 % over all pairs of people."""
    if answers is None:
        raise MeasurementError(
            "no_answers", "Likeness is of chosen options: give the answers and their --key."
        )
    people = len(answers)
    if people < FEWEST_ALIKE:
        raise MeasurementError(
            "too_few_people",
            f"{people} people are too few to say what is alike by chance: {FEWEST_ALIKE} at least.",
        )
    if options["people"]:
        names = reading.read_column(options["responses"], options["people"])
    else:
        names = reading.read_people(options["responses"]) or tuple(
            f"row {place}" for place in range(1, people + 1)
        )
    pairs = copying.likeliest(answers, scored.codes)
    level = 0.05 / max(people * (people - 1), 1)
    found = copying.k_index(answers, scored.codes, pairs, level=level)
    return {
        "method": "k-index",
        "level": level,
        "looked_at": people * (people - 1),
        "pairs": [
            {
                "copier": names[one.copier],
                "source": names[one.source],
                "matches": one.matches,
                "expected": one.expected,
                "p": one.p,
            }
            for one in sorted(found, key=lambda one: (one.p, one.copier, one.source))
            if one.flagged
        ],
    }
