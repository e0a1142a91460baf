"""After hand-in: what was received, as a receipt that can be checked later."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tancai.exams import api as exams
from tancai.lib import clock, limits
from tancai.programmes import api as programmes
from tancai.web.exam_room.access import own_sitting
from tancai.web.exam_room.client import leave_link


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
    definition = programmes.definition_of(sitting.session.edition_id)
    rehearsal = sitting.session.kind == exams.Session.REHEARSAL
    practice = exams.exam_of_rehearsal(sitting.admission) if rehearsal else None
    total = sum(len(section.questions) for section in exams.sections(sitting))
    context = {
        "sitting": sitting,
        "sheet": sheet,
        "definition": definition,
        "title": exams.exam_title(
            definition.name, definition.post_name(sitting.admission.level, sitting.admission.speciality)
        ),
        "answered": len(sheet.answers),
        "total": total,
        "receipt": [sheet.receipt[start : start + 8] for start in range(0, 64, 8)],
        "score_days": definition.promises.score_days,
        "practice": practice,
        "leave": leave_link(request, sitting.admission),
        "by_account": request.user.is_authenticated,
        **_check(request, sitting),
    }
    return render(request, "exam_room/receipt.html", context)


def _check(request: HttpRequest, sitting: exams.Sitting) -> dict[str, Any]:
    """The form to check a kept receipt code against the record, and what the check said."""
    asked = request.method == "POST"
    form = CheckForm(request.POST if asked else None)
    found: dict[str, Any] = {"form": form, "asked": asked}
    if not asked:
        return found
    if not limits.allow(f"receipt:{sitting.pk}", limit=20, seconds=600, at=clock.now()):
        form.add_error(None, _("核对次数过多，请十分钟后再试。"))
    elif form.is_valid():
        check = exams.check_receipt(sitting, form.cleaned_data["code"])
        good = bool(check) and check.sheet_agrees is not False
        found |= {"check": check, "good": good, "said": exams.say_receipt(check)}
    return found
