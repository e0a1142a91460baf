"""Files to take away from a bench."""

from __future__ import annotations

import re

from django.http import HttpResponse

FIGURE = re.compile(r"[+−-]?\d{1,3}(,\d{3})+(\.\d+)?|[+−-]?\d+(\.\d+)?")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def cell(text: str) -> str | float | int:
    """A cell of a paper; what is a figure through and through becomes a number."""
    plain = text.strip()
    if not FIGURE.fullmatch(plain) or (plain.startswith("0") and plain[1:2].isdigit()):
        return text
    value = float(plain.replace(",", "").replace("−", "-"))
    return int(value) if value.is_integer() and "." not in plain else value


def attached(data: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file of somebody's own work; ``inline`` to look at it in the browser."""
    how = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=kind, headers=headers)
