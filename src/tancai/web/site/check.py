"""Try whether I qualify: nothing is stored, the answer names the line met or what each line lacks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.enrolment import api as enrolment
from tancai.lib import clock
from tancai.programmes import api as programmes
from tancai.web.site import programme, words

FAMILIES = {
    "programme": gettext_lazy("本职业的证书"),
    "field": gettext_lazy("本领域的其他证书"),
    "other": gettext_lazy("其他职业、技能或职称证书"),
}


class CheckForm(forms.Form):
    """Only what the conditions of the programme ask for."""

    level = forms.ChoiceField(label=gettext_lazy("报考级别"))
    education = forms.ChoiceField(label=gettext_lazy("最高学历"), required=False)
    degree = forms.ChoiceField(label=gettext_lazy("最高学位"), required=False)
    major = forms.CharField(label=gettext_lazy("所学专业"), required=False, max_length=60)
    years = forms.IntegerField(
        label=gettext_lazy("从事相关工作累计满几年"), required=False, min_value=0, max_value=60, initial=0
    )
    continuous_years = forms.IntegerField(
        label=gettext_lazy("其中连续工作满几年"), required=False, min_value=0, max_value=60, initial=0
    )
    certificate = forms.ChoiceField(label=gettext_lazy("已有证书"), required=False)
    certificate_level = forms.ChoiceField(label=gettext_lazy("证书级别"), required=False)
    held_years = forms.IntegerField(
        label=gettext_lazy("取得证书满几年"), required=False, min_value=0, max_value=60, initial=0
    )
    student = forms.BooleanField(label=gettext_lazy("现为高校或职业院校在校学生"), required=False)
    occupation = forms.ChoiceField(label=gettext_lazy("从事的工作"), required=False)

    NEEDS = {
        "education": ("education",),
        "degree": ("degree",),
        "major": ("major",),
        "years": ("years",),
        "continuous_years": ("years",),
        "certificate": ("certificate",),
        "certificate_level": ("certificate",),
        "held_years": ("certificate",),
        "student": ("student",),
        "occupation": ("occupation",),
    }

    def __init__(self, definition: programmes.Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {
            predicate.kind
            for lines in definition.conditions.values()
            for line in lines
            for alternative in line.any_of
            for predicate in alternative
        }
        for name, kinds in self.NEEDS.items():
            if not asked & set(kinds):
                del self.fields[name]
        self._offer(definition)

    def _offer(self, definition: programmes.Definition) -> None:
        none = ("", _("没有"))
        offered: dict[str, list[tuple[str, Any]]] = {
            "level": [(level.code, words.in_language(level)) for level in definition.levels],
            "education": [("", _("请选择")), *words.EDUCATION.items()],
            "degree": [none, *words.DEGREES.items()],
            "certificate": [none, *FAMILIES.items()],
            "certificate_level": [("", _("没有级别")), *words.LEVELS.items()],
            "occupation": [
                ("", _("都不是")),
                *((o.code, words.in_language(o)) for o in definition.occupations),
            ],
        }
        for name, choices in offered.items():
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not definition.levels:
            del self.fields["level"]

    def claims(self, today: date, field: str, code: str) -> enrolment.Claims:
        """What was filled in, as claims."""
        given = self.cleaned_data
        held: tuple[enrolment.HeldCertificate, ...] = ()
        if family := given.get("certificate"):
            since = _years_before(today, given.get("held_years") or 0)
            held = (
                enrolment.HeldCertificate(
                    name=str(FAMILIES[family]),
                    level=given.get("certificate_level") or "",
                    programme=code if family == "programme" else "",
                    field=field if family == "field" else "",
                    held_since=since,
                ),
            )
        return enrolment.Claims(
            education=given.get("education") or "",
            degrees=(given["degree"],) if given.get("degree") else (),
            major=given.get("major") or "",
            years=given.get("years") or 0,
            continuous_years=given.get("continuous_years") or 0,
            certificates=held,
            school=_("在校") if given.get("student") else "",
            occupation=given.get("occupation") or "",
        )


def _years_before(today: date, years: int) -> date:
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - years, day=day)


def page(request: HttpRequest, code: str) -> HttpResponse:
    """The form and, once something is filled in, the verdict line by line."""
    definition = programme.definition_or_404(code)
    form = CheckForm(definition, request.GET if request.GET else None)
    context: dict[str, Any] = {
        "definition": definition,
        "form": form,
        "apply_url": programme.apply_url(code),
        "related_majors": words.joined(definition.related_majors),
    }
    if form.is_bound and form.is_valid():
        context |= _verdict(definition, form)
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "site/check_verdict.html" if part else "site/check.html", context)


def _verdict(definition: programmes.Definition, form: CheckForm) -> dict[str, Any]:
    today = clock.today()
    level = form.cleaned_data.get("level", "")
    claims = form.claims(today, definition.certificate.field, definition.code)
    conditions = definition.conditions_for(level)
    verdict = enrolment.judge(conditions, claims, today, enrolment.context_of(definition))
    proofs = [m for m in definition.materials if m.kind in verdict.proofs]
    lines = [
        {"line": line, "missing": [enrolment.say_reason(reason, definition) for reason in line.missing]}
        for line in verdict.per_line
    ]
    return {"verdict": verdict, "lines": lines, "proofs": proofs}
