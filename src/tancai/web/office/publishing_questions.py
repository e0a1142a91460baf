"""Questions of candidates at the office: those that wait first; answer, replace an answer, hide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tancai.lib import clock
from tancai.publishing import api as publishing
from tancai.web.office import publishing_access as access
from tancai.web.office.publishing_words import programme_name, text_fault
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.who import signed_in

STATES = [
    ("asked", gettext_lazy("待回答")),
    ("answered", gettext_lazy("已回答")),
    ("hidden", gettext_lazy("不公开")),
]


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("回答"),
        help_text=gettext_lazy("回答会公开，并通知提问的人。可用 Markdown。"),
        max_length=publishing.LIMITS["answer"],
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class HideForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=120)


def mine(user: Any) -> list[publishing.QuestionView]:
    """Questions about the user's programmes and general ones, those without an answer first, oldest of them first."""
    codes = None if access.held(user) is None else [*access.codes(user), ""]
    found = publishing.questions(public=False, programmes=codes)
    waiting = [each for each in reversed(found) if each.state == "asked"]
    return waiting + [each for each in found if each.state != "asked"]


@access.office_only
def office_questions(request: HttpRequest) -> HttpResponse:
    rows = mine(request.user)
    table = Table(
        request,
        rows,
        name="questions",
        title=_("考生问答"),
        columns=[
            Column(
                "number",
                _("编号"),
                "code",
                sort=True,
                url=lambda row: reverse("office:question", args=[row.number]),
            ),
            Column("title", _("问题")),
            Column("programme", _("职业"), value=lambda row: programme_name(row.programme)),
            Column("state", _("状态"), "state:question"),
            Column("asked_at", _("提问时间"), "moment", sort=True),
        ],
        search=["number", "title", "body"],
        filters=[Filter("state", _("状态"), STATES)],
        empty=Empty(_("还没有提问"), _("考生提问后会列在这里，等待最久的在最前。")),
    )
    waiting = sum(row.state == "asked" for row in rows)
    return table.respond("office/questions.html", {"waiting": waiting})


def _mine(request: HttpRequest, number: str) -> publishing.QuestionView:
    try:
        found = publishing.question(number)
    except publishing.Unknown as error:
        raise Http404 from error
    codes = access.codes(request.user)
    if found.programme and found.programme not in codes and access.held(request.user) is not None:
        raise Http404
    return found


@access.office_only
def question(request: HttpRequest, number: str) -> HttpResponse:
    found = _mine(request, number)
    initial = {"text": found.answer.text} if found.answer else {}
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        link = reverse("site:question", args=[number])
        try:
            publishing.answer(
                number, text=form.cleaned_data["text"], link=link, by=signed_in(request), at=clock.now()
            )
        except publishing.BadText as error:
            form.add_error("text", text_fault(error))
        else:
            messages.success(request, _("回答已公开，提问的人会收到消息。"))
            return redirect("office:questions")
    return render(
        request,
        "office/question.html",
        {"question": found, "form": form, "hide_form": HideForm(prefix="hide")},
    )


@require_POST
@access.office_only
def question_hide(request: HttpRequest, number: str) -> HttpResponse:
    """Hide with a reason, or show again."""
    found = _mine(request, number)
    hide = found.state != "hidden"
    reason = request.POST.get("hide-reason", "")
    try:
        publishing.hide_question(number, hidden=hide, reason=reason, by=signed_in(request), at=clock.now())
        messages.success(request, _("已不公开。") if hide else _("已恢复公开。"))
    except publishing.BadText:
        messages.error(request, _("请写明理由，不超过 120 字。"))
    return redirect("office:question", number=number)
