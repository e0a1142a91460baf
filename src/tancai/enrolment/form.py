"""The 报名审核表 filled in, rendered on demand and never stored: it prints the identity number."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import override

from tancai.enrolment import queries, words
from tancai.enrolment.claims import Claims
from tancai.enrolment.models import Application
from tancai.lib import chinese_dates, clock, documents
from tancai.people import api as people

TEMPLATE = Path(__file__).with_name("documents") / "application_form.typ"
_NONE = "—"


def application_form_pdf(application: Any, *, masked: bool = False, at: datetime) -> bytes:
    """The form as PDF (A4, Chinese: it is a paper of the body); ``masked`` hides the middle of the number.

    Raises NotThere, documents.MissingGlyph.
    """
    row = application if isinstance(application, Application) else queries.record_of(int(application))
    portrait = queries.portrait(row.pk)
    with override("zh-hans"):
        data = _data(row, masked=masked, has_portrait=portrait is not None, at=at)
    return documents.render(TEMPLATE, data, {"portrait.jpg": portrait} if portrait else {}, at=at)


def _data(row: Application, *, masked: bool, has_portrait: bool, at: datetime) -> dict[str, Any]:
    definition, claims, person = queries.definition_for(row), Claims.from_json(row.claims), row.person
    phone, email = people.contact_of(person)
    level, speciality = definition.level(row.level), definition.speciality(row.speciality)
    day = queries.exam_day_or_none(row.exam_day)
    check = queries.check(row, at=at)
    line = next(
        (each for each in check.verdict.per_line if each.line == (row.line or check.verdict.met)), None
    )
    newest = claims.work[-1] if claims.work else None
    return {
        "title": definition.catalogue.form_title,
        "body": _body_name(definition),
        "programme": definition.name,
        "number": row.number,
        "made_on": clock.local_date(at).isoformat(),
        "name": person.name,
        "sex": person.get_sex_display(),
        "birth": person.birth.isoformat() if person.birth else _NONE,
        "document_kind": person.get_document_kind_display(),
        "document": person.document_masked if masked else person.document or person.document_masked,
        "phone": phone or _NONE,
        "email": email or _NONE,
        "education": str(words.EDUCATION_WORDS.get(claims.education, _NONE)),
        "degrees": "、".join(str(words.DEGREE_WORDS[d]) for d in claims.degrees) or _NONE,
        "major": claims.major or _NONE,
        "school": claims.school or _NONE,
        "unit": claims.unit or (newest.unit if newest else "") or _NONE,
        "post": (newest.post if newest else "") or _NONE,
        "choice": "／".join(each.name for each in (level, speciality) if each) or _NONE,
        "exam_day": chinese_dates.long_date(day.date) if day else row.exam_day,
        "channel": row.institution.name if row.institution else "个人报名",
        "portrait": has_portrait,
        "portrait_size": definition.portrait.size_name,
        "work": [[_period(w.start, w.end), w.unit or _NONE, w.post or _NONE] for w in claims.work]
        or [[_NONE, _NONE, _NONE]],
        "certificates": [
            [
                c.name or _NONE,
                str(words.LEVEL_WORDS.get(c.level, _NONE)),
                c.held_since.isoformat() if c.held_since else _NONE,
            ]
            for c in claims.certificates
        ]
        or [[_NONE, _NONE, _NONE]],
        "line": f"（{line.line}）{line.text}" if line else _NONE,
        "materials": [
            {"name": r.rule.name, "given": r.kind in check.present}
            for r in check.requirements
            if r.rule.source != "generated" and (r.required or r.kind in check.present)
        ],
        "declarations": [
            "本人承诺所填内容和所交材料真实有效，如有不实，自愿承担相应责任。",
            *definition.declarations,
        ],
    }


def _body_name(definition: Any) -> str:
    return next((each.name for each in definition.organisations if each.code == definition.body), "")


def _period(start: date, end: date | None) -> str:
    return f"{start:%Y.%m} — {f'{end:%Y.%m}' if end else '至今'}"
