"""What the measurement commands share: notes to the error stream, numbers in columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tancai.engines.psychometrics.errors import MeasurementError, Note


class MeasuringCommand(BaseCommand):
    """A command on files alone: no database, no settings of an installation."""

    requires_system_checks = ()
    requires_migrations_checks = False

    def notes(self, notes: Sequence[Note]) -> None:
        for note in notes:
            self.stderr.write(note.message)

    def record(self, record: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        widths = [max(len(row[k]) for row in [headings, *rows]) for k in range(len(headings))]
        for row in [headings, *rows]:
            cells = [
                row[0].ljust(widths[0]),
                *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True)),
            ]
            self.stdout.write("  ".join(cells).rstrip())


@contextmanager
def plain_errors() -> Iterator[None]:
    """Bad input ends the command with its message instead of a traceback."""
    try:
        yield
    except MeasurementError as error:
        raise CommandError(str(error)) from error


def number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None or value != value else f"{value:.{digits}f}"
