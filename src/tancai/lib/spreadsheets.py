"""Spreadsheets in (calamine) and out (openpyxl)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl
import python_calamine
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation


class NotASpreadsheet(Exception):
    """The bytes cannot be read as a workbook, or it has no heading row. ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Row:
    """One data row: its number in the sheet, text by heading, and the headings whose cell was numeric."""

    number: int
    cells: dict[str, str]
    numeric: frozenset[str]


@dataclass(frozen=True)
class Sheet:
    headings: list[str]
    rows: list[Row]
    columns: dict[str, str] = field(default_factory=dict)

    def address(self, heading: str, row: Row) -> str:
        """The cell as the user sees it, such as ``C7``."""
        return f"{self.columns.get(heading, '?')}{row.number}"


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, date | datetime):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value).strip()


def _plain(heading: Any) -> str:
    return re.sub(r"[\s*＊]", "", _text(heading))


def read(data: bytes, *, wanted: Iterable[str] = ()) -> Sheet:
    """The first sheet; with ``wanted``, its headings are the first row that holds most of these.

    Raises NotASpreadsheet with ``unreadable`` or ``no_headings``.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        grid = [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except Exception as error:
        raise NotASpreadsheet("unreadable") from error
    names = {_plain(name) for name in wanted}
    at = _heading_row(grid, names)
    if at is None:
        raise NotASpreadsheet("no_headings")
    headings = [_plain(value) for value in grid[at]]
    columns = {name: get_column_letter(i + 1) for i, name in enumerate(headings) if name}
    rows = [
        Row(
            number=at + 2 + offset,
            cells={name: _text(value) for name, value in zip(headings, values, strict=False) if name},
            numeric=frozenset(
                name
                for name, value in zip(headings, values, strict=False)
                if name and isinstance(value, int | float)
            ),
        )
        for offset, values in enumerate(grid[at + 1 :])
        if any(_text(value) for value in values)
    ]
    return Sheet([name for name in headings if name], rows, columns)


def grids(data: bytes) -> list[tuple[str, list[list[str]]]]:
    """Every sheet that is shown, by name, as rows of texts, empty rows at the end left out.

    Raises NotASpreadsheet with ``unreadable``.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        found = [
            (name, [[_text(value) for value in row] for row in book.get_sheet_by_name(name).to_python()])
            for name in visible
        ]
    except Exception as error:
        raise NotASpreadsheet("unreadable") from error
    for _name, rows in found:
        while rows and not any(rows[-1]):
            rows.pop()
    return found


def _heading_row(grid: list[list[Any]], names: set[str]) -> int | None:
    for number, values in enumerate(grid[:20]):
        found = {_plain(value) for value in values} - {""}
        if names and len(found & names) * 2 >= len(names):
            return number
        if not names and len(found) >= 2:
            return number
    return None


def write(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    text_columns: Iterable[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """An XLSX workbook with one sheet: frozen headings, text columns kept as text, lists, cell notes."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    _name(sheet, title)
    sheet.append(list(headings))
    as_text = {list(headings).index(name) for name in text_columns if name in headings}
    count = 0
    for values in rows:
        sheet.append([_safe(value) for value in values])
        count += 1
    for column, name in enumerate(headings, start=1):
        cell = _heading(sheet, column)
        if notes and name in notes:
            cell.comment = Comment(notes[name], "Tancai")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = max(12, min(40, len(name) * 2 + 6))
        if column - 1 in as_text:
            for number in range(2, max(count, 200) + 2):
                sheet.cell(number, column).number_format = "@"
        if choices and name in choices:
            rule = DataValidation(type="list", formula1='"' + ",".join(choices[name]) + '"', allow_blank=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{max(count, 200) + 1}")
    sheet.freeze_panes = "A2"
    return _saved(book)


def write_book(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """An XLSX workbook of several sheets (title, headings, rows); numbers stay numbers, long columns are wider.

    Titles are made fit and different; at least one sheet is wanted.
    """
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for title, headings, rows in sheets:
        sheet: Any = book.create_sheet()
        _name(sheet, title)
        sheet.append(list(headings))
        wide = [len(name) for name in headings]
        for values in rows:
            sheet.append([_safe(value) for value in values])
            for k, value in enumerate(values):
                wide[k : k + 1] = [max(wide[k] if k < len(wide) else 0, len(str(value)))]
        for column in range(1, len(headings) + 1):
            _heading(sheet, column)
        for column, most in enumerate(wide, start=1):
            sheet.column_dimensions[get_column_letter(column)].width = max(10, min(60, most * 1.6 + 3))
        if headings:
            sheet.freeze_panes = "A2"
    return _saved(book)


def _name(sheet: Any, title: str) -> None:
    """A title as workbooks allow it: no signs of paths, 31 signs (openpyxl numbers those given twice)."""
    sheet.title = "".join("_" if sign in "[]:*?/\\" else sign for sign in title)[:28] or "1"


def _heading(sheet: Any, column: int) -> Any:
    cell = sheet.cell(1, column)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8F1EB")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is kept as text."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return "'" + value
    if isinstance(value, datetime) and value.tzinfo is not None:
        from tancai.lib.clock import SHANGHAI

        return value.astimezone(SHANGHAI).replace(tzinfo=None)
    return value
