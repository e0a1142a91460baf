"""The worker that shows an exam room without network: its script, and for whom it stands ready."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tancai.exams import api as exams
from tancai.proctoring import api as proctoring

_SCRIPT = Path(__file__).parent / "static" / "exam_room" / "keeper.js"


def address(session: exams.Session) -> str:
    """Where the worker's script is; empty where the session asks for the lock-down client.

    The client adds its proofs to what a page asks for itself, not to what a worker asks for in its place.
    """
    return "" if proctoring.is_required(session) else reverse("exam_room:keeper")


@require_GET
def script(request: HttpRequest) -> HttpResponse:
    """The script under an address of the exam rooms, for a browser lets a worker serve only what lies below its script.

    It is the same for everybody; a browser looks for a newer one at each visit.
    """
    return HttpResponse(_script(), content_type="text/javascript", headers={"Cache-Control": "max-age=300"})


@lru_cache(maxsize=1)
def _script() -> bytes:
    return _SCRIPT.read_bytes()
