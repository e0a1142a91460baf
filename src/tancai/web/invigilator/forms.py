from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.exams import api as exams


class OrderForm(forms.Form):
    """An order: why, how long where that matters, and words."""

    reason = forms.ChoiceField(label=gettext_lazy("原因"), choices=[])
    minutes = forms.IntegerField(label=gettext_lazy("延长分钟数"), min_value=1, max_value=240, initial=10)
    text = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": kind, **kwargs})
        reasons = [code for code in exams.REASONS if code != "notice" or kind == "message"]
        reason = cast(forms.ChoiceField, self.fields["reason"])
        reason.choices = [
            *([] if kind == "message" else [("", _("请选择"))]),
            *((code, exams.ORDER_REASONS[code]) for code in reasons),
        ]
        if kind != "extra":
            del self.fields["minutes"]
        if kind == "message":
            self.fields["reason"].initial = "notice"
            self.fields["text"].label = _("通知内容")
            self.fields["text"].required = True

    @property
    def seconds(self) -> int:
        return 60 * self.cleaned_data.get("minutes", 0)


class QueuedForm(forms.Form):
    """The code a candidate's page shows when a hand-in waits for the network."""

    code = forms.CharField(
        label=gettext_lazy("交卷凭码"),
        max_length=12,
        help_text=gettext_lazy("考生页面断网交卷时显示的 8 位码。登记后，恢复网络送达的答卷仍然有效。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
