"""Responses and marks of a session given out as a file; who asked, and why with names, stays on record."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.files import api as files
from tancai.jobs import api as jobs
from tancai.marking import result_files
from tancai.marking.errors import MayNot
from tancai.marking.queries.answers import answered_count, answered_papers

JOB = "marking.export_results"
PURPOSE = "results-export"
KEEP_DAYS = 7
MOST = 512 * 1024 * 1024


@transaction.atomic
def ask_for_results(
    session: Any, *, form: str, names: bool = False, reason: str = "", by: Any, at: datetime
) -> jobs.Job:
    """Start writing the responses of a session as a file of ``form`` (one of FORMATS).

    Raises MayNot: ``no_format``, ``no_scripts`` when nobody's paper is scored yet, ``no_reason`` for names without one.
    """
    note_export(session, form=form, names=names, reason=reason, by=by, at=at)
    return jobs.start(JOB, params={"session": session.pk, "form": form, "names": names}, by=by, at=at)


@transaction.atomic
def note_export(session: Any, *, form: str, names: bool, reason: str, by: Any, at: datetime) -> None:
    """Check an export and put it on record; raises as ``ask_for_results``."""
    reason = " ".join(reason.split())
    if form not in result_files.FORMATS:
        raise MayNot("no_format")
    if not answered_count(session):
        raise MayNot("no_scripts")
    if names and not reason:
        raise MayNot("no_reason")
    detail = {"form": form, "names": names, **({"reason": reason[:300]} if names else {})}
    audit.record("marking.export_results", by=by, at=at, target=("session", session.pk), detail=detail)


def write_results(
    session: Any, out: IO[bytes], *, form: str, names: bool = False, told: Callable[[int], None] | None = None
) -> int:
    """Write the responses of a session to ``out``; returns how many papers. ``note_export`` comes first."""
    return result_files.write(answered_papers(session, names=names), form, out, names=names, told=told)


def keep_results(
    session: Any,
    *,
    form: str,
    names: bool,
    by: Any,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[files.StoredFile, int]:
    """Write the file and keep it sealed for some days. Call it outside a transaction."""
    total = answered_count(session)

    def told(done: int) -> None:
        if progress is not None:
            progress(min(done, total - 1), total)

    with tempfile.TemporaryFile() as out:
        count = write_results(session, out, form=form, names=names, told=told)
        out.seek(0)
        name = f"results-{session.programme}-{session.date:%Y%m%d}-{form}{result_files.FORMATS[form]}"
        mime = "text/csv" if form == "csv" else "application/zip"
        stored = files.store(out.read(), purpose=PURPOSE, name=name, mime=mime, by=by, at=at)
    return stored, count
