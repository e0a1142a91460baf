"""Classical item analysis of a response file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tancai.cli.measuring import MeasuringCommand, number, plain_errors
from tancai.engines.psychometrics import classical, files, keys, reading


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
        self.notes(result.notes)
        if options["json"]:
            self.record(files.analysis_record(result))
        else:
            self._show(result)

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
