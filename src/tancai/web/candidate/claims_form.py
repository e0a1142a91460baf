"""The form of claims: only what the programme's conditions ask for, judged as it is filled in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tancai.enrolment import api as enrolment
from tancai.programmes import api as programmes
from tancai.web.candidate.words import named

_NONE = [("", _("请选择"))]


class ClaimsForm(forms.Form):
    """Education, studies, occupation."""

    education = forms.ChoiceField(
        label=_("最高学历"), required=False, choices=[*_NONE, *enrolment.EDUCATION_WORDS.items()]
    )
    degrees = forms.MultipleChoiceField(
        label=_("学位"),
        required=False,
        choices=list(enrolment.DEGREE_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("学位与学历是两回事，没有学位可以不选。"),
    )
    major = forms.CharField(
        label=_("所学专业"), required=False, max_length=100, help_text=_("按毕业证书填写。")
    )
    school = forms.CharField(
        label=_("在读院校"), required=False, max_length=100, help_text=_("在校学生填写，已毕业的留空。")
    )
    occupation = forms.ChoiceField(label=_("职业类别"), required=False)
    unit = forms.CharField(label=_("工作单位"), required=False, max_length=100)

    def __init__(self, definition: programmes.Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = asked_kinds(definition)
        kinds = {material.kind for material in definition.materials}
        if "degree" not in asked and "degree_certificate" not in kinds:
            del self.fields["degrees"]
        if "student" not in asked:
            del self.fields["school"]
        if definition.occupations and "occupation" in asked:
            listed = [(each.code, named(each)) for each in definition.occupations]
            self.fields["occupation"].choices = [("", _("都不是")), *listed]  # type: ignore[attr-defined]
        else:
            del self.fields["occupation"]


class WorkForm(forms.Form):
    """A stretch of work in the field; an empty row is no row."""

    start = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$",
        label=_("起始年月"),
        required=False,
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2021-03"}),
        error_messages={"invalid": _("请按 2021-03 的格式填写年月")},
    )
    end = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$",
        label=_("截止年月"),
        required=False,
        help_text=_("至今的留空"),
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2024-08"}),
        error_messages={"invalid": _("请按 2021-03 的格式填写年月")},
    )
    unit = forms.CharField(label=pgettext_lazy("work", "单位"), required=False, max_length=100)
    post = forms.CharField(label=_("岗位"), required=False, max_length=100)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if any(given.get(name) for name in ("end", "unit", "post")) and not (
            given.get("start") or "start" in self.errors
        ):
            self.add_error("start", _("请填写起始年月"))
        if given.get("start") and given.get("end") and given["end"] < given["start"]:
            self.add_error("end", _("截止年月早于起始年月"))
        return given


class CertificateForm(forms.Form):
    """A certificate already held."""

    name = forms.CharField(label=_("证书名称"), required=False, max_length=100)
    family = forms.ChoiceField(label=_("证书类别"), required=False)
    level = forms.ChoiceField(
        label=_("级别"), required=False, choices=[("", _("没有级别")), *enrolment.LEVEL_WORDS.items()]
    )
    held_since = forms.DateField(
        label=_("取得日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, definition: programmes.Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        field = definition.certificate.field
        own = [("programme", definition.certificate.title)]
        listed = [("other", _("其他职业、技能或职称证书")), *own, *([("field", field)] if field else [])]
        self.fields["family"].choices = listed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("level") or given.get("held_since")) and not given.get("name"):
            self.add_error("name", _("请填写证书名称"))
        return given

    def claim(self) -> dict[str, Any]:
        given = self.cleaned_data
        family = given.get("family")
        return {
            "name": given["name"],
            "level": given.get("level") or "",
            "programme": self.definition.code if family == "programme" else "",
            "field": self.definition.certificate.field if family == "field" else "",
            "held_since": given["held_since"].isoformat() if given.get("held_since") else "",
        }


class ClaimsForms:
    """The claims form with its rows of work and certificates; ``asks_*`` says which parts are shown."""

    def __init__(self, definition: programmes.Definition, data: Any = None, claims: Any = None) -> None:
        asked = asked_kinds(definition)
        self.asks_work = "years" in asked or "occupation" in asked
        self.asks_certificates = "certificate" in asked
        claims = claims or {}
        self.main = ClaimsForm(definition, data, initial=claims)
        self.work = _rows(WorkForm)(
            data, prefix="work", initial=[_months(row) for row in claims.get("work", [])]
        )
        self.certificates = _rows(CertificateForm)(
            data,
            prefix="held",
            initial=[_held(row) for row in claims.get("certificates", [])],
            form_kwargs={"definition": definition},
        )

    def is_valid(self) -> bool:
        # every part is asked, so that all errors show at once
        valid = [part.is_valid() for part in (self.main, self.work, self.certificates)]
        return all(valid)

    def errors(self) -> list[tuple[str, str]]:
        """``(id of the control, label: error)`` of everything that cannot be read."""
        found = []
        for form in (self.main, *self.work, *self.certificates):
            for field in form:
                found += [(field.id_for_label, said(field.label, error)) for error in field.errors]
        return found

    def claims(self) -> dict[str, Any]:
        """What was filled in, as the JSON of claims."""
        given = {name: value for name, value in self.main.cleaned_data.items() if value}
        work = [f.cleaned_data for f in self.work if f.cleaned_data.get("start")]
        held = [f.claim() for f in self.certificates if f.cleaned_data.get("name")]
        return {
            **given,
            "work": [
                {name: row.get(name) or "" for name in ("start", "end", "unit", "post")} for row in work
            ],
            "certificates": held,
        }


def said(label: object, error: object) -> str:
    """An error with the name of its field."""
    return gettext("%(label)s：%(error)s") % {"label": label, "error": error}


def _rows(form: type[forms.Form]) -> Any:
    return forms.formset_factory(form, extra=1, max_num=12, absolute_max=12)


def _months(row: dict[str, str]) -> dict[str, str]:
    """Stored days as the months they were given in; an end is stored as the first day after its month."""
    end = row.get("end", "")
    return {**row, "start": row.get("start", "")[:7], "end": _month_before(end) if end else ""}


def _month_before(day: str) -> str:
    year, month = int(day[:4]), int(day[5:7])
    if day[8:] != "01":
        return day[:7]
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


def _held(row: dict[str, str]) -> dict[str, str]:
    family = "programme" if row.get("programme") else "field" if row.get("field") else "other"
    return {**row, "family": family}


def asked_kinds(definition: programmes.Definition) -> set[str]:
    """Kinds of predicates that the programme's conditions hold at any level."""
    return {
        predicate.kind
        for lines in definition.conditions.values()
        for line in lines
        for alternative in line.any_of
        for predicate in alternative
    }
