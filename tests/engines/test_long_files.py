"""Files with one response a line: who, which item, what, how many marks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tancai.engines.psychometrics import reading
from tancai.engines.psychometrics.errors import MeasurementError

pytestmark = pytest.mark.anydatabase


def file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "long.csv"
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    return path


def test_what_was_not_on_a_paper_is_missing_and_order_does_not_matter(tmp_path: Path) -> None:
    head = "candidate,item,response,score"
    lines = ["p1,a,B,2", "p1,b,,0", "p2,b,C,1", 'p2,c,"two\nlines, quoted",', "p1,c,x,3"]
    found = reading.read_scores(file(tmp_path, head, *lines))
    assert found.items == ("a", "b", "c")
    assert found.codes.tolist() == [[2, 0, 3], [-1, 1, -1]]
    answers = reading.read_answers(file(tmp_path, head, *lines))
    assert answers.answers[:, 0].tolist() == ["B", ""]


def test_halves_are_counted_in_steps_and_items_in_their_own_where_asked(tmp_path: Path) -> None:
    path = file(tmp_path, "person;item;score", "1;a;0.5", "1;b;4", "2;a;1.5", "2;b;0")
    common = reading.read_scores(path)
    assert common.codes.tolist() == [[1, 8], [3, 0]]
    assert [note.code for note in common.notes] == ["steps"]
    assert reading.read_scores(path, by_item=True).codes.tolist() == [[1, 1], [3, 0]]


def test_versions_are_items_of_their_own_where_there_are_several(tmp_path: Path) -> None:
    path = file(tmp_path, "candidate,item,version,score", "1,a,1,1", "1,b,3,0", "2,a,2,1", "2,b,3,1")
    found = reading.read_scores(path)
    assert found.items == ("a.v1", "b", "a.v2")
    assert np.array_equal(found.codes, [[1, 0, -1], [-1, 1, 1]])


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = file(tmp_path, "id,item,score", "1,a,1", "1,a,0", "2,a", "2,a,x", "3,a,0", "3,b,-1")
    found = reading.read_scores(path)
    assert found.codes[:, 0].tolist() == [1, -1, 0]
    assert {note.code for note in found.notes} == {"ragged", "repeated", "not_a_score"}
    for lines in (["id,item,score"], ["id,item,response", "1,a,B"], ["id,item,score", "1,a,"]):
        with pytest.raises(MeasurementError):
            reading.read_scores(file(tmp_path, *lines))
