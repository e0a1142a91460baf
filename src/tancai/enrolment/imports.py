"""Institution archives: kept sealed, looked at, confirmed, worked off row by row, given up.

Every row is a step of its own, so the work can stop anywhere and be taken up again: rows already done are skipped,
and the same person, programme and exam day is the same application.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tancai.audit import api as audit
from tancai.enrolment import actions, archives, inspection, queries, sheets, states
from tancai.enrolment.errors import (
    AlreadyApplied,
    BadArchive,
    BadMaterial,
    EnrolmentError,
    Incomplete,
    NotPossible,
)
from tancai.enrolment.models import Application, ImportBatch, ImportBatchEvent, ImportRow
from tancai.files import api as files
from tancai.lib import clock, spreadsheets
from tancai.people import api as people
from tancai.programmes import api as programmes

EXPIRES = timedelta(hours=72)
KEEP_BAD_ROWS = timedelta(days=30)
Progress = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    return None


def open_batch(
    institution: Any,
    *,
    programme: str,
    level: str = "",
    speciality: str = "",
    exam_day: str,
    data: bytes,
    name: str = "archive.zip",
    by: Any,
    at: datetime,
) -> ImportBatch:
    """Keep the uploaded archive sealed, to be inspected. Raises BadArchive (not a ZIP, too large, …), NotPossible."""
    archives.Archive(data)
    definition = programmes.definition(programme, on=clock.local_date(at))
    actions.check_choice(definition, level, speciality, "institution")
    actions.check_open(exam_day, programme, at)
    stored = files.store(
        data, purpose="import_archive", name=name, owner_organisation=institution, by=by, at=at
    )
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            institution=institution,
            programme=programme,
            edition_id=definition.edition_id,
            level=level,
            speciality=speciality,
            exam_day=exam_day,
            archive=stored,
            uploaded_at=at,
            uploaded_by=by,
        )
        _note(batch, "uploaded", by=by, at=at)
    return batch


def inspect_batch(batch: ImportBatch, *, by: Any, at: datetime, progress: Progress = _quiet) -> ImportBatch:
    """The dry run: findings on the archive and on every row. Inspecting again replaces the former findings."""
    if stage(batch) not in ("uploaded", "inspected"):
        raise NotPossible("wrong_state", state=stage(batch))
    report = inspection.inspect(files.read(batch.archive), _target(batch), at=at, progress=progress)
    rows = [
        ImportRow(
            batch=batch,
            number=row.number,
            verdict=row.verdict,
            data={"cells": row.cells, "claims": row.claims, "files": row.files},
            findings=row.findings,
        )
        for row in report.rows
    ]
    with transaction.atomic():
        batch.rows.all().delete()
        ImportRow.objects.bulk_create(rows, batch_size=100)
        batch.findings = report.findings
        batch.save(update_fields=["findings"])
        _note(batch, "refused" if report.fatal else "inspected", by=by, at=at)
    if report.fatal:
        files.discard(batch.archive, reason="archive unreadable", by=by, at=at)
    return batch


def inspect_archive(
    institution: Any,
    *,
    programme: str,
    level: str = "",
    speciality: str = "",
    exam_day: str,
    data: bytes,
    name: str = "archive.zip",
    by: Any,
    at: datetime,
) -> ImportBatch:
    """Open and inspect in one go. Raises BadArchive, NotPossible."""
    batch = open_batch(
        institution,
        programme=programme,
        level=level,
        speciality=speciality,
        exam_day=exam_day,
        data=data,
        name=name,
        by=by,
        at=at,
    )
    return inspect_batch(batch, by=by, at=at)


def confirm_batch(batch: ImportBatch, *, declared: bool = True, by: Any, at: datetime) -> ImportBatch:
    """The institution confirms the dry run and declares that its candidates agreed; ``run_batch`` does the work."""
    if not declared:
        raise NotPossible("not_declared")
    with transaction.atomic():
        ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if stage(batch) != "inspected":
            raise NotPossible("wrong_state", state=stage(batch))
        if not batch.rows.filter(verdict__in=("good", "incomplete")).exists():
            raise NotPossible("nothing_to_take")
        _note(batch, "confirmed", by=by, at=at, detail={"declared": True})
    return batch


def run_batch(batch: ImportBatch, *, by: Any, at: datetime, progress: Progress = _quiet) -> ImportBatch:
    """Make applications of the good and incomplete rows not done yet, then give the archive up. May be repeated."""
    if stage(batch) == "finished":
        return batch
    if stage(batch) != "confirmed":
        raise NotPossible("wrong_state", state=stage(batch))
    archive = archives.Archive(files.read(batch.archive))
    members = {member.index: member for member in archive.members()}
    wanted = batch.rows.filter(verdict__in=("good", "incomplete"))
    total, done = wanted.count(), wanted.filter(done_at__isnull=False).count()
    for row in wanted.filter(done_at__isnull=True).order_by("number"):
        progress(done, total)
        _take(batch, row, archive, members, by=by, at=at)
        done += 1
    _finish(batch, by=by, at=at)
    progress(total, total)
    return batch


def _take(
    batch: ImportBatch,
    row: ImportRow,
    archive: archives.Archive,
    members: dict[int, archives.Member],
    *,
    by: Any,
    at: datetime,
) -> None:
    """One row becomes an application, or comes back with the reason."""
    try:
        application = _apply(batch, row, by=by, at=at)
        if application.state in states.EDITABLE:
            _hand_in(application, row, archive, members, by=by, at=at)
            _submit_if_ready(application, row, by=by, at=at)
    except (EnrolmentError, people.PeopleError, files.FileError) as error:
        known = error.code in ("closed", "other_channel")
        params = {} if known else {"why": error.code}
        code = error.code if known else "not_done"
        row.findings = [*row.findings, {"code": code, "level": "error", "params": params}]
        row.verdict = "bad"
        row.save(update_fields=["findings", "verdict"])
        return
    row.application, row.done_at = application, at
    # what has become an application need not be kept twice
    row.data = {"cells": {sheets.NAME: row.data["cells"].get(sheets.NAME, "")}}
    row.save(update_fields=["application", "done_at", "data", "findings", "verdict"])


def _apply(batch: ImportBatch, row: ImportRow, *, by: Any, at: datetime) -> Application:
    cells = row.data["cells"]
    with transaction.atomic():
        person = people.enter_person(
            name=cells[sheets.NAME],
            document_kind=sheets.document_kind(cells),
            document=cells[sheets.NUMBER],
            sex=sheets.SEX_WORDS.get(cells.get(sheets.SEX, "")),
            birth=sheets.read_date(cells.get(sheets.BIRTH, "")),
            phone=cells.get(sheets.PHONE) or None,
            email=cells.get(sheets.EMAIL) or None,
            by=by,
            at=at,
        )
        try:
            application = actions.start_application(
                person,
                programme=batch.programme,
                level=batch.level,
                speciality=batch.speciality,
                exam_day=batch.exam_day,
                channel="institution",
                institution=batch.institution,
                by=by,
                at=at,
            )
        except AlreadyApplied as error:
            application = queries.record_of(str(error.params["number"]))
        if application.institution_id != batch.institution_id:
            raise NotPossible("other_channel")
        if application.state in states.EDITABLE:
            actions.set_claims(application, row.data["claims"], by=by, at=at)
    return application


def _hand_in(
    application: Application,
    row: ImportRow,
    archive: archives.Archive,
    members: dict[int, archives.Member],
    *,
    by: Any,
    at: datetime,
) -> None:
    several = {m.kind for m in queries.definition_for(application).materials if m.several}
    used: dict[str, int] = {}
    for each in row.data["files"]:
        kind = each["kind"]
        if kind in used and kind not in several:
            # a second picture of the same thing is kept as a further proof
            kind = "other_proof"
        if kind in used and kind not in several:
            continue
        page = used[kind] = used.get(kind, 0) + 1
        member = members[each["index"]]
        try:
            actions.attach_material(
                application, kind, archive.read(member), f"{kind}{member.suffix}", page=page, by=by, at=at
            )
        except BadMaterial as error:
            inner = {"code": error.code, "params": {k: v for k, v in error.params.items() if k == "most"}}
            params = {"file": member.shown, "inner": inner}
            row.findings = [*row.findings, {"code": "material_unread", "level": "warning", "params": params}]
        except BadArchive as error:
            row.findings = [*row.findings, {"code": error.code, "level": "warning", "params": error.params}]
        except NotPossible:
            # already accepted by a reviewer: nothing to replace
            continue


def _submit_if_ready(application: Application, row: ImportRow, *, by: Any, at: datetime) -> None:
    try:
        actions.submit(application, by=by, at=at)
        row.verdict = "good"
    except Incomplete:
        row.verdict = "incomplete"


def _finish(batch: ImportBatch, *, by: Any, at: datetime) -> None:
    with transaction.atomic():
        ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if stage(batch) == "finished":
            return
        _note(batch, "finished", by=by, at=at, detail=counts(batch))
        files.discard(batch.archive, reason="import finished", by=by, at=at)


@transaction.atomic
def drop_batch(batch: ImportBatch, *, by: Any, at: datetime, kind: str = "dropped") -> None:
    """Give up an archive that was not confirmed; rows and archive go."""
    if stage(batch) not in ("uploaded", "inspected"):
        raise NotPossible("wrong_state", state=stage(batch))
    batch.rows.all().delete()
    _note(batch, kind, by=by, at=at)
    files.discard(batch.archive, reason=kind, by=by, at=at)


def expire(at: datetime) -> int:
    """Drop what nobody confirmed within three days and forget bad rows after thirty; how many batches went."""
    gone = 0
    for batch in ImportBatch.objects.filter(uploaded_at__lt=at - EXPIRES):
        if stage(batch) in ("uploaded", "inspected"):
            drop_batch(batch, by=None, at=at, kind="expired")
            gone += 1
    ImportRow.objects.filter(batch__uploaded_at__lt=at - KEEP_BAD_ROWS, done_at__isnull=True).delete()
    return gone


def stage(batch: ImportBatch) -> str:
    """``uploaded``, ``inspected``, ``refused``, ``confirmed``, ``finished``, ``dropped`` or ``expired``."""
    last = batch.events.order_by("-id").values_list("kind", flat=True).first()
    return last or "uploaded"


def counts(batch: ImportBatch) -> dict[str, int]:
    """Rows by verdict, and ``done``."""
    found = {"good": 0, "incomplete": 0, "already": 0, "bad": 0, "done": 0}
    for verdict, done_at in batch.rows.values_list("verdict", "done_at"):
        found[verdict] += 1
        found["done"] += done_at is not None
    return found


def _note(
    batch: ImportBatch, kind: str, *, by: Any, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    ImportBatchEvent.objects.create(batch=batch, kind=kind, at=at, by=by, detail=detail or {})
    audit.record(f"enrolment.batch_{kind}", by=by, at=at, target=("batch", batch.pk), detail=detail or {})


def _target(batch: ImportBatch) -> inspection.Target:
    return inspection.Target(
        institution=batch.institution,
        definition=programmes.definition_of(batch.edition_id),
        level=batch.level,
        speciality=batch.speciality,
        exam_day=batch.exam_day,
    )


def template_workbook(definition: Any) -> bytes:
    """The empty 报名申报表."""
    return sheets.template(definition)


def bad_rows_workbook(batch: ImportBatch) -> bytes:
    """The bad rows as they came, with a column of reasons, and a line for every portrait without a row."""
    from tancai.enrolment.words import say_import

    rows = []
    for row in batch.rows.filter(verdict="bad").order_by("number"):
        cells = row.data.get("cells", {})
        reasons = "；".join(say_import(finding) for finding in row.findings if finding["level"] == "error")
        rows.append([*(cells.get(name, "") for name in sheets.COLUMNS), f"第 {row.number} 行：{reasons}"])
    for finding in batch.findings:
        if finding["code"] == "extra_portrait":
            rows.append([*("" for _name in sheets.COLUMNS), say_import(finding)])
    definition = programmes.definition_of(batch.edition_id)
    return spreadsheets.write(
        "退回的行",
        [*sheets.COLUMNS, sheets.REASONS],
        rows,
        text_columns=sheets.TEXT_COLUMNS,
        choices=sheets.choices(definition),
    )


def batches_of(organisation_ids: Any) -> Any:
    """Batches of these institutions, newest first."""
    rows = ImportBatch.objects.filter(institution_id__in=list(organisation_ids))
    return rows.select_related("institution").order_by("-id")


def batch_of(batch_id: int) -> ImportBatch | None:
    return ImportBatch.objects.select_related("institution", "archive").filter(pk=batch_id).first()
