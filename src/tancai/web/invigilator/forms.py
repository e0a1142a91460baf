from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tancai.exams import api as exams
from tancai.lib import clock

TIMED = {
    "extra": (gettext_lazy("延长分钟数"), 10),
    "take_back": (gettext_lazy("收回分钟数"), 10),
    "transfer": (gettext_lazy("补时分钟数"), 0),
}
"""Orders with minutes: what they are called and what is proposed."""

FITTING = {
    "message": ("notice", "disturbance", "accommodation", "other"),
    "take_back": ("mistake", "other"),
    "let_in": ("traffic", "illness", "network", "device", "power", "identity", "other"),
    "end": ("misconduct", "illness", "power", "network", "device", "other"),
    "annul": ("mistake", "network", "device", "other"),
}
"""Reasons offered for an order, where not all of them make sense."""


class OrderForm(forms.Form):
    """An order: why, how long where that matters, and words."""

    reason = forms.ChoiceField(label=gettext_lazy("原因"), choices=[])
    minutes = forms.IntegerField(min_value=1, max_value=240)
    seen = forms.BooleanField(label=gettext_lazy("已当面核对证件，确认是本人"))
    text = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": kind, **kwargs})
        offered = FITTING.get(kind, tuple(code for code in exams.REASONS if code != "notice"))
        reason = cast(forms.ChoiceField, self.fields["reason"])
        reason.choices = [
            *([] if kind == "message" else [("", _("请选择"))]),
            *((code, exams.ORDER_REASONS[code]) for code in offered),
        ]
        self._minutes(kind)
        if kind != "let_in":
            del self.fields["seen"]
        if kind == "message":
            self.fields["reason"].initial = "notice"
            self.fields["text"].label = _("通知内容")
        if kind in ("message", "annul"):
            self.fields["text"].required = True

    def _minutes(self, kind: str) -> None:
        if kind not in TIMED:
            del self.fields["minutes"]
            return
        label, proposed = TIMED[kind]
        field = cast(forms.IntegerField, self.fields["minutes"])
        field.label, field.initial = label, proposed
        if kind == "transfer":
            field.min_value, field.required = 0, False
            field.validators = [found for found in field.validators if getattr(found, "limit_value", 1) != 1]
            field.widget.attrs["min"] = 0
            field.help_text = _("换机耽误的时间；不需要就填 0。")

    @property
    def seconds(self) -> int:
        return 60 * (self.cleaned_data.get("minutes") or 0)


class QueuedForm(forms.Form):
    """The code a candidate's page shows when a hand-in waits for the network."""

    code = forms.CharField(
        label=gettext_lazy("交卷凭码"),
        max_length=12,
        help_text=gettext_lazy("考生页面断网交卷时显示的 8 位码。登记后，恢复网络送达的答卷仍然有效。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class LookForm(forms.Form):
    """What was found when somebody looked into it."""

    text = forms.CharField(
        label=gettext_lazy("核查结果"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "写清看到的情况，例如“浏览器自动更新，已提醒”。登记后这名考生不再列为需要处理。"
        ),
    )


class NoteForm(forms.Form):
    """A free entry of the journal."""

    time = forms.TimeField(
        label=gettext_lazy("发生时间"),
        required=False,
        help_text=gettext_lazy("不填就是现在。"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    text = forms.CharField(
        label=pgettext_lazy("考场", "情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def happened_at(self, now: datetime) -> datetime:
        """The moment of the time given: today, or yesterday when it is still to come today."""
        time = self.cleaned_data.get("time")
        if time is None:
            return now
        local = now.astimezone(clock.SHANGHAI)
        found = datetime.combine(local.date(), time, clock.SHANGHAI)
        return found if found <= now else found - timedelta(days=1)
