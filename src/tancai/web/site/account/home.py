"""我的账户: everything about the account on one page, each line with its way to change it."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tancai.lib import clock, identity
from tancai.messages import api as inbox
from tancai.people import api as people
from tancai.web.shell.requests import SignedInRequest
from tancai.web.site.account import consents


@login_required
def page(request: SignedInRequest) -> HttpResponse:
    user = request.user
    return render(
        request,
        "site/account/home.html",
        {
            "person": people.person_of(user),
            "claim": people.waiting_claim_of(user),
            "phone": identity.mask_phone(user.phone) if user.phone else "",
            "phone_verified": bool(user.phone) and user.phone in people.verified_addresses(user),
            "email": identity.mask_email(user.email) if user.email else "",
            "email_verified": bool(user.email) and user.email in people.verified_addresses(user),
            "unread": inbox.unread_count(user),
            "latest": [inbox.show(m) for m in inbox.inbox(user)[:3]],
            "institutions": people.institutions_of(user),
            "invitations": people.invitations_to(user),
            "consents": consents.lines(user),
            "roles": people.grants(user=user).select_related("organisation"),
        },
    )


@login_required
@require_POST
def close_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    people.close_sessions(request.user, by=request.user, at=clock.now())
    update_session_auth_hash(request, request.user)
    toasts.success(request, _("已在其他设备上退出登录。"))
    return redirect("account_pages:home")
