"""While an item is being written: how it looks in the exam room, what is wrong, what it is like; pictures, files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.items import api as items
from tancai.lib import clock
from tancai.web.author import words
from tancai.web.author.access import author_only, collections, own_item
from tancai.web.author.edit import WritingForm


@require_POST
@author_only
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """The item as typed so far by the template of the exam room; ``item`` names the one being revised."""
    found = items.kinds().get(kind)
    if found is None:
        raise Http404
    code = request.POST.get("item", "")
    item = own_item(request, code) if code else None
    content, key, faults = as_typed(found, request.POST)
    explanation = request.POST.get("explanation", "")
    faults = faults or found.faults(content, key, None) + items.text_faults(content, key, explanation)
    if not faults:
        topic = item.topic if item else request.POST.get("topic", "")
        levels = item.levels if item else request.POST.getlist("levels")
        faults = items.room_fault(kind, content, key, topic=topic, levels=levels)
    context: dict[str, Any] = {
        "faults": [words.fault(fault) for fault in faults],
        "template": f"items/kinds/{kind}.html",
        "explanation": explanation,
    }
    if content.get("stem") and (not faults or found.shape in ("choices", "points")):
        context["entry"] = shown(found, content, key)
        if not faults:
            context["explanation"] = items.explained(kind, explanation, content, key)
        context["solution"] = found.solution(content, key)
        context["alike"] = [
            (other, round(100 * value))
            for other, value in items.alike_to(content, collections(request.user), item=item)
        ]
    mark = items.source_marks().get(request.POST.get("document", "").strip())
    if mark is not None and mark.mark == items.SourceMark.SUPERSEDED:
        context["superseded"] = mark
    return render(request, "author/parts/preview.html", context)


def as_typed(kind: items.Kind, given: Any) -> tuple[dict[str, Any], dict[str, Any], list[items.Fault]]:
    """Content and key of a form that may be half filled in, and what keeps it from being read."""
    form = WritingForm(kind, given, new=True)
    form.loosen()
    form.is_valid()
    for part in (form, *form.questions):
        for name, field in part.fields.items():
            part.cleaned_data.setdefault(name, field.empty_value if hasattr(field, "empty_value") else None)
    try:
        content, key = form.content_and_key()
    except items.BadItem as error:
        return {}, {}, error.faults
    return content, key, []


def shown(kind: items.Kind, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
    """What the exam room hands to the kind's template."""
    return {"position": 1, "marks": items.printed_marks(content, key), "public": kind.public(content)}


@require_POST
@author_only
def picture(request: HttpRequest) -> HttpResponse:
    """Take a picture in and answer with the text that stands for it."""
    upload: Any = request.FILES.get("picture")
    refused = {
        "no_words": _("请写明图里有什么：看不见图的考生靠这句话作答。"),
        "empty": _("请选择图片。"),
        "too_large": _("图片太大，请控制在 8 MB 以内。"),
        "not_an_image": _("这不是可用的图片，请用 PNG 或 JPEG 格式。"),
    }
    try:
        data = upload.read(items.MOST_PICTURE + 1) if upload else b""
        text = items.add_picture(
            data,
            name=upload.name if upload else "",
            words=request.POST.get("words", ""),
            by=request.user,
            at=clock.now(),
        )
    except items.BadPicture as error:
        return JsonResponse({"error": refused[error.code]}, status=422)
    return JsonResponse({"text": text})


@require_POST
@author_only
def attachment(request: HttpRequest) -> HttpResponse:
    """Take a file in and answer with the text that stands for it."""
    upload: Any = request.FILES.get("attachment")
    try:
        text = items.add_attachment(
            upload.read(items.MOST_ATTACHMENT + 1) if upload else b"",
            name=upload.name if upload else "",
            words=request.POST.get("words", ""),
            by=request.user,
            at=clock.now(),
        )
    except items.BadAttachment as error:
        return JsonResponse({"error": words.attachment_refused(error.code)}, status=422)
    return JsonResponse({"text": text})
