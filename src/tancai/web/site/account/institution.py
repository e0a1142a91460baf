"""我的机构: invitations, the registration of an institution, and its staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tancai.files import api as files
from tancai.lib import clock, identity, limits
from tancai.messages import api as inbox
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest
from tancai.web.site.account import words
from tancai.web.site.account.forms import PhoneField, contact_field, normal_contact

LICENCE = "institution_licence"
files.register_purpose(LICENCE, mimes=("image/jpeg", "image/png", "application/pdf"))


class InstitutionForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("机构全称"), max_length=200, help_text=gettext_lazy("与营业执照一致。")
    )
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=200, required=False)
    credit_code = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=18,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    region = forms.CharField(label=gettext_lazy("所在省市"), max_length=100)
    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    contact_name = forms.CharField(
        label=gettext_lazy("联系人"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = PhoneField(label=gettext_lazy("联系电话"), max_length=40)
    licence = forms.FileField(
        label=gettext_lazy("营业执照"), help_text=gettext_lazy("照片、扫描件或 PDF，不超过 10 MB。")
    )

    def clean_credit_code(self) -> str:
        code: str = self.cleaned_data["credit_code"].strip().upper()
        if not people.credit_code_ok(code):
            raise forms.ValidationError(words.words("credit_code")[1])
        return code


class InviteForm(forms.Form):
    address = contact_field(help_text=gettext_lazy("我们会发送邀请；对方登录后接受，才能代表机构办理业务。"))

    def clean_address(self) -> str:
        return normal_contact(self.cleaned_data["address"])


def _own(request: SignedInRequest, code: str, *, manager: bool = False) -> people.Organisation:
    """One of the user's institutions; the rest is not there."""
    found = next((o for o in people.institutions_of(request.user) if o.code == code), None)
    if found is None or (manager and not people.access_at(request.user, ["institution_manager"], [found.pk])):
        raise Http404
    return found


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """Invitations and institutions of this user."""
    institutions = people.institutions_of(request.user)
    if not institutions and not people.invitations_to(request.user).exists():
        return redirect("account_pages:institution_apply")
    context = {"institutions": institutions, "invitations": people.invitations_to(request.user)}
    return render(request, "site/account/institutions.html", context)


@login_required
def apply(request: SignedInRequest, code: str = "") -> HttpResponse:
    """Apply for an institution, or again after a refusal."""
    again = _own(request, code) if code else None
    if again is not None and (again.state != "refused" or people.applicant_of(again) != request.user):
        raise Http404
    fields = ("name", "name_en", "credit_code", "region", "address", "contact_name", "contact_phone")
    initial = {name: getattr(again, name) for name in fields} if again else {}
    form = InstitutionForm(request.POST or None, request.FILES or None, initial=initial)
    if again is not None and files.files_of(organisation=again, purpose=LICENCE).exists():
        form.fields["licence"].required = False
    if request.method == "POST" and form.is_valid():
        outcome = _apply(request, form, again)
        if outcome is not None:
            return outcome
    if form.errors and request.FILES.get("licence") and "licence" not in form.errors:
        # browsers do not keep a chosen file when the form comes back
        form.add_error("licence", _("改好其他项后，请再选一次这个文件。"))
    context = {"form": form, "again": again}
    return render(request, "site/account/institution_apply.html", context, status=422 if form.errors else 200)


def _apply(
    request: SignedInRequest, form: InstitutionForm, again: people.Organisation | None
) -> HttpResponse | None:
    user, at = request.user, clock.now()
    data = dict(form.cleaned_data)
    upload = data.pop("licence")
    if not limits.allow(f"institution:{user.pk}", limit=10, seconds=86_400):
        form.add_error(None, _("今天提交的次数太多，请明天再试或联系办公室。"))
        return None
    stored = None
    try:
        # The bytes come first, without an owner: a refused form leaves nothing behind.
        if upload:
            stored = files.store(
                upload.read(),
                purpose=LICENCE,
                name=upload.name,
                mime=upload.content_type or "",
                by=user,
                at=at,
            )
        with transaction.atomic():
            institution = people.apply_institution(**data, institution=again, by=user, at=at)
            if stored:
                files.give(stored, owner_organisation=institution, by=user, at=at)
            for clerk in people.users_holding("office") or people.users_holding("platform_admin"):
                inbox.send(
                    user=clerk,
                    kind="institution_applied",
                    params={"institution": institution.name},
                    link="/office/institutions/",
                    at=at,
                    by=user,
                )
    except files.BadFile as error:
        form.add_error("licence", _file_words(error))
        return None
    except people.PeopleError as error:
        if stored:
            files.discard(stored, reason="not used", by=user, at=at)
        words.put(form, error)
        return None
    toasts.success(request, _("申请已提交，审核结果会通知您。"))
    return redirect("account_pages:institution")


def _file_words(error: files.BadFile) -> str:
    texts = {
        "empty": _("文件是空的，请重新选择。"),
        "too_large": _("文件超过 10 MB，请压缩后再传。"),
        "type": _("请上传 JPG、PNG 图片或 PDF。"),
    }
    return texts.get(error.code, _("文件不能使用，请换一个。"))


@login_required
def one(request: SignedInRequest, code: str) -> HttpResponse:
    """One institution: its registration and its staff."""
    institution = _own(request, code)
    manages = people.access_at(request.user, ["institution_manager"], [institution.pk])
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        if not manages:
            raise Http404
        if form.is_valid() and _invite(request, institution, form):
            return redirect("account_pages:institution_one", code=code)
    staff = people.grants(organisation_ids=[institution.pk]) if manages else []
    context: dict[str, Any] = {
        "institution": institution,
        "manages": manages,
        "form": form,
        "staff": [(grant, people.display_name(grant.user), _masked(grant.user)) for grant in staff],
        "waiting": people.waiting_invitations(institution) if manages else [],
        "events": institution.events.order_by("-pk"),
    }
    return render(request, "site/account/institution.html", context, status=422 if form.errors else 200)


def _masked(user: people.User) -> str:
    return identity.mask_phone(user.phone) if user.phone else identity.mask_email(user.email or "")


def _invite(request: SignedInRequest, institution: people.Organisation, form: InviteForm) -> bool:
    at = clock.now()
    if not limits.allow(f"invite:{institution.pk}", limit=50, seconds=86_400):
        form.add_error(None, _("今天的邀请太多，请明天再试。"))
        return False
    try:
        invitation = people.invite_staff(
            institution, address=form.cleaned_data["address"], by=request.user, at=at
        )
    except people.PeopleError as error:
        words.put(form, error)
        return False
    inbox.send_notice(invitation.address, "staff_invited", {"institution": institution.name}, at)
    toasts.success(request, _("邀请已发送。"))
    return True


@login_required
@require_POST
def answer(request: SignedInRequest, invitation_id: int) -> HttpResponse:
    """Accept or decline an invitation."""
    invitation = get_object_or_404(people.invitations_to(request.user), pk=invitation_id)
    accepted = request.POST.get("answer") == "accept"
    try:
        people.answer_invitation(invitation, accepted=accepted, by=request.user, at=clock.now())
    except people.PeopleError as error:
        toasts.error(request, words.words(error)[1])
    else:
        toasts.success(request, _("您已加入机构。") if accepted else _("已谢绝邀请。"))
    return redirect("account_pages:home")


@login_required
@require_POST
def take_back(request: SignedInRequest, code: str, invitation_id: int) -> HttpResponse:
    institution = _own(request, code, manager=True)
    invitation = get_object_or_404(people.waiting_invitations(institution), pk=invitation_id)
    people.take_back_invitation(invitation, by=request.user, at=clock.now())
    toasts.success(request, _("邀请已收回。"))
    return redirect("account_pages:institution_one", code=code)


@login_required
@require_POST
def dismiss(request: SignedInRequest, code: str, grant_id: int) -> HttpResponse:
    """End the role of a member of staff; managers never end their own."""
    institution = _own(request, code, manager=True)
    grant = get_object_or_404(people.grants(organisation_ids=[institution.pk]), pk=grant_id)
    if grant.user_id == request.user.pk:
        toasts.error(request, _("不能移除您自己。请由另一位管理员或办公室办理。"))
        return redirect("account_pages:institution_one", code=code)
    at = clock.now()
    people.revoke_role(grant, reason=_("机构管理员移除"), by=request.user, at=at)
    inbox.send(
        user=grant.user,
        kind="role_revoked",
        params={
            "role": {"zh-hans": "机构工作人员", "en": "institution staff"},
            "organisation": institution.name,
            "reason": {"zh-hans": "机构管理员移除", "en": "removed by the institution's manager"},
        },
        at=at,
        by=request.user,
    )
    toasts.success(request, _("已移除。"))
    return redirect("account_pages:institution_one", code=code)
