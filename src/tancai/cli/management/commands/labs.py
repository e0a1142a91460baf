"""``tancai labs``: list tasks, draw a case, mark work, print the matrix; files alone, no database is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.labs import api as labs


class Command(BaseCommand):
    help = (
        "Laboratory tasks for teachers and practitioners: draw a case, fill in its form, have the work marked step "
        "by step. docs/guides/laboratories.md"
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=CommandParser)
        one = self._part(parts, "list", "the tasks")
        one.add_argument("--family", choices=list(labs.FAMILIES))
        one.add_argument("--level", choices=list(labs.LEVELS))
        one.add_argument("--clause", help="a clause of T/MIITEC 020-2024, such as 5.2.1-b1")
        one = self._part(parts, "case", "the papers of a case; with --to also its form to fill in")
        one.add_argument("task", metavar="TASK")
        one.add_argument("--seed", type=int, default=1, help="another seed, another case (default 1)")
        one.add_argument("--to", type=Path, help="folder for CODE-SEED.md and CODE-SEED.toml")
        one.add_argument("--key", action="store_true", help="with the right answers, for teachers")
        one = self._part(parts, "mark", "marks for a filled-in form, with feedback")
        one.add_argument("file", type=Path, metavar="WORK.toml")
        one.add_argument("--exam", action="store_true", help="marks by step only, as an exam tells them")
        one.add_argument("--tree", action="store_true", help="with the calculation behind wrong figures")
        self._part(parts, "matrix", "which clause is examined by which task, as Markdown")

    def _part(self, parts: Any, name: str, about: str) -> CommandParser:
        parser: CommandParser = parts.add_parser(name, help=about, description=about)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--language", choices=("zh", "en"), default="zh", help="default zh")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['part']}")(options)
        except labs.NoSuchTask as error:
            near = f"; did you mean {' or '.join(error.near)}?" if error.near else ""
            raise CommandError(f"no task {error.code}{near} (tancai labs list)") from None
        except labs.BadWork as error:
            raise CommandError(str(error)) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None

    def _list(self, options: dict[str, Any]) -> None:
        found = [
            one
            for one in labs.tasks().values()
            if options["family"] in (None, one.family)
            and options["level"] in (None, one.level)
            and (options["clause"] is None or options["clause"] in one.clauses)
        ]
        if options["json"]:
            self.stdout.write(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=1))
            return
        for one in found:
            level = labs.said(labs.LEVELS[one.level], options["language"])
            title = labs.said(one.title, options["language"])
            self.stdout.write(f"{one.code:40} {level}  {one.minutes:3} min  {title}")
        if not found:
            self.stderr.write("no task fits" if options["language"] == "en" else "没有符合条件的任务")

    def _case(self, options: dict[str, Any]) -> None:
        if options["seed"] < 0:
            raise CommandError("--seed: a whole number from 0 on is wanted")
        case = labs.task(options["task"]).case(options["seed"])
        language = options["language"]
        if options["json"]:
            plain = case.public()
            if options["key"]:
                expected = labs.reference(case).expected
                plain["key"] = {k: sorted(v) if isinstance(v, frozenset) else v for k, v in expected.items()}
            self.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1))
            return
        text = labs.papers(case, language)
        if options["key"]:
            text += "\n" + "\n".join(labs.key(case, labs.reference(case), language)) + "\n"
        if options["to"] is None:
            self.stdout.write(text)
            return
        options["to"].mkdir(parents=True, exist_ok=True)
        for ending, body in (("md", text), ("toml", labs.form(case, language))):
            path = options["to"] / f"{case.task.code}-{case.seed}.{ending}"
            if path.exists():
                raise CommandError(f"{path} is there already: choose another folder or remove it")
            path.write_text(body, encoding="utf-8")
            self.stdout.write(str(path))

    def _mark(self, options: dict[str, Any]) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise CommandError(f"{options['file']}: save the file as UTF-8") from None
        case, work = labs.read_work(text, str(options["file"]))
        found = labs.mark(case, work)
        if options["json"]:
            self.stdout.write(
                json.dumps(labs.record_of(found, teaching=not options["exam"]), ensure_ascii=False, indent=1)
            )
            return
        for line in labs.told(found, options["language"], teaching=not options["exam"]):
            self.stdout.write(line)
        if options["tree"] and not options["exam"]:
            for line in labs.trees(found, options["language"]):
                self.stdout.write(line)

    def _matrix(self, options: dict[str, Any]) -> None:
        self.stdout.write(labs.matrix(), ending="")


def _plain(one: labs.Task) -> dict[str, Any]:
    return {
        "code": one.code,
        "version": one.version,
        "family": one.family,
        "level": one.level,
        "title": labs.said(one.title),
        "title_en": labs.said(one.title, "en"),
        "minutes": one.minutes,
        "clauses": list(one.clauses),
        "papers": list(one.papers),
        "steps": [[step.code, step.label, step.points] for step in one.steps],
    }
