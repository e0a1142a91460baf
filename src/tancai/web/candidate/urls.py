"""Addresses of the candidate's desk; each module of pages brings its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

app_name = "candidate"

_MODULES = (
    ("home", "home_urls"),
    ("apply", "apply_urls"),
    ("application", "application_urls"),
    ("fee", "fee_urls"),
    ("learning", "learning_urls"),
    ("exam", "exam_urls"),
    ("results", "result_urls"),
    ("certificates", "certificate_urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    pattern
    for module, name in _MODULES
    if find_spec(f"tancai.web.candidate.{module}")
    for pattern in getattr(import_module(f"tancai.web.candidate.{module}"), name)
]
