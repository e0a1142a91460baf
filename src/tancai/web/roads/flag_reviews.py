"""The two looks at a flag of identity: the same questions at the invigilator's desk and at the office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tancai.people import api as people
from tancai.proctoring import api as proctoring

FIRST, SECOND = 1, 2


class ReviewForm(forms.Form):
    """What it was and why; ``look`` is FIRST or SECOND and decides which outcomes there are."""

    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=[
            ("", _("请选择")),
            *((code, proctoring.REVIEW_WORDS[code]) for code in proctoring.REVIEW_REASONS),
        ],
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, look: int, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.look = look
        outcome, note = self.fields["outcome"], self.fields["note"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.label = _("结论") if look == FIRST else _("复核结论")
        outcome.choices = [(code, proctoring.OUTCOME_WORDS[code]) for code in proctoring.OUTCOMES[look]]
        note.help_text = (
            _("有疑点时必填。写看到的事实，不写推断。") if look == FIRST else _("疑点成立时必填。")
        )

    def give(self, flag: proctoring.Flag, *, by: Any, at: Any) -> bool:
        """Whether the valid form was taken as this look at the flag; the refusal stands in the form."""
        try:
            proctoring.review(flag, self.look, **self.cleaned_data, by=by, at=at)
        except proctoring.IdentityError as error:
            field = "note" if error.code in ("no_note", "long_text") else None
            self.add_error(field, proctoring.say_error(error.code, error.params))
            return False
        return True


def reviews(flag: proctoring.Flag) -> list[dict[str, Any]]:
    """What people decided so far."""
    return [
        {
            "at": row.at,
            "by": people.staff_name(row.by),
            "outcome": proctoring.OUTCOME_WORDS[row.outcome],
            "reason": proctoring.REVIEW_WORDS[row.reason],
            "note": row.note,
        }
        for row in flag.reviews.all()
    ]
