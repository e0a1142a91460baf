"""身份: claims that wait for a clerk, corrections, and the full document number with a reason."""

from __future__ import annotations

from django import forms
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tancai.lib import clock, identity, limits
from tancai.messages import api as inbox
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest

ROLES = ("office",)


def _clerk(request: SignedInRequest) -> None:
    if not people.access_any(request.user, ROLES):
        raise Http404


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """Waiting claims, and people found by name or full document number (asked by POST: numbers stay out of
    addresses and logs)."""
    _clerk(request)
    query = request.POST.get("q", "").strip()[:60]
    found = _found(query) if query else None
    return render(request, "office/identities.html", {"claims": people.waiting_claims(), "found": found})


def _found(query: str) -> list[people.Person]:
    for kind, _label in people.Person.DOCUMENT_KINDS:
        if identity.check_document(kind, query).ok:
            person = people.find_by_document(kind, query)
            if person is not None:
                return [person]
    return list(people.people_named(query)[:50])


class ClaimForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明怎样核对的；不确认时必填，本人会看到。"),
    )


@login_required
def claim(request: SignedInRequest, claim_id: int) -> HttpResponse:
    """Compare what the institution gave with the account, then confirm or refuse."""
    _clerk(request)
    row = get_object_or_404(people.waiting_claims(), pk=claim_id)
    if row.user_id == request.user.pk:
        raise Http404
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirmed, reason = request.POST.get("step") == "confirm", form.cleaned_data["reason"]
        if not confirmed and not reason:
            form.add_error("reason", _("请填写理由。"))
        else:
            return _decide(request, row, confirmed, reason)
    context = {
        "claim": row,
        "institution_phone": identity.mask_phone(row.person.phone) if row.person.phone else "",
        "account_phone": identity.mask_phone(row.user.phone) if row.user.phone else "",
        "account_email": identity.mask_email(row.user.email) if row.user.email else "",
        "form": form,
    }
    return render(request, "office/identity_claim.html", context, status=422 if form.errors else 200)


def _decide(request: SignedInRequest, row: people.PersonClaim, confirmed: bool, reason: str) -> HttpResponse:
    at = clock.now()
    try:
        with transaction.atomic():
            people.decide_claim(row, confirmed=confirmed, reason=reason, by=request.user, at=at)
            inbox.send(
                user=row.user,
                kind="claim_confirmed" if confirmed else "claim_refused",
                params={} if confirmed else {"reason": reason},
                link="/account/",
                at=at,
                by=request.user,
            )
    except people.PeopleError:
        toasts.error(request, _("这项申请的状态已经变化，请刷新页面后再试。"))
    else:
        toasts.success(request, _("已确认身份。") if confirmed else _("已答复本人。"))
    return redirect("office:identities")


class CorrectionForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    document_kind = forms.ChoiceField(label=gettext_lazy("证件类型"), choices=people.Person.DOCUMENT_KINDS)
    document = forms.CharField(
        label=gettext_lazy("新证件号码"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("不改号码就留空。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sex = forms.ChoiceField(label=gettext_lazy("性别"), choices=people.Person.SEXES)
    birth = forms.DateField(
        label=gettext_lazy("出生日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明依据，如核对了哪份证件。原来的内容加密留存。"),
    )


@login_required
def person(request: SignedInRequest, person_id: int) -> HttpResponse:
    """One identity, masked; the office corrects it with a reason."""
    _clerk(request)
    found = people.person(person_id)
    if found is None or not found.document_index or people.access_person(request.user, found):
        raise Http404
    initial = {k: getattr(found, k) for k in ("name", "document_kind", "sex", "birth")}
    form = CorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            people.correct_identity(
                found, **{**data, "document": data["document"] or None}, by=request.user, at=clock.now()
            )
        except people.DocumentTaken:
            form.add_error("document", _("这个证件号码属于另一个人的记录。"))
        except people.BadIdentity:
            form.add_error(None, _("姓名、证件、性别或出生日期相互不符，请逐项核对。"))
        else:
            toasts.success(request, _("身份信息已更正。"))
            return redirect("office:identity", person_id=person_id)
    context = {"person": found, "form": form, "corrections": found.corrections.order_by("-pk")}
    return render(request, "office/identity.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def reveal(request: SignedInRequest, person_id: int) -> HttpResponse:
    """The full number, once, with a reason that is kept."""
    _clerk(request)
    found, reason = people.person(person_id), request.POST.get("reason", "").strip()[:200]
    if found is None or not found.document_index or people.access_person(request.user, found):
        raise Http404
    if not reason:
        toasts.error(request, _("请填写理由。"))
        return redirect("office:identity", person_id=person_id)
    if not limits.allow(f"reveal:{request.user.pk}", limit=60, seconds=3600):
        toasts.error(request, _("查看得太频繁，请一小时后再试。"))
        return redirect("office:identity", person_id=person_id)
    number = people.reveal_document(found, reason=reason, by=request.user, at=clock.now())
    response = render(request, "office/identity_number.html", {"person": found, "number": number})
    response["Cache-Control"] = "no-store"
    return response


identity_urls = [
    path("identities/", page, name="identities"),
    path("identities/claims/<int:claim_id>/", claim, name="identity_claim"),
    path("identities/<int:person_id>/", person, name="identity"),
    path("identities/<int:person_id>/number/", reveal, name="identity_number"),
]
