"""A receipt checked by whoever holds it: ticket number and receipt code, no account and no entry code.

The code is the secret: a wrong one is answered in the same words as a ticket that is not there.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tancai.exams import api as exams
from tancai.lib import clock, limits
from tancai.web.exam_room.receipt import CheckForm

FAILURES, WINDOW = 60, 600
"""So many codes that match nothing, from one address in so many seconds, close the page to it."""


class TicketForm(CheckForm):
    """A receipt code and the ticket number it belongs to."""

    ticket = forms.CharField(label=gettext_lazy("准考证号"), max_length=24)
    field_order = ("ticket", "code")


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    form = TicketForm(request.POST or None, initial={"ticket": request.GET.get("ticket", "")[:24]})
    checked = _check(request, form) if request.method == "POST" and form.is_valid() else {}
    return render(request, "exam_room/receipt_check.html", {"form": form, **checked})


def _check(request: HttpRequest, form: TicketForm) -> dict[str, Any]:
    """What the record says of the code, and whether it says well."""
    at, place = clock.now(), f"receipt-check:{request.META.get('REMOTE_ADDR', '')}"
    if limits.reached(place, limit=FAILURES, seconds=WINDOW, at=at):
        form.add_error(None, _("核对次数过多，请十分钟后再试。"))
        return {}
    admission = exams.admission_by_ticket(form.cleaned_data["ticket"].strip().upper())
    sitting = getattr(admission, "sitting", None)
    check = exams.check_receipt(sitting, form.cleaned_data["code"]) if sitting is not None else None
    if check:
        return {"good": check.sheet_agrees is not False, "said": exams.say_receipt(check)}
    limits.allow(place, limit=FAILURES, seconds=WINDOW, at=at)
    nothing = _(
        "没有找到与这个准考证号和回执码相符的记录：可能输入有误，也可能尚未收卷或记录暂时读不到。"
        "请核对后再试；如无误，请与考务联系。"
    )
    return {"good": False, "said": nothing}
