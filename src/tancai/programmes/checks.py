"""Checks across a whole definition that no single field can see. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tancai.programmes.definition import Definition
from tancai.programmes.errors import Fault
from tancai.programmes.schema import dotted, line_of
from tancai.programmes.toml_lines import Path

_Found = tuple[Path, str, dict[str, object]]


def cross_check(definition: Definition, name: str, lines: dict[Path, int]) -> list[Fault]:
    """Every fault between parts of the definition, in order of lines."""
    found = [
        *_doubles(definition),
        *_organisations(definition),
        *_conditions(definition),
        *_materials(definition),
        *_topics(definition),
        *_paper(definition),
        *_framework(definition),
    ]
    faults = [Fault(name, line_of(lines, path), dotted(path), code, params) for path, code, params in found]
    return sorted(faults, key=lambda fault: fault.line)


def _doubles(definition: Definition) -> Iterator[_Found]:
    for key in ("organisations", "levels", "specialities", "occupations", "topics", "notes"):
        yield from _double(key, [part.code for part in getattr(definition, key)], "code")
    yield from _double("materials", [rule.kind for rule in definition.materials], "kind")
    for level, conditions in definition.conditions.items():
        for place, line in _repeated([condition.line for condition in conditions]):
            yield ("conditions", level, place, "line"), "double", {"given": line}


def _double(key: str, values: list[str], field: str) -> Iterator[_Found]:
    for place, value in _repeated(values):
        yield (key, place, field), "double", {"given": value}


def _repeated(values: Iterable[object]) -> list[tuple[int, object]]:
    seen: Counter[object] = Counter()
    out = []
    for place, value in enumerate(values):
        seen[value] += 1
        if seen[value] > 1:
            out.append((place, value))
    return out


def _organisations(definition: Definition) -> Iterator[_Found]:
    known = {each.code: each.kind for each in definition.organisations}
    if known.get(definition.body) != "certifying_body":
        yield ("body",), "unknown_organisation", {"given": definition.body, "known": _listed(known)}
    if definition.organiser and definition.organiser not in known:
        yield ("organiser",), "unknown_organisation", {"given": definition.organiser, "known": _listed(known)}
    if definition.readings.exam_operator == "organiser" and not definition.organiser:
        yield ("readings", "exam_operator"), "no_organiser", {}


def _conditions(definition: Definition) -> Iterator[_Found]:
    levels = {*definition.level_codes, ""}
    for level in definition.conditions:
        if level not in levels:
            yield ("conditions", level), "unknown_level", {"given": level, "known": _listed(levels - {""})}
    for level in definition.level_codes:
        if not definition.conditions_for(level):
            yield ("conditions",), "no_conditions", {"level": level}
    occupations = {each.code for each in definition.occupations}
    for level, conditions in definition.conditions.items():
        for place, condition in enumerate(conditions):
            for row, alternative in enumerate(condition.any_of):
                for column, predicate in enumerate(alternative):
                    path: Path = ("conditions", level, place, "any_of", row, column)
                    if predicate.kind == "occupation":
                        for code in predicate.any_of:
                            if code not in occupations:
                                yield (
                                    (*path, "any_of"),
                                    "unknown_occupation",
                                    {"given": code, "known": _listed(occupations)},
                                )
                    if predicate.kind == "major" and predicate.related and not definition.related_majors:
                        yield path, "no_related_majors", {}
                    if (
                        predicate.kind == "certificate"
                        and predicate.family == "field"
                        and not definition.certificate.field
                    ):
                        yield (*path, "family"), "no_field", {}


def _materials(definition: Definition) -> Iterator[_Found]:
    kinds = {rule.kind for rule in definition.materials}
    for kind in ("application_form", "portrait"):
        if kind not in kinds:
            yield ("materials",), "no_material", {"kind": kind}


def _topics(definition: Definition) -> Iterator[_Found]:
    for place, topic in enumerate(definition.topics):
        if topic.level and definition.level(topic.level) is None:
            known = _listed(definition.level_codes)
            yield ("topics", place, "level"), "unknown_level", {"given": topic.level, "known": known}
        if topic.speciality and definition.speciality(topic.speciality) is None:
            known = _listed(definition.speciality_codes)
            yield (
                ("topics", place, "speciality"),
                "unknown_speciality",
                {"given": topic.speciality, "known": known},
            )


def _paper(definition: Definition) -> Iterator[_Found]:
    if definition.paper.marks != definition.exam.out_of:
        yield ("paper",), "marks_differ", {"paper": definition.paper.marks, "exam": definition.exam.out_of}
    topics = {topic.code for topic in definition.topics}
    for place, part in enumerate(definition.paper.parts):
        path: Path = ("paper", "parts", place)
        for row, section in enumerate(part.sections):
            if section.kind not in definition.exam.kinds:
                known = _listed(definition.exam.kinds)
                yield (
                    (*path, "sections", row, "kind"),
                    "unknown_kind",
                    {"given": section.kind, "known": known},
                )
        for row, code in enumerate(part.topics):
            if code not in topics:
                yield (*path, "topics", row), "unknown_topic", {"given": code}
        if (part.draw == "listed" and not part.topics) or (
            part.draw == "base" and not any(t.shared for t in definition.topics)
        ):
            yield (*path, "draw"), "no_topics", {"given": part.draw}
        if part.draw == "level":
            for level in definition.level_codes:
                if not any(t.level == level for t in definition.topics):
                    yield (*path, "draw"), "level_without_topics", {"level": level}
        if part.draw == "speciality":
            for speciality in definition.speciality_codes:
                if not any(t.speciality == speciality for t in definition.topics):
                    yield (*path, "draw"), "speciality_without_topics", {"speciality": speciality}
    for level in definition.paper.difficulty:
        if level and definition.level(level) is None:
            known = _listed(definition.level_codes)
            yield ("paper", "difficulty", level), "unknown_level", {"given": level, "known": known}


def _framework(definition: Definition) -> Iterator[_Found]:
    if definition.framework is None:
        return
    posts = {post.code for post in definition.framework.posts}
    for place, speciality in enumerate(definition.specialities):
        if speciality.code not in posts:
            yield (
                ("specialities", place, "code"),
                "unknown_post",
                {"given": speciality.code, "known": _listed(posts)},
            )
    for direction, each in enumerate(definition.framework.directions):
        for place, post in enumerate(each.posts):
            path: Path = ("framework", "directions", direction, "posts", place)
            for dimension in ("knowledge", "skill", "practice"):
                for row, statement in enumerate(post.statements(dimension)):
                    if not statement.code.startswith(post.clause + "-"):
                        yield (
                            (*path, dimension, row, "code"),
                            "statement_elsewhere",
                            {"given": statement.code, "clause": post.clause},
                        )


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))
