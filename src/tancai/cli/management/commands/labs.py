"""``tancai labs``: list tasks, draw a case, mark work, print the matrix; files alone, no database is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tancai.cli.engine_command import EngineCommand, padded
from tancai.labs import api as labs


class Command(EngineCommand):
    help = (
        "Laboratory tasks for teachers and practitioners: draw a case, fill in its form, have the work marked step "
        "by step. docs/guides/laboratories.md"
    )
    trouble = labs.LabsError

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=CommandParser)
        one = self.part(parts, "list", "the tasks")
        one.add_argument("--family", choices=list(labs.FAMILIES))
        one.add_argument("--level", choices=list(labs.LEVELS))
        one.add_argument("--clause", help="a clause of T/MIITEC 020-2024, such as 5.2.1-b1")
        one = self.part(parts, "case", "the papers of a case; with --to also its form to fill in")
        one.add_argument("task", metavar="TASK")
        one.add_argument("--seed", type=int, default=1, help="another seed, another case (default 1)")
        one.add_argument("--to", type=Path, help="folder for TASK-SEED.md and TASK-SEED.toml")
        one.add_argument("--key", action="store_true", help="with the right answers, for teachers")
        one = self.part(parts, "mark", "marks for a filled-in form, with feedback")
        one.add_argument("file", type=Path, metavar="WORK.toml")
        one.add_argument("--exam", action="store_true", help="marks by step only, as an exam tells them")
        one.add_argument("--tree", action="store_true", help="with the calculation behind wrong figures")
        self.part(parts, "matrix", "which clause is examined by which task, as Markdown")

    def _list(self, options: dict[str, Any]) -> None:
        found = [
            one
            for one in labs.tasks().values()
            if options["family"] in (None, one.family)
            and options["level"] in (None, one.level)
            and (options["clause"] is None or options["clause"] in one.clauses)
        ]
        if options["json"]:
            self.print([_plain(one) for one in found])
            return
        for one in found:
            level, title = self.say(labs.LEVELS[one.level]), self.say(one.title)
            self.stdout.write(f"{padded(one.code, 40)} {padded(level, 12)} {one.minutes:3} min  {title}")
        if not found:
            self.stderr.write(self.say("没有符合条件的任务|no task fits"))

    def _case(self, options: dict[str, Any]) -> None:
        if options["seed"] < 0:
            raise CommandError(
                self.say("--seed 应为 0 或以上的整数|--seed: a whole number from 0 on is wanted")
            )
        case = labs.task(options["task"]).case(options["seed"])
        if options["json"]:
            self.print(_with_key(case) if options["key"] else case.public())
            return
        text = labs.papers(case, self.language)
        if options["key"]:
            text += "\n" + "\n".join(labs.key(case, labs.reference(case), self.language)) + "\n"
        if options["to"] is None:
            self.stdout.write(text)
            return
        options["to"].mkdir(parents=True, exist_ok=True)
        for ending, body in (("md", text), ("toml", labs.form(case, self.language))):
            path = options["to"] / f"{case.task.code}-{case.seed}.{ending}"
            self.write_file(path, body.encode(), new=True)
            self.stdout.write(str(path))

    def _mark(self, options: dict[str, Any]) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
        except UnicodeDecodeError:
            words = self.say("请以UTF-8编码保存|save the file as UTF-8")
            raise CommandError(f"{options['file']}: {words}") from None
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        case, work = labs.read_work(text, str(options["file"]))
        found, teaching = labs.mark(case, work), not options["exam"]
        if options["json"]:
            self.print(labs.record_of(found, teaching=teaching))
            return
        for line in labs.told(found, self.language, teaching=teaching):
            self.stdout.write(line)
        for line in labs.trees(found, self.language) if options["tree"] and teaching else ():
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


def _with_key(case: labs.Case) -> dict[str, Any]:
    expected = labs.reference(case).expected
    key = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in expected.items()}
    return case.public() | {"key": key}
