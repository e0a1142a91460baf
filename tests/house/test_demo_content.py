"""What a visitor of a demo world finds in public and at the margins: said as fiction, waiting for somebody."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.anydatabase

LOOK = """
import json, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tancai.config.settings")
import django
django.setup()
from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.people import api as people
from tancai.publishing import api as publishing
from tancai.venues import api as venues

posts = [*publishing.notices(), *publishing.news()]
school = people.organisation("demo-school")
batches = [
    {
        "stage": enrolment.stage(batch),
        "counts": enrolment.counts(batch),
        "faults": [f["code"] for f in batch.findings if f["level"] == "error"]
        + [f["code"] for row in batch.rows.all() for f in row.findings if f["level"] == "error"],
    }
    for batch in enrolment.batches_of([school.pk])
]
print(json.dumps({
    "posts": [[p.kind, p.title, p.title_en, p.body, p.body_en] for p in posts],
    "questions": [[q.state, bool(q.answer)] for q in publishing.questions()],
    "calls": [[c.kind, c.state] for c in publishing.calls(today=clock.today())],
    "submissions": [s.state for s in publishing.submissions()],
    "sites": [s.state for s in venues.sites()],
    "batches": batches,
    "candidates": [a.state for a in enrolment.applications_by_institution([school.pk])],
}))
"""


@pytest.fixture(scope="module")
def content(world) -> dict[str, Any]:
    done = world.run("-c", LOOK)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_posts_say_in_both_languages_that_they_are_fiction(content) -> None:
    assert [kind for kind, *_ in content["posts"]] == ["notice"] * 3 + ["news"] * 3
    for _, title, title_en, body, body_en in content["posts"]:
        assert title.endswith("（演示）") and title_en.endswith("(demo)")
        assert "演示内容" in body and "demonstration" in body_en
        assert "{" not in f"{title}{title_en}{body}{body_en}"


def test_something_waits_in_every_corner(content) -> None:
    assert content["questions"] == [["answered", True]] * 4
    assert sorted(content["calls"]) == [["expert", "open"], ["video_course", "open"]]
    assert content["submissions"] == ["submitted"] and content["sites"] == ["submitted"]


def test_the_institution_has_one_batch_taken_in_and_one_with_six_faults_waiting(content) -> None:
    waiting, taken = content["batches"]
    assert (waiting["stage"], waiting["counts"]["good"], waiting["counts"]["bad"]) == ("inspected", 6, 5)
    assert sorted(waiting["faults"]) == [
        "document_check_digit", "duplicate_row", "extra_portrait", "name_mismatch", "number_in_numeric_cell",
        "portrait_missing",
    ]  # fmt: skip
    assert (taken["stage"], taken["counts"]["done"]) == ("finished", 4)
    assert sorted(content["candidates"]) == ["draft", "submitted", "submitted", "submitted"]
