"""The save door and the list of own works, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tancai.labs import api as labs
from tests.workshop.conftest import AT, signed_in


def save(client: Any, work: Any, entries: Any) -> Any:
    return client.post(
        f"/workshop/works/{work.id}/save/", {"entries": entries}, content_type="application/json"
    )


def test_entries_are_saved_once_and_in_sequence(trainee: Any, work: Any) -> None:
    client = signed_in(trainee)
    assert save(client, work, [[1, "a", 1], [2, "b", "12,5"]]).json() == {"high": 2}
    assert save(client, work, [[1, "a", 1], [2, "b", "12,5"]]).json() == {"high": 2}
    assert save(client, work, [[2, "b", "12,5"], [3, "a", None]]).json() == {"high": 3}
    assert labs.state_of(work).values == {"b": "12,5"}
    assert work.entries.count() == 3


def test_a_second_window_is_told_to_load_again(trainee: Any, work: Any) -> None:
    client = signed_in(trainee)
    save(client, work, [[1, "a", 1]])
    answer = save(client, work, [[1, "a", 2]])
    assert (answer.status_code, answer.json()["code"]) == (409, "overtaken")
    assert labs.state_of(work).values == {"a": 1}
    labs.rename(work, "新名", by=trainee, at=AT)
    assert save(client, work, [[2, "a", 3]]).json()["code"] == "overtaken"


def test_what_is_put_away_takes_nothing_more_but_answers_a_repeat(trainee: Any, work: Any) -> None:
    client = signed_in(trainee)
    save(client, work, [[1, "a", 1]])
    labs.put_away(work, by=trainee, at=AT)
    assert save(client, work, [[1, "a", 1]]).status_code == 200
    answer = save(client, work, [[3, "a", 2]])
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    labs.take_back(work, by=trainee, at=AT)
    assert save(client, work, [[4, "a", 2]]).json() == {"high": 4}


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{",
        '{"entries": [[0, "a", 1]]}',
        '{"entries": [[true, "a", 1]]}',
        '{"entries": [["1", "a", 1]]}',
    ],
)
def test_what_cannot_be_read_is_refused(trainee: Any, work: Any, body: str) -> None:
    answer = signed_in(trainee).post(
        f"/workshop/works/{work.id}/save/", body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    assert work.entries.count() == 0


def test_somebody_elses_work_is_not_there(other: Any, work: Any) -> None:
    client = signed_in(other)
    assert save(client, work, [[1, "a", 1]]).status_code == 404
    for what in ("rename", "away", "back"):
        assert client.post(f"/workshop/works/{work.id}/{what}/", {"title": "x"}).status_code == 404
    assert work.entries.count() == 0


def test_works_are_renamed_put_away_and_taken_back(trainee: Any, work: Any) -> None:
    client = signed_in(trainee)
    client.post(f"/workshop/works/{work.id}/rename/", {"title": "  锅炉  改造 "})
    assert "锅炉 改造" in client.get("/workshop/").content.decode()
    client.post(f"/workshop/works/{work.id}/rename/", {"title": " "})
    assert labs.work_of(trainee, work.id).name == "锅炉 改造"
    answer = client.post(f"/workshop/works/{work.id}/away/")
    assert f"?away={work.id}" in answer["Location"]
    assert not labs.works(trainee) and labs.works(trainee, away=True).get().name == "锅炉 改造"
    client.post(f"/workshop/works/{work.id}/away/")
    client.post(f"/workshop/works/{work.id}/back/")
    assert labs.works(trainee).get().id == work.id
    assert work.entries.count() == 3


def test_the_list_is_by_the_last_touch(trainee: Any, work: Any, bench: Any) -> None:
    from datetime import timedelta

    later = labs.begin("trial", title="第二份", by=trainee, at=AT + timedelta(minutes=1))
    assert [one.id for one in labs.works(trainee)] == [later.id, work.id]
    labs.write(work, [labs.Entry(1, "a", 1)], by=trainee, at=AT + timedelta(minutes=2))
    assert [one.id for one in labs.works(trainee, bench="trial")] == [work.id, later.id]
    assert not labs.works(trainee, bench="elsewhere")
