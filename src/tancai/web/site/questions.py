"""Questions and answers: search first, ask when signed in, read one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.lib import clock, limits
from tancai.publishing import api as publishing
from tancai.web.shell.who import signed_in
from tancai.web.site import errors_in_words, words

PER_PAGE = 20
ASK_LIMIT, ASK_SECONDS = 5, 86_400


class AskForm(forms.Form):
    programme = forms.ChoiceField(label=gettext_lazy("关于哪个职业"), required=False)
    title = forms.CharField(
        label=gettext_lazy("问题"),
        help_text=gettext_lazy("一句话，例如“补考怎么报名？”"),
        max_length=publishing.LIMITS["title"],
    )
    body = forms.CharField(
        label=gettext_lazy("补充说明"),
        required=False,
        help_text=gettext_lazy("回答后，问题和回答会公开，不显示您的姓名。请不要填写证件号码和电话。"),
        max_length=publishing.LIMITS["question"],
        widget=forms.Textarea,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["programme"].choices = [("", _("不限职业")), *words.programme_choices()]  # type: ignore[attr-defined]


def page(request: HttpRequest) -> HttpResponse:
    """Search in answered questions; below, what I asked myself."""
    text = request.GET.get("q", "").strip()[:100]
    code = request.GET.get("programme", "")
    chosen = code if code in dict(words.programme_choices()) else None
    found = publishing.questions(programme=chosen, text=text)
    context = {
        "text": text,
        "chosen": chosen or "",
        "choices": words.programme_choices(),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "mine": publishing.questions_of(signed_in(request)) if request.user.is_authenticated else [],
    }
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "site/questions_found.html" if part else "site/questions.html", context)


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST or None, initial={"title": request.GET.get("title", "")[:120]})
    if request.method == "POST" and form.is_valid() and (made := _asked(request, form)):
        messages.success(request, _("问题已收到。回答后会在站内消息中告诉您。"))
        return redirect("site:question", number=made.number)
    return render(request, "site/ask.html", {"form": form})


def _asked(request: HttpRequest, form: AskForm) -> publishing.QuestionView | None:
    if not limits.allow(f"ask:{request.user.pk}", limit=ASK_LIMIT, seconds=ASK_SECONDS):
        form.add_error(None, _("今天已经问了 %(n)d 个问题，请明天再问。") % {"n": ASK_LIMIT})
        return None
    facts = form.cleaned_data
    try:
        return publishing.ask(
            title=facts["title"],
            body=facts["body"],
            programme=facts["programme"],
            by=signed_in(request),
            at=clock.now(),
        )
    except publishing.BadText as error:
        errors_in_words.add(form, error.field, errors_in_words.text_fault(error.code, error.params))
        return None


def question(request: HttpRequest, number: str) -> HttpResponse:
    """An answered question for everybody, any state for its author."""
    try:
        found = publishing.question(number)
    except publishing.Unknown as error:
        raise Http404 from error
    mine = request.user.is_authenticated and found.user_id == request.user.pk
    if found.state != "answered" and not mine:
        raise Http404
    return render(request, "site/question.html", {"question": found, "mine": mine})
