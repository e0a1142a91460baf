"""Addresses of the office, gathered from its page modules."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from tancai.web.office.modules import offered

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    pattern for patterns in offered("_urls") if isinstance(patterns, list) for pattern in patterns
]
