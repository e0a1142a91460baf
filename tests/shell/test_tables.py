"""One table for all desks: search, filters, sorting, pages, sums, export."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tancai.lib import spreadsheets
from tancai.web.shell.tables import Column, Empty, Filter, Table

pytestmark = pytest.mark.django_db


@dataclass
class Row:
    number: str
    name: str
    state: str
    amount: int | None
    on: date | None = None


ROWS = [
    Row("A1", "王一", "approved", 10_000, date(2026, 11, 2)),
    Row("A2", "李二", "submitted", 5_000, None),
    Row("A3", "=赵三", "submitted", None, date(2026, 11, 1)),
]


def _table(
    query: dict[str, str] | None = None, *, rows: Any = ROWS, part: bool = False, **more: Any
) -> Table:
    headers = {"HX-Request": "true", "HX-Target": "table-orders"} if part else {}
    request = RequestFactory().get("/x/", query or {}, headers=headers)
    request.user = AnonymousUser()
    columns = [
        Column("number", "编号", "code", sort=True, url=lambda row: f"/o/{row.number}/"),
        Column("name", "姓名", sort=True),
        Column("amount", "金额", "money", total=True, sort=True),
        Column("on", "日期", "day", sort=True),
        Column("state", "状态", "state:application"),
    ]
    filters = [Filter("state", "状态", [("submitted", "审核中"), ("approved", "已通过")])]
    return Table(
        request, rows, name="orders", columns=columns, search=["number", "name"], filters=filters, **more
    )


def _numbers(table: Table) -> list[str]:
    return [row.number for row in table.page.object_list]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, ["A1", "A2", "A3"]),
        ({"q": "李"}, ["A2"]),
        ({"q": "a3"}, ["A3"]),
        ({"state": "submitted"}, ["A2", "A3"]),
        ({"state": "nonsense"}, ["A1", "A2", "A3"]),
        ({"state": "submitted", "q": "A1"}, []),
        ({"sort": "amount"}, ["A2", "A1", "A3"]),
        ({"sort": "-amount"}, ["A1", "A2", "A3"]),
        ({"sort": "on"}, ["A3", "A1", "A2"]),
        ({"sort": "state"}, ["A1", "A2", "A3"]),
        ({"sort": "__class__"}, ["A1", "A2", "A3"]),
    ],
)
def test_search_filters_and_sorting_choose_and_order_rows(query: dict[str, str], numbers: list[str]) -> None:
    assert _numbers(_table(query)) == numbers


def test_pages_hold_the_wanted_number_and_a_wild_page_number_does_no_harm() -> None:
    assert _numbers(_table({"page": "2"}, per_page=2)) == ["A3"]
    assert _numbers(_table({"page": "99"}, per_page=2)) == ["A3"]
    assert _numbers(_table({"page": "x"}, per_page=2)) == ["A1", "A2"]


def test_sums_cover_everything_found_not_only_the_page() -> None:
    assert any("150.00" in cell for _column, cell in _table(per_page=1).totals())


def test_htmx_gets_the_table_alone_and_a_browser_the_page() -> None:
    part = _table(part=True).respond("shell/not_found.html").content.decode()
    page = _table().respond("shell/not_found.html").content.decode()
    assert part.lstrip().startswith('<div class="table-frame')
    assert "<html" in page


def test_an_empty_table_says_why_and_a_narrowed_one_how_to_widen() -> None:
    html = (
        _table(rows=[], part=True, empty=Empty("没有订单", "有人报名后会出现在这里。"))
        .respond("")
        .content.decode()
    )
    assert "没有订单" in html
    html = _table({"q": "nobody"}, part=True).respond("").content.decode()
    assert "没有符合条件的记录" in html or "No matching records" in html


def test_csv_holds_all_found_rows_and_no_formula() -> None:
    response = _table({"export": "csv", "state": "submitted"}, per_page=1).respond("")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["编号", "姓名", "金额", "日期", "状态"]
    assert [row[0] for row in rows[1:]] == ["A2", "A3"]
    assert rows[2][1] == "'=赵三"
    assert rows[1][2] == "50.0"


def test_xlsx_says_the_same_as_the_page() -> None:
    response = _table({"export": "xlsx", "q": "A1"}).respond("")
    sheet = spreadsheets.read(response.content)
    assert [row.cells["编号"] for row in sheet.rows] == ["A1"]
    assert sheet.rows[0].cells["日期"] == "2026-11-02"
    assert response["Content-Disposition"].startswith("attachment")


def test_cells_are_escaped() -> None:
    html = _table(rows=[Row("A9", "<script>x</script>", "draft", 1)], part=True).respond("").content.decode()
    assert "<script>x" not in html
    assert "&lt;script&gt;" in html


def test_a_column_beneath_another_is_a_second_line_of_its_cells_and_a_column_of_the_spreadsheet() -> None:
    request = RequestFactory().get("/x/", {"export": "csv"})
    request.user = AnonymousUser()
    columns = [
        Column("number", "编号", "code"),
        Column("name", "姓名"),
        Column("on", "日期", "day", beneath="name"),
    ]
    table = Table(request, ROWS, name="orders", columns=columns)
    assert [head["column"].name for head in table.head()] == ["number", "name"]
    (_number, first), (_number, second) = table.body()[:2]
    assert "王一" in first[1] and "2026-11-02" in first[1]
    assert "李二" in second[1] and "lines" not in second[1], "nothing stands beneath where there is nothing"
    told = table.respond("unused.html").content.decode("utf-8-sig").splitlines()
    assert told[:2] == ["编号,姓名,日期", "A1,王一,2026-11-02"]
