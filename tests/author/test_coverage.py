"""Coverage by topic, kind and difficulty, and a paper's structure tried against the bank."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tancai.items import api as items
from tancai.items.models import ItemVersion
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.author.test_pages import NOW, account, bank, body, client

pytestmark = pytest.mark.django_db
__all__ = ["bank"]
WHERE = {"programme": "cem", "level": "advanced"}


@pytest.fixture
def author() -> Any:
    return account("author", body())


def tables(page: Any) -> dict[str, Any]:
    return {table["title"]: table for table in page.context["tables"]}


def test_cells_say_what_is_held_and_what_so_many_papers_take(author: Any) -> None:
    browser = client(author)
    page = browser.get(reverse("author:coverage"), WHERE)
    short = tables(page)["简答题"]
    section = programmes.definition("cem").blueprint("advanced", "").sections[2]
    assert short["wanted"] == 3 * section.count == sum(row["need"] for row in short["rows"])
    held = items.supply(level="advanced")
    for row in short["rows"]:
        code = row["title"].split()[0]
        for cell in row["cells"]:
            assert cell["held"] == held.get((code, "short", cell["difficulty"]), 0)
            assert cell["lacking"] == max(cell["need"] - cell["held"], 0)
    found = next(row for row in short["rows"] if row["title"].startswith("cem-7"))
    listed = browser.get(found["cells"][1]["find"]).context["table"].count
    assert listed == found["cells"][1]["held"]
    assert 'name="point_1"' in browser.get(found["cells"][1]["write"]).content.decode()


def test_retiring_opens_a_gap_in_its_cell(author: Any) -> None:
    for version in ItemVersion.objects.filter(item__topic="cem-7", item__kind="short"):
        items.take_step(version, "retired", reason="x", by=None, at=NOW)
    page = client(author).get(reverse("author:coverage"), WHERE)
    row = next(row for row in tables(page)["简答题"]["rows"] if row["title"].startswith("cem-7"))
    assert row["held"] == 0 and row["lacking"] == row["need"] > 0
    assert "去写一题" in page.content.decode()


def test_a_structure_is_tried_without_being_kept(author: Any) -> None:
    browser = client(author)
    page = browser.get(reverse("author:coverage"), {**WHERE, "n0": "299", "m0": "2", "papers": "2"})
    assert page.context["total"] == 299 * 2 + 70 and page.context["short"]
    assert tables(page)["单项选择题"]["wanted"] == 598 and "没有保存" in page.content.decode()
    mixed = browser.get(reverse("author:coverage"), {**WHERE, "easy": "100", "medium": "0", "hard": "0"})
    assert all(cell["need"] == 0 for row in tables(mixed)["简答题"]["rows"] for cell in row["cells"][1:])
    for odd in ({"n0": "0"}, {"m1": "x"}, {"easy": "50", "medium": "20"}, {"n0": "²"}):
        page = browser.get(reverse("author:coverage"), {**WHERE, **odd})
        assert page.context["faults"] and not page.context["is_tried"]
    assert (
        "发给发证机构的办公室"
        in browser.get(reverse("author:coverage"), {**WHERE, "n0": "20"}).content.decode()
    )


def test_only_the_office_makes_it_the_next_edition(author: Any) -> None:
    given = {**WHERE, "speciality": "", "n0": "28", "m0": "1", "n1": "11", "m1": "2", "note": "多选加一题"}
    given |= {"easy": "20", "medium": "40", "hard": "40", "from": "2026-12-01"}
    assert client(author).post(reverse("author:blueprint_save"), given).status_code == 404
    people.grant_role(author, "office", organisation=body(), by=None, at=NOW)
    browser = client(author)
    before = programmes.editions("cem")[0].number
    said = browser.post(reverse("author:blueprint_save"), {**given, "note": ""}, follow=True).content.decode()
    assert programmes.editions("cem")[0].number == before and "试算" in said
    browser.post(reverse("author:blueprint_save"), {**given, "n0": "x"})
    assert programmes.editions("cem")[0].number == before
    done = browser.post(reverse("author:blueprint_save"), given, follow=True).content.decode()
    assert f"第 {before + 1} 版" in done
    made = programmes.definition_of(programmes.editions("cem")[0].id)
    printed = made.blueprint("advanced", "")
    assert [section.count for section in printed.sections] == [28, 11, 5]
    assert printed.mix is not None and printed.mix.hard == 0.4
    beginner = made.blueprint("beginner", "").mix
    assert beginner is not None and beginner.easy == 0.5
    other = next(code for code in ("dcne", "csa") if programmes.definition(code).body != body().code)
    assert browser.post(reverse("author:blueprint_save"), {**given, "programme": other}).status_code == 404
    assert browser.post(reverse("author:blueprint_save"), {**given, "level": "x"}).status_code == 404
