"""Identity documents: what they look like, whether they can be true, and how they are shown.

Resident numbers after GB 11643-1999: 17 digits (region, birth date, order; the last of them odd for men)
and a check character by ISO 7064 MOD 11-2.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import phonenumbers

RESIDENT_ID = "resident_id"
DOCUMENT_KINDS = (
    RESIDENT_ID,
    "hmt_residence",
    "hmt_permit",
    "taiwan_permit",
    "passport",
    "foreign_residence",
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_PATTERNS = {
    "hmt_permit": re.compile(r"[HM]\d{8}(\d{2})?"),
    "taiwan_permit": re.compile(r"\d{8}|\d{10}"),
    "passport": re.compile(r"[A-Z0-9]{5,17}"),
    "foreign_residence": re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]"),
}


@dataclass(frozen=True)
class DocumentCheck:
    """What a document number says of itself.

    ``code`` is empty when ``ok``, otherwise one of ``empty``, ``unknown_kind``, ``length``, ``characters``,
    ``birth_date``, ``check_digit``, ``region``, ``form``. ``remark`` may be ``unknown_region`` on an
    acceptable number. ``sex`` is ``male``, ``female`` or ``""``.
    """

    ok: bool
    code: str
    normal: str
    birth: date | None = None
    sex: str = ""
    remark: str = ""


def normal_document(number: str) -> str:
    """Full-width to ASCII, spaces and separators out, upper case."""
    text = unicodedata.normalize("NFKC", number or "")
    return re.sub(r"[\s\-()·.]", "", text).upper()


def check_character(first17: str) -> str:
    """The 18th character of a resident number by ISO 7064 MOD 11-2."""
    return _CHECKS[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def _check_18(number: str, *, regions: frozenset[str] | None) -> DocumentCheck:
    if len(number) != 18:
        return DocumentCheck(False, "length", number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return DocumentCheck(False, "characters", number)
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return DocumentCheck(False, "birth_date", number)
    if birth.year < 1900:
        return DocumentCheck(False, "birth_date", number)
    if check_character(number[:17]) != number[17]:
        return DocumentCheck(False, "check_digit", number)
    if regions is not None and number[:6] not in regions:
        return DocumentCheck(False, "region", number)
    remark = "" if number[:2] in _PROVINCES or number[0] == "9" else "unknown_region"
    return DocumentCheck(True, "", number, birth, "male" if int(number[16]) % 2 else "female", remark)


def check_document(kind: str, number: str) -> DocumentCheck:
    """Check a document number of one of ``DOCUMENT_KINDS``; never raises."""
    normal = normal_document(number)
    if kind not in DOCUMENT_KINDS:
        return DocumentCheck(False, "unknown_kind", normal)
    if not normal:
        return DocumentCheck(False, "empty", normal)
    if kind == RESIDENT_ID:
        return _check_18(normal, regions=None)
    if kind == "hmt_residence":
        return _check_18(normal, regions=frozenset({"810000", "820000", "830000"}))
    if not _PATTERNS[kind].fullmatch(normal):
        return DocumentCheck(False, "form", normal)
    if kind == "foreign_residence" and normal.startswith("9"):
        return _check_18(normal, regions=None)
    return DocumentCheck(True, "", normal)


def mask_document(number: str) -> str:
    """Keep the region and the last four of 18 characters, otherwise the first two and last two."""
    if len(number) == 18:
        return f"{number[:6]}********{number[14:]}"
    keep = 2 if len(number) > 5 else 1
    return number[:keep] + "*" * max(len(number) - 2 * keep, 1) + number[-keep:]


def normal_phone(text: str) -> str:
    """A phone number in E.164 form (``+8613…``); mainland China when no country is given. Raises ValueError."""
    try:
        parsed = phonenumbers.parse(unicodedata.normalize("NFKC", text or ""), "CN")
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError("not a phone number")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def mask_phone(phone: str) -> str:
    return f"{phone[:-8]}****{phone[-4:]}" if len(phone) > 8 else "****"


def mask_email(email: str) -> str:
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}" if domain else "***"
