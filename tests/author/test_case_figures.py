"""A case among other items: graded in the same analysis, a curve for each step, its questions one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from tancai.engines.psychometrics.curves import information
from tancai.items import api as items
from tancai.lib import clock, spreadsheets
from tancai.people import api as people
from tancai.programmes import api as programmes
from tests.installed import install
from tests.items import each_kind
from tests.marking.world import AT, account

pytestmark = [pytest.mark.django_db, pytest.mark.anydatabase]
PEOPLE = 300
TYPES = ("truefalse", "numeric", "fill", "ordering", "matching")


@pytest.fixture
def versions() -> list[Any]:
    install(AT)
    return [each_kind.add(kind, collection="cem", topic="cem-1", at=AT) for kind in (*TYPES, "case")]


def sheet(versions: list[Any]) -> items.SheetData:
    """Right or wrong by ability; of the case three questions of 5 for the machine, one for people."""
    chance = np.random.default_rng(3)
    ability = chance.normal(size=PEOPLE)
    places = np.concatenate([np.linspace(-1, 1, len(TYPES)), [-0.8, 0.0, 0.5, 0.9]])
    knows = chance.random((PEOPLE, len(places))) < 1 / (1 + np.exp(-1.6 * (ability[:, None] - places)))
    parts = 5.0 * knows[:, len(TYPES) :]
    return items.SheetData(
        versions=tuple(version.pk for version in versions),
        marks=np.column_stack([2.0 * knows[:, : len(TYPES)], parts.sum(axis=1)]),
        out_of=(*[2.0] * len(TYPES), 20.0),
        machine=(*[True] * len(TYPES), False),
        chosen=np.full((PEOPLE, len(versions)), ""),
        parts={
            versions[-1].pk: (
                np.column_stack([parts[:, :3], np.full(PEOPLE, np.nan)]),
                (5.0,) * 4,
                _letters_of(versions[-1], knows[:, len(TYPES) :]),
            )
        },
    )


def _letters_of(case: Any, knows: Any) -> Any:
    """Who knows gives the key; who does not chooses A instead of B, and B alone instead of A and B; C nobody."""
    assert [one["letters"] for one in case.key["questions"][:2]] == [["B"], ["A", "B"]]
    chosen = np.full(knows.shape, "", dtype="<U4")
    chosen[:, 0] = np.where(knows[:, 0], "B", "A")
    chosen[:, 1] = np.where(knows[:, 1], "AB", "B")
    return chosen


def test_a_case_has_steps_questions_and_a_curve_that_papers_can_use(versions: list[Any]) -> None:
    row = items.calibrate([sheet(versions)], programme="cem", source="x", name="一场", by=None, at=AT)
    assert row is not None and row.model == "grm" and row.converged
    case = versions[-1]
    own = items.newest_figures([case.pk])[case.pk]
    assert (
        len(own.steps) == 5
        and own.a
        and own.b == pytest.approx(np.mean([step["b"] for step in own.steps[1:]]))
    )
    assert [part["number"] for part in own.parts] == [1, 2, 3]
    assert [part["difficulty"] for part in own.parts] == sorted(
        (part["difficulty"] for part in own.parts), reverse=True
    )
    given = sheet(versions)
    outside, won = given.marks[:, : len(TYPES)].sum(axis=1), given.parts[case.pk][0]
    expected = [float(np.corrcoef(won[:, k], outside)[0, 1]) for k in range(3)]
    told = [part["discrimination"] for part in own.parts]
    assert told == pytest.approx(expected, abs=1e-4) and min(told) > 0.3, (
        "questions of one case help one another"
    )
    single, multiple, calculation = own.parts
    assert [(o["option"], o["is_key"], o["count"] > 0) for o in single["options"]] == [
        ("A", False, True),
        ("B", True, True),
        ("C", False, False),
    ]
    assert single["options"][1]["discrimination"] == pytest.approx(told[0], abs=1e-4)
    assert single["flags"] == ["idle_distractor"] and not calculation["options"]
    assert multiple["options"][1]["share"] == 1 and multiple["options"][1]["discrimination"] is None
    curves, assumed = items.curves_of([version.pk for version in versions])
    assert not assumed and curves[case.pk].categories == 5
    assert information(curves[case.pk], [own.b])[0] > information(curves[versions[0].pk], [own.b])[0]
    _the_pages_show_it(row, case, versions[0])


def _the_pages_show_it(row: Any, case: Any, other: Any) -> None:
    author = Client()
    author.force_login(account("author", people.organisation(programmes.definition("cem").body)))
    with clock.moved(AT):
        page = author.get(reverse("author:figures", args=[row.pk, case.pk])).content.decode()
        plain = author.get(reverse("author:figures", args=[row.pk, other.pk])).content.decode()
        whole = author.get(
            reverse("author:calibration", args=[row.pk]), headers={"accept-language": "en"}
        ).content.decode()
    assert "不同水平的考生落在各得分段的比例" in page and "25–50 %" in page
    assert "各小题（机器评分的部分）" in page and "由人评阅" in page
    assert "第 1 小题各选项被谁选" in page and "第 3 小题各选项被谁选" not in page
    assert "与本案例以外各题得分的相关" in page
    assert "不同水平的考生答对的比例" in plain and "各得分段" not in plain
    assert "graded response" in whole
    own = items.newest_figures([case.pk])[case.pk]
    with clock.moved(AT):
        files = [
            author.get(reverse("author:calibration", args=[row.pk]), {"export": kind})
            for kind in ("csv", "xlsx")
        ]
    assert f"{own.discrimination:.2f}" in files[0].content.decode()
    assert f"{own.discrimination:.2f}" in str(spreadsheets.read(files[1].content).rows)


def test_a_judgement_and_a_question_of_a_case_can_be_given_another_key(versions: list[Any]) -> None:
    judgement, case = versions[0], versions[-1]
    now = judgement.key["right"]
    assert items.other_keys(judgement.pk, ["F" if now else "T"]) == [{"right": not now}]
    assert items.other_keys(judgement.pk, ["T", "F"]) == items.other_keys(judgement.pk, []) == []
    assert items.own_letters(judgement) == ["T" if now else "F"]
    assert items.told_letters(judgement, ["T", "F"]) == ["√", "×"]
    assert items.own_letters(case, ["2A"]) == ["2A", "2B"]
    assert items.told_letters(case, ["2A"]) == ["第 2 小题 A"]
    (key,) = items.other_keys(case.pk, ["2A", "2C"])
    assert key["questions"][1] == {"letters": ["A", "C"]} and key["questions"][0] == case.key["questions"][0]
    assert items.other_keys(versions[1].pk, ["A"]) == [], "a number has no letters"
