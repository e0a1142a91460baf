"""Decisions of enrolment on plain values: conditions, materials, steps. No framework, no clock.

Predicates, conditions and definitions are read by their attributes, so that these rules depend on no other room.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tancai.enrolment.claims import CERTIFICATE_LEVELS, DEGREES, EDUCATION, Claims, HeldCertificate, Work

CONTINUITY_GAP = timedelta(days=31)
"""Work is written down by months: a change of post within a month does not break continuity."""


@dataclass(frozen=True)
class Context:
    """What the programme knows that a predicate does not say.

    ``field_programmes`` are the programmes whose certificates belong to ``field``; ``proofs`` maps a kind of
    predicate to the materials that prove it.
    """

    programme: str = ""
    field: str = ""
    field_programmes: tuple[str, ...] = ()
    related_majors: tuple[str, ...] = ()
    accepted_majors: tuple[str, ...] = ()
    proofs: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def context_of(definition: Any, accepted_majors: Iterable[str] = ()) -> Context:
    """The context that a programme definition gives its conditions."""
    kinds = ("education", "degree", "major", "years", "certificate", "student", "occupation")
    return Context(
        programme=definition.code,
        field=definition.certificate.field,
        field_programmes=tuple(definition.certificate.field_programmes),
        related_majors=tuple(definition.related_majors),
        accepted_majors=tuple(accepted_majors),
        proofs={k: tuple(m.kind for m in definition.materials if k in m.for_predicates) for k in kinds},
    )


@dataclass(frozen=True)
class Reason:
    """Why a predicate is not met: stable code, plain parameters, and the materials that would prove it."""

    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineVerdict:
    """One condition line: met, or what the nearest alternative lacks (``missing``) and what each lacks.

    ``predicates`` are the kinds in the alternative met (or nearest), ``proofs`` the materials that prove them.
    """

    line: int
    text: str
    met: bool
    missing: tuple[Reason, ...] = ()
    alternatives: tuple[tuple[Reason, ...], ...] = ()
    predicates: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """``met`` is the line the application rests on (None: no line is met); ``proofs`` the materials it needs."""

    met: int | None
    per_line: tuple[LineVerdict, ...]
    predicates: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()

    @property
    def met_lines(self) -> tuple[int, ...]:
        return tuple(verdict.line for verdict in self.per_line if verdict.met)


def judge(conditions: Iterable[Any], claims: Claims, on: date, context: Context | None = None) -> Verdict:
    """Judge every condition line for these claims as of ``on``.

    Any one line suffices. The line the person prefers (``claims.line``) is taken when met, else the first met.
    """
    lines = tuple(_judge_line(condition, claims, on, context or Context()) for condition in conditions)
    met = [verdict for verdict in lines if verdict.met]
    chosen = next((verdict for verdict in met if verdict.line == claims.line), met[0] if met else None)
    if chosen is None:
        return Verdict(None, lines)
    return Verdict(chosen.line, lines, chosen.predicates, chosen.proofs)


def _judge_line(condition: Any, claims: Claims, on: date, context: Context) -> LineVerdict:
    missing = tuple(
        tuple(r for p in predicates if (r := _lacks(p, predicates, claims, on, context)) is not None)
        for predicates in condition.any_of
    )
    nearest = min(range(len(missing)), key=lambda index: len(missing[index]))
    # nothing need be proved of no years
    kinds = tuple(dict.fromkeys(p.kind for p in condition.any_of[nearest] if getattr(p, "at_least", 1) != 0))
    return LineVerdict(
        line=condition.line,
        text=condition.text,
        met=not missing[nearest],
        missing=missing[nearest],
        alternatives=missing,
        predicates=kinds,
        proofs=tuple(dict.fromkeys(proof for kind in kinds for proof in context.proofs.get(kind, ()))),
    )


def _lacks(
    predicate: Any, beside: Sequence[Any], claims: Claims, on: date, context: Context
) -> Reason | None:
    """None when the predicate holds, else why it does not."""
    found = _LACKS[predicate.kind](predicate, beside, claims, on, context)
    return found and Reason(found[0], found[1], context.proofs.get(predicate.kind, ()))


_Lack = tuple[str, dict[str, Any]] | None


def _lacks_education(predicate: Any, beside: Any, claims: Claims, on: date, context: Context) -> _Lack:
    has, wanted = _step(EDUCATION, claims.education), _step(EDUCATION, predicate.at_least)
    if has < wanted:
        return "education_below", {"wanted": predicate.at_least, "has": claims.education}
    if has > wanted and getattr(predicate, "only", False):
        return "education_above", {"wanted": predicate.at_least, "has": claims.education}
    return None


def _lacks_degree(predicate: Any, beside: Any, claims: Claims, on: date, context: Context) -> _Lack:
    best = max((_step(DEGREES, degree) for degree in claims.degrees), default=-1)
    if best >= _step(DEGREES, predicate.at_least):
        return None
    return "degree_below", {"wanted": predicate.at_least, "has": DEGREES[best] if best >= 0 else ""}


def _lacks_major(predicate: Any, beside: Any, claims: Claims, on: date, context: Context) -> _Lack:
    related = is_related(claims.major, context)
    if predicate.related:
        return None if related else ("major_unrelated", {"major": claims.major})
    if getattr(predicate, "strict", False) and related:
        return "major_not_other", {"major": claims.major}
    return None


def _lacks_years(predicate: Any, beside: Any, claims: Claims, on: date, context: Context) -> _Lack:
    since = None
    if getattr(predicate, "after_certificate", False):
        since = _certified_since(beside, claims, context)
    has = years_worked(claims, on, continuous=predicate.continuous, since=since)
    if has >= predicate.at_least:
        return None
    code = "continuous_years_short" if predicate.continuous else "years_short"
    return code, {"wanted": predicate.at_least, "has": has}


def _certified_since(beside: Sequence[Any], claims: Claims, context: Context) -> date | None:
    held = [c for p in beside if p.kind == "certificate" for c in claims.certificates if _fits(p, c, context)]
    return min((c.held_since for c in held if c.held_since), default=None)


def _lacks_certificate(predicate: Any, beside: Any, claims: Claims, on: date, context: Context) -> _Lack:
    wanted = {"level": predicate.level or "", "family": predicate.family, "held_years": predicate.held_years}
    fitting = [held for held in claims.certificates if _fits(predicate, held, context)]
    if not fitting:
        return "certificate_missing", wanted
    if not predicate.held_years:
        return None
    held_for = max((full_years(held.held_since, on) for held in fitting if held.held_since), default=-1)
    if held_for >= predicate.held_years:
        return None
    code = "certificate_date_missing" if held_for < 0 else "certificate_too_recent"
    return code, {**wanted, "has": max(held_for, 0)}


def _lacks_student(predicate: Any, beside: Any, claims: Claims, on: date, context: Context) -> _Lack:
    return None if claims.school else ("not_a_student", {})


def _lacks_occupation(predicate: Any, beside: Any, claims: Claims, on: date, context: Context) -> _Lack:
    return (
        None
        if claims.occupation in predicate.any_of
        else ("occupation_other", {"any_of": list(predicate.any_of)})
    )


_LACKS = {
    "education": _lacks_education,
    "degree": _lacks_degree,
    "major": _lacks_major,
    "years": _lacks_years,
    "certificate": _lacks_certificate,
    "student": _lacks_student,
    "occupation": _lacks_occupation,
}


def _fits(predicate: Any, held: HeldCertificate, context: Context) -> bool:
    if not _of_family(predicate.family, held, context):
        return False
    level = held.level or getattr(predicate, "levelless_as", None) or ""
    return predicate.level is None or _step(CERTIFICATE_LEVELS, level) >= _step(
        CERTIFICATE_LEVELS, predicate.level
    )


def _of_family(family: str, held: HeldCertificate, context: Context) -> bool:
    of_programme = bool(held.programme) and held.programme == context.programme
    named = bool(held.field) and held.field == context.field
    of_field = of_programme or named or (bool(held.programme) and held.programme in context.field_programmes)
    if family == "programme":
        return of_programme
    if family == "field":
        return of_field
    if family == "other":
        return not of_field and bool(held.name or held.programme or held.level)
    return True


def _step(ladder: Sequence[str], code: str) -> int:
    return ladder.index(code) if code in ladder else -1


def is_related(major: str, context: Context) -> bool:
    """The major is on the programme's list, contains an entry of it or is part of one, or a reviewer accepted it."""
    name = _plain(major)
    if not name:
        return False
    if any(name == _plain(accepted) for accepted in context.accepted_majors):
        return True
    listed = [_plain(text) for text in context.related_majors]
    return any(entry in name or (len(name) >= 3 and name in entry) for entry in listed if entry)


def _plain(text: str) -> str:
    return "".join(text.split()).lower().removesuffix("专业")


def years_worked(claims: Claims, on: date, *, continuous: bool, since: date | None = None) -> int:
    """Whole years of work as of ``on``: the longest unbroken stretch, or all stretches together.

    Overlapping periods count once. Years stated without dates are taken when larger and no ``since`` is asked.
    """
    stretches = _stretches(claims.work, on, since)
    counted = max((full_years(a, b) for a, b in stretches), default=0) if continuous else _together(stretches)
    if since is not None:
        return counted
    stated = claims.continuous_years if continuous else max(claims.years, claims.continuous_years)
    return max(counted, stated)


def _stretches(work: Iterable[Work], on: date, since: date | None) -> list[tuple[date, date]]:
    merged: list[tuple[date, date]] = []
    for start, end in sorted((w.start, min(w.end or on, on)) for w in work):
        first = max(start, since) if since else start
        if end <= first:
            continue
        if merged and first - merged[-1][1] <= CONTINUITY_GAP:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged


def _together(stretches: list[tuple[date, date]]) -> int:
    if len(stretches) == 1:
        return full_years(*stretches[0])
    months = sum(_full_months(start, end) for start, end in stretches)
    return months // 12


def _full_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def full_years(start: date, end: date) -> int:
    """Completed years from ``start`` to ``end``; a year is complete on its anniversary."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


@dataclass(frozen=True)
class Requirement:
    """A material of this application: its rule, whether it is required, and by which kinds of predicate."""

    kind: str
    rule: Any
    required: bool
    because: tuple[str, ...] = ()


def required_materials(
    definition: Any, verdict: Verdict, claims: Claims, document_kind: str = "resident_id"
) -> tuple[Requirement, ...]:
    """The materials in the definition's order; those for other identity documents are left out."""
    predicates = frozenset(verdict.predicates)
    held = frozenset(
        name for name, has in (("education", claims.education), ("degree", claims.degrees)) if has
    )
    return tuple(
        Requirement(
            kind=rule.kind,
            rule=rule,
            required=rule.required(predicates=predicates, held=held, document_kind=document_kind),
            because=tuple(kind for kind in verdict.predicates if kind in rule.for_predicates),
        )
        for rule in definition.materials
        if not rule.for_documents or document_kind in rule.for_documents
    )


def missing_materials(requirements: Iterable[Requirement], present: Iterable[str]) -> tuple[str, ...]:
    """Kinds required, not generated by us, and not handed in."""
    have = set(present)
    return tuple(
        r.kind for r in requirements if r.required and r.rule.source != "generated" and r.kind not in have
    )
