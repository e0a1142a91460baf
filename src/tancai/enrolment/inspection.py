"""The dry run: an archive against a programme, row by row and file by file. Reads only.

A row is ``good`` (complete), ``incomplete`` (applies, but something is still to be handed in), ``already`` (nothing
to do) or ``bad`` (does not apply until corrected). A row without its portrait is bad: the portrait's file name is
the second statement of name and number that the first is checked against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tancai.enrolment import archives, portraits, queries, sheets, states
from tancai.enrolment.claims import Claims
from tancai.enrolment.errors import BadArchive, BadClaims
from tancai.enrolment.models import Application
from tancai.enrolment.rules import context_of, judge, missing_materials, required_materials
from tancai.lib import clock, identity, images
from tancai.lib.spreadsheets import NotASpreadsheet, Row, Sheet
from tancai.people import api as people

MOST_ROWS = 500
Progress = Callable[[int, int], None]


@dataclass
class Target:
    """What the rows apply for."""

    institution: Any
    definition: Any
    level: str
    speciality: str
    exam_day: str


@dataclass
class RowReport:
    """One row: its cells, the members that belong to it by kind, findings, verdict."""

    number: int
    cells: dict[str, str]
    claims: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    verdict: str = "good"

    def bad(self, code: str, **params: Any) -> None:
        self.findings.append({"code": code, "level": "error", "params": params})
        self.verdict = "bad"

    def lacks(self, code: str, **params: Any) -> None:
        self.findings.append({"code": code, "level": "warning", "params": params})
        if self.verdict == "good":
            self.verdict = "incomplete"

    def remark(self, code: str, **params: Any) -> None:
        self.findings.append({"code": code, "level": "info", "params": params})


@dataclass
class Report:
    """Findings on the archive as a whole (``fatal``: nothing can be taken) and on every row."""

    findings: list[dict[str, Any]] = field(default_factory=list)
    rows: list[RowReport] = field(default_factory=list)
    fatal: bool = False


def inspect(data: bytes, target: Target, *, at: datetime, progress: Progress | None = None) -> Report:
    """Look at everything and change nothing; never raises for what the archive contains."""
    try:
        archive = archives.Archive(data)
        layout = archive.layout()
        sheet = sheets.read(archive.read(layout.sheet))
    except BadArchive as error:
        return _fatal(error.code, error.params)
    except NotASpreadsheet as error:
        return _fatal("sheet_unreadable" if error.code == "unreadable" else error.code, {})
    if not sheet.rows or len(sheet.rows) > MOST_ROWS:
        return _fatal("too_many_rows" if sheet.rows else "no_rows", {"most": MOST_ROWS})
    return _Inspection(archive, layout, sheet, target, at).run(progress or (lambda done, total: None))


def _fatal(code: str, params: dict[str, Any]) -> Report:
    return Report(findings=[{"code": code, "level": "error", "params": params}], fatal=True)


class _Inspection:
    def __init__(
        self, archive: archives.Archive, layout: archives.Layout, sheet: Sheet, target: Target, at: datetime
    ) -> None:
        self.archive, self.layout, self.sheet, self.target, self.at = archive, layout, sheet, target, at
        self.kinds = frozenset(material.kind for material in target.definition.materials)
        self.members = {member.index: member for member in archive.members()}
        self.seen: dict[str, int] = {}
        self.portraits: dict[str, list[archives.NamedFile]] = {}
        for each in layout.portraits:
            self.portraits.setdefault(each.number, []).append(each)

    def run(self, progress: Progress) -> Report:
        report = Report()
        for done, row in enumerate(self.sheet.rows):
            progress(done, len(self.sheet.rows))
            report.rows.append(self._row(row))
        self._archive_findings(report)
        progress(len(self.sheet.rows), len(self.sheet.rows))
        return report

    def _archive_findings(self, report: Report) -> None:
        layout = self.layout
        found = len(layout.portraits)
        if not layout.portrait_folder:
            _warn(report, "no_portrait_folder")
        elif layout.portrait_total is not None and layout.portrait_total != found:
            _warn(
                report,
                "count_differs",
                folder=layout.portrait_folder,
                said=layout.portrait_total,
                found=found,
            )
        unread = sheets.unread_columns(self.sheet)
        if unread:
            names = [archives.mask_path(name[:20]) for name in unread[:10]]
            _warn(report, "columns_unread", level="info", names=names)
        known = {identity.normal_document(row.cells.get(sheets.NUMBER, "")) for row in self.sheet.rows}
        # a row that was sent back for its number explains its portrait already
        explained = {people.normal_name(r.cells[sheets.NAME]) for r in report.rows if r.verdict == "bad"}
        for number, portraits_found in self.portraits.items():
            if number not in known and people.normal_name(portraits_found[0].name) not in explained:
                for each in portraits_found:
                    _warn(report, "extra_portrait", level="error", file=each.member.shown)
        for number, files in self.layout.materials.items():
            if (
                number not in known
                and number not in self.portraits
                and people.normal_name(files[0].name) not in explained
            ):
                _warn(report, "extra_materials", file=archives.mask_path(f"{files[0].name}_{number}"))
        for member in layout.misnamed:
            picture = (
                archives.read_person(member.stem) is not None and member.suffix in archives.OTHER_PICTURES
            )
            _warn(report, "portrait_format" if picture else "misnamed", file=member.shown)
        for member in layout.stray:
            _warn(report, "stray", file=member.shown)

    def _row(self, row: Row) -> RowReport:
        report = RowReport(row.number, {name: row.cells.get(name, "") for name in sheets.COLUMNS})
        number = self._identity(row, report)
        if number is None:
            return report
        self._match(number, report)
        self._known(number, report)
        if report.verdict == "bad":
            return report
        self._contents(row, report)
        return report

    def _identity(self, row: Row, report: RowReport) -> str | None:
        """The normal document number, or None when the row cannot be tied to a person."""
        cell = self.sheet.address(sheets.NUMBER, row)
        if sheets.NUMBER in row.numeric:
            report.bad("number_in_numeric_cell", cell=cell)
            # what a number cell kept of the digits is worth nothing
            report.cells[sheets.NUMBER] = ""
            return None
        kind = sheets.document_kind(row.cells)
        check = identity.check_document(kind, row.cells.get(sheets.NUMBER, ""))
        if not check.ok:
            report.bad(f"document_{check.code}", cell=cell)
            return None
        if len(people.normal_name(row.cells.get(sheets.NAME, ""))) < 2:
            report.bad("name", cell=self.sheet.address(sheets.NAME, row))
        self._more_identity(check, row, report)
        if check.normal in self.seen:
            report.bad("duplicate_row", row=self.seen[check.normal])
            return None
        self.seen[check.normal] = row.number
        return check.normal

    def _more_identity(self, check: identity.DocumentCheck, row: Row, report: RowReport) -> None:
        sex = sheets.SEX_WORDS.get(row.cells.get(sheets.SEX, ""), "")
        birth = sheets.read_date(row.cells.get(sheets.BIRTH, ""))
        if not (sex or check.sex):
            report.bad("sex")
        elif sex and check.sex and sex != check.sex:
            report.bad("sex_differs")
        if not (birth or check.birth):
            report.bad("birth")
        elif birth and check.birth and birth != check.birth:
            report.bad("birth_differs")
        for column, normal, code in (
            (sheets.PHONE, people.normal_phone, "phone"),
            (sheets.EMAIL, people.normal_email, "email"),
        ):
            text = row.cells.get(column, "")
            try:
                if text:
                    normal(text)
            except people.BadContact:
                report.bad(code, cell=self.sheet.address(column, row))

    def _match(self, number: str, report: RowReport) -> None:
        """Row ↔ portrait ↔ materials, by number; the names must agree."""
        name = report.cells[sheets.NAME]
        portraits_found = self.portraits.get(number, [])
        if not portraits_found:
            report.bad("portrait_missing")
        elif len(portraits_found) > 1:
            report.bad("portrait_duplicate", count=len(portraits_found))
        for each in (*portraits_found, *self.layout.materials.get(number, ())[:1]):
            if not people.names_agree(each.name, name):
                report.bad("name_mismatch", file=each.member.shown)
                break
        if len(portraits_found) == 1:
            report.files.append({"kind": "portrait", "index": portraits_found[0].member.index})
        for each in self.layout.materials.get(number, ()):
            kind = archives.material_kind(each.member.path, self.kinds)
            if kind in self.kinds:
                report.files.append({"kind": kind, "index": each.member.index})

    def _known(self, number: str, report: RowReport) -> None:
        person = people.find_by_document(sheets.document_kind(report.cells), number)
        if person is None:
            return
        if not people.names_agree(person.name, report.cells[sheets.NAME]):
            report.bad("name_mismatch_known")
            return
        target = self.target
        found = Application.objects.filter(
            person=person, programme=target.definition.code, exam_day=target.exam_day
        ).first()
        if found is None:
            return
        if found.institution_id != target.institution.pk and found.state in states.RUNNING:
            report.bad("other_channel")
        elif found.state in (states.SUBMITTED, states.APPROVED) and report.verdict != "bad":
            report.verdict = "already"
            report.remark("already_applied", number=found.number)

    def _contents(self, row: Row, report: RowReport) -> None:
        if report.verdict == "already":
            return
        claims, unread = sheets.claims_of(report.cells, self.target.definition, numeric=row.numeric)
        report.claims = claims
        report.findings.extend(unread)
        usable = [each for each in report.files if self._usable(each, report)]
        report.files = usable
        try:
            read = Claims.from_json(claims)
        except BadClaims as error:
            report.lacks("cell_unreadable", column=error.params.get("field", ""))
            return
        self._judge(read, {each["kind"] for each in usable}, report)

    def _judge(self, claims: Claims, present: set[str], report: RowReport) -> None:
        definition = self.target.definition
        conditions = definition.conditions_for(self.target.level)
        on = queries.years_until(definition, self.target.exam_day, clock.local_date(self.at))
        verdict = judge(conditions, claims, on, context_of(definition))
        if verdict.met is None:
            report.lacks("no_condition_met")
        kind = sheets.document_kind(report.cells)
        missing = missing_materials(required_materials(definition, verdict, claims, kind), present)
        # a portrait that is there but faulty has been told already
        missing = tuple(each for each in missing if each != "portrait")
        if missing:
            names = {material.kind: material.name for material in definition.materials}
            report.lacks("material_missing", names=[names[each] for each in missing], kinds=list(missing))

    def _usable(self, each: dict[str, Any], report: RowReport) -> bool:
        member = self.members[each["index"]]
        try:
            data = self.archive.read(member)
        except BadArchive as error:
            report.lacks(error.code, **error.params)
            return False
        if each["kind"] == "portrait":
            return self._portrait(data, report)
        if not data:
            report.lacks("material_unread", file=member.shown, inner={"code": "empty"})
            return False
        if not data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"BM", b"%PDF-")):
            report.lacks("material_unread", file=member.shown, inner={"code": "type"})
            return False
        if not data.startswith(b"%PDF-") and not images.opens(data):
            report.lacks("material_unread", file=member.shown, inner={"code": "unopenable"})
            return False
        return True

    def _portrait(self, data: bytes, report: RowReport) -> bool:
        findings = portraits.inspect(data, self.target.definition.portrait)
        for finding in findings:
            inner = {"code": finding.code, "params": finding.params}
            if finding.hard:
                report.lacks("portrait_fault", inner=inner)
            else:
                report.remark("portrait_remark", inner=inner)
        return not any(finding.hard for finding in findings)


def _warn(report: Report, code: str, *, level: str = "warning", **params: Any) -> None:
    report.findings.append({"code": code, "level": level, "params": params})
