"""After hand-in: what was received, as a receipt that can be checked later."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tancai.exams import api as exams
from tancai.lib import clock, limits
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import own_sitting
from tancai.web.exam_room.client import leave_link
from tancai.web.exam_room.skeleton import Skeleton
from tancai.web.shell import days
from tancai.web.shell.addresses import public


class CheckForm(forms.Form):
    """A receipt code as somebody kept it: spaces, dashes and case do not matter."""

    code = forms.CharField(
        label=gettext_lazy("您保存的回执码"),
        max_length=120,
        help_text=gettext_lazy("64 位，由 0–9 和 a–f 组成，空格和大小写不影响核对。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        plain = "".join(self.cleaned_data["code"].split()).replace("-", "").lower()
        if not re.fullmatch(r"[0-9a-f]{64}", plain):
            raise forms.ValidationError(
                _("回执码应为 64 位，由 0–9 和 a–f 组成；您输入了 {n} 位，请核对。").format(n=len(plain))
            )
        return plain


@never_cache
def page(request: HttpRequest, sitting_id: int) -> HttpResponse:
    sitting = own_sitting(request, sitting_id)
    sheet = exams.answer_sheet(sitting.pk)
    if sheet is None:
        return redirect("exam_room:check", sitting.admission_id)
    admission, definition = sitting.admission, programmes.definition_of(sitting.session.edition_id)
    rehearsal = sitting.session.kind == exams.Session.REHEARSAL
    practice = exams.exam_of_rehearsal(admission) if rehearsal else None
    leave = leave_link(request, admission)
    own = {
        "title": exams.titled(definition, admission.level, admission.speciality),
        "ticket": admission.ticket_number,
        "name": admission.person.name,
        "ended": days.moment(sheet.ended_at),
        "answered": len(sheet.answers),
        "total": len(exams.form_of(sitting).entries),
        "events": sheet.events,
        "late": sheet.late,
        "set_aside": sheet.set_aside,
        "receipt": format_html_join(
            " ", '<span class="number">{}</span>', ((sheet.receipt[n : n + 8],) for n in range(0, 64, 8))
        ),
        "score_days": definition.promises.score_days,
        "trial_address": reverse("exam_room:trial", args=[practice.pk]) if practice else "",
        "leave_address": leave,
    }
    kind = (sheet.how, sheet.late > 0, sheet.set_aside > 0, practice is not None, bool(leave))
    besides = _check(request, sitting) if request.method == "POST" else None
    return _SKELETON.page(request, own, *kind, request.user.is_authenticated, besides=besides)


def _shared(
    how: str, some_late: bool, some_set_aside: bool, practice: bool, leave: bool, by_account: bool
) -> dict[str, Any]:
    """What the receipts of one kind have in common, with the form to check a code not yet filled in."""
    return {
        "how": how,
        "some_late": some_late,
        "some_set_aside": some_set_aside,
        "practice": practice,
        "leave": leave,
        "by_account": by_account,
        "check_address": public(reverse("exam_room:receipt_check")),
        "form": CheckForm(),
        "asked": False,
    }


_OWN = (
    *("title", "ticket", "name", "ended", "answered", "total", "events", "late", "set_aside", "receipt"),
    *("score_days", "trial_address", "leave_address"),
)
_SKELETON = Skeleton("exam_room/receipt.html", _OWN, _shared)


def _check(request: HttpRequest, sitting: exams.Sitting) -> dict[str, Any]:
    """The form to check a kept receipt code against the record, and what the check said."""
    form = CheckForm(request.POST)
    found: dict[str, Any] = {"form": form, "asked": True}
    if not limits.allow(f"receipt:{sitting.pk}", limit=20, seconds=600, at=clock.now()):
        form.add_error(None, _("核对次数过多，请十分钟后再试。"))
    elif form.is_valid():
        check = exams.check_receipt(sitting, form.cleaned_data["code"])
        good = bool(check) and check.sheet_agrees is not False
        found |= {"check": check, "good": good, "said": exams.say_receipt(check)}
    return found
