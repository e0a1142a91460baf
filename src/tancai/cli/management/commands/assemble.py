"""Papers from a file of items and a blueprint."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tancai.cli import papers
from tancai.cli.measuring import MeasuringCommand
from tancai.engines.assembly.assembling import MOST_FORMS, Assembly, assemble
from tancai.engines.assembly.bank import Bank
from tancai.engines.assembly.blueprint import Blueprint, Forbidden
from tancai.engines.assembly.blueprint_file import read_blueprint
from tancai.engines.assembly.errors import AssemblyError
from tancai.engines.assembly.items_file import read_bank
from tancai.engines.assembly.records import record


class Command(MeasuringCommand):
    help = (
        "Assemble parallel papers from a CSV of items by a TOML blueprint; without a database. "
        "docs/guides/assembly.md describes both files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("items", type=Path, help="CSV: a line of column names, then one item a line")
        parser.add_argument("blueprint", type=Path, help="TOML: what each paper must be")
        parser.add_argument("--forms", type=int, default=1, help=f"papers, 1 to {MOST_FORMS} (default 1)")
        parser.add_argument("--seed", type=int, default=0, help="another seed, other papers (default 0)")
        parser.add_argument("--parameters", type=Path, help="item parameters: what calibrate --json prints")
        parser.add_argument("--seen", type=Path, help="ids of items to leave out, one a line")
        parser.add_argument(
            "--seconds", type=float, default=600.0, help="stop after so many seconds (default 600)"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            blueprint, bank = self._read(**options)
            found = assemble(
                bank,
                blueprint,
                options["forms"],
                seed=options["seed"],
                seconds=options["seconds"],
                progress=_Progress(self) if self.stderr.isatty() else None,
            )
        except AssemblyError as error:
            raise CommandError(str(error)) from error
        for note in found.notes:
            self.stderr.write(note.message)
        self._show(bank, blueprint, found, options)

    def _read(self, **options: Any) -> tuple[Blueprint, Bank]:
        blueprint, id_column = read_blueprint(options["blueprint"])
        bank = read_bank(options["items"], id_column=id_column, parameters=options["parameters"])
        if options["seen"]:
            blueprint = self._unseen(blueprint, bank, options["seen"])
        return blueprint, bank

    def _unseen(self, blueprint: Blueprint, bank: Bank, path: Path) -> Blueprint:
        try:
            ids = list(dict.fromkeys(path.read_text(encoding="utf-8-sig").split()))
        except (OSError, UnicodeDecodeError) as error:
            raise AssemblyError("unreadable", f"{path} cannot be read as UTF-8 text: {error}.") from error
        unknown = [id for id in ids if id not in bank.place]
        if unknown:
            self.stderr.write(f"{path.name}: {len(unknown)} ids are not in the bank, such as {unknown[0]}.")
        known = tuple(id for id in ids if id in bank.place)
        wanted = Forbidden(f"nothing seen before ({path.name})", items=known)
        return replace(blueprint, requirements=(*blueprint.requirements, wanted))

    def _show(self, bank: Bank, blueprint: Blueprint, found: Assembly, options: dict[str, Any]) -> None:
        if options["json"]:
            self.record(record(bank, blueprint, found))
            if not found.forms:
                sys.exit(1)
            return
        if found.conflict:
            raise CommandError(papers.why(found.conflict, options["forms"]))
        if not found.forms:
            raise CommandError(_nothing(found, options["forms"]))
        for line in papers.lines(bank, blueprint, found):
            self.stdout.write(line)


class _Progress:
    """A line about every second while a long assembly runs."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.last = time.monotonic()

    def __call__(self, way: str, done: int, forms: int) -> None:
        if time.monotonic() - self.last > 1:
            self.last = time.monotonic()
            self.command.stderr.write(f"{way}: {done} of {forms} forms")


def _nothing(found: Assembly, forms: int) -> str:
    if found.status == "infeasible":
        return "It is proven that there are no such forms; the time did not suffice to say why (--seconds)."
    return (
        f"No {forms} forms were found in {found.seconds:.0f} s, and no proof that there are none. "
        "Give more time (--seconds), fewer forms, or looser requirements."
    )
