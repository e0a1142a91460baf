"""Decisions about people on plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

ROLES = (
    "platform_admin",
    "office",
    "reviewer",
    "invigilator",
    "marker",
    "author",
    "supervisor",
    "organiser_staff",
    "institution_manager",
    "institution_staff",
    "finance",
)

# Roles that mean nothing without the organisation they act for, and the kinds it may have.
SCOPE_KINDS: dict[str, tuple[str, ...]] = {
    "organiser_staff": ("organiser",),
    "institution_manager": ("institution",),
    "institution_staff": ("institution",),
    "office": ("certifying_body", "organiser"),
    "reviewer": ("certifying_body", "organiser"),
    "finance": ("certifying_body", "organiser"),
    "invigilator": ("certifying_body", "organiser", "institution"),
    "marker": ("certifying_body", "organiser"),
    "author": ("certifying_body", "organiser"),
    "supervisor": ("certifying_body", "organiser", "supervisor"),
}
NEEDS_SCOPE = frozenset({"organiser_staff", "institution_manager", "institution_staff"})
READ_ONLY = frozenset({"supervisor"})
# A platform administrator passes for every role except the ones that judge people anonymously.
NOT_FOR_ADMIN = frozenset({"marker"})


@dataclass(frozen=True)
class Role:
    """A role held now; ``organisation_id`` None means everywhere."""

    role: str
    organisation_id: int | None


@dataclass(frozen=True)
class Verdict:
    """``ok``, or the stable ``code`` of the reason with parameters."""

    ok: bool
    code: str = ""


def role_fits(role: str, organisation_kind: str | None) -> Verdict:
    """May this role be granted for an organisation of this kind (None = everywhere)?"""
    if role not in ROLES:
        return Verdict(False, "unknown_role")
    if organisation_kind is None:
        return Verdict(role not in NEEDS_SCOPE, "" if role not in NEEDS_SCOPE else "needs_organisation")
    if organisation_kind not in SCOPE_KINDS.get(role, ()):
        return Verdict(False, "wrong_organisation")
    return Verdict(True)


def holds_any(held: Iterable[Role], roles: Iterable[str]) -> bool:
    """Does somebody with the roles ``held`` act in one of ``roles`` anywhere?"""
    wanted = set(roles)
    return any(r.role in wanted or _as_admin(r, wanted) for r in held)


def holds_at(held: Iterable[Role], roles: Iterable[str], organisation_ids: Iterable[int]) -> bool:
    """Does somebody act in one of ``roles`` for one of the organisations, or everywhere?"""
    wanted, places = set(roles), set(organisation_ids)
    return any(
        _as_admin(r, wanted)
        or (r.role in wanted and (r.organisation_id is None or r.organisation_id in places))
        for r in held
    )


def organisations_held(held: Iterable[Role], roles: Iterable[str]) -> set[int] | None:
    """The organisations somebody acts for in one of ``roles``; None = all of them."""
    wanted, places = set(roles), set()
    for r in held:
        if _as_admin(r, wanted):
            return None
        if r.role in wanted:
            if r.organisation_id is None:
                return None
            places.add(r.organisation_id)
    return places


def _as_admin(held: Role, wanted: set[str]) -> bool:
    return held.role == "platform_admin" and bool(wanted - NOT_FOR_ADMIN)


def normal_name(name: str) -> str:
    """NFKC, one kind of middle dot, single inner spaces; spaces between Han characters out."""
    text = unicodedata.normalize("NFKC", name or "").strip()
    text = re.sub(r"[·•・‧∙･.．]", "·", text) if re.search(r"[一-鿿]", text) else text
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"(?<=[㐀-鿿豈-﫿𠀀-𯿿]) (?=[㐀-鿿豈-﫿𠀀-𯿿])", "", text)


def names_agree(one: str, other: str) -> bool:
    """Equal after normalisation, without regard to case."""
    return normal_name(one).casefold() == normal_name(other).casefold()


def judge_identity(
    *,
    name: str,
    sex: str,
    birth: date | None,
    document_ok: bool,
    document_code: str,
    document_sex: str,
    document_birth: date | None,
    today: date,
) -> list[str]:
    """Codes of what cannot be true, in the order of the form; empty when all is well."""
    found: list[str] = []
    if len(normal_name(name)) < 2 or re.search(r"\d", name):
        found.append("name")
    if not document_ok:
        found.append(f"document_{document_code}")
    if sex not in {"male", "female"}:
        found.append("sex")
    elif document_sex and sex != document_sex:
        found.append("sex_differs")
    if birth is None or birth > today or birth.year < 1900:
        found.append("birth")
    elif document_birth and birth != document_birth:
        found.append("birth_differs")
    return found


ORGANISATION_STEPS = {
    "": {"founded", "applied"},
    "applied": {"approved", "refused"},
    "refused": {"applied"},
    "founded": {"suspended"},
    "approved": {"suspended"},
    "suspended": {"resumed"},
    "resumed": {"suspended"},
}
ACTIVE_STATES = frozenset({"founded", "approved", "resumed"})


def organisation_state(kinds: Sequence[str]) -> str:
    """The newest step of a registration; ``""`` before the first."""
    return kinds[-1] if kinds else ""


def may_step(state: str, step: str) -> bool:
    """May a registration in ``state`` take ``step``?"""
    return step in ORGANISATION_STEPS.get(state, set())


_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code_ok(code: str) -> bool:
    """The unified social credit code after GB 32100-2015: 18 characters, the last a check character."""
    if len(code) != 18 or any(c not in _CREDIT_ALPHABET for c in code):
        return False
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17]


@dataclass(frozen=True)
class Held:
    """Something that must be kept after an account is closed: ``what`` and ``why`` are stable codes."""

    what: str
    why: str
    until: date | None


RECORD_YEARS = 5
"""Electronic records of an assessment stay traceable for at least five years after it (rules of procedure for
recognising skill levels, 人社职司便函〔2020〕17号)."""


def record_until(day: date, years: int = RECORD_YEARS) -> date:
    """The last day on which what ended on ``day`` is kept; 29 February counts as the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def keep_until(held: Sequence[Held]) -> date | None:
    """The day after which nothing needs to be kept; ``date.max`` when something is kept without end."""
    if not held:
        return None
    return max(h.until or date.max for h in held)
