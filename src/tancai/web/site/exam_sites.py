"""Exam sites: the list, an application, and how it stands."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tancai.lib import clock
from tancai.people import api as people
from tancai.venues import api as venues
from tancai.web.shell.who import signed_in
from tancai.web.site import errors_in_words, words

ROOM_ROWS = 6


class ApplyForm(forms.Form):
    body = forms.ChoiceField(label=gettext_lazy("向哪个发证机构申请"))
    name = forms.CharField(
        label=gettext_lazy("考点名称"),
        help_text=gettext_lazy("单位全称，分校区的请写明校区。"),
        max_length=120,
    )
    region = forms.CharField(
        label=gettext_lazy("所在地区"), help_text=gettext_lazy("例如：浙江省杭州市"), max_length=60
    )
    address = forms.CharField(
        label=gettext_lazy("详细地址"), help_text=gettext_lazy("会印在准考证上。"), max_length=200
    )
    contact_name = forms.CharField(label=gettext_lazy("联系人"), max_length=60)
    contact_phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        help_text=gettext_lazy("只有发证机构能看到。"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    equipment = forms.CharField(
        label=gettext_lazy("设备与网络"),
        help_text=gettext_lazy("电脑配置、网络带宽、监控、备用电源等。"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        bodies = people.organisations("certifying_body")
        self.fields["body"].choices = [(o.code, words.in_language(o)) for o in bodies]  # type: ignore[attr-defined]


class RoomForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("机房名称"), max_length=60)
    seats = forms.IntegerField(label=gettext_lazy("机位数"), min_value=1, max_value=venues.MOST_SEATS)
    cameras = forms.IntegerField(label=gettext_lazy("摄像头"), min_value=0, max_value=100, required=False)

    use_required_attribute = False


RoomSet = forms.formset_factory(RoomForm, extra=ROOM_ROWS, max_num=ROOM_ROWS, absolute_max=ROOM_ROWS)


def page(request: HttpRequest) -> HttpResponse:
    """Accepted sites for everybody; one's own applications below."""
    return render(
        request,
        "site/exam_sites.html",
        {
            "sites": venues.sites(state="accepted"),
            "mine": venues.sites_of(signed_in(request)) if request.user.is_authenticated else [],
        },
    )


@login_required
def apply(request: HttpRequest) -> HttpResponse:
    form = ApplyForm(request.POST or None)
    rooms = RoomSet(request.POST or None, prefix="rooms")
    if (
        request.method == "POST"
        and all([form.is_valid(), rooms.is_valid()])
        and (made := _made(request, form, rooms))
    ):
        messages.success(request, _("申请已提交。发证机构审核后会在站内消息中告诉您。"))
        return redirect("site:exam_site", number=made.number)
    return render(request, "site/apply_site.html", {"form": form, "rooms": rooms})


def _made(
    request: HttpRequest, form: ApplyForm, rooms: forms.BaseFormSet[RoomForm]
) -> venues.SiteView | None:
    facts = dict(form.cleaned_data)
    body = people.organisation(facts.pop("body"))
    listed = [
        venues.RoomFacts(each["name"], each["seats"], each["cameras"] or 0)
        for each in (row.cleaned_data for row in rooms)
        if each
    ]
    try:
        return venues.apply_site(body=body, rooms=listed, by=signed_in(request), at=clock.now(), **facts)  # type: ignore[arg-type]
    except venues.BadSite as error:
        errors_in_words.add(form, error.field, errors_in_words.text_fault(error.code, error.params))
    except venues.NotNow as error:
        form.add_error(None, _("同名考点的申请 %(number)s 正在审核，不必重复提交。") % error.params)
    return None


@login_required
def site(request: HttpRequest, number: str) -> HttpResponse:
    """One's own application and its decisions."""
    try:
        found = venues.site(number)
    except venues.UnknownSite as error:
        raise Http404 from error
    if found.applicant_id != request.user.pk:
        raise Http404
    return render(request, "site/exam_site.html", {"site": found})
