"""Flags of a session: what was noticed, the pictures beside the approved portrait, the first look at each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.lib import clock
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes
from tancai.web.invigilator.access import invigilators_only, own_admission, own_session
from tancai.web.invigilator.room import frame
from tancai.web.roads import pictures
from tancai.web.roads.flag_reviews import FIRST, ReviewForm, reviews


@never_cache
@invigilators_only
@require_GET
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = own_session(request, session_id)
    chosen = request.GET.get("state", "")
    kind = request.GET.get("kind", "")
    found = proctoring.flags_of(session.pk)
    shown = [
        view for view in found if (not chosen or view.state == chosen) and (not kind or view.kind == kind)
    ]
    context = {
        **frame(request, session, "flags"),
        "rows": [
            {
                "flag": view,
                "word": proctoring.FLAG_WORDS[view.kind],
                "chip": proctoring.FLAG_STATES[view.state],
            }
            for view in sorted(shown, key=lambda view: (view.state != "open", -view.id))
        ],
        "all": len(found),
        "open": sum(view.state == "open" for view in found),
        "states": [(code, word) for code, (word, _tone) in proctoring.FLAG_STATES.items()],
        "kinds": list(proctoring.FLAG_WORDS.items()),
        "chosen": chosen,
        "kind": kind,
    }
    return render(request, "invigilator/flags.html", context)


@never_cache
@invigilators_only
@require_GET
def one(request: HttpRequest, flag_id: int) -> HttpResponse:
    return render(request, "invigilator/flag.html", _one(request, _own(request, flag_id)))


@invigilators_only
@require_POST
def review(request: HttpRequest, flag_id: int) -> HttpResponse:
    flag = _own(request, flag_id)
    form = ReviewForm(FIRST, request.POST)
    if form.is_valid() and form.give(flag, by=request.user, at=clock.now()):
        messages.success(
            request,
            _("已记录，并已请考生说明。复核由另一位工作人员完成。")
            if form.cleaned_data["outcome"] == "doubt"
            else _("已记录：无异常。"),
        )
        return redirect("invigilator:flags", flag.admission.session_id)
    return render(request, "invigilator/flag.html", _one(request, flag, form), status=422)


def _own(request: HttpRequest, flag_id: int) -> proctoring.Flag:
    flag = proctoring.flag(flag_id)
    if flag is None:
        raise Http404
    own_admission(request, flag.admission_id)
    return flag


def _one(request: HttpRequest, flag: proctoring.Flag, form: ReviewForm | None = None) -> dict[str, Any]:
    at, view = clock.now(), proctoring.view_of(flag)
    return {
        "flag": view,
        "session": flag.admission.session,
        "definition": programmes.definition_of(flag.admission.session.edition_id),
        "word": proctoring.FLAG_WORDS[view.kind],
        "chip": proctoring.FLAG_STATES[view.state],
        "shown": pictures.of_flag(flag, by=request.user, at=at),
        "lost": sum(sign.detail.get("count", 0) for sign in flag.signs.all()),
        "reviews": reviews(flag),
        "statements": list(flag.statements.all()),
        "form": (form or ReviewForm(FIRST)) if view.state == "open" else None,
    }
