"""Taking one's data out, and closing the account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from tancai.lib import clock, limits
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest
from tancai.web.site.account import words
from tancai.web.site.account.forms import password_field

_KEPT = {
    "certificates": gettext_lazy("证书及其核验记录"),
    "credentials": gettext_lazy("证书及其核验记录"),
    "applications": gettext_lazy("报名与审核记录"),
    "enrolment": gettext_lazy("报名与审核记录"),
    "results": gettext_lazy("成绩与复核记录"),
    "exams": gettext_lazy("准考与答卷记录"),
    "marking": gettext_lazy("成绩与复核记录"),
    "orders": gettext_lazy("缴费记录"),
    "fees": gettext_lazy("缴费记录"),
    "learning": gettext_lazy("学习记录"),
}
_WHY = {
    "records": gettext_lazy("档案管理规定"),
    "accounting": gettext_lazy("会计档案规定"),
    "verification": gettext_lazy("证书须可核验"),
    "dispute": gettext_lazy("成绩复核与争议处理"),
}


@login_required
def data(request: SignedInRequest) -> HttpResponse:
    """Download everything held about oneself."""
    if request.method != "POST":
        return render(request, "site/account/data.html")
    if not limits.allow(f"export:{request.user.pk}", limit=5, seconds=3600):
        toasts.error(request, _("导出太频繁，请一小时后再试。"))
        return redirect("account_pages:data")
    at = clock.now()
    content = people.export_account_data(request.user, by=request.user, at=at)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="tancai-{clock.local_date(at):%Y%m%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response


class CloseForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("我明白注销后不能恢复，也不能再用这个账户登录。"),
        error_messages={"required": gettext_lazy("请勾选确认。")},
    )

    def __init__(self, user: people.User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_usable_password():
            self.fields["password"] = password_field(gettext_lazy("当前密码"))
            self.order_fields(["password", "sure"])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not limits.allow(f"account-password:{self.user.pk}", limit=8, seconds=300):
            raise forms.ValidationError(_("尝试次数太多，请几分钟后再试。"))
        if not self.user.check_password(password):
            raise forms.ValidationError(_("当前密码不正确。"))
        return password


@sensitive_post_parameters("password")
@login_required
def close(request: SignedInRequest) -> HttpResponse:
    """Say what goes and what stays, then close the account."""
    user, at = request.user, clock.now()
    form = CloseForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.erase_account(user, by=user, at=at)
        except people.CannotErase as error:
            words.put(form, error)
        else:
            logout(request)
            return render(request, "site/account/closed.html")
    plan = people.plan_erasure(user, at)
    kept = [
        (_KEPT.get(k.what, _("业务记录")), _WHY.get(k.why, _("档案管理规定")), k.until) for k in plan.kept
    ]
    return render(
        request, "site/account/close.html", {"form": form, "kept": kept}, status=422 if form.errors else 200
    )
