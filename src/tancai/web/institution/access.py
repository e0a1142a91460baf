"""Whose desk this is: the staff of one institution, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from tancai.enrolment import api as enrolment
from tancai.people import api as people

STAFF = ("institution_manager", "institution_staff")
View = Callable[..., HttpResponse]


def of_institution(view: View) -> View:
    """``view(request, institution, …)`` for its staff; for others there is nothing here."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        institution = people.organisation(code)
        if institution is None or institution.kind != "institution":
            raise Http404
        if not people.access_at(request.user, STAFF, [institution.pk]):
            raise Http404
        return view(request, institution, *args, **kwargs)

    return wrapped


def of_application(view: View) -> View:
    """``view(request, institution, application, …)`` for an application this institution handed in."""

    @of_institution
    @wraps(view)
    def wrapped(
        request: HttpRequest, institution: people.Organisation, number: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            row = enrolment.record_of(str(number))
        except enrolment.NotThere as error:
            raise Http404 from error
        if row.institution_id != institution.pk:
            raise Http404
        return view(request, institution, row, *args, **kwargs)

    return wrapped


def named(thing: Any) -> str:
    """``name`` in Chinese, ``name_en`` in English where there is one."""
    if thing is None:
        return ""
    chinese = (get_language() or "zh-hans").startswith("zh")
    return str(thing.name if chinese or not getattr(thing, "name_en", "") else thing.name_en)


def full_name(definition: Any, level: str, speciality: str) -> str:
    """Programme, level and speciality in one line."""
    parts = (definition, definition.level(level), definition.speciality(speciality))
    return " · ".join(named(each) for each in parts if each)
