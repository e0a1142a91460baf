"""Django forms drawn in the house style: label above, help before the field, error beside it, summary on top."""

from __future__ import annotations

from pathlib import Path

import django.forms
from django.forms.renderers import DjangoTemplates
from django.utils.functional import cached_property

_own = Path(__file__).parent / "templates"
_builtin = Path(django.forms.__file__).parent / "templates"


class ShellFormRenderer(DjangoTemplates):
    form_template_name = "shell/forms/form.html"
    formset_template_name = "shell/forms/formset.html"
    field_template_name = "shell/forms/field.html"

    @cached_property
    def engine(self):  # type: ignore[no-untyped-def]
        """Our templates come before Django's, so that single widgets can be drawn anew."""
        return self.backend({"APP_DIRS": True, "DIRS": [_own, _builtin], "NAME": "shellforms", "OPTIONS": {}})
