"""The shape of a programme definition: frozen, checked, the same for a file and for an edition made by staff.

Money is whole cents (分), shares are 0–1, days are calendar days unless named working days.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal, Self

from dateutil.rrule import rrulestr
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tancai.programmes.framework import Framework
from tancai.programmes.predicates import Predicate

LADDER: tuple[str, ...] = ("beginner", "intermediate", "advanced")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Cents = Annotated[int, Field(ge=0)]
Days = Annotated[int, Field(ge=0, le=366)]
DocumentKind = Literal[
    "resident_id", "hmt_residence", "hmt_permit", "taiwan_permit", "passport", "foreign_residence"
]
PredicateKind = Literal["education", "degree", "major", "years", "certificate", "student", "occupation"]
QueryField = Literal["number", "document", "name"]


class Part(BaseModel):
    """Base of every part of a definition: frozen, unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OrganisationText(Part):
    """A body or organiser as the documents name and introduce it."""

    code: Code
    kind: Literal["certifying_body", "organiser"]
    name: Text
    name_en: Text
    short: str = ""
    introduction: tuple[Text, ...] = ()


class Level(Part):
    """A level of the programme; ``group`` is the printed level a grade belongs to (cmc only)."""

    code: Code
    name: Text
    name_en: Text
    group: str = ""
    outline: str = ""


class Speciality(Part):
    """A speciality; ``post`` is the name printed on the certificate."""

    code: Code
    name: Text
    name_en: Text
    post: Text
    post_en: str = ""
    direction: str = ""


class Occupation(Part):
    """An occupation that a condition may rest on."""

    code: Code
    name: Text
    name_en: Text


class Condition(Part):
    """One printed line; it is met when all predicates of any one alternative hold."""

    line: int = Field(ge=1)
    text: Text
    any_of: tuple[tuple[Predicate, ...], ...] = Field(min_length=1)

    @field_validator("any_of")
    @classmethod
    def _no_empty_alternative(cls, value: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Any, ...], ...]:
        if any(not alternative for alternative in value):
            raise ValueError("empty_alternative")
        return value


class Readings(Part):
    """Switches for what the documents leave open."""

    other_major: Literal["any", "unrelated_only"] = "any"
    certificate_year: Literal["any_time", "after_certificate"] = "any_time"
    years_as_of: Literal["application", "exam_day"] = "application"
    levels_cover_lower: bool = False
    exam_operator: Literal["body", "organiser"] = "body"


class MaterialRule(Part):
    """One material of an application and when it is required.

    Required when ``always``; or when the alternative of the line met holds a predicate of ``for_predicates``; or
    when the person holds what ``if_held`` names. ``for_documents`` narrows it to these identity documents.
    """

    kind: Code
    name: Text
    name_en: Text
    help: str = ""
    source: Literal["generated", "upload", "portrait"] = "upload"
    always: bool = False
    for_predicates: tuple[PredicateKind, ...] = ()
    if_held: Literal["", "education", "degree"] = ""
    for_documents: tuple[DocumentKind, ...] = ()
    several: bool = False

    def required(
        self, *, predicates: frozenset[str] | set[str], held: frozenset[str] | set[str], document_kind: str
    ) -> bool:
        """Whether the material is required.

        ``predicates``: kinds in the alternative claimed; ``held``: of ``education``, ``degree`` what the person holds.
        """
        if self.for_documents and document_kind not in self.for_documents:
            return False
        return self.always or bool(predicates & set(self.for_predicates)) or self.if_held in held


class PortraitRule(Part):
    """Pixels, background and the rules that only eyes can check."""

    size_name: Text
    width: int = Field(ge=100, le=4000)
    height: int = Field(ge=100, le=4000)
    background: Literal["white", "blue"]
    bareheaded: bool = True
    colour: bool = True
    head_height: tuple[Share, Share] = (0.5, 0.8)
    head_top: tuple[Share, Share] = (0.02, 0.25)
    checklist: tuple[Text, ...] = ()


class CalendarRule(Part):
    """When exams are held. ``kind = "on_demand"`` has special days only."""

    kind: Literal["rule", "on_demand"] = "rule"
    rrule: str = ""
    text: Text
    overflow_days: int = Field(default=0, ge=0, le=6)
    enrolment: Literal["closing", "rolling"] = "closing"
    close_days: Days = 7
    ticket_days: Days = 3
    sprint_days: Days | None = None
    test_run_days: tuple[Days, Days] | None = None
    class_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()

    @field_validator("rrule")
    @classmethod
    def _parses(cls, value: str) -> str:
        if value:
            try:
                rrulestr(value)
            except (ValueError, TypeError, AttributeError) as error:
                raise ValueError("bad_rrule") from error
        return value

    @model_validator(mode="after")
    def _has_rule(self) -> Self:
        if self.kind == "rule" and not self.rrule:
            raise ValueError("no_rrule")
        if self.test_run_days and self.test_run_days[0] < self.test_run_days[1]:
            raise ValueError("test_run_order")
        return self


class Promises(Part):
    """Service promises in working days; ``query_days`` absent: the query opens on issue."""

    review_days: Days
    score_days: Days
    certificate_days: Days
    query_days: Days | None = None


class Fees(Part):
    """Fees in cents (分)."""

    enrolment: Cents
    resit: Cents
    replacement: Cents = 0


class LearningRule(Part):
    """Share of the course hours needed before the exam may be entered, and how hours are counted."""

    min_share: Share
    measure: Literal["minutes", "lessons"] = "minutes"
    warn_days: Days = 7


class ExamRule(Part):
    """How the exam is held."""

    minutes: int = Field(ge=1, le=600)
    start: time
    out_of: int = Field(default=100, ge=1)
    pass_mark: int = Field(ge=0)
    multiple_policy: Literal["all_or_nothing", "half_for_subset"] = "all_or_nothing"
    kinds: tuple[Code, ...] = Field(min_length=1)
    late_minutes: int = Field(default=30, ge=0, le=600)
    mode: Literal["online", "site", "either"] = "online"
    client_required: bool = False
    camera_required: bool = False
    identity_check: Literal["none", "face_local", "human"] = "none"
    snapshot_seconds: int = Field(default=30, ge=5, le=300)
    """Longest pause between two camera pictures of a candidate, where the programme takes any."""
    resit_limit: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _mark_within(self) -> Self:
        if self.pass_mark > self.out_of:
            raise ValueError("pass_mark_above_total")
        return self

    @model_validator(mode="after")
    def _watched_closely(self) -> Self:
        if self.identity_check == "face_local" and self.snapshot_seconds > 30:
            raise ValueError("snapshots_too_rare")
        return self

    @property
    def takes_snapshots(self) -> bool:
        """Whether the camera of a candidate who agreed to it takes pictures during the exam."""
        return self.camera_required or self.identity_check == "face_local"

    @property
    def checks_identity(self) -> bool:
        """Whether who sits there is checked before the exam may begin."""
        return self.identity_check != "none" or self.camera_required


class Section(Part):
    """``count`` questions of one kind, ``marks`` each."""

    kind: Code
    count: int = Field(ge=1, le=300)
    marks: int = Field(ge=1, le=100)


class PaperPart(Part):
    """A part of the paper and where its questions come from.

    ``draw``: ``all`` topics; ``base`` shared topics; ``own`` topics of the programme; ``level`` own topics of the
    level, then of lower levels; ``speciality`` the speciality's topic, then the other own topics; ``listed`` the
    codes of ``topics``.
    """

    code: Code
    name: Text
    name_en: Text
    draw: Literal["all", "base", "own", "level", "speciality", "listed"]
    topics: tuple[Code, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)

    @property
    def marks(self) -> int:
        return sum(section.count * section.marks for section in self.sections)


class DifficultyMix(Part):
    """Wanted shares of difficulty; a wish for the draw, not a condition."""

    easy: Share
    medium: Share
    hard: Share

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(self.easy + self.medium + self.hard - 1) > 1e-9:
            raise ValueError("mix_not_whole")
        return self


class Paper(Part):
    """Structure of the paper; ``difficulty`` by level code (``""`` for every other level)."""

    parts: tuple[PaperPart, ...] = Field(min_length=1)
    cover_topics: bool = True
    difficulty: dict[str, DifficultyMix] = Field(default_factory=dict)

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(section for part in self.parts for section in part.sections)

    @property
    def marks(self) -> int:
        return sum(part.marks for part in self.parts)


class Topic(Part):
    """A topic of the syllabus; items, lessons and blueprints hang on its code."""

    code: Code
    unit: Text
    title: Text
    title_en: str = ""
    points: tuple[Text, ...] = ()
    shared: bool = False
    level: str = ""
    speciality: str = ""


class CertificateRule(Part):
    """What is printed on the certificate and how it can be looked up."""

    title: Text
    title_en: Text
    post: str = ""
    post_en: str = ""
    level_in_brackets: bool = True
    field: str = ""
    field_programmes: tuple[Code, ...] = ()
    statement: Text
    statement_en: str = ""
    validity_years: int = Field(ge=0, le=99)
    registrations: int = Field(default=3, ge=0, le=10)
    number_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")]
    query: tuple[tuple[QueryField, ...], ...] = Field(min_length=1)
    embossed_seal: bool = False
    use_notes: tuple[Text, ...] = ()
    use_notes_en: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()


class Addresses(Part):
    """Addresses printed in the documents; shown, never fetched."""

    learning: str = ""
    exam: str = ""
    query: str = ""
    client: str = ""


class Catalogue(Part):
    """Texts of the catalogue page, from the documents."""

    summary: Text
    summary_en: Text
    definition: Text
    work: tuple[Text, ...] = ()
    aims: tuple[Text, ...] = ()
    audience: tuple[Text, ...] = ()
    background: tuple[Text, ...] = ()
    form_title: Text
    notice_number: str = ""
    addresses: Addresses = Addresses()


class Note(Part):
    """What staff must know about this definition: a reading that was chosen, a gap or an error of the source."""

    code: Code
    kind: Literal["reading", "gap", "contradiction"]
    about: Text
    text: Text
    source: str = ""


class BlueprintSection(Part):
    """``count`` questions of ``kind`` worth ``marks`` each for ``part``, from ``tiers`` of topics, first tier first."""

    part: str
    kind: str
    count: int
    marks: int
    tiers: tuple[tuple[str, ...], ...]

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(code for tier in self.tiers for code in tier)


class Blueprint(Part):
    """A paper to draw: sections in order of printing; ``cover`` topics must appear; ``mix`` is wished for."""

    programme: str
    level: str
    speciality: str
    sections: tuple[BlueprintSection, ...]
    cover: tuple[str, ...]
    mix: DifficultyMix | None

    @property
    def total(self) -> int:
        return sum(section.count * section.marks for section in self.sections)


class Definition(Part):
    """A whole programme as one edition fixes it."""

    code: Code
    name: Text
    name_en: Text
    source: Text
    effective_from: date
    order: int = 0
    body: Code
    organiser: str = ""
    organisations: tuple[OrganisationText, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = ()
    specialities: tuple[Speciality, ...] = ()
    occupations: tuple[Occupation, ...] = ()
    related_majors: tuple[Text, ...] = ()
    course_opens_on: Literal["approval", "enrolment"]
    channels: tuple[Literal["individual", "institution"], ...] = Field(min_length=1)
    declarations: tuple[Text, ...] = ()
    readings: Readings = Readings()
    conditions: dict[str, tuple[Condition, ...]]
    materials: tuple[MaterialRule, ...] = Field(min_length=1)
    portrait: PortraitRule
    calendar: CalendarRule
    promises: Promises
    fees: Fees
    learning: LearningRule
    exam: ExamRule
    paper: Paper
    topics: tuple[Topic, ...] = Field(min_length=1)
    certificate: CertificateRule
    catalogue: Catalogue
    framework: Framework | None = None
    notes: tuple[Note, ...] = ()
    edition_id: int = 0
    edition_number: int = 0

    @model_validator(mode="before")
    @classmethod
    def _apply_readings(cls, data: Any) -> Any:
        return _with_readings(data) if isinstance(data, dict) else data

    @property
    def level_codes(self) -> tuple[str, ...]:
        """Level codes, lowest first; ``("",)`` where the programme has none."""
        return tuple(level.code for level in self.levels) or ("",)

    @property
    def speciality_codes(self) -> tuple[str, ...]:
        """Speciality codes; ``("",)`` where the programme has none."""
        return tuple(speciality.code for speciality in self.specialities) or ("",)

    def level(self, code: str) -> Level | None:
        return next((level for level in self.levels if level.code == code), None)

    def speciality(self, code: str) -> Speciality | None:
        return next((speciality for speciality in self.specialities if speciality.code == code), None)

    def conditions_for(self, level: str) -> tuple[Condition, ...]:
        """The lines of a level; lines under ``""`` serve every level without its own."""
        return self.conditions.get(level) or self.conditions.get("", ())

    def post_name(self, level: str = "", speciality: str = "") -> str:
        """The post as the certificate prints it, e.g. ``碳排放管理师（高级）``."""
        found = self.speciality(speciality)
        post = (found.post if found else "") or self.certificate.post or self.name
        named = self.level(level)
        return f"{post}（{named.name}）" if named and self.certificate.level_in_brackets else post

    def topic(self, code: str) -> Topic | None:
        return next((topic for topic in self.topics if topic.code == code), None)

    def topics_for(self, level: str = "", speciality: str = "") -> tuple[Topic, ...]:
        """The own topics of a level and speciality (a topic without either belongs to all)."""
        return tuple(
            topic
            for topic in self.topics
            if not topic.shared and topic.level in {"", level} and topic.speciality in {"", speciality}
        )

    def blueprint(self, level: str = "", speciality: str = "") -> Blueprint:
        """The paper to draw for a level and speciality."""
        sections = tuple(
            BlueprintSection(
                part=part.code,
                kind=section.kind,
                count=section.count,
                marks=section.marks,
                tiers=self._tiers(part, level, speciality),
            )
            for part in self.paper.parts
            for section in part.sections
        )
        cover = tuple(dict.fromkeys(code for section in sections for code in section.tiers[0]))
        return Blueprint(
            programme=self.code,
            level=level,
            speciality=speciality,
            sections=sections,
            cover=cover if self.paper.cover_topics else (),
            mix=self.paper.difficulty.get(level) or self.paper.difficulty.get(""),
        )

    def _tiers(self, part: PaperPart, level: str, speciality: str) -> tuple[tuple[str, ...], ...]:
        draw = part.draw
        base = tuple(topic.code for topic in self.topics if topic.shared)
        own = tuple(topic.code for topic in self.topics if not topic.shared)
        if draw == "listed":
            return (part.topics,)
        if draw == "base":
            return (base,)
        if draw == "own":
            return (own,)
        if draw == "level":
            return self._level_tiers(level)
        if draw == "speciality":
            first = tuple(t.code for t in self.topics if speciality and t.speciality == speciality)
            rest = tuple(code for code in own if code not in first)
            return tuple(tier for tier in (first, rest) if tier)
        return (own + base,)

    def _level_tiers(self, level: str) -> tuple[tuple[str, ...], ...]:
        codes = self.level_codes
        place = codes.index(level) if level in codes else len(codes) - 1
        tiers = (
            tuple(t.code for t in self.topics if not t.shared and t.level == codes[index])
            for index in range(place, -1, -1)
        )
        return tuple(tier for tier in tiers if tier)


def _with_readings(data: dict[str, Any]) -> dict[str, Any]:
    """Write the switches of ``readings`` into the predicates they govern."""
    readings = data.get("readings")
    readings = readings if isinstance(readings, dict) else {}
    strict = readings.get("other_major", "any") == "unrelated_only"
    after = readings.get("certificate_year", "any_time") == "after_certificate"
    conditions = data.get("conditions")
    if not isinstance(conditions, dict):
        return data
    return {**data, "conditions": {key: _lines(lines, strict, after) for key, lines in conditions.items()}}


def _lines(lines: Any, strict: bool, after: bool) -> Any:
    if not isinstance(lines, list | tuple):
        return lines
    return [_line(line, strict, after) for line in lines]


def _line(line: Any, strict: bool, after: bool) -> Any:
    if not isinstance(line, dict) or not isinstance(line.get("any_of"), list | tuple):
        return line
    return {**line, "any_of": [_alternative(each, strict, after) for each in line["any_of"]]}


def _alternative(alternative: Any, strict: bool, after: bool) -> Any:
    if not isinstance(alternative, list | tuple) or not all(isinstance(each, dict) for each in alternative):
        return alternative
    with_certificate = any(each.get("kind") == "certificate" for each in alternative)
    changed = []
    for each in alternative:
        if each.get("kind") == "major" and each.get("related") is False:
            each = {**each, "strict": strict}
        if each.get("kind") == "years" and with_certificate:
            each = {**each, "after_certificate": after}
        changed.append(each)
    return changed
