"""Document numbers: GB 11643 with published specimens, permits, masking, phones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tancai.lib import identity

# 440524188001010014 is a specimen number printed in GB 11643-1999.
SPECIMEN = "440524188001010014"


def test_the_specimen_of_the_standard_has_the_right_check_digit_but_an_impossible_year() -> None:
    assert identity.check_character(SPECIMEN[:17]) == "4"
    assert identity.check_document("resident_id", SPECIMEN).code == "birth_date"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("11010519491231002X", ""),
        ("11010519491231002x", ""),
        ("１１０１０５１９４９１２３１００２Ｘ", ""),
        ("110105 1949 1231 002X", ""),
        ("110105194912310021", "check_digit"),
        ("11010519491331002X", "birth_date"),
        ("1101051949123100", "length"),
        ("110105491231002", "length"),
        ("11010519491231O02X", "characters"),
        ("", "empty"),
    ],
)
def test_resident_numbers(number: str, code: str) -> None:
    check = identity.check_document("resident_id", number)
    assert (check.ok, check.code) == (code == "", code)


def test_birth_date_and_sex_are_read() -> None:
    check = identity.check_document("resident_id", "11010519491231002X")
    assert (check.birth, check.sex) == (date(1949, 12, 31), "female")


@given(st.integers(0, 10**17 - 1), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(first17: int, place: int, shift: int) -> None:
    text = f"{first17:017d}"
    changed = text[:place] + str((int(text[place]) + shift) % 10) + text[place + 1 :]
    assert identity.check_character(text) != identity.check_character(changed)


@pytest.mark.parametrize(
    ("kind", "number", "ok"),
    [
        ("hmt_residence", "810000199408230021", True),
        ("hmt_residence", "110000199408230021", False),
        ("hmt_permit", "H12345678", True),
        ("hmt_permit", "X12345678", False),
        ("taiwan_permit", "12345678", True),
        ("taiwan_permit", "1234567", False),
        ("passport", "E12345678", True),
        ("passport", "E1", False),
        ("foreign_residence", "USA110104651228", True),
        ("library_card", "1", False),
    ],
)
def test_other_documents(kind: str, number: str, ok: bool) -> None:
    assert identity.check_document(kind, number).ok is ok


def test_hmt_residence_permits_carry_a_check_digit_too() -> None:
    first = "81000019940823002"
    right = first + identity.check_character(first)
    assert identity.check_document("hmt_residence", right).ok
    wrong = first + ("0" if right[-1] != "0" else "1")
    assert identity.check_document("hmt_residence", wrong).code == "check_digit"


@given(st.text(min_size=1, max_size=20, alphabet="0123456789X"))
def test_a_masked_number_never_shows_more_than_ten_characters(number: str) -> None:
    shown = identity.mask_document(number)
    assert "*" in shown
    assert sum(character != "*" for character in shown) <= 10


@pytest.mark.parametrize(
    "text", ["13800138000", "138 0013 8000", "+86 13800138000", "１３８００１３８０００"]
)
def test_phones_have_one_form(text: str) -> None:
    assert identity.normal_phone(text) == "+8613800138000"


def test_hong_kong_phones_are_phones() -> None:
    assert identity.normal_phone("+852 9123 4567") == "+85291234567"


@pytest.mark.parametrize("text", ["", "12345", "电话", "+86 1380013800"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        identity.normal_phone(text)
