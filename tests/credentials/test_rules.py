"""Numbers, validity, state and the fields a look-up accepts, on plain values."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain, combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tancai.credentials import rules

numbers = st.builds(
    rules.make_number,
    st.sampled_from(["CEM", "DCNE", "CRP", "CSA", "CMC", "ZZ"]),
    st.integers(2000, 2099),
    st.integers(1, 999_999),
).filter(bool)


# published examples of ISO 7064 MOD 37-2 (donation numbers of blood banks)
@pytest.mark.parametrize(("text", "check"), [("G123489654321", "Y"), ("G123498654321", "H")])
def test_check_characters_follow_the_standard(text: str, check: str) -> None:
    assert rules.check_character(text) == check


@given(numbers)
def test_a_number_is_recognised_however_it_is_typed(number: str) -> None:
    assert rules.is_number(number)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for typed in (number.lower(), f" {number[:3]} {number[3:7]}-{number[7:]} ", wide, wide.lower()):
        assert rules.normal_number(typed) == number


@settings(max_examples=60, deadline=None)
@given(numbers, st.data())
def test_every_wrong_character_is_noticed(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    for other in rules.ALPHABET:
        wrong = number[:place] + other + number[place + 1 :]
        assert other == number[place] or not rules.is_number(wrong)


@settings(max_examples=100, deadline=None)
@given(numbers)
def test_every_exchange_of_two_characters_is_noticed(number: str) -> None:
    for one, other in combinations(range(len(number)), 2):
        swapped = list(number)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        assert number[one] == number[other] or not rules.is_number("".join(swapped))


def test_numbers_never_end_in_a_character_that_reads_like_another() -> None:
    made = [rules.make_number("CEM", 2026, sequence) for sequence in range(1, 3000)]
    given_out = [each for each in made if each]
    assert len(set(given_out)) == len(given_out)
    assert not {each[-1] for each in given_out} & set("*OI")
    # 34 of 37 check characters are used
    assert 0.90 < len(given_out) / len(made) < 0.94


@pytest.mark.parametrize(
    ("start", "years", "until"),
    [
        (date(2021, 12, 28), 2, date(2023, 12, 27)),
        (date(2024, 2, 29), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2026, 3, 1), 1, date(2027, 2, 28)),
        (date(2026, 3, 1), 0, None),
    ],
)
def test_validity_ends_the_day_before_its_anniversary(start: date, years: int, until: date | None) -> None:
    assert rules.valid_until(start, years) == until


DAY = date(2026, 11, 20)
UNTIL = date(2028, 11, 19)


def fold(*kinds: str, on: date = DAY + timedelta(days=100), until: date | None = UNTIL) -> rules.State:
    steps = [rules.Step(kind, DAY + timedelta(days=place)) for place, kind in enumerate(kinds)]
    return rules.state(steps, until, on)


def test_state_is_the_fold_of_events_and_the_day() -> None:
    assert fold("issued") == rules.State("valid", DAY)
    assert fold("issued", on=UNTIL).code == "valid"
    assert fold("issued", on=UNTIL + timedelta(days=1)) == rules.State("expired", UNTIL + timedelta(days=1))
    assert fold("issued", on=date(2100, 1, 1), until=None).code == "valid"
    assert fold("issued", "corrected") == rules.State("valid", DAY, DAY + timedelta(days=1))
    assert fold("issued", "revoked") == rules.State("revoked", DAY + timedelta(days=1))
    assert fold("issued", "corrected", "replaced").code == "replaced"
    assert fold("issued", "renewed").code == "valid"


def test_revocation_and_replacement_outlive_expiry() -> None:
    late = UNTIL + timedelta(days=400)
    assert fold("issued", "revoked", on=late).code == "revoked"
    assert fold("issued", "replaced", on=late).code == "replaced"
    for order in permutations(("corrected", "replaced", "revoked")):
        assert fold("issued", *order, on=late).code == "revoked"


def test_a_certificate_without_issue_is_no_certificate() -> None:
    with pytest.raises(ValueError, match="issue"):
        rules.state([], UNTIL, DAY)


def test_only_what_stands_can_change() -> None:
    for change in rules.CHANGES:
        assert rules.may_change("valid", change) and rules.may_change("expired", change)
        assert not rules.may_change("revoked", change) and not rules.may_change("replaced", change)
    assert not rules.may_change("valid", "polish")


SUBSETS = list(chain.from_iterable(combinations(rules.FIELDS, size) for size in range(4)))
ANY_TWO = [("number", "document"), ("number", "name"), ("document", "name")]


@pytest.mark.parametrize("given", SUBSETS)
def test_accepted_fields(given: tuple[str, ...]) -> None:
    assert rules.accepted(ANY_TWO, given) == (len(given) >= 2)
    assert rules.accepted([*ANY_TWO, ("number",)], given) == (len(given) >= 2 or given == ("number",))
    cem = [("name", "document"), ("name", "number")]
    assert rules.accepted(cem, given) == ("name" in given and len(given) >= 2)


def test_names_are_compared_without_width_space_dot_and_case() -> None:
    same = ["阿卜杜拉·买买提", " 阿卜杜拉 • 买买提", "阿卜杜拉买买提"]
    assert len({rules.looked_up_name(each) for each in same}) == 1
    assert rules.looked_up_name("ＺＨＡＮＧ San") == rules.looked_up_name("zhang san")
    assert rules.looked_up_name("张三") != rules.looked_up_name("张四")


@pytest.mark.parametrize(
    ("decided", "proposer", "decider", "holder", "fault"),
    [
        (False, 1, 2, 3, ""),
        (False, 1, 1, 3, "same_person"),
        (False, 1, None, 3, "same_person"),
        (False, 1, 2, 2, "own_certificate"),
        (True, 1, 2, 3, "decided"),
        (False, None, 2, None, ""),
    ],
)
def test_a_second_person_decides(
    decided: bool, proposer: int | None, decider: int | None, holder: int | None, fault: str
) -> None:
    assert fault == rules.judge_decision(decided=decided, proposer=proposer, decider=decider, holder=holder)


@pytest.mark.parametrize(
    ("changes", "document_ok", "fault"),
    [
        ({"name": "张小兰"}, True, ""),
        ({"sex": "male"}, True, ""),
        ({"name": "张晓岚"}, True, "nothing_changed"),
        ({}, True, "nothing_changed"),
        ({"name": "张"}, True, "bad_facts"),
        ({"name": "张3"}, True, "bad_facts"),
        ({"sex": "x"}, True, "bad_facts"),
        ({"post": "总工"}, True, "bad_facts"),
        ({"document": "1"}, False, "bad_facts"),
    ],
)
def test_corrections_must_change_something_and_be_possible(
    changes: dict[str, str], document_ok: bool, fault: str
) -> None:
    now = {"name": "张晓岚", "sex": "female", "document": "2"}
    assert rules.judge_facts(changes, now, document_ok=document_ok) == fault
