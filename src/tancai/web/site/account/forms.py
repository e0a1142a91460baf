"""The forms of sign-up, sign-in and recovery: one field takes a phone or an e-mail."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as library
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from django import forms
from django.contrib import messages as toasts
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tancai.lib import clock
from tancai.people import api as people
from tancai.web.site.account.consents import PRIVACY_VERSION, privacy_label
from tancai.web.site.account.passwords import NotTheAddress

CONTACT_HELP = _("中国大陆手机号直接填写；其他地区的号码请加国家或地区代码，如 +852。")

PASSWORD_HELP = _("至少 8 个字符，请避开常见密码。")


def normal_contact(text: str) -> str:
    """A phone in E.164 or an e-mail in lower case; raises ValidationError that names the remedy."""
    text = text.strip()
    try:
        return people.normal_email(text) if "@" in text else people.normal_phone(text)
    except people.BadContact as error:
        if error.code == "email":
            raise forms.ValidationError(_("邮箱格式不正确，请检查，如 name@example.com。")) from error
        raise forms.ValidationError(_("手机号格式不正确，请检查位数。")) from error


class PhoneField(forms.CharField):
    """A phone however it is written; cleaned to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if value and "@" in value:
            raise forms.ValidationError(_("手机号格式不正确，请检查位数。"))
        return normal_contact(value) if value else value


def contact_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=_("手机号或邮箱"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        **kwargs,
    )


def password_field(label: Any, *, new: bool = False, **kwargs: Any) -> forms.CharField:
    autocomplete = "new-password" if new else "current-password"
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **kwargs,
    )


class SignInForm(library.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = contact_field()
        self.fields["password"] = password_field(_("密码"))
        self.fields["remember"].label = _("在这台设备上保持登录")
        self.order_fields(["login", "password", "remember"])


class SignUpForm(library.SignupForm):
    """``contact`` becomes the phone or the e-mail that the library knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["phone"], self.fields["email"]
        self.fields["contact"] = contact_field(help_text=CONTACT_HELP)
        self.fields["password1"] = password_field(_("设置密码"), new=True, help_text=PASSWORD_HELP)
        self.fields["privacy"] = forms.BooleanField(
            label=privacy_label(),
            error_messages={"required": _("请阅读并勾选同意后再注册。")},
        )
        self.order_fields(["contact", "password1", "privacy"])

    def clean_contact(self) -> str:
        address = normal_contact(self.cleaned_data["contact"])
        if "@" in address:
            self.cleaned_data["email"] = self.validate_unique_email(address)
        else:
            self.cleaned_data["phone"] = address
        return address

    def clean(self) -> dict[str, Any]:
        """The library compares the password with the e-mail alone."""
        data: dict[str, Any] = super().clean()
        if data.get("phone") and data.get("password1"):
            try:
                NotTheAddress().validate(data["password1"], people.User(phone=data["phone"]))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data

    def custom_signup(self, request: HttpRequest, user: people.User) -> None:
        people.give_consent(user, "privacy", text_version=PRIVACY_VERSION, by=user, at=clock.now())


class RecoverForm(forms.Form):
    """Ask for a code; the answer is the same whether or not there is an account."""

    contact = contact_field(help_text=_("填写注册时用的手机号或邮箱，我们会发送验证码。"))

    def clean_contact(self) -> str:
        address = normal_contact(self.cleaned_data["contact"])
        # The library's name for the address of a recovery, whatever its kind.
        self.cleaned_data["email"] = address
        return address

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address: str = self.cleaned_data["email"]
        user = people.user_by_address(address)
        PasswordResetVerificationProcess.initiate(request=request, user=user, email=address)
        if self.data.get("again"):
            toasts.success(request, _("验证码已重新发送，请填写最近收到的一条。"))
        return address


class _Code(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("验证码"),
            max_length=12,
            widget=forms.TextInput(
                attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
            ),
        )


class RecoverCodeForm(_Code, library.ConfirmPasswordResetCodeForm):
    pass


class EmailCodeForm(_Code, library.ConfirmEmailVerificationCodeForm):
    pass


class PhoneCodeForm(_Code, library.VerifyPhoneForm):
    pass


class _OneNewPassword:
    """The new password is typed once; the browser can show it, and a code brings it back."""

    fields: dict[str, forms.Field]
    user: Any

    def _one(self) -> None:
        kept = library.SetPasswordField(label=_("新密码"), help_text=PASSWORD_HELP)
        kept.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        kept.user = self.user
        self.fields["password1"] = kept
        self.fields.pop("password2", None)


class NewPasswordForm(_OneNewPassword, library.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._one()


class SetPasswordForm(_OneNewPassword, library.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._one()


class ChangePasswordForm(_OneNewPassword, library.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = password_field(_("当前密码"))
        self._one()


class ReauthenticateForm(library.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("密码"))
