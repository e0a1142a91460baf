"""The lock-down client of one session: its configuration and keys, the builds allowed, who sits without it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tancai.exams import api as exams
from tancai.lib import clock
from tancai.people import api as people
from tancai.proctoring import api as proctoring
from tancai.programmes import api as programmes

OFFICE, READERS = ("office",), ("office", "supervisor")


class ReplaceForm(forms.Form):
    """A new configuration: why, and a password to close the client by hand."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300)
    quit_password = forms.CharField(
        label=gettext_lazy("退出密码"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("可不填。填写后，考试中关闭客户端须输入；至少 6 个字符，请只告诉监考老师。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class KeyForm(forms.Form):
    """A Browser Exam Key read off a client."""

    key = forms.CharField(
        label=gettext_lazy("浏览器考试密钥"),
        max_length=200,
        help_text=gettext_lazy("在装好该版本的设备上打开本场配置文件，从客户端设置的“考试”页抄录，64 位。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(
        label=gettext_lazy("版本说明"), max_length=80, help_text=gettext_lazy("例如 Windows 3.7.0")
    )
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300)


class ReasonForm(forms.Form):
    """Why a key is taken off the list."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300)


class LockedFileForm(forms.Form):
    """The password of an encrypted file."""

    password = forms.CharField(
        label=gettext_lazy("打开密码"),
        min_length=6,
        max_length=60,
        help_text=gettext_lazy("考生打开文件时须输入，可在考场当面告知。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _own(request: HttpRequest, session_id: int, roles: tuple[str, ...]) -> exams.Session:
    found = exams.session(session_id)
    if found is None or not people.access_at(
        request.user, roles, programmes.organisation_ids(found.programme)
    ):
        raise Http404
    return found


@never_cache
@require_GET
@login_required
def page(request: HttpRequest, session_id: int) -> HttpResponse:
    session = _own(request, session_id, READERS)
    config = proctoring.configuration_of(session, by=None, at=clock.now())
    story = proctoring.configs(session.pk)
    context = {
        "session": session,
        "definition": programmes.definition_of(session.edition_id),
        "required": proctoring.is_required(session),
        "config": config,
        "earlier": story[1:],
        "newest": story[0],
        "made_by": people.staff_name(story[0].by),
        "addresses": [rule["expression"] for rule in config.settings["URLFilterRules"]],
        "quit_password": bool(config.settings["hashedQuitPassword"]),
        "keys": [
            {"event": event, "by": people.staff_name(event.by), "form": ReasonForm(prefix=f"k{event.pk}")}
            for event in proctoring.browser_keys(session.pk)
        ],
        "key_story": [
            {"event": event, "by": people.staff_name(event.by)}
            for event in proctoring.browser_key_story(session.pk)
        ],
        "key_form": KeyForm(),
        "replace_form": ReplaceForm(),
        "locked_form": LockedFileForm(),
        "exceptions": exception_rows(session.pk),
        "may_act": people.access_at(request.user, OFFICE, programmes.organisation_ids(session.programme)),
    }
    return render(request, "office/lockdown.html", context)


def exception_rows(session_id: int) -> list[dict[str, object]]:
    return [
        {
            "event": event,
            "word": proctoring.EXCEPTION_WORDS[event.reason],
            "by": people.staff_name(event.by),
        }
        for event in proctoring.exceptions_of_session(session_id)
    ]


@require_GET
@login_required
def file(request: HttpRequest, session_id: int, form: str) -> HttpResponse:
    """The configuration, bare or compressed."""
    session = _own(request, session_id, READERS)
    config = proctoring.configuration_of(session, by=None, at=clock.now())
    return _download(session, proctoring.file_of(config, form))


@never_cache
@require_POST
@login_required
def locked_file(request: HttpRequest, session_id: int) -> HttpResponse:
    """The configuration locked with the posted password, which is kept nowhere."""
    session = _own(request, session_id, OFFICE)
    form = LockedFileForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("打开密码至少 6 个字符。"))
        return redirect("office:session_client", session.pk)
    config = proctoring.configuration_of(session, by=request.user, at=clock.now())
    return _download(session, proctoring.file_of(config, "locked", password=form.cleaned_data["password"]))


def _download(session: exams.Session, data: bytes) -> HttpResponse:
    name = f"{session.exam_day}.seb"
    return HttpResponse(
        data,
        content_type=proctoring.SEB_MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@require_POST
@login_required
def replace(request: HttpRequest, session_id: int) -> HttpResponse:
    session = _own(request, session_id, OFFICE)
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因。"))
        return redirect("office:session_client", session.pk)
    try:
        proctoring.replace_configuration(session, **form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, _("已生成新的配置文件，此前下载的文件不能再用，请通知考生重新下载。"))
    except proctoring.LockdownError as error:
        messages.error(request, _say(error))
    return redirect("office:session_client", session.pk)


@require_POST
@login_required
def add_key(request: HttpRequest, session_id: int) -> HttpResponse:
    session = _own(request, session_id, OFFICE)
    form = KeyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写密钥、版本说明和原因。"))
        return redirect("office:session_client", session.pk)
    data = dict(form.cleaned_data)
    try:
        proctoring.add_browser_key(session, data.pop("key"), **data, by=request.user, at=clock.now())
        messages.success(request, _("已加入名单。名单不为空时，只有名单上的版本可以进入。"))
    except proctoring.LockdownError as error:
        messages.error(request, _say(error))
    return redirect("office:session_client", session.pk)


@require_POST
@login_required
def remove_key(request: HttpRequest, session_id: int, event_id: int) -> HttpResponse:
    session = _own(request, session_id, OFFICE)
    event = next((each for each in proctoring.browser_keys(session.pk) if each.pk == event_id), None)
    if event is None:
        raise Http404
    form = ReasonForm(request.POST, prefix=f"k{event.pk}")
    if not form.is_valid():
        messages.error(request, _("请写明原因。"))
        return redirect("office:session_client", session.pk)
    reason = form.cleaned_data["reason"]
    proctoring.remove_browser_key(session, event.key, reason=reason, by=request.user, at=clock.now())
    messages.success(request, _("已移出名单。"))
    return redirect("office:session_client", session.pk)


def _say(error: proctoring.LockdownError) -> str:
    texts = {
        "no_reason": _("请写明原因。"),
        "short_password": _("密码至少 6 个字符。"),
        "bad_key": _("密钥应为 64 位，由 0–9 和 a–f 组成，请核对后重填。"),
        "known_key": _("这个密钥已在名单上。"),
    }
    return texts.get(error.code, _("没有完成，请重试。"))


lockdown_urls = [
    path("sessions/<int:session_id>/client/", page, name="session_client"),
    path("sessions/<int:session_id>/client/locked/", locked_file, name="session_client_locked"),
    path("sessions/<int:session_id>/client/replace/", replace, name="session_client_replace"),
    path("sessions/<int:session_id>/client/keys/", add_key, name="session_client_key"),
    path(
        "sessions/<int:session_id>/client/keys/<int:event_id>/remove/",
        remove_key,
        name="session_client_key_remove",
    ),
    path("sessions/<int:session_id>/client/file/<str:form>/", file, name="session_client_file"),
]
