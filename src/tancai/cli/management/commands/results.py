"""Responses and marks of a session as a file: ``tancai results export SESSION --format F``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.engines.bilingual import counted
from tancai.exams import api as exams
from tancai.lib import clock
from tancai.marking import api as marking

_WHY = {
    "no_scripts": "nobody's paper of this session is scored yet: wait for the hand-in and a minute for the worker",
    "no_reason": "names need a reason: --names --reason TEXT",
}


class Command(BaseCommand):
    help = "Write every response of a session with its marks: a long table or QTI results."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        giving = verbs.add_parser("export", help="write the responses of one session as a file")
        giving.add_argument(
            "session", help="exam day of the session (as 'results sessions' shows it) or its number"
        )
        giving.add_argument("--format", default="csv", choices=list(marking.EXPORT_FORMATS))
        giving.add_argument(
            "--names", action="store_true", help="with ticket numbers and names; needs --reason"
        )
        giving.add_argument("--reason", default="", help="why names are needed; it stays in the audit record")
        giving.add_argument(
            "--out", type=Path, help="file to write; default: results-<session> and the ending"
        )
        verbs.add_parser("sessions", help="list sessions whose papers are scored")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "sessions":
            self._list()
        else:
            self._export(options)

    def _list(self) -> None:
        for session in exams.sessions(until=clock.now()):
            count = marking.answered_count(session)
            if count:
                self.stdout.write(
                    f"{session.pk}\t{session.exam_day}\t{session.kind}\t{counted(count, 'paper', 'papers')}"
                )

    def _export(self, options: dict[str, Any]) -> None:
        session = _session(options["session"])
        form, names = options["format"], options["names"]
        try:
            marking.note_export(
                session, form=form, names=names, reason=options["reason"], by=None, at=clock.now()
            )
        except marking.MayNot as error:
            raise CommandError(_WHY[error.code]) from error
        plain = session.exam_day.replace(":", "-").replace("/", "-")
        path: Path = options["out"] or Path(f"results-{plain}{marking.EXPORT_FORMATS[form]}")
        try:
            with path.open("wb") as out:
                count = marking.write_results(session, out, form=form, names=names)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{path}: {counted(count, 'paper', 'papers')}")


def _session(text: str) -> Any:
    found = exams.session(int(text)) if text.isdigit() else None
    for kind in ("regular", "special", "rehearsal"):
        found = found or exams.session_of_day(text, kind)
    if found is None:
        raise CommandError(f"there is no session {text}: 'tancai results sessions' lists them")
    return found
