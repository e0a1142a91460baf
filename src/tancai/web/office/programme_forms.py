"""Forms for the parts of a definition that are settings, and the text form for all others."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tancai.lib.clock import SHANGHAI
from tancai.programmes import api as programmes
from tancai.web.office import programme_words as words


class PartForm(forms.Form):
    """Settings of one or more parts: ``initial_of`` reads a definition, ``changes`` gives the parts anew."""

    parts: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def initial_of(cls, definition: programmes.Definition) -> dict[str, Any]:
        part = getattr(definition, cls.parts[0])
        return {name: getattr(part, name) for name in cls.base_fields}

    def changes(self, plain: dict[str, Any]) -> dict[str, Any]:
        """The parts as plain values; what the form does not show stays as it is."""
        name = self.parts[0]
        given = {key: self.cleaned_data[key] for key in self.fields}
        return {name: _without_blanks({**plain.get(name, {}), **given})}


class FeesForm(PartForm):
    parts = ("fees",)
    enrolment = forms.DecimalField(
        label=_("报名费（元）"), min_value=0, max_value=1_000_000, decimal_places=2
    )
    resit = forms.DecimalField(label=_("补考费（元/次）"), min_value=0, max_value=1_000_000, decimal_places=2)
    replacement = forms.DecimalField(
        label=_("补发证书费（元）"), min_value=0, max_value=1_000_000, decimal_places=2
    )

    @classmethod
    def initial_of(cls, definition: programmes.Definition) -> dict[str, Any]:
        return {name: Decimal(getattr(definition.fees, name)) / 100 for name in cls.base_fields}

    def changes(self, plain: dict[str, Any]) -> dict[str, Any]:
        return {"fees": {name: int(self.cleaned_data[name] * 100) for name in self.fields}}


class PromisesForm(PartForm):
    parts = ("promises",)
    review_days = forms.IntegerField(label=_("审核（工作日）"), min_value=0, max_value=366)
    score_days = forms.IntegerField(label=_("成绩（考后工作日）"), min_value=0, max_value=366)
    certificate_days = forms.IntegerField(label=_("证书（成绩发布后工作日）"), min_value=0, max_value=366)
    query_days = forms.IntegerField(
        label=_("证书查询（成绩发布后工作日）"),
        min_value=0,
        max_value=366,
        required=False,
        help_text=_("留空：发证即可查询。"),
    )


class LearningForm(PartForm):
    parts = ("learning",)
    min_share = forms.IntegerField(
        label=_("考试前须达到的学时（%）"), min_value=0, max_value=100, help_text=_("0 表示不限学时。")
    )
    measure = forms.ChoiceField(label=_("学时的算法"), choices=words.choices("measure"))
    warn_days = forms.IntegerField(label=_("考前几天提醒学时不足的考生"), min_value=0, max_value=60)

    @classmethod
    def initial_of(cls, definition: programmes.Definition) -> dict[str, Any]:
        return {**super().initial_of(definition), "min_share": round(definition.learning.min_share * 100)}

    def changes(self, plain: dict[str, Any]) -> dict[str, Any]:
        return {
            "learning": {
                **super().changes(plain)["learning"],
                "min_share": self.cleaned_data["min_share"] / 100,
            }
        }


class ExamForm(PartForm):
    parts = ("exam",)
    minutes = forms.IntegerField(label=_("考试时长（分钟）"), min_value=1, max_value=600)
    start = forms.TimeField(
        label=_("开考时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    pass_mark = forms.IntegerField(label=_("合格分"), min_value=0, max_value=1000)
    multiple_policy = forms.ChoiceField(label=_("多选题计分"), choices=words.choices("multiple_policy"))
    late_minutes = forms.IntegerField(label=_("开考后几分钟内可以入场"), min_value=0, max_value=600)
    mode = forms.ChoiceField(label=_("考试形式"), choices=words.choices("mode"))
    identity_check = forms.ChoiceField(label=_("身份核验"), choices=words.choices("identity_check"))
    client_required = forms.BooleanField(label=_("须使用专用考试客户端"), required=False)
    camera_required = forms.BooleanField(label=_("须配备摄像头"), required=False)
    snapshot_seconds = forms.IntegerField(
        label=_("考试中拍照间隔（秒）"),
        min_value=5,
        max_value=300,
        help_text=_("须配备摄像头或全程人脸识别时使用；全程人脸识别不能超过 30 秒。"),
    )
    resit_limit = forms.IntegerField(
        label=_("补考次数"), min_value=0, max_value=99, required=False, help_text=_("留空：不限次数。")
    )

    def changes(self, plain: dict[str, Any]) -> dict[str, Any]:
        exam = super().changes(plain)["exam"]
        return {"exam": {**exam, "start": self.cleaned_data["start"].isoformat()}}


class CalendarForm(PartForm):
    parts = ("calendar",)
    kind = forms.ChoiceField(label=_("考试日的安排"), choices=words.choices("kind"))
    rrule = forms.CharField(
        label=_("考试日规则"),
        max_length=300,
        required=False,
        help_text=_("按 RFC 5545 书写，例如每月最后一个星期六：FREQ=MONTHLY;BYDAY=-1SA"),
    )
    text = forms.CharField(label=_("给考生看的说法"), max_length=300)
    overflow_days = forms.IntegerField(
        label=_("备用日在考试日后几天"), min_value=0, max_value=6, help_text=_("0 表示没有备用日。")
    )
    enrolment = forms.ChoiceField(label=_("报名方式"), choices=words.choices("enrolment"))
    close_days = forms.IntegerField(
        label=_("报名截止在考前几天"), min_value=0, max_value=366, help_text=_("当天 24:00 截止。")
    )
    ticket_days = forms.IntegerField(label=_("准考证从考前几天起打印"), min_value=0, max_value=366)
    sprint_days = forms.IntegerField(
        label=_("冲刺班从考前几天起"),
        min_value=0,
        max_value=366,
        required=False,
        help_text=_("留空：没有冲刺班。"),
    )
    test_run_first = forms.IntegerField(
        label=_("考前测试从考前几天起"),
        min_value=0,
        max_value=366,
        required=False,
        help_text=_("留空：没有考前测试。"),
    )
    test_run_last = forms.IntegerField(
        label=_("考前测试到考前几天止"), min_value=0, max_value=366, required=False
    )
    class_months = forms.CharField(
        label=_("开班月份"),
        max_length=60,
        required=False,
        help_text=_("用逗号隔开，例如 1, 3, 5；留空：不分期。"),
    )

    @classmethod
    def initial_of(cls, definition: programmes.Definition) -> dict[str, Any]:
        rule = definition.calendar
        own = {"test_run_first", "test_run_last", "class_months"}
        values = {name: getattr(rule, name) for name in cls.base_fields if name not in own}
        first, last = rule.test_run_days or (None, None)
        months = ", ".join(str(month) for month in rule.class_months)
        return {**values, "test_run_first": first, "test_run_last": last, "class_months": months}

    def clean_class_months(self) -> list[int]:
        months = [part.strip() for part in self.cleaned_data["class_months"].replace("，", ",").split(",")]
        months = [month for month in months if month]
        if not all(month.isdecimal() and 1 <= int(month) <= 12 for month in months):
            raise forms.ValidationError(gettext("请写 1 到 12 的数字，用逗号隔开。"))
        return [int(month) for month in months]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("test_run_first") is None) != (data.get("test_run_last") is None):
            raise forms.ValidationError(gettext("考前测试的起止天数请都写，或都留空。"))
        return data

    def changes(self, plain: dict[str, Any]) -> dict[str, Any]:
        calendar = super().changes(plain)["calendar"]
        first, last = calendar.pop("test_run_first", None), calendar.pop("test_run_last", None)
        calendar.pop("test_run_days", None)
        return {"calendar": {**calendar, **({"test_run_days": [first, last]} if first is not None else {})}}


class ReadingsForm(PartForm):
    parts = ("readings",)
    other_major = forms.ChoiceField(label=_("“取得其他专业”"), choices=words.choices("other_major"))
    certificate_year = forms.ChoiceField(
        label=_("凭证书报考时的一年工作"), choices=words.choices("certificate_year")
    )
    years_as_of = forms.ChoiceField(label=_("工作年限算到"), choices=words.choices("years_as_of"))
    levels_cover_lower = forms.BooleanField(label=_("高级别的要求涵盖低级别"), required=False)
    exam_operator = forms.ChoiceField(label=_("考试由谁实施"), choices=words.choices("exam_operator"))


class EntryForm(PartForm):
    parts = ("course_opens_on", "channels", "related_majors")
    course_opens_on = forms.ChoiceField(label=_("开课方式"), choices=words.choices("course_opens_on"))
    channels = forms.MultipleChoiceField(
        label=_("报名途径"), choices=words.choices("channels"), widget=forms.CheckboxSelectMultiple
    )
    related_majors = forms.CharField(
        label=_("相关专业"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("每行一个。"),
    )

    @classmethod
    def initial_of(cls, definition: programmes.Definition) -> dict[str, Any]:
        return {
            "course_opens_on": definition.course_opens_on,
            "channels": list(definition.channels),
            "related_majors": "\n".join(definition.related_majors),
        }

    def changes(self, plain: dict[str, Any]) -> dict[str, Any]:
        lines = self.cleaned_data["related_majors"].splitlines()
        return {**self.cleaned_data, "related_majors": [line.strip() for line in lines if line.strip()]}


SETTINGS: dict[str, type[PartForm]] = {
    "fees": FeesForm,
    "promises": PromisesForm,
    "learning": LearningForm,
    "exam": ExamForm,
    "calendar": CalendarForm,
    "readings": ReadingsForm,
    "entry": EntryForm,
}
"""Parts with a form of their own; ``entry`` covers three."""

_IN_ENTRY = {"course_opens_on", "channels", "related_majors"}
_FIXED = {"code", "effective_from", "order", "body", "organiser"}
TEXT_PARTS: tuple[str, ...] = tuple(
    part for part in programmes.PARTS if part not in SETTINGS and part not in _IN_ENTRY | _FIXED
)
"""Parts that are edited as text."""


class TextForm(forms.Form):
    """A part as TOML."""

    text = forms.CharField(
        label=_("内容"),
        widget=forms.Textarea(attrs={"rows": 28, "class": "code", "spellcheck": "false", "wrap": "off"}),
        help_text=_("TOML 格式。保存前会检查，有错会指出第几行和怎样改。"),
    )


class EditionForm(forms.Form):
    """What every new edition needs."""

    note = forms.CharField(
        label=_("修改原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("会显示在版本记录中。"),
    )
    effective_from = forms.DateField(
        label=_("生效日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("从这一天起的新申请使用新版本；已有的申请保留原来的版本。"),
    )


class SpecialDayForm(forms.Form):
    starts_at = forms.DateTimeField(
        label=_("开考时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    closes_at = forms.DateTimeField(
        label=_("报名截止"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("留空：按本项目的规则；规则的截止时间已过时，开考前都可以报名。"),
    )
    note = forms.CharField(label=_("说明"), max_length=300, help_text=_("为什么加这一天，会显示给工作人员。"))

    def clean_starts_at(self) -> datetime:
        return self.cleaned_data["starts_at"].astimezone(SHANGHAI)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=300)


class WorkdayForm(forms.Form):
    day = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    working = forms.ChoiceField(label=_("安排"), choices=[("no", _("休")), ("yes", _("班"))])
    name = forms.CharField(
        label=_("名称"), max_length=60, required=False, help_text=_("例如：春节、国庆节调休。")
    )


class YearForm(forms.Form):
    year = forms.IntegerField(label=_("年份"), min_value=2004, max_value=2100)
    source = forms.CharField(label=_("依据"), max_length=120, help_text=_("例如：国办发明电〔2026〕×号。"))
    days = forms.CharField(
        label=_("放假和调休"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("每行：日期 休或班 名称。例如 2027-01-01 休 元旦"),
    )


def _without_blanks(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value is not None}
