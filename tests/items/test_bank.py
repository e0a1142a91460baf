"""The shipped bank is sound, large enough, and loads once."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tancai.items import api as items
from tancai.items.bank_files import read_bank
from tancai.lib import clock
from tancai.programmes import loader

shipped = cache(read_bank)
"""Items and faults of the shipped bank, read once."""

LEVELS = ("beginner", "intermediate", "advanced")


@pytest.mark.anydatabase
def test_every_shipped_item_is_sound() -> None:
    found, faults = shipped()
    assert faults == []
    assert all(item.explanation.strip() and item.basis["clause"].strip() for item in found)


@pytest.mark.anydatabase
def test_cem_holds_more_than_three_disjoint_papers() -> None:
    kinds = Counter(item.kind for item in shipped()[0] if item.collection == "cem")
    assert kinds["single"] > 90 and kinds["multiple"] > 30 and kinds["short"] > 15


@pytest.mark.anydatabase
@pytest.mark.parametrize("topic", [f"crp-{n}" for n in range(1, 10)])
def test_each_post_of_crp_holds_its_half_of_a_paper(topic: str) -> None:
    kinds = Counter(item.kind for item in shipped()[0] if item.topic == topic)
    assert kinds["single"] >= 10 and kinds["multiple"] >= 4 and kinds["short"] >= 2


@pytest.mark.anydatabase
@pytest.mark.parametrize(("collection", "least"), [("dcne", 15), ("crp", 15), ("csa", 15), ("shared", 30)])
def test_the_other_programmes_have_items_of_their_own(collection: str, least: int) -> None:
    assert sum(item.collection == collection for item in shipped()[0]) >= least


@pytest.mark.anydatabase
def test_keys_are_spread_over_the_letters() -> None:
    letters = Counter(item.key["letters"][0] for item in shipped()[0] if item.kind == "single")
    for letter in "ABCD":
        assert 0.18 <= letters[letter] / letters.total() <= 0.32


@pytest.mark.anydatabase
def test_faults_name_file_item_and_place(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "bad.toml").write_text(
        '[[item]]\ncode = "x-1"\nkind = "single"\ntopic = "x"\ndifficulty = "easy"\nlevels = []\nstem = "题"\n'
        'options = ["甲", "乙"]\nkey = ["C"]\nbasis = { document = "文件", clause = "一" }\nexplanation = "因为"\n'
        '[[item]]\ncode = "x-2"\nkind = "riddle"\n',
        encoding="utf-8",
    )
    (tmp_path / "x" / "broken.toml").write_text("[[item", encoding="utf-8")
    found, faults = read_bank(tmp_path)
    assert found == []
    told = {(fault.file, fault.item, fault.fault.place, fault.fault.code) for fault in faults}
    assert ("x/bad.toml", "x-1", "key", "no_such_option") in told
    assert ("x/bad.toml", "x-2", "kind", "unknown_kind") in told
    assert ("x/broken.toml", "", "file", "unreadable") in told


@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    first = items.load_bank(by=None, at=clock.now())
    again = items.load_bank(by=None, at=clock.now())
    assert first.added == first.items > 200
    assert (again.added, again.revised) == (0, 0)
    assert items.with_state().filter(state="active").count() == first.items
    cmc = next(each.definition for each in loader.read_all() if each.definition.code == "cmc")
    for level, post in (("grade-1", "steel-engineer"), ("grade-9", "emissions-trader")):
        paper, _keys = items.trial(cmc, level=level, speciality=post, seed="1")
        assert paper.total == 100
        assert [entry.kind for entry in paper.entries].count("parameterised") == 2
        laboratory = [entry for entry in paper.entries if entry.kind == "laboratory"]
        assert [(entry.part, entry.marks) for entry in laboratory] == [("skill", 25)]


POSTS = [
    (f"cmc-{n}", group, grades)
    for n in range(1, 10)
    for group, grades in (("beginner", "123"), ("intermediate", "456"), ("advanced", "789"))
]


@pytest.mark.anydatabase
@pytest.mark.parametrize(("topic", "group", "grades"), POSTS)
def test_every_post_has_laboratory_tasks_of_its_level(topic: str, group: str, grades: str) -> None:
    from tancai.labs.api import posts, task

    post = posts()[int(topic.removeprefix("cmc-")) - 1]
    clauses = {one.code for one in (*post.knowledge, *post.skill, *post.practice)}
    found = [
        item
        for item in shipped()[0]
        if item.kind == "laboratory" and item.topic == topic and f"grade-{grades[0]}" in item.levels
    ]
    assert len(found) >= 2
    for item in found:
        one = task(item.content["task"])
        assert one.level == group and set(one.clauses) & clauses
        assert item.levels == tuple(f"grade-{grade}" for grade in grades)
        assert post.name in item.content["stem"]
