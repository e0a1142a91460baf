"""Whose page this is: the signed-in person's own, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tancai.enrolment import api as enrolment
from tancai.people import api as people

View = Callable[..., HttpResponse]


def identified(view: View) -> View:
    """Sign-in needed, and an identity: ``view(request, person, …)``. Who has none is sent to give one first."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = people.person_of(request.user)
        if person is None:
            messages.info(request, _("报名前请先核对身份信息，证书将印制这里的姓名。"))
            back = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_pages:identity')}?{back}")
        return view(request, person, *args, **kwargs)

    return wrapped


def own_application(view: View) -> View:
    """``view(request, application, …)`` with the row, only for the person it belongs to; else not found."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            application = enrolment.record_of(str(number))
        except enrolment.NotThere as error:
            raise Http404 from error
        if not people.access_person(request.user, application.person):
            raise Http404
        return view(request, application, *args, **kwargs)

    return wrapped
