"""The bench of laboratory tasks: from the list to the marks, over HTTP."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tancai.labs import api as labs
from tancai.labs.tasks.solvers import perfect, slip
from tests.workshop.conftest import AT, signed_in

CODE = "verification-recompute"
HTML = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}


@pytest.fixture
def case(trainee: Any) -> Any:
    return labs.begin("task", title="重算", task=CODE, seed=7, by=trainee, at=AT)


def fill(work: Any, trainee: Any, values: dict[str, Any]) -> None:
    high = labs.state_of(work).high
    entries = [labs.Entry(high + k, name, value) for k, (name, value) in enumerate(values.items(), 1)]
    labs.write(work, entries, by=trainee, at=AT)


def test_the_list_is_filtered_and_shows_what_was_reached(trainee: Any, case: Any) -> None:
    client = signed_in(trainee)
    every = client.get("/workshop/tasks/")
    assert sum(len(rows) for _, rows in every.context["groups"]) == len(labs.tasks())
    some = client.get("/workshop/tasks/", {"family": "verification", "level": "beginner", "q": "重算"})
    assert [row.task.code for _, rows in some.context["groups"] for row in rows] == [CODE]
    by_post = client.get("/workshop/tasks/", {"post": "5.3.1"})
    found = [row.task for _, rows in by_post.context["groups"] for row in rows]
    assert found and all(any(c.startswith("5.3.1-") for c in one.clauses) for one in found)
    assert "没有符合条件的任务" in client.get("/workshop/tasks/", {"q": "nothing-like-it"}).content.decode()
    fill(case, trainee, perfect(labs.case_of(case)))
    labs.hand_in(case, by=trainee, at=AT)
    assert "最好 100 分" in client.get("/workshop/tasks/", {"q": "recompute"}).content.decode()


def test_a_case_is_begun_by_chance_or_by_its_number(trainee: Any) -> None:
    client = signed_in(trainee)
    one = client.post(f"/workshop/tasks/{CODE}/begin/", follow=True)
    assert one.status_code == 200 and labs.works(trainee).get().seed > 0
    client.post(f"/workshop/tasks/{CODE}/begin/", {"seed": "4711"})
    assert labs.works(trainee).first().seed == 4711
    for bad in ("-1", "12a", "１２", "9" * 10):
        answer = client.post(f"/workshop/tasks/{CODE}/begin/", {"seed": bad}, follow=True)
        assert "案例编号是" in answer.content.decode()
    assert labs.works(trainee).count() == 2
    assert client.get("/workshop/tasks/no-such-task/").status_code == 404


def test_a_step_is_checked_when_the_work_says_so(trainee: Any, case: Any) -> None:
    client = signed_in(trainee)
    address = f"/workshop/task/{case.id}/check/recompute/"
    fill(case, trainee, {"e_coal": "12,5"})
    assert client.post(address).status_code == 404
    fill(case, trainee, {"check.recompute": "2026-11-20T02:00:00Z", "check.effect": "x"})
    text = client.post(address).content.decode()
    assert "无法识别为数值" in text and "小数点用" in text and "看参考答案" in text
    later = client.post(f"/workshop/task/{case.id}/check/effect/").content.decode()
    assert "其中有的还不对" in later and "烟煤" in later
    assert client.post(f"/workshop/task/{case.id}/check/nothing/").status_code == 404


def test_handed_in_marked_and_closed(trainee: Any, case: Any) -> None:
    client = signed_in(trainee)
    fill(case, trainee, {**slip(labs.case_of(case), "recompute"), "check.effect": "x"})
    assert client.get(f"/workshop/task/{case.id}/marks/").status_code == 302
    assert client.get(f"/workshop/task/{case.id}/marks.pdf").status_code == 404
    page = client.post(f"/workshop/task/{case.id}/hand-in/", follow=True)
    total = page.context["total"]
    assert total == labs.results(trainee)[CODE].best == 75
    text = page.content.decode()
    assert "方法正确" in text and "实施现场核查" in text and "看计算过程" in text
    assert client.post(f"/workshop/task/{case.id}/hand-in/").status_code == 302
    assert client.get(f"/workshop/task/{case.id}/").url.endswith("/marks/")
    assert client.get(f"/workshop/task/{case.id}/marks.pdf").content[:5] == b"%PDF-"
    assert client.post(f"/workshop/task/{case.id}/check/effect/").status_code == 404


def test_junk_in_a_work_is_no_answer(trainee: Any, case: Any) -> None:
    fill(case, trainee, {"wrong": 5, "slip": {"a": 1}, "e_coal": 12, "e_gas": "x" * 99, "total": ["a"]})
    assert labs.hand_in(case, by=trainee, at=AT).total == 0


def test_papers_are_taken_away_with_numbers_as_numbers(trainee: Any, case: Any) -> None:
    client = signed_in(trainee)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/workshop/task/{case.id}/papers.xlsx").content))
    papers = labs.case_of(case).documents
    assert len(book.sheetnames) == len(papers)
    number = next(k for k, paper in enumerate(papers) if paper.columns)
    sheet = book.worksheets[number]
    assert [cell.value for cell in sheet[1]] == list(papers[number].columns)
    assert sheet.cell(2, 2).value == pytest.approx(float(papers[number].rows[0][1]))
    assert papers[number].title in client.get(f"/workshop/task/{case.id}/papers.md").content.decode()


def test_a_task_that_has_changed_says_so(trainee: Any, case: Any) -> None:
    type(case).objects.filter(id=case.id).update(version=99)
    answer = signed_in(trainee).get(f"/workshop/task/{case.id}/")
    assert "无法再现" in answer.content.decode()
    with pytest.raises(labs.OtherVersion):
        labs.hand_in(labs.work_of(trainee, case.id), by=trainee, at=AT)


def test_somebody_elses_case_is_not_there(other: Any, case: Any) -> None:
    client = signed_in(other)
    for tail in ("", "marks/", "marks.pdf", "papers.xlsx", "papers.md"):
        assert client.get(f"/workshop/task/{case.id}/{tail}").status_code == 404
    for tail in ("hand-in/", "check/effect/"):
        assert client.post(f"/workshop/task/{case.id}/{tail}").status_code == 404
