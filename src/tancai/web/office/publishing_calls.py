"""Public calls at the office: open, close, read submissions, review, decide."""

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

from tancai.files import api as files
from tancai.lib import clock
from tancai.people import api as people
from tancai.publishing import api as publishing
from tancai.web.office import publishing_access as access
from tancai.web.office.publishing_words import CALL_KINDS, CRITERIA, programme_name, text_fault
from tancai.web.shell.names import named
from tancai.web.shell.tables import Column, Empty, Filter, Table
from tancai.web.shell.who import signed_in

STATES = [
    ("submitted", gettext_lazy("已收到")),
    ("shortlisted", gettext_lazy("评审中")),
    ("accepted", gettext_lazy("已录用")),
    ("refused", gettext_lazy("未录用")),
    ("withdrawn", gettext_lazy("已撤回")),
]
CALL_STATES = {
    "planned": gettext_lazy("即将开始"),
    "open": gettext_lazy("征集中"),
    "closed": gettext_lazy("已截止"),
}


class CallForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("征集什么"), choices=list(CALL_KINDS.items()))
    programme = forms.ChoiceField(label=gettext_lazy("职业"), required=False)
    publisher = forms.ChoiceField(label=gettext_lazy("发布单位"))
    title = forms.CharField(label=gettext_lazy("标题"), max_length=publishing.LIMITS["title"])
    body = forms.CharField(
        label=gettext_lazy("要求"),
        help_text=gettext_lazy("可用 Markdown。"),
        max_length=publishing.LIMITS["body"],
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    specialities = forms.CharField(
        label=gettext_lazy("专业"),
        required=False,
        help_text=gettext_lazy("一行一个；没有专业之分的留空。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    opens_on = forms.DateField(label=gettext_lazy("开始接收"), widget=forms.DateInput(attrs={"type": "date"}))
    closes_on = forms.DateField(
        label=gettext_lazy("最后一天"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ((code, programme_name(code)) for code in access.codes(user))
        self.fields["programme"].choices = [("", _("不限职业")), *names]  # type: ignore[attr-defined]
        self.fields["publisher"].choices = [(str(o.pk), named(o)) for o in access.publishers(user)]  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    points = forms.MultipleChoiceField(
        label=gettext_lazy("符合的项目"), required=False, widget=forms.CheckboxSelectMultiple
    )
    recommended = forms.ChoiceField(
        label=gettext_lazy("意见"),
        choices=[("yes", gettext_lazy("建议录用")), ("no", gettext_lazy("不建议录用"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("评语"),
        required=False,
        help_text=gettext_lazy("不建议录用时必须写明。"),
        max_length=4000,
        widget=forms.Textarea,
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = publishing.CRITERIA[kind]
        self.fields["points"].choices = [(code, CRITERIA[code]) for code in self.criteria]  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("决定"),
        choices=[("accept", gettext_lazy("录用")), ("refuse", gettext_lazy("不录用"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("给提交人的话"), max_length=4000, widget=forms.Textarea)


@access.office_only
def calls(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    rows = [
        c
        for c in publishing.calls(today=today)
        if access.may_speak(request.user, c.programme, c.publisher_id)
    ]
    return render(request, "office/calls.html", {"calls": rows, "states": CALL_STATES})


@access.office_only
def call_new(request: HttpRequest) -> HttpResponse:
    form = CallForm(request.user, request.POST or None, initial={"opens_on": clock.today()})
    if request.method == "POST" and form.is_valid() and (made := _opened(request, form)):
        messages.success(request, _("征集已公布。"))
        return redirect("office:call", call_id=made.id)
    return render(request, "office/call_new.html", {"form": form})


def _opened(request: HttpRequest, form: CallForm) -> publishing.CallView | None:
    facts = dict(form.cleaned_data)
    publisher = people.organisation_by_id(int(facts.pop("publisher")))
    facts["specialities"] = [line.strip() for line in facts["specialities"].splitlines() if line.strip()]
    try:
        return publishing.open_call(publisher=publisher, by=signed_in(request), at=clock.now(), **facts)
    except publishing.BadText as error:
        form.add_error(error.field if error.field in form.fields else None, text_fault(error))
    except publishing.NotNow:
        form.add_error("closes_on", _("最后一天不能早于开始接收的日子。"))
    return None


def _call(request: HttpRequest, call_id: int) -> publishing.CallView:
    try:
        found = publishing.call(call_id, today=clock.today())
    except publishing.Unknown as error:
        raise Http404 from error
    if not access.may_speak(request.user, found.programme, found.publisher_id):
        raise Http404
    return found


@access.office_only
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call with its submissions."""
    found = _call(request, call_id)
    table = Table(
        request,
        publishing.submissions(call_id),
        name="submissions",
        title=found.title,
        columns=[
            Column(
                "number",
                _("编号"),
                "code",
                sort=True,
                url=lambda row: reverse("office:submission", args=[row.number]),
            ),
            Column("title", _("名称")),
            Column("contributor", _("提交人"), sort=True),
            Column("speciality", _("专业"), sort=True),
            Column("reviews", _("评审"), "number", value=lambda row: len(row.reviews), sort=True),
            Column("state", _("状态"), "state:submission", sort=True),
            Column("submitted_at", _("提交于"), "moment", sort=True),
        ],
        search=["number", "title", "contributor", "organisation"],
        filters=[Filter("state", _("状态"), STATES)],
        empty=Empty(_("还没有收到材料"), _("有人提交后会列在这里。")),
    )
    return table.respond("office/call.html", {"call": found, "state": CALL_STATES[found.state]})


@require_POST
@access.office_only
def call_close(request: HttpRequest, call_id: int) -> HttpResponse:
    """Close before the day, or open again."""
    found = _call(request, call_id)
    publishing.close_call(call_id, reopen=found.state == "closed", by=signed_in(request), at=clock.now())
    messages.success(request, _("已重新开放。") if found.state == "closed" else _("已截止，不再接收材料。"))
    return redirect("office:call", call_id=call_id)


def _submission(request: HttpRequest, number: str) -> publishing.SubmissionView:
    try:
        found = publishing.submission(number)
    except publishing.Unknown as error:
        raise Http404 from error
    if not access.may_speak(request.user, found.programme, found.publisher_id):
        raise Http404
    return found


@access.office_only
def submission(request: HttpRequest, number: str) -> HttpResponse:
    """What was handed in, the reviews so far, and the two forms: review and decision."""
    found = _submission(request, number)
    own = found.user_id == request.user.pk
    asked = request.POST.get("form", "")
    review = ReviewForm(found.call_kind, request.POST if asked == "review" else None, prefix="review")
    decide = DecideForm(request.POST if asked == "decide" else None, prefix="decide")
    done = (review.is_bound and not own and _reviewed(request, found, review)) or (
        decide.is_bound and not own and _decided(request, found, decide)
    )
    if done:
        return redirect("office:submission", number=number)
    kept = [row for row in map(files.file, found.files) if row is not None]
    writers = {
        each.by_id: people.staff_name(people.user(each.by_id)) if each.by_id else "" for each in found.reviews
    }
    reviews = [
        {
            "review": each,
            "by": writers[each.by_id],
            "points": [(CRITERIA[c], met) for c, met in each.points.items()],
        }
        for each in found.reviews
    ]
    open_now = found.state in ("submitted", "shortlisted") and not own
    return render(
        request,
        "office/submission.html",
        {
            "submission": found,
            "files": kept,
            "reviews": reviews,
            "review": review,
            "decide": decide,
            "open_now": open_now,
            "own": own,
        },
    )


def _reviewed(request: HttpRequest, found: publishing.SubmissionView, form: ReviewForm) -> bool:
    if not form.is_valid():
        return False
    facts = form.cleaned_data
    points = {code: code in facts["points"] for code in form.criteria}
    try:
        publishing.review_submission(
            found.number,
            recommended=facts["recommended"] == "yes",
            points=points,
            text=facts["text"],
            by=signed_in(request),
            at=clock.now(),
        )
    except publishing.BadText as error:
        form.add_error("text", text_fault(error))
        return False
    except publishing.NotNow:
        messages.warning(request, _("这份材料的状态已经变了，请再看一遍。"))
        return True
    messages.success(request, _("评审意见已记录。"))
    return True


def _decided(request: HttpRequest, found: publishing.SubmissionView, form: DecideForm) -> bool:
    if not form.is_valid():
        return False
    link = reverse("site:submission", args=[found.number])
    accept = form.cleaned_data["decision"] == "accept"
    try:
        publishing.decide_submission(
            found.number,
            accept=accept,
            note=form.cleaned_data["note"],
            link=link,
            by=signed_in(request),
            at=clock.now(),
        )
    except publishing.BadText as error:
        form.add_error("note", text_fault(error))
        return False
    except publishing.NotNow:
        messages.warning(request, _("这份材料的状态已经变了，请再看一遍。"))
        return True
    messages.success(request, _("决定已通知提交人。"))
    return True


@access.office_only
def submission_file(request: HttpRequest, number: str, token: str) -> HttpResponse:
    found = _submission(request, number)
    row = files.file(token) if token in found.files else None
    if row is None:
        raise Http404
    return files.serve(row)
