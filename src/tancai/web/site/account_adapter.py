"""How the sign-in library meets this house: phones and e-mails of people, codes by messages, no hint who is known."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tancai.lib import clock
from tancai.messages import api as messages
from tancai.people import api as people
from tancai.people.api import User

_WRONG = _("手机号或邮箱与密码不匹配。请检查后重试，或用验证码找回密码。")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账户已停用。"),
        "email_password_mismatch": _WRONG,
        "phone_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "enter_current_password": _("当前密码不正确。"),
        "incorrect_password": _("密码不正确。"),
        "incorrect_code": _("验证码不正确。请核对最近收到的一条。"),
        "too_many_login_attempts": _("尝试次数太多，请几分钟后再试。"),
        "rate_limited": _("操作太频繁，请稍候再试。"),
        "email_taken": _("这个邮箱不能使用，请换一个。"),
        "phone_taken": _("这个手机号不能使用，请换一个。"),
        "same_as_current": _("新的与现在的相同。"),
    }

    # Phones

    def phone_form_field(self, **kwargs: Any) -> Any:
        from tancai.web.site.account.forms import PhoneField

        return PhoneField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, people.is_verified(user, user.phone)) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        people.change_phone(user, phone, verified=verified, by=user, at=clock.now())

    def set_phone_verified(self, user: User, phone: str) -> None:
        at = clock.now()
        if user.phone == phone:
            people.verify_contact(user, phone, by=user, at=at)
        else:
            people.change_phone(user, phone, verified=True, by=user, at=at)

    def get_user_by_phone(self, phone: str) -> User | None:
        return people.user_by_address(phone) if "@" not in phone else None

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        messages.send_code(phone, code, clock.now())

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        messages.send_notice(phone, "unknown_account", {}, clock.now())

    def send_account_already_exists_sms(self, phone: str) -> None:
        messages.send_notice(phone, "account_exists", {}, clock.now())

    # Letters of the library become messages of the house.

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if "code" in context:
            messages.send_code(email, context["code"], clock.now())
        elif template_prefix.endswith("account_already_exists"):
            messages.send_notice(email, "account_exists", {}, clock.now())
        elif template_prefix.endswith("unknown_account"):
            messages.send_notice(email, "unknown_account", {}, clock.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        at = clock.now()
        if template_prefix.rpartition("/")[2].startswith("password_"):
            messages.send(user=user, kind="password_changed", params={"changed_at": at}, at=at)

    def _six_digits(self) -> str:
        return f"{secrets.randbelow(1_000_000):06}"

    def generate_login_code(self) -> str:
        return self._six_digits()

    def generate_password_reset_code(self) -> str:
        return self._six_digits()

    def generate_email_verification_code(self) -> str:
        return self._six_digits()

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        return self._six_digits()

    # Accounts

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        data = form.cleaned_data
        language = get_language() or "zh-hans"
        return people.register(
            phone=data.get("phone") or None,
            email=data.get("email") or None,
            password=data["password1"],
            language="en" if language.startswith("en") else "zh-hans",
            verified=False,
            at=clock.now(),
        )

    def set_password(self, user: User, password: str) -> None:
        people.change_password(user, password, by=user, at=clock.now())

    def get_login_stages(self) -> list[str]:
        ours = "tancai.web.site.account_stage.EmailStage"
        return [ours if s.endswith(".EmailVerificationStage") else s for s in super().get_login_stages()]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed attempts are counted for each account; the library would count all phones as one."""
        phone = credentials.get("phone")
        if phone:
            try:
                return f"phone:{people.normal_phone(phone)}"
            except people.BadContact:
                return f"phone:{phone[:40]}"
        return f"login:{(credentials.get('email') or credentials.get('username') or '')[:254].lower()}"

    def reauthenticate(self, user: User, password: str) -> bool:
        credentials = {"email": user.email} if user.email else {"phone": user.phone}
        try:
            found = self.authenticate(self.request, password=password, **credentials)
        except ValidationError:
            return False
        return found is not None and found.pk == user.pk

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        from django.urls import reverse

        return reverse("account_pages:home")
