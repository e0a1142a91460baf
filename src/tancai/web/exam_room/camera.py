"""The camera during the exam: the page's settings, pictures taken in, and what the page says about its camera.

Pictures carry a signed word instead of a session: nothing is read but the admission, nothing is decoded.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tancai.exams import api as exams
from tancai.lib import clock, crypto
from tancai.proctoring import api as proctoring
from tancai.web.exam_room.access import own_admission

_PURPOSE = "exam-camera"
_MOST_BYTES = 320 * 1024
_STATUS = {
    "no_consent": 403,
    "finished": 410,
    "too_often": 429,
    "too_large": 413,
    "bad_picture": 415,
    "bad_reason": 400,
}


def config(entry: exams.Entry) -> dict[str, Any] | None:
    """What the camera's script needs; None where this candidate's camera takes no pictures."""
    admission = entry.sitting.admission
    seconds = proctoring.snapshot_plan(admission)
    if not seconds:
        return None
    return {
        "seconds": seconds,
        "token": crypto.sign({"admission": admission.pk}, _PURPOSE, expires=entry.ends + timedelta(hours=6)),
        "pictures": reverse("exam_room:camera", args=[admission.pk]),
        "told": reverse("exam_room:camera_told", args=[admission.pk]),
        "withdraw": reverse("exam_room:identity_withdraw", args=[admission.pk]),
        "words": {
            "on": _("摄像头正常"),
            "starting": _("正在打开摄像头…"),
            "off": _("摄像头没有画面，请检查后点“重新打开”。可以继续作答，监考老师会看到提示。"),
            "refused": _("浏览器没有允许使用摄像头。请在地址栏旁允许后点“重新打开”，或告诉监考老师。"),
            "waiting": _("网络中断，画面恢复后补交"),
            "human": _("已停止拍摄，由监考老师看考"),
            "sure": _("停止拍摄并改由监考老师看考？已有的画面会删除，考试不受影响。"),
        },
    }


@csrf_exempt
@never_cache
@require_POST
def receive(request: HttpRequest, admission_id: int) -> HttpResponse:
    """One JPEG as the body; its number and time in headers. Answers only by status."""
    at = clock.now()
    if not _holds(request, admission_id, at):
        return HttpResponse(status=404)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > _MOST_BYTES:
        return HttpResponse(status=413)
    number, taken_at = _whole(request, "X-Number"), _moment(request, at)
    admission = exams.admission(admission_id)
    if admission is None or not number:
        return HttpResponse(status=400)
    try:
        proctoring.receive_picture(admission, request.body, number=number, taken_at=taken_at, at=at)
    except proctoring.IdentityError as error:
        return HttpResponse(status=_STATUS.get(error.code, 400))
    proctoring.call_analysis(admission.session_id, at=at)
    return HttpResponse(status=204)


@csrf_exempt
@never_cache
@require_POST
def told(request: HttpRequest, admission_id: int) -> HttpResponse:
    """``what`` is ``stopped`` or ``dropped`` with ``count``: the page about its own camera."""
    at = clock.now()
    if not _holds(request, admission_id, at):
        return HttpResponse(status=404)
    admission = exams.admission(admission_id)
    assert admission is not None
    count = request.POST.get("count", "")
    try:
        proctoring.camera_told(
            admission,
            request.POST.get("what", ""),
            count=int(count[:5]) if count.isdecimal() else 0,
            at=at,
        )
    except proctoring.IdentityError as error:
        return HttpResponse(status=_STATUS.get(error.code, 400))
    return HttpResponse(status=204)


@require_POST
def ready(request: HttpRequest, admission_id: int) -> HttpResponse:
    """Before entry: one picture shows that the camera runs."""
    admission = own_admission(request, admission_id)
    at = clock.now()
    number = max(1, int(at.timestamp()) % 2_000_000_000)
    try:
        proctoring.receive_picture(admission, request.body, kind="ready", number=number, taken_at=at, at=at)
    except proctoring.IdentityError as error:
        return HttpResponse(status=_STATUS.get(error.code, 400))
    return HttpResponse(status=204)


def _holds(request: HttpRequest, admission_id: int, at: datetime) -> bool:
    try:
        payload = crypto.verify(request.headers.get("X-Camera", ""), _PURPOSE, at)
    except (crypto.BadToken, ValueError):
        return False
    return bool(payload.get("admission") == admission_id)


def _whole(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "")
    return int(text) if text.isdecimal() and 0 < len(text) < 10 else 0


def _moment(request: HttpRequest, at: datetime) -> datetime:
    """When the device says the picture was taken: never later than now, never more than a day ago."""
    text = request.headers.get("X-Age", "")
    age = int(text) if text.isdecimal() and len(text) < 9 else 0
    return (at - timedelta(milliseconds=min(age, 86_400_000))).astimezone(UTC)
