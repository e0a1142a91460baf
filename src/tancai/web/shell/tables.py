"""One table for all desks: search, filters, sorting, pages, totals, and the same rows as CSV or XLSX.

The view names columns and filters; ``Table.respond`` answers the page, its htmx part, and the export.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from unicodedata import east_asian_width

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from tancai.lib import clock, spreadsheets
from tancai.web.shell import days, states
from tancai.web.shell.templatetags import shell as tags

Text = str | Promise
EXPORT_LIMIT = 50_000
SHORT = 16
"""Up to so many half-widths (a Chinese character has two) a text is a name or a word and stays on one line."""


@dataclass(frozen=True)
class Column:
    """One column.

    ``name`` is an attribute path of the row (``person.name``, ``person__name`` or a dictionary key);
    ``value`` replaces it by a function of the row. ``kind``: ``text`` · ``code`` (never wraps) · ``number`` ·
    ``money`` (cents) · ``day`` · ``moment`` · ``due`` · ``html`` (safe text from ``value``) · ``state:<kind>``.
    ``sort`` is the lookup to order by (True: ``name``); ``url`` gives the link of a row's cell; ``total`` sums
    the column over everything that was found; ``export`` gives another value for the spreadsheet, or False.
    ``beneath`` names the column in whose cells this one stands as a second line; the spreadsheet keeps them apart.
    """

    name: str
    label: Text
    kind: str = "text"
    value: Callable[[Any], Any] | None = None
    sort: str | bool = False
    url: Callable[[Any], str] | None = None
    total: bool = False
    export: Callable[[Any], Any] | bool = True
    beneath: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in ("number", "money")

    @property
    def sort_key(self) -> str:
        return self.name.replace(".", "__") if self.sort is True else str(self.sort or "")

    def of(self, row: Any) -> Any:
        return self.value(row) if self.value else _dig(row, self.name)


@dataclass(frozen=True)
class Filter:
    """A choice above the table: ``options`` are (value, label); ``apply(rows, value)`` narrows, default: equality."""

    name: str
    label: Text
    options: Sequence[tuple[str, Text]]
    apply: Callable[[Any, str], Any] | None = None
    lookup: str = ""


@dataclass(frozen=True)
class Empty:
    """What an empty table says: why, and what to do."""

    title: Text
    text: Text = ""
    url: str = ""
    link: Text = ""


def _dig(row: Any, path: str) -> Any:
    for part in path.replace("__", ".").split("."):
        if row is None:
            return None
        row = row.get(part) if isinstance(row, dict) else getattr(row, part)
        if callable(row):
            row = row()
    return row


class Table:
    """Rows (a queryset or any list) drawn for one request; ``name`` sets it apart from others on the page."""

    template = "shell/parts/table.html"

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[Any] | Iterable[Any],
        *,
        columns: Sequence[Column],
        name: str = "table",
        search: Sequence[str] | Callable[[Any], str] = (),
        search_label: Text = "",
        filters: Sequence[Filter] = (),
        order: str = "",
        per_page: int = 50,
        empty: Empty | None = None,
        title: Text = "",
        exportable: bool = True,
    ) -> None:
        self.request, self.columns, self.name, self.filters = request, columns, name, filters
        self.search, self.search_label, self.order = search, search_label, order
        self.per_page, self.empty, self.title, self.exportable = per_page, empty, title, exportable
        self._rows = rows if isinstance(rows, QuerySet) else list(rows)
        self.query = request.GET.get("q", "").strip()[:100]

    @property
    def id(self) -> str:
        return f"table-{self.name}"

    @cached_property
    def found(self) -> Any:
        """All rows that pass the search and the filters, in order."""
        return self._sorted(self._filtered(self._searched(self._rows)))

    def _searched(self, rows: Any) -> Any:
        if not self.query or not self.search:
            return rows
        if callable(self.search):
            return [row for row in rows if self.query.casefold() in self.search(row).casefold()]
        if isinstance(rows, QuerySet):
            wanted = Q()
            for lookup in self.search:
                wanted |= Q(**{f"{lookup}__icontains": self.query})
            return rows.filter(wanted)
        return [
            r
            for r in rows
            if any(self.query.casefold() in str(_dig(r, p) or "").casefold() for p in self.search)
        ]

    def chosen(self, filter: Filter) -> str:
        value = self.request.GET.get(filter.name, "")
        return value if value in {str(option) for option, _label in filter.options} else ""

    def _filtered(self, rows: Any) -> Any:
        for one in self.filters:
            value = self.chosen(one)
            if not value:
                continue
            if one.apply:
                rows = one.apply(rows, value)
            elif isinstance(rows, QuerySet):
                rows = rows.filter(**{one.lookup or one.name: value})
            else:
                rows = [row for row in rows if str(_dig(row, one.lookup or one.name)) == value]
        return rows

    @property
    def sorting(self) -> tuple[str, bool]:
        """The column sorted by and whether downward; empty when the given order stands."""
        wanted = self.request.GET.get("sort", "") or self.order
        name, down = wanted.removeprefix("-"), wanted.startswith("-")
        return (name, down) if any(c.name == name and c.sort for c in self.columns) else ("", False)

    def _sorted(self, rows: Any) -> Any:
        name, down = self.sorting
        if not name:
            return rows
        column = next(c for c in self.columns if c.name == name)
        if isinstance(rows, QuerySet):
            return rows.order_by(("-" if down else "") + column.sort_key, "pk")
        known = [row for row in rows if column.of(row) not in (None, "")]
        blank = [row for row in rows if column.of(row) in (None, "")]
        return sorted(known, key=column.of, reverse=down) + blank

    @cached_property
    def page(self) -> Page[Any]:
        return Paginator(self.found, self.per_page).get_page(self.request.GET.get("page"))

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @property
    def narrowed(self) -> bool:
        return bool(self.query) or any(self.chosen(one) for one in self.filters)

    def head(self) -> list[dict[str, Any]]:
        name, down = self.sorting
        return [
            {
                "column": column,
                "sort": ("-" if name == column.name and not down else "") + column.name
                if column.sort
                else "",
                "aria": ("descending" if down else "ascending") if name == column.name else "",
            }
            for column in self.upper
        ]

    @property
    def upper(self) -> list[Column]:
        """Columns with cells of their own."""
        return [column for column in self.columns if not column.beneath]

    def body(self) -> list[list[tuple[Column, SafeString | str]]]:
        return [[(column, self._cell(column, row)) for column in self.upper] for row in self.page.object_list]

    def _cell(self, column: Column, row: Any) -> SafeString | str:
        shown = _shown(column, column.of(row))
        upper = format_html('<a href="{}">{}</a>', column.url(row), shown) if column.url else shown
        under = [(one, one.of(row)) for one in self.columns if one.beneath == column.name]
        lower = [(_shown(one, value),) for one, value in under if value not in (None, "")]
        if not lower:
            return upper
        lines = format_html_join("", '<span class="muted">{}</span>', lower)
        return format_html('<span class="lines"><span>{}</span>{}</span>', upper, lines)

    def totals(self) -> list[tuple[Column, SafeString | str]]:
        """Sums over all found rows for columns with ``total``; empty when there is none."""
        if not any(column.total for column in self.columns):
            return []
        sums = {c.name: sum(c.of(row) or 0 for row in self.found) for c in self.columns if c.total}
        return [(c, _shown(c, sums[c.name]) if c.total else "") for c in self.upper]

    def filter_bar(self) -> list[dict[str, Any]]:
        return [{"filter": one, "chosen": self.chosen(one)} for one in self.filters]

    def respond(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        """The export, the part that htmx asked for, or the whole page with ``table`` in its context."""
        wanted = self.request.GET.get("export", "")
        if self.exportable and wanted in ("csv", "xlsx"):
            return self.export(wanted)
        asked_part = (
            self.request.headers.get("HX-Request") and self.request.headers.get("HX-Target") == self.id
        )
        if asked_part and not self.request.headers.get("HX-History-Restore-Request"):
            return render(self.request, self.template, {"table": self})
        return render(self.request, template, {**(context or {}), "table": self})

    def export(self, kind: str) -> HttpResponse:
        """All found rows as a file; codes stay text so that no spreadsheet rounds them."""
        columns = [column for column in self.columns if column.export is not False]
        headings = [str(column.label) for column in columns]
        rows = [[_exported(column, row) for column in columns] for row in self.found[:EXPORT_LIMIT]]
        stem = f"tancai-{self.name}-{clock.today():%Y%m%d}"
        if kind == "csv":
            text = io.StringIO()
            csv.writer(text).writerows([headings, *[[_harmless(cell) for cell in row] for row in rows]])
            data, mime = ("\ufeff" + text.getvalue()).encode(), "text/csv; charset=utf-8"
        else:
            codes = [str(column.label) for column in columns if column.kind == "code"]
            data = spreadsheets.write(str(self.title or self.name), headings, rows, text_columns=codes)
            mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return HttpResponse(
            data, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{stem}.{kind}"'}
        )


def _shown(column: Column, value: Any) -> SafeString | str:
    if value is None or value == "":
        return "—"
    if column.kind.startswith("state:"):
        return tags.state_chip(value, column.kind.partition(":")[2])
    by_kind: dict[str, Callable[[Any], SafeString | str]] = {
        "code": tags.masked,
        "number": lambda n: f"{n:,}",
        "money": tags.money,
        "day": days.short_day,
        "moment": days.short_moment,
        "due": tags.due,
        "text": _text,
    }
    return by_kind[column.kind](value) if column.kind in by_kind else value


def _text(value: Any) -> SafeString | str:
    """Names stay whole; longer words take a column wide enough to be read."""
    if isinstance(value, SafeString):
        return value
    text = str(value)
    width = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return format_html('<span class="{}">{}</span>', "keep" if width <= SHORT else "words", text)


def _exported(column: Column, row: Any) -> Any:
    value = column.export(row) if callable(column.export) else column.of(row)
    if value is None:
        return ""
    if column.kind == "money" and isinstance(value, int):
        return value / 100
    if column.kind.startswith("state:"):
        return str(states.words(column.kind.partition(":")[2], value)[0])
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) else _plain(value)


def _plain(value: Any) -> str:
    return " ".join(strip_tags(str(value)).split())


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula is quoted."""
    return (
        f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") and len(cell) > 1 else cell
    )
