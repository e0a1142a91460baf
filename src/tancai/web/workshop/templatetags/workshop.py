"""``{% load workshop %}``: the save line and the charts of the benches."""

from __future__ import annotations

from typing import Any

from django import template

from tancai.labs import api as labs
from tancai.web.workshop.charts import Chart

register = template.Library()


@register.inclusion_tag("workshop/parts/save_line.html")
def save_line(work: Any, state: labs.State) -> dict[str, Any]:
    """Whether the work on this page is saved; ``save_line.js`` gives the page its Saving."""
    return {"work": work, "high": state.high, "closed": state.handed_in or state.away}


@register.inclusion_tag("workshop/parts/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """A chart of ``workshop.charts`` with its data table."""
    return {"chart": chart}


@register.filter
def at(values: dict[str, Any], name: str) -> str:
    """The text kept under a name of the work, "" when there is none."""
    found = values.get(name, "")
    return found if isinstance(found, str) else ""


@register.filter
def ticked(values: dict[str, Any], code: str) -> bool:
    """Is the record of this code ticked as archived?"""
    return values.get(f"archive.{code}") is True
