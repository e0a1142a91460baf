"""Large files looked at and taken in by the worker; what became of each item is kept beside the file."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tancai.files import api as files
from tancai.items.actions.importing import Outcome, Target, import_file
from tancai.items.exchange.model import IMPORT_PURPOSE, Loss
from tancai.jobs import api as jobs

JOB = "items.import"
REPORT_PURPOSE = "item-import-report"
KEEP_DAYS = 7
MOST_REPORT = 256 * 1024 * 1024
_TELL_EVERY = 100


def start_import(
    stored: files.StoredFile,
    *,
    collection: str,
    topic: str,
    form: str,
    topics: Collection[str],
    dry_run: bool,
    total: int = 0,
    by: Any,
    at: datetime,
) -> jobs.Job:
    """Queue the look at a kept file, or its taking in. ``topics``: codes that names in the file may stand for;
    ``total``: how many items a look has found."""
    params = {
        "file": stored.token,
        "collection": collection,
        "topic": topic,
        "form": form,
        "topics": sorted(topics),
        "dry_run": dry_run,
        "total": total,
    }
    return jobs.start(JOB, params=params, by=by, at=at)


def run_import(
    params: dict[str, Any], *, by: Any, at: datetime, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """Do what ``start_import`` queued; raises files.FileGone. Running again changes nothing that is done."""
    stored = files.file(params["file"])
    if stored is None or stored.purpose != IMPORT_PURPOSE:
        raise files.FileGone
    topics = set(params["topics"])
    target = Target(
        collection=params["collection"],
        topic=params["topic"],
        topics=lambda name: name if name in topics else "",
        bank=stored.name,
    )
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder) / (stored.name or "items"), Path(folder) / "report.json"
        path.write_bytes(files.read(stored))
        with report.open("w", encoding="utf-8") as out:
            outcomes = import_file(path, target, form=params["form"], dry_run=params["dry_run"], by=by, at=at)
            for number, one in enumerate(outcomes, start=1):
                out.write(json.dumps(asdict(one), ensure_ascii=False, separators=(",", ":")) + "\n")
                counts[one.status] += 1
                if number % _TELL_EVERY == 0:
                    progress(number, max(params["total"], number + 1))
        kept = files.store(
            report.read_bytes() or b"\n",
            purpose=REPORT_PURPOSE,
            name=f"report-{stored.token[:8]}.json",
            mime="application/json",
            by=by,
            at=at,
        )
    return {"report": kept.token, "counts": dict(counts)}


def import_report(job: jobs.Job) -> list[Outcome] | None:
    """What a finished look or import found, item by item; None when it is not there (any more)."""
    token = (job.result or {}).get("report", "") if job.kind == JOB else ""
    stored = files.file(token) if token else None
    if stored is None or stored.purpose != REPORT_PURPOSE:
        return None
    try:
        lines = files.read(stored).decode().splitlines()
    except files.FileGone:
        return None
    return [_outcome(json.loads(line)) for line in lines if line]


def _outcome(plain: dict[str, Any]) -> Outcome:
    for name in ("losses", "notes"):
        plain[name] = tuple(Loss(**one) for one in plain[name])
    return Outcome(**plain)
