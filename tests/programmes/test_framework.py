"""T/MIITEC 020-2024 as data: directions, posts, statements with clause and verb, grades, weights."""

from __future__ import annotations

import pytest

from tancai.programmes import loader

FRAMEWORK = next(each.definition.framework for each in loader.read_all() if each.definition.code == "cmc")
assert FRAMEWORK is not None

POSTS = [
    # clause, direction, post, number of statements a, b, c
    ("5.1.1", "碳战略", "碳战略咨询师", 5, 3, 2),
    ("5.2.1", "碳排放", "碳减排工程师", 4, 4, 2),
    ("5.2.2", "碳排放", "碳评价认证工程师", 4, 3, 2),
    ("5.3.1", "碳市场", "碳排放交易员", 4, 3, 2),
    ("5.4.1", "低碳供应链管理", "低碳供应链管理工程师", 3, 3, 1),
    ("5.5.1", "碳管理行业应用", "汽车碳管理工程师", 4, 3, 4),
    ("5.5.2", "碳管理行业应用", "钢铁碳管理工程师", 4, 4, 3),
    ("5.5.3", "碳管理行业应用", "储能碳管理工程师", 3, 4, 3),
    ("5.5.4", "碳管理行业应用", "农业碳管理工程师", 4, 4, 5),
]


def test_five_directions_nine_posts_and_their_statements() -> None:
    found = [
        (post.clause, direction.name, post.name, len(post.knowledge), len(post.skill), len(post.practice))
        for direction in FRAMEWORK.directions
        for post in direction.posts
    ]
    assert found == POSTS
    assert all(post.duty for post in FRAMEWORK.posts)


def test_every_statement_begins_with_its_verb_and_has_a_code_of_its_own() -> None:
    statements = [
        each
        for post in FRAMEWORK.posts
        for d in ("knowledge", "skill", "practice")
        for each in post.statements(d)
    ]
    assert len(statements) == sum(sum(row[3:]) for row in POSTS) == 90
    assert all(each.text.startswith(each.verb) for each in statements)
    assert len({each.code for each in statements}) == 90


@pytest.mark.parametrize(
    ("group", "grades", "years", "weights"),
    [
        ("beginner", (1, 2, 3), 0, (70, 25, 5)),
        ("intermediate", (4, 5, 6), 3, (50, 25, 25)),
        ("advanced", (7, 8, 9), 5, (20, 30, 50)),
    ],
)
def test_grades_years_and_weights(group, grades, years, weights) -> None:
    found = next(each for each in FRAMEWORK.groups if each.code == group)
    assert (found.grades, found.min_years) == (grades, years)
    assert tuple(found.weights().values()) == weights
    assert found.thresholds == (60, 75, 90)
    assert all(FRAMEWORK.group_of(grade) == found for grade in grades)


def test_dimensions_elements_and_methods() -> None:
    assert [(d.name, d.method, len(d.elements)) for d in FRAMEWORK.dimensions] == [
        ("专业知识", "笔试考核", 2),
        ("技术技能", "实验考核", 2),
        ("工程实践", "成果评价", 1),
    ]


@pytest.mark.parametrize(
    ("post", "tools"),
    [
        ("碳战略咨询师", "了解碳排放核算OBS软件和数据收集CICES平台"),
        ("碳减排工程师", "掌握碳排放核算OBS软件和数据收集CICES平台的基础操作功能"),
        ("碳评价认证工程师", "了解碳排放核算OBS软件和数据收集CICES平台的基础操作功能"),
        ("碳排放交易员", "了解碳排放核算软件操作及标准"),
        ("汽车碳管理工程师", "掌握碳排放核算OBS软件和数据收集CICES平台的基础操作功能"),
        ("钢铁碳管理工程师", "掌握碳排放核算OBS软件和数据收集CICES平台的基础操作功能"),
        ("储能碳管理工程师", "掌握碳排放核算OBS软件和数据收集CICES平台的基础操作功能"),
        ("农业碳管理工程师", "掌握碳排放核算OBS软件和数据收集CICES平台的基础操作功能"),
    ],
)
def test_tools_that_posts_require(post: str, tools: str) -> None:
    found = next(each for each in FRAMEWORK.posts if each.name == post)
    assert tools in {each.text for each in (*found.knowledge, *found.skill)}


def test_the_supply_chain_post_needs_neither_tool() -> None:
    found = next(each for each in FRAMEWORK.posts if each.name == "低碳供应链管理工程师")
    assert not [
        each for each in (*found.knowledge, *found.skill) if "OBS" in each.text or "核算软件" in each.text
    ]


def test_improvement_before_and_on_the_post_by_three_providers() -> None:
    stages = [each.stage for each in FRAMEWORK.improvements]
    assert [stages.count(stage) for stage in ("before_post", "on_post", "provider")] == [3, 3, 3]
