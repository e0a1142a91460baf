"""Decisions about people, without a database."""

from datetime import date

import pytest

from tancai.lib.identity import DOCUMENT_KINDS, check_character, check_document
from tancai.people import rules
from tancai.people.rules import Held, Role

HERE, THERE = 1, 2


def test_every_role_has_a_place_or_is_for_everywhere():
    for role in rules.ROLES:
        everywhere = rules.role_fits(role, None)
        kinds = [
            k
            for k in ("certifying_body", "organiser", "institution", "supervisor")
            if rules.role_fits(role, k).ok
        ]
        assert everywhere.ok or kinds, role
        assert everywhere.ok == (role not in rules.NEEDS_SCOPE)
        assert set(kinds) == set(rules.SCOPE_KINDS.get(role, ()))
    assert rules.role_fits("emperor", None).code == "unknown_role"
    assert rules.role_fits("institution_staff", None).code == "needs_organisation"
    assert rules.role_fits("platform_admin", "institution").code == "wrong_organisation"


# For somebody who holds ``held`` in the row: may they act as the role, asked anywhere / here / there / nowhere named?
def expected(held: Role, asked: str, places: list[int] | None) -> bool:
    if held.role == "platform_admin":
        return asked != "marker"
    if held.role != asked:
        return False
    return places is None or held.organisation_id is None or held.organisation_id in places


@pytest.mark.parametrize("organisation", [None, HERE])
@pytest.mark.parametrize("held", rules.ROLES)
def test_the_table_of_access_questions(held, organisation):
    if held == "platform_admin" and organisation is not None:
        return
    roles = (Role(held, organisation),)
    for asked in rules.ROLES:
        assert rules.holds_any(roles, [asked]) == expected(roles[0], asked, None), (held, asked)
        for places in ([HERE], [THERE], [HERE, THERE], []):
            assert rules.holds_at(roles, [asked], places) == expected(roles[0], asked, places), (
                held,
                asked,
                places,
            )
        found = rules.organisations_held(roles, [asked])
        if expected(roles[0], asked, None):
            assert found == (None if organisation is None else {organisation})
        else:
            assert found == set()


def test_holding_nothing_opens_nothing():
    for asked in rules.ROLES:
        assert not rules.holds_any((), [asked])
        assert not rules.holds_at((), [asked], [HERE])
        assert rules.organisations_held((), [asked]) == set()
    assert not rules.holds_any((Role("platform_admin", None),), [])


def test_an_administrator_does_not_mark_but_may_watch_marking():
    admin = (Role("platform_admin", None),)
    assert not rules.holds_any(admin, ["marker"])
    assert rules.holds_any(admin, ["marker", "office"])
    assert rules.holds_any((*admin, Role("marker", HERE)), ["marker"])


def test_roles_at_two_places_add_up():
    held = (Role("reviewer", HERE), Role("reviewer", THERE), Role("office", HERE))
    assert rules.organisations_held(held, ["reviewer"]) == {HERE, THERE}
    assert rules.organisations_held(held, ["office"]) == {HERE}


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("李雷", "李 雷", True),
        ("李雷", " 李雷　", True),
        ("阿依古丽·买买提", "阿依古丽•买买提", True),
        ("阿依古丽．买买提", "阿依古丽・买买提", True),
        ("John  Smith", "john smith", True),
        ("李雷", "李蕾", False),
        ("John Smith", "JohnSmith", False),
    ],
)
def test_names_agree_as_a_clerk_would_say(one, other, agree):
    assert rules.names_agree(one, other) is agree


GOOD = {
    "name": "李雷",
    "sex": "female",
    "birth": date(1949, 12, 31),
    "document_ok": True,
    "document_code": "",
    "document_sex": "female",
    "document_birth": date(1949, 12, 31),
    "today": date(2026, 3, 2),
}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"name": "李"}, ["name"]),
        ({"name": "李雷2"}, ["name"]),
        ({"document_ok": False, "document_code": "check_digit"}, ["document_check_digit"]),
        ({"sex": ""}, ["sex"]),
        ({"sex": "male"}, ["sex_differs"]),
        ({"sex": "male", "document_sex": ""}, []),
        ({"birth": None}, ["birth"]),
        ({"birth": date(2026, 3, 3)}, ["birth"]),
        ({"birth": date(1950, 12, 31)}, ["birth_differs"]),
        ({"birth": date(1950, 12, 31), "document_birth": None}, []),
        ({"name": "", "sex": "", "birth": None}, ["name", "sex", "birth"]),
    ],
)
def test_an_identity_that_cannot_be_true_says_why(change, codes):
    assert rules.judge_identity(**{**GOOD, **change}) == codes


def test_a_resident_number_carries_birth_sex_and_check_character():
    check = check_document("resident_id", "11010519491231002x")
    assert (check.ok, check.normal, check.birth, check.sex) == (
        True,
        "11010519491231002X",
        date(1949, 12, 31),
        "female",
    )
    for last in "0123456789X":
        number = "11010519491231002" + last
        assert check_document("resident_id", number).ok == (last == "X")
    assert (
        check_document("resident_id", "11010519490230002" + check_character("11010519490230002")).code
        == "birth_date"
    )
    assert check_document("resident_id", "1101051949123100").code == "length"
    assert check_document("resident_id", "1101051949123100AX").code == "characters"
    assert {check_document(kind, "").code for kind in DOCUMENT_KINDS} == {"empty"}


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("", {"founded", "applied"}),
        ("founded", {"suspended"}),
        ("applied", {"approved", "refused"}),
        ("approved", {"suspended"}),
        ("refused", {"applied"}),
        ("suspended", {"resumed"}),
        ("resumed", {"suspended"}),
    ],
)
def test_the_steps_of_a_registration(state, steps):
    every = {"founded", "applied", "approved", "refused", "suspended", "resumed"}
    assert {step for step in every if rules.may_step(state, step)} == steps


@pytest.mark.parametrize("code", ["91350100M000100Y43", "914403001922038216", "91110000600037341L"])
def test_credit_codes_are_checked_by_their_last_character(code):
    assert rules.credit_code_ok(code)
    wrong = [code[:-1] + c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if c != code[-1]]
    assert not any(rules.credit_code_ok(c) for c in wrong)
    assert not rules.credit_code_ok(code[:-1]) and not rules.credit_code_ok("I" + code[1:])


def test_what_is_kept_longest_decides_when_the_rest_may_go():
    assert rules.keep_until([]) is None
    assert rules.keep_until([Held("a", "b", date(2030, 1, 1)), Held("c", "d", date(2031, 1, 1))]) == date(
        2031, 1, 1
    )
    assert rules.keep_until([Held("a", "b", None), Held("c", "d", date(2031, 1, 1))]) == date.max
