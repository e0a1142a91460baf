"""The plain predicates that an application condition is made of.

A condition holds *alternatives*; an alternative holds predicates that must all be true at once. What a
predicate means for a person's claims is decided by the room that judges applications, never here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

EDUCATION_LADDER: tuple[str, ...] = (
    "senior_high",
    "secondary_vocational",
    "junior_college",
    "bachelor",
    "postgraduate",
)
"""高中 < 中专 < 大专 < 本科 < 研究生."""

DEGREE_LADDER: tuple[str, ...] = ("bachelor", "double_bachelor", "master", "doctor")
"""学士 < 双学士 < 硕士 < 博士."""

CERTIFICATE_LEVELS: tuple[str, ...] = ("beginner", "intermediate", "advanced")
"""初级 < 中级 < 高级."""

EducationCode = Literal["senior_high", "secondary_vocational", "junior_college", "bachelor", "postgraduate"]
DegreeCode = Literal["bachelor", "double_bachelor", "master", "doctor"]
CertificateLevel = Literal["beginner", "intermediate", "advanced"]
CertificateFamily = Literal["programme", "field", "other", "any"]
"""``programme``: a certificate of this programme; ``field``: of the field the definition names in
``certificate.field`` (节能与环保领域, 碳减排领域); ``other``: any other vocational, skill or title certificate;
``any``: whichever of these."""


class _Predicate(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EducationPredicate(_Predicate):
    """Highest diploma (学历) at this step of the ladder or higher; exactly this step when ``only``.

    A line printed 大专学历 without 及以上 is ``only``: a higher diploma has its own, easier line.
    """

    kind: Literal["education"]
    at_least: EducationCode
    only: bool = False


class DegreePredicate(_Predicate):
    """Degree (学位) at this step or higher; never derived from a diploma."""

    kind: Literal["degree"]
    at_least: DegreeCode


class MajorPredicate(_Predicate):
    """``related = true``: major on the programme's list of related majors; ``false`` (printed 取得其他专业): any
    major will do, or, with ``strict``, only one that is not on the list.

    ``strict`` follows the definition's ``readings.other_major`` and is not written by hand.
    """

    kind: Literal["major"]
    related: bool
    strict: bool = False


class YearsPredicate(_Predicate):
    """Full years of work in the field; ``continuous`` where the document prints 连续, else cumulative.

    ``after_certificate``: only work after the certificate of the same alternative counts. It follows the
    definition's ``readings.certificate_year`` and is not written by hand.
    """

    kind: Literal["years"]
    at_least: int = Field(ge=0, le=60)
    continuous: bool = False
    after_certificate: bool = False


class CertificatePredicate(_Predicate):
    """A certificate of at least this level (``None``: any level) and family, held for ``held_years`` full years.

    ``levelless_as``: the level that a certificate printed without a level counts as (``None``: it has none).
    """

    kind: Literal["certificate"]
    level: CertificateLevel | None = None
    levelless_as: CertificateLevel | None = None
    family: CertificateFamily = "any"
    held_years: int = Field(default=0, ge=0, le=60)


class StudentPredicate(_Predicate):
    """Enrolled at a university or a vocational college at the time of application."""

    kind: Literal["student"]


class OccupationPredicate(_Predicate):
    """Working in one of these occupations (codes of the definition's ``occupations``)."""

    kind: Literal["occupation"]
    any_of: tuple[str, ...] = Field(min_length=1)


Predicate = Annotated[
    EducationPredicate
    | DegreePredicate
    | MajorPredicate
    | YearsPredicate
    | CertificatePredicate
    | StudentPredicate
    | OccupationPredicate,
    Field(discriminator="kind"),
]
