"""What commands around an engine share: parts with ``--json`` and ``--language``, plain errors, examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.engines.bilingual import LANGUAGES, said

MARKS = {"refused": "未采用|NOT USED", "doubtful": "存疑|DOUBTFUL", "noted": "提示|NOTE"}


class EngineCommand(BaseCommand):
    """A command on files alone: the part ``name`` is done by the method ``_name``; no database is touched."""

    requires_system_checks = ()
    requires_migrations_checks = False
    trouble: ClassVar[type[Exception]]
    """Bad input of this engine; its ``problems`` have ``message(language)``."""

    def part(self, parts: Any, name: str, about: str) -> CommandParser:
        parser: CommandParser = parts.add_parser(name, help=about, description=about)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--language", choices=LANGUAGES, default="zh", help="of tables, trees and messages (default zh)"
        )
        return parser

    def example_part(self, parts: Any) -> None:
        one = self.part(parts, "example", "list the examples, or write one to start from")
        one.add_argument("name", nargs="?")
        one.add_argument("--to", type=Path, default=Path(), help="folder to write into (default: here)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.language: str = options["language"]
        with self._plainly():
            getattr(self, f"_{options['part']}")(options)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Bad input ends the command with its messages instead of a traceback."""
        try:
            yield
        except self.trouble as error:
            problems = getattr(error, "problems", ())
            raise CommandError("\n".join(one.message(self.language) for one in problems)) from error

    def say(self, text: str) -> str:
        """``中文|English`` in the language asked for; any other text as it is."""
        return str(said(text, self.language))

    def print(self, record: Any) -> None:
        self.stdout.write(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))

    def notes(self, problems: list[Any]) -> None:
        """Problems that did not end the command, the gravest first."""
        for problem in sorted(problems, key=lambda one: list(MARKS).index(one.level)):
            self.stderr.write(f"[{self.say(MARKS[problem.level])}] {problem.message(self.language)}")

    def write_file(self, target: Path, data: bytes, *, new: bool = False) -> None:
        """Write a file; with ``new``, never over one that is there. Failures end the command with the reason."""
        try:
            with target.open("xb" if new else "wb") as file:
                file.write(data)
        except FileExistsError:
            words = self.say(
                "已存在，请用 --to 换一个文件夹。|exists already: choose another folder with --to."
            )
            raise CommandError(f"{target}: {words}") from None
        except OSError as error:
            raise CommandError(
                f"{target}: {self.say('无法写入|cannot be written')} ({error.strerror})"
            ) from error

    def make_folder(self, folder: Path) -> None:
        """Make the folder of ``--to`` when it is not there. Failures end the command with the reason."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            words = self.say("文件夹无法建立|the folder cannot be made")
            raise CommandError(f"{folder}: {words} ({error.strerror})") from error

    @staticmethod
    def _same(target: Path, path: Path) -> bool:
        """Is the file there already, unchanged?"""
        return target.is_file() and target.read_bytes() == path.read_bytes()

    def examples(self, options: dict[str, Any], about: dict[str, str], files: dict[str, list[Path]]) -> None:
        """List what there is (name → ``中文|English``), or write the files of one.

        None is replaced: one that is there already is kept when it is the same, and stops the command when it is not.
        """
        name = options["name"]
        if not name:
            for one, text in about.items():
                self.stdout.write(f"{padded(one, 20)} {self.say(text)}")
            return
        if name not in files:
            raise CommandError(
                self.say(f"没有示例 {name}，可用：|there is no example {name}: choose one of ")
                + ", ".join(files)
            )
        targets = [(options["to"] / path.name, path) for path in files[name]]
        self.make_folder(options["to"])
        there = {target for target, path in targets if self._same(target, path)}
        other = next((target for target, _ in targets if target.exists() and target not in there), None)
        if other is not None:
            self.write_file(other, b"", new=True)
        for target, path in targets:
            if target not in there:
                self.write_file(target, path.read_bytes(), new=True)
            self.stdout.write(str(target))


def leading(path: Path) -> str:
    """What a TOML example says of itself in its first two comment lines, Chinese then English, as ``中文|English``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "|".join(line.lstrip("# ") for line in lines[:2])


def padded(text: str, width: int) -> str:
    """Filled up to ``width`` columns; Chinese characters take two."""
    taken = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return text + " " * max(0, width - taken)
