"""Public calls for video courses and experts: read, hand in, follow, withdraw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tancai.files import api as files
from tancai.lib import clock
from tancai.people import api as people
from tancai.publishing import api as publishing
from tancai.web.shell.who import signed_in
from tancai.web.site import errors_in_words

MOST_FILES = 5


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to ``MOST_FILES``; cleans to a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("最多 %(n)d 个文件。") % {"n": MOST_FILES})
        return [super(FilesField, self).clean(each, initial) for each in given]


class SubmitForm(forms.Form):
    contributor = forms.CharField(label=gettext_lazy("姓名"), max_length=120)
    organisation = forms.CharField(label=gettext_lazy("单位"), max_length=120, required=False)
    speciality = forms.ChoiceField(label=gettext_lazy("专业"))
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    summary = forms.CharField(label=gettext_lazy("说明"), max_length=4000, widget=forms.Textarea)
    link = forms.CharField(label=gettext_lazy("网址"), max_length=400, required=False)
    uploads = FilesField(
        label=gettext_lazy("附件"),
        required=False,
        help_text=gettext_lazy("PDF、JPG、PNG 或 ZIP，每个不超过 20 MB，最多 5 个。"),
        widget=ManyFiles(attrs={"data_max_bytes": 20 * 1024 * 1024, "accept": ".pdf,.jpg,.jpeg,.png,.zip"}),
    )

    def __init__(self, call: publishing.CallView, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["speciality"].choices = [(each, each) for each in call.specialities]  # type: ignore[attr-defined]
        self.fields["speciality"].widget.attrs["lang"] = "zh-Hans"
        if not call.specialities:
            del self.fields["speciality"]
        course = call.kind == "video_course"
        self.fields["title"].label = _("课程名称") if course else _("职称或职务")
        self.fields["summary"].label = _("课程说明与目录") if course else _("专业经历与成果")
        self.fields["link"].help_text = (
            _("样片网址。讲解清晰、画面清晰、横向画幅。") if course else _("个人主页或成果网址。")
        )


def calls(request: HttpRequest) -> HttpResponse:
    found = publishing.calls(today=clock.today())
    mine = publishing.submissions_of(signed_in(request)) if request.user.is_authenticated else []
    return render(request, "site/calls.html", {"calls": found, "mine": mine})


def _call(call_id: int) -> publishing.CallView:
    try:
        return publishing.call(call_id, today=clock.today())
    except publishing.Unknown as error:
        raise Http404 from error


def page(request: HttpRequest, call_id: int) -> HttpResponse:
    found = _call(call_id)
    return render(request, "site/call.html", {"call": found, "criteria": publishing.CRITERIA[found.kind]})


@login_required
def submit(request: HttpRequest, call_id: int) -> HttpResponse:
    found = _call(call_id)
    if found.state != "open":
        messages.warning(request, _("这次征集现在不接收材料。"))
        return redirect("site:call", call_id=call_id)
    initial = {"contributor": people.display_name(request.user) if people.person_of(request.user) else ""}
    form = SubmitForm(found, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid() and (made := _made(request, found, form)):
        messages.success(request, _("材料已收到，编号 %(number)s。") % {"number": made.number})
        return redirect("site:submission", number=made.number)
    return render(request, "site/submit.html", {"form": form, "call": found})


def _made(
    request: HttpRequest, call: publishing.CallView, form: SubmitForm
) -> publishing.SubmissionView | None:
    facts = dict(form.cleaned_data)
    uploads = [(each.name, each.read()) for each in facts.pop("uploads")]
    try:
        return publishing.submit_to_call(
            call.id, uploads=uploads, by=signed_in(request), at=clock.now(), **facts
        )
    except publishing.BadText as error:
        errors_in_words.add(form, error.field, errors_in_words.text_fault(error.code, error.params))
    except files.BadFile as error:
        form.add_error("uploads", errors_in_words.file_fault(error.code))
    except publishing.NotNow:
        form.add_error(None, _("这次征集刚刚截止，材料没有收下。"))
    return None


def _own(request: HttpRequest, number: str) -> publishing.SubmissionView:
    try:
        found = publishing.submission(number)
    except publishing.Unknown as error:
        raise Http404 from error
    if found.user_id != request.user.pk:
        raise Http404
    return found


@login_required
def submission(request: HttpRequest, number: str) -> HttpResponse:
    found = _own(request, number)
    return render(request, "site/submission.html", {"submission": found, "files": file_list(found)})


def file_list(found: publishing.SubmissionView) -> list[tuple[str, str, int]]:
    """Token, name and size of the files of a submission."""
    rows = [files.file(token) for token in found.files]
    return [(row.token, str(row.name), row.size) for row in rows if row is not None]


@require_POST
@login_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    _own(request, number)
    try:
        publishing.withdraw_submission(number, by=signed_in(request), at=clock.now())
        messages.success(request, _("材料已撤回。"))
    except publishing.NotNow:
        messages.warning(request, _("已经作出决定，不能再撤回。"))
    return redirect("site:submission", number=number)


@login_required
def file(request: HttpRequest, number: str, token: str) -> HttpResponse:
    row = files.file(token) if token in _own(request, number).files else None
    if row is None:
        raise Http404
    return files.serve(row)
