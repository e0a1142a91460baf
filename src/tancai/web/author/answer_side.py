"""The fields of a question and its answer, by the shape of its kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tancai.items import api as items
from tancai.web.author import words

LETTERS = "ABCDEFGH"
OPTION_ROWS, POINT_ROWS = 6, 8


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AnswerSide(forms.Form):
    """A question and its answer, by the shape of its kind. ``without`` are lines that are asked elsewhere."""

    stem = forms.CharField(max_length=4000, widget=area(4))

    def __init__(
        self, kind: items.Kind, data: Any = None, *, without: tuple[str, ...] = (), **given: Any
    ) -> None:
        super().__init__(data, **given)
        self.kind = kind
        self.without = without
        self.fields["stem"].label = _("题干")
        self._add_answer_side()

    def _add_answer_side(self) -> None:
        if self.kind.shape == "choices":
            for letter in LETTERS[:OPTION_ROWS]:
                self.fields[f"option_{letter}"] = forms.CharField(max_length=1000, required=False)
                self.fields[f"right_{letter}"] = forms.BooleanField(required=False)
        elif self.kind.shape in ("lines", "questions"):
            self._add_lines()
        else:
            self.fields["reference"] = forms.CharField(max_length=6000, widget=area(6), label=_("参考答案"))
            for number in range(1, POINT_ROWS + 1):
                self.fields[f"point_{number}"] = forms.CharField(max_length=500, required=False)
                self.fields[f"marks_{number}"] = forms.IntegerField(
                    required=False, min_value=1, max_value=100
                )

    @property
    def _lines(self) -> list[Any]:
        kind: Any = self.kind
        return [line for line in kind.lines if line.name not in self.without]

    def _add_lines(self) -> None:
        for line in self._lines:
            label, text = words.line(self.kind.code, line.name)
            field: forms.Field
            if line.choices:
                named = [(code, words.line_choice(code)) for code in line.choices]
                field = forms.ChoiceField(choices=named, widget=forms.RadioSelect)
            else:
                widget = area(line.rows) if line.rows > 1 else forms.TextInput()
                field = forms.CharField(max_length=6000, widget=widget, required=line.needed)
            field.label, field.help_text = label, text
            self.fields[f"line_{line.name}"] = field

    def line_rows(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("line_")]

    def option_rows(self) -> list[dict[str, Any]]:
        if self.kind.shape != "choices":
            return []
        return [
            {"letter": letter, "text": self[f"option_{letter}"], "right": self[f"right_{letter}"]}
            for letter in LETTERS[:OPTION_ROWS]
        ]

    def point_rows(self) -> list[dict[str, Any]]:
        if self.kind.shape != "points":
            return []
        return [
            {"number": number, "text": self[f"point_{number}"], "marks": self[f"marks_{number}"]}
            for number in range(1, POINT_ROWS + 1)
        ]

    def loosen(self) -> None:
        """Ask for nothing: what stands here may be half written."""
        for field in self.fields.values():
            field.required = False

    def content_and_key(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Content and key in the bank's shapes; empty rows close up and letters follow."""
        given = self.cleaned_data
        if self.kind.shape == "choices":
            filled = [a for a in LETTERS[:OPTION_ROWS] if given[f"option_{a}"].strip()]
            options = [
                {"letter": new, "text": given[f"option_{old}"].strip()}
                for new, old in zip(LETTERS, filled, strict=False)
            ]
            right = [new for new, old in zip(LETTERS, filled, strict=False) if given[f"right_{old}"]]
            return {"stem": given["stem"], "options": options}, {"letters": right}
        if self.kind.shape == "lines":
            kind: Any = self.kind
            content, key = kind.read(given["stem"], self._written())
            return {name: value for name, value in content.items() if name not in self.without}, key
        points = [
            {"text": given[f"point_{n}"].strip(), "marks": given[f"marks_{n}"]}
            for n in range(1, POINT_ROWS + 1)
            if given[f"point_{n}"].strip() or given[f"marks_{n}"]
        ]
        return {"stem": given["stem"]}, {"reference": given["reference"], "points": points}

    def _written(self) -> dict[str, str]:
        return {line.name: self.cleaned_data[f"line_{line.name}"] for line in self._lines}


def initial_of(kind: Any, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
    """The fields of a question and its answer, filled in."""
    found: dict[str, Any] = {"stem": content["stem"]}
    if kind.shape in ("lines", "questions"):
        written = kind.written({"variables": [], "derived": [], **content}, key)
        return {**found, **{f"line_{name}": text for name, text in written.items()}}
    for option in content.get("options", []):
        found[f"option_{option['letter']}"] = option["text"]
    for letter in key.get("letters", []):
        found[f"right_{letter}"] = True
    found["reference"] = key.get("reference", "")
    for number, point in enumerate(key.get("points", []), start=1):
        found[f"point_{number}"], found[f"marks_{number}"] = point["text"], point["marks"]
    return found
