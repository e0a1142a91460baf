"""Items in and out: ``tancai items import FILE`` and ``tancai items export --format F``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tancai.items import api as items
from tancai.lib import clock
from tancai.programmes import api as programmes

SHARED = "shared"


class Command(BaseCommand):
    help = "Import items from other systems, or export items of the bank."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        taking = verbs.add_parser(
            "import", help="take items of a file, package or folder into the bank as drafts"
        )
        taking.add_argument("file", type=Path)
        taking.add_argument(
            "--format", default="", choices=["", *items.IMPORT_FORMATS], help="default: told by content"
        )
        taking.add_argument("--collection", default=SHARED, help=f"programme code or {SHARED} (default)")
        taking.add_argument("--topic", default="", help="topic of items whose file names none")
        taking.add_argument("--difficulty", default="medium", choices=items.DIFFICULTIES)
        taking.add_argument("--bank", default="", help="name of the source; default: the name of the file")
        taking.add_argument("--dry-run", action="store_true", help="report and change nothing")
        taking.add_argument("--json", action="store_true", help="one JSON object on standard output")
        giving = verbs.add_parser("export", help="write items of the bank as a file")
        giving.add_argument("--format", required=True, choices=list(items.EXPORT_FORMATS))
        giving.add_argument("--collection", default="", help="only this collection")
        giving.add_argument("--topic", default="", help="only this topic")
        giving.add_argument("--kind", default="", choices=["", *items.kinds()])
        giving.add_argument(
            "--out", type=Path, help="file to write; default: items with the ending of the format"
        )
        giving.add_argument("--json", action="store_true", help="report as JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "import":
            self._import(options)
        else:
            self._export(options)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if not path.exists():
            raise CommandError(f"{path}: there is no such file")
        outcomes = items.import_file(
            path,
            _target(options),
            form=options["format"],
            dry_run=options["dry_run"],
            by=None,
            at=clock.now(),
        )
        if options["json"]:
            found = list(outcomes)
            record = {
                "file": path.name,
                "dry_run": options["dry_run"],
                "counts": dict(Counter(one.status for one in found)),
                "items": [asdict(one) for one in found],
            }
            self.stdout.write(json.dumps(record, ensure_ascii=False, indent=1))
        else:
            found = list(self._told(outcomes))
        if not any(one.status != "refused" for one in found):
            sys.exit(1)

    def _told(self, outcomes: Iterator[items.Outcome]) -> Iterator[items.Outcome]:
        counts: Counter[str] = Counter()
        for one in outcomes:
            counts[one.status] += 1
            if one.status == "refused" or one.losses:
                self.stdout.write(_line(one))
            yield one
        told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(counts.items()))
        self.stdout.write(told or "nothing in it")

    def _export(self, options: dict[str, Any]) -> None:
        collections = [options["collection"]] if options["collection"] else None
        chosen = items.items(collections=collections, topic=options["topic"], kind=options["kind"])
        made = items.export_items(list(chosen.values_list("pk", flat=True)), options["format"])
        if not made.items:
            raise CommandError("no items of the bank are so")
        path: Path = options["out"] or Path(f"items-{options['format']}{made.ending}")
        path.write_bytes(made.data)
        counts = Counter(one.status for one in made.items)
        if options["json"]:
            record = {"file": str(path), "counts": counts, "items": [asdict(one) for one in made.items]}
            self.stdout.write(json.dumps(record, ensure_ascii=False, indent=1))
            return
        for one in made.items:
            if one.status != "exported":
                why = one.reason or ", ".join(loss.code for loss in one.losses)
                self.stdout.write(
                    f"{one.code} ({one.kind}): {one.status.replace('_', ' ')}: {why} {one.piece}".rstrip()
                )
        told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(counts.items()))
        self.stdout.write(f"{path}: {told}")


def _target(options: dict[str, Any]) -> items.Target:
    codes = programmes.programme_codes()
    if options["collection"] not in {*codes, SHARED}:
        raise CommandError(
            f"no collection {options['collection']}: choose {SHARED} or one of {', '.join(codes)}"
        )
    known = {topic.code for code in codes for topic in programmes.definition(code).topics}
    if options["topic"] and options["topic"] not in known:
        raise CommandError(
            f"no topic {options['topic']}: the programmes know {', '.join(sorted(known)[:8])} …"
        )
    return items.Target(
        collection=options["collection"],
        topic=options["topic"] or items.UNSORTED,
        difficulty=options["difficulty"],
        topics=lambda name: name if name in known else "",
        bank=options["bank"],
    )


def _line(one: items.Outcome) -> str:
    where = f"{one.place}:{one.line}" if one.place else f"line {one.line}"
    name = one.title or one.source or one.stem[:40]
    why = f"{one.reason} {one.piece}".strip() or "; ".join(
        f"{loss.code} {loss.piece}".strip() for loss in one.losses
    )
    return f"{where}: {name}: {one.status.replace('_', ' ')}: {why}"
